"""The evaluator and the postprocessor that OpenCompass calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from opencompass.openicl.icl_evaluator import BaseEvaluator
from opencompass.registry import ICL_EVALUATORS, TEXT_POSTPROCESSORS

from opencompass_math500.errors import ConfigError, MalformedData
from opencompass_math500.grading import Policy, Verdict, as_policy, extract_answer, grade
from opencompass_math500.runs.opencompass.results import items_of, read_predictions
from opencompass_math500.runs.prediction import gold_answer
from opencompass_math500.statistics.pass_at_k import default_ks, sampling_scores

__all__ = ['MATH500Evaluator', 'math500_postprocess']


@TEXT_POSTPROCESSORS.register_module('math500_postprocess')
def math500_postprocess(text: str) -> str:
    """Return the final answer in a response, as LaTeX; the empty text where there is none.

    Works in front of OpenCompass's own MATHEvaluator, versions v1 and v2.
    MATH500Evaluator needs no postprocessor: it extracts by itself, so that it
    still has the whole response to explain.
    """
    return extract_answer(text) or ''


@ICL_EVALUATORS.register_module()
class MATH500Evaluator(BaseEvaluator):
    """Grades every response and says why.

    Result keys are MATHEvaluator's: ``accuracy`` (percent, 0-100, over all rows) and
    ``details``, one per row, always. A detail holds ``pred`` (the extracted answer, ''
    for none), ``answer`` (the gold) and ``correct``, and beside them ``subject``,
    ``level``, ``unique_id``, ``verdict``, ``reason``, ``rule``, ``extraction``,
    ``was_cut``, ``finish_reason`` and ``response_tokens``; and, None where the model
    class keeps no record of its replies, ``attempts`` (requests sent for the reply),
    ``served_model`` (the model as the endpoint states it) and ``sampling`` (the
    parameters really sent).

    Over several samples a problem (``n`` of the dataset) OpenCompass adds the number of
    runs to the name of ``accuracy``; beside it then stand ``pass@k`` and ``maj@k`` in
    percent, for the powers of two up to n, for n, and for every ``k`` of the dataset.

    Also serves as ``rule_evaluator`` of OpenCompass's CascadeEvaluator.

    Args:
        pred_postprocessor: OpenCompass's; not needed here.
        policy: settings of the disputed forms, e.g. ``dict(list_against_tuple='accept')``.

    Raises:
        ConfigError: an unknown setting or value.
    """

    def __init__(
        self,
        pred_postprocessor: dict[str, Any] | None = None,
        policy: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(pred_postprocessor=pred_postprocessor)
        self._policy = as_policy(policy)
        self._replies: Mapping[str, list[Mapping[str, Any]]] | None = None

    def score(
        self,
        predictions: Sequence[str],
        references: Sequence[str],
        test_set: Sequence[Mapping[str, Any]] | None = None,
    ) -> dict[str, Any]:
        """Grade predictions against references.

        Args:
            predictions: the responses, raw or postprocessed.
            references: the golds; a worked solution stands for the answer in its box.
            test_set: the rows they belong to.

        Raises:
            ConfigError: a prediction holds several samples.
        """
        rows = test_set if test_set is not None else [{}] * len(predictions)
        details = [
            _detail(prediction, reference, row, self._ending(row), self._policy)
            for prediction, reference, row in zip(predictions, references, rows, strict=True)
        ]
        right = sum(detail['correct'] for detail in details)
        return {'accuracy': 100 * right / len(details) if details else 0.0, 'details': details}

    def evaluate(
        self, k: int | Sequence[int], n: int, original_dataset: Any, **score_kwargs: Any
    ) -> dict[str, Any]:
        """Evaluate as OpenCompass does, with pass@k and maj@k where n is more than 1.

        Args:
            k: further numbers of samples for pass@k and maj@k; OpenCompass adds its
                G-Pass@k for them.
            n: samples a problem.
            original_dataset: the rows, n times over.
            score_kwargs: what :meth:`score` takes.
        """
        results: dict[str, Any] = super().evaluate(k, n, original_dataset, **score_kwargs)
        if n > 1 and results.get('details'):
            items = items_of(results['details'], Path(getattr(self, '_out_dir', 'the results')))
            asked = {k} if isinstance(k, int) else set(k)
            ks = sorted({*default_ks(n), *(each for each in asked if 1 < each <= n)})
            for score in sampling_scores(items, ks, self._policy).scores:
                results[score.name] = score.value
        return results

    def _ending(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """How the reply to a row ended and what is known of it, from the prediction file.

        OpenCompass hands ``score`` only what its signature names, and fails if the
        first prediction lacks it (those of another inferencer do); hence the look at
        the file. Empty where the file does not say.
        """
        out_dir = getattr(self, '_out_dir', None)
        if out_dir is None or 'unique_id' not in row:
            return {}
        if self._replies is None:
            self._replies = _replies_by_id(Path(out_dir))
        replies = self._replies.get(row['unique_id'], [])
        replica = self.dataset_replica_idx
        return replies[replica] if replica < len(replies) else {}


def _replies_by_id(results: Path) -> Mapping[str, list[Mapping[str, Any]]]:
    """The prediction rows of one model and dataset by ``unique_id``, first sample first."""
    try:
        rows = read_predictions(results.parents[2], results.parent.name, results.name)
    except MalformedData:
        return {}
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(str(row.get('unique_id')), []).append(row)
    return found


def _detail(
    prediction: str,
    reference: str,
    row: Mapping[str, Any],
    ending: Mapping[str, Any],
    policy: Policy,
) -> dict[str, Any]:
    if not isinstance(prediction, str):
        raise ConfigError(
            f'the prediction of {row.get("unique_id", "a row")} is a '
            f'{type(prediction).__name__}, not one text',
            'for several samples set n in the dataset config, not num_return_sequences',
        )
    finish_reason, reply = ending.get('finish_reason'), ending.get('reply') or {}
    verdict = grade(
        response=prediction,
        gold=gold_answer(reference),
        problem=row.get('problem'),
        finish_reason=finish_reason,
        policy=policy,
    )
    return {
        'pred': verdict.answer or '',
        'answer': verdict.gold,
        'correct': verdict.is_correct,
        'subject': row.get('subject', ''),
        'level': _level(row.get('level')),
        'unique_id': row.get('unique_id', ''),
        'verdict': verdict.outcome,
        'reason': _reason(verdict, reply),
        'rule': verdict.rule,
        'extraction': verdict.extraction,
        'was_cut': verdict.was_cut,
        'finish_reason': finish_reason,
        'response_tokens': ending.get('response_tokens'),
        'attempts': reply.get('attempts'),
        'served_model': reply.get('model'),
        'sampling': reply.get('sampling'),
    }


def _reason(verdict: Verdict, reply: Mapping[str, Any]) -> str:
    """The verdict's reason, with what only the record of the reply knows."""
    if verdict.outcome in ('failed_request', 'content_filter') and reply.get('error'):
        return f'{verdict.reason}: {reply["error"]}'
    if verdict.extraction == 'extract.empty' and reply.get('reasoning'):
        if verdict.outcome == 'truncated':
            return 'only reasoning came, cut by the token cap before an answer'
        if verdict.outcome == 'empty_response':
            return 'only reasoning came, no answer'
    return verdict.reason


def _level(value: Any) -> int:
    """The level as a number; the full MATH writes ``Level 5``; 0 where there is none."""
    digits = ''.join(character for character in str(value) if character.isdecimal())
    return int(digits) if digits else 0
