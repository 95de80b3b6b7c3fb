"""The runs of any OpenCompass work directory or sample log, this package's or not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from opencompass_math500.comparison.dumped import record_from_configs
from opencompass_math500.errors import MalformedData
from opencompass_math500.notes import note as print_note
from opencompass_math500.records import Note, runs_of_logs
from opencompass_math500.results import Item, entries_of, read_items
from opencompass_math500.runs import Run, is_ours, runs_of
from opencompass_math500.sample_logs import holds_logs
from opencompass_math500.settings import class_name, read_record, record_path

__all__ = ['comparable_runs']

# OpenCompass's own graders of MATH, which say of each item whether it is right.
_HOSTS: Final = frozenset({'MATHEvaluator', 'MATHVerifyEvaluator'})


def comparable_runs(work_dir: Path, note: Note = print_note) -> list[Run]:
    """Every run of a work directory whose items say whether they are right.

    Of sample logs of lm-evaluation-harness all. Runs graded by MATH500Evaluator; and MATH as
    OpenCompass grades it itself, whose items have no ids and do not say how the responses
    ended. Settings come from the record, or from the configs that OpenCompass dumped beside
    the results.

    Args:
        work_dir: the folder of a run, or what holds sample logs, or one.
        note: told of what is damaged or left out of sample logs; stderr by default.

    Raises:
        MalformedData: there are no such runs, or a file is damaged.
    """
    if holds_logs(work_dir):
        return runs_of_logs(work_dir, note)
    runs: list[Run] = []
    for path in sorted((work_dir / 'results').glob('*/*.json')):
        names = path.parent.name, path.stem
        record = read_record(record_path(work_dir, *names))
        record = record or record_from_configs(work_dir, *names)
        if _is_of_the_host(record):
            items = list(_items(path))
        elif is_ours(path, record):
            items = read_items(work_dir, *names)
        else:
            continue
        runs.append(Run(*names, items, record))
    return runs or runs_of(work_dir)  # which says what is wrong with the folder


def _is_of_the_host(record: Mapping[str, Any]) -> bool:
    evaluator = (record.get('grading') or {}).get('evaluator') or {}
    return class_name(evaluator) in _HOSTS


def _items(path: Path) -> Iterator[Item]:
    """The items of results that hold details.

    Raises:
        MalformedData: the file does not say which items are right.
    """
    try:
        loaded = json.loads(path.read_text(encoding='utf-8'))
        rows: Sequence[Any] = list(entries_of(loaded['details']))
        if not rows:
            raise ValueError('no details')
        for number, row in enumerate(rows):
            yield from _samples(number, row)
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        raise MalformedData(
            f'{path} does not say which items are right ({error!r})',
            'run the evaluation again with --dump-eval-details',
        ) from error


def _samples(number: int, row: Mapping[str, Any]) -> Iterator[Item]:
    def several(*names: str) -> list[Any]:
        value = next(row[name] for name in names if name in row)
        return value if isinstance(value, list) else [value]

    right = several('correct', 'is_correct')
    answers, golds = several('pred', 'predictions'), several('answer', 'references')
    for sample, is_right in enumerate(right):
        yield Item(
            unique_id=str(number),
            subject='',
            level=0,
            sample=sample,
            gold=str(golds[sample]),
            answer=str(answers[sample]),
            outcome='correct' if is_right else 'incorrect',
            reason='',
            was_cut=False,
            finish_reason=None,
            tokens=None,
        )
