"""An OpenCompass work directory, read as records. Files only: no OpenCompass needed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from opencompass_math500.errors import MalformedData
from opencompass_math500.grading import OUTCOMES, Outcome, Verdict
from opencompass_math500.response import Response
from opencompass_math500.runs.opencompass.judged import judge_says

__all__ = [
    'entries_of',
    'items_of',
    'prediction_files',
    'read_items',
    'read_predictions',
    'results_path',
]


_EARLY_FIELDS: Final = (
    'unique_id', 'subject', 'level', 'answer', 'pred', 'reason', 'was_cut', 'finish_reason',
    'response_tokens',
)  # fmt: skip
# Results graded before these were written down lack them.
_LATER_FIELDS: Final = ('attempts', 'served_model', 'sampling', 'rule', 'extraction')

_UNKNOWN: Final = type(None)
_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    **dict.fromkeys(('answer', 'pred', 'reason', 'rule', 'extraction'), (str,)),
    **dict.fromkeys(('unique_id', 'subject', 'finish_reason', 'served_model'), (str, _UNKNOWN)),
    **dict.fromkeys(('response_tokens', 'attempts'), (int, _UNKNOWN)),
    'sampling': (dict, _UNKNOWN),
}


def results_path(work_dir: Path, model: str, dataset: str) -> Path:
    """Return where OpenCompass puts the results of one model on one dataset."""
    return work_dir / 'results' / model / f'{dataset}.json'


def read_items(work_dir: Path, model: str, dataset: str) -> list[Response]:
    """Return the graded responses of one model on one dataset, problem by problem.

    Raises:
        FileNotFoundError: there are no results.
        MalformedData: the file is not what MATH500Evaluator writes; names it.
    """
    path = results_path(work_dir, model, dataset)
    details = _load(path).get('details')
    if not isinstance(details, list) or not details:
        raise MalformedData(
            f'{path} holds no details per item',
            'evaluate with MATH500Evaluator and without --dump-eval-details False',
        )
    return items_of(details, path)


def entries_of(details: Any) -> Any:
    """Return the details in order: a list, or OpenCompass's ``{"0": ..., "1": ...}``."""
    if isinstance(details, Mapping):
        return [value for key, value in details.items() if key.isdecimal()]
    return details


def items_of(details: Sequence[dict[str, Any]], path: Path) -> list[Response]:
    """Return the graded responses in the details of a result file.

    Args:
        details: one a problem, each field a list, one entry a sample.
        path: of the file, for messages.

    Raises:
        MalformedData: they are not what MATH500Evaluator writes; names the item.
    """
    return [item for number, detail in enumerate(details) for item in _items(path, number, detail)]


def _items(path: Path, number: int, detail: dict[str, Any]) -> Iterator[Response]:
    """The samples of one detail, whose every field is a list, one entry a sample."""
    try:
        detail = _without_cascade(detail)
        for sample, outcome in enumerate(detail['verdict']):
            if outcome not in OUTCOMES:
                raise ValueError(f'unknown verdict {outcome!r}')
            said = {name: detail[name][sample] for name in _EARLY_FIELDS}
            said |= {name: detail[name][sample] for name in _LATER_FIELDS if name in detail}
            for name, types in _TYPES.items():
                if name in said and type(said[name]) not in types:
                    raise TypeError(f'{name} is {said[name]!r:.60}')
            yield _response(said, number, sample, outcome)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise MalformedData(
            f'{path}: item {number} is not a detail of MATH500Evaluator ({error!r})',
            'evaluate the predictions with MATH500Evaluator: opencompass CONFIG -m eval -r',
        ) from error


_NOTHING_TO_JUDGE = frozenset({'failed_request', 'content_filter', 'empty_response'})


def _response(said: Mapping[str, Any], number: int, sample: int, outcome: Outcome) -> Response:
    names = (('attempts', 'attempts'), ('model', 'served_model'), ('sampling', 'sampling'))
    reply = {name: said.get(field) for name, field in names if said.get(field) is not None}
    return Response(
        position=number,
        sample=sample,
        unique_id=said['unique_id'] or str(number),
        subject=said['subject'] or '',
        level=int(said['level']),
        gold=said['answer'],
        verdict=Verdict(
            outcome=outcome,
            answer=said['pred'] or None,
            gold=said['answer'],
            reason=said['reason'],
            rule=said.get('rule', ''),
            extraction=said.get('extraction', ''),
            was_cut=bool(said['was_cut']),
        ),
        finish_reason=said['finish_reason'],
        tokens=said['response_tokens'],
        reply=reply or None,
    )


def _without_cascade(detail: dict[str, Any]) -> dict[str, Any]:
    """A detail of CascadeEvaluator as one of MATH500Evaluator, the LLM judge's word in it."""
    if 'rule_evaluation' not in detail:
        return detail
    rules = detail['rule_evaluation']
    flat = {key: [rule[key] for rule in rules] for key in rules[0]}
    for judged in detail.get('llm_evaluation', []):
        # Only rejected samples are here; the number says which of several it was.
        sample = judged['dataset_replica_idx']
        # Asked about an empty text, a judge may well accept it; but there is no answer.
        if judged['llm_correct'] and flat['verdict'][sample] not in _NOTHING_TO_JUDGE:
            flat['verdict'][sample] = 'correct'
            flat['reason'][sample] = f'accepted by the LLM judge; rules: {flat["reason"][sample]}'
        elif 'prediction' in judged and judge_says(judged['prediction']) is None:
            said = 'the LLM judge said neither CORRECT nor INCORRECT; rules: '
            flat['reason'][sample] = said + flat['reason'][sample]
    return flat


def read_predictions(work_dir: Path, model: str, dataset: str) -> list[dict[str, Any]]:
    """Return the prediction rows of one model on one dataset, whole or split into parts.

    Raises:
        MalformedData: no such file, or one that is damaged; names it.
    """
    whole, files = prediction_files(work_dir, model, dataset)
    if not files:
        raise MalformedData(f'{whole} does not exist', 'run the inference first')
    return [row for path in files for row in _rows(path)]


def prediction_files(work_dir: Path, model: str, dataset: str) -> tuple[Path, list[Path]]:
    """Return where the prediction file is or would be, and what there is: it, or its parts."""
    whole = work_dir / 'predictions' / model / f'{dataset}.json'
    if whole.exists():
        return whole, [whole]
    parts: list[Path] = []
    while (path := whole.with_name(f'{dataset}_{len(parts)}.json')).exists():
        parts.append(path)
    return whole, parts


def _rows(path: Path) -> list[dict[str, Any]]:
    loaded = _load(path)
    try:
        return [loaded[str(number)] for number in range(len(loaded))]
    except KeyError as error:
        raise MalformedData(
            f'{path} lacks row {error}', 'delete it and run again with -r'
        ) from error


def _load(path: Path) -> dict[str, Any]:
    try:
        loaded = json.loads(path.read_text(encoding='utf-8'))
    except ValueError as error:
        raise MalformedData(
            f'{path} is damaged ({error})', 'delete it and run again with -r'
        ) from error
    if not isinstance(loaded, dict):
        raise MalformedData(f'{path} is not a JSON object', 'delete it and run again with -r')
    return loaded
