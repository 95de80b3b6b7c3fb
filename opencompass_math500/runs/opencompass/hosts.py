"""The runs of any OpenCompass work directory or sample log, this package's or not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from opencompass_math500.errors import MalformedData
from opencompass_math500.notes import note as print_note
from opencompass_math500.response import Item
from opencompass_math500.runs.graded import no_results, runs_of_logs
from opencompass_math500.runs.lm_eval.files import holds_logs
from opencompass_math500.runs.opencompass.configs import settings_of
from opencompass_math500.runs.opencompass.folder import find_recorded, run_folder
from opencompass_math500.runs.opencompass.results import entries_of, read_items
from opencompass_math500.runs.read import Note
from opencompass_math500.runs.run import Run, is_ours

__all__ = ['comparable_runs']


def comparable_runs(work_dir: Path, note: Note = print_note) -> list[Run]:
    """Every run of a work directory whose items say whether they are right.

    Of sample logs of lm-evaluation-harness all. Runs graded by MATH500Evaluator; and MATH as
    OpenCompass grades it itself, whose items have no ids and do not say how the responses
    ended. Settings come from the record, or from the configs that OpenCompass dumped beside
    the results.

    Args:
        work_dir: as for :func:`~opencompass_math500.runs.opencompass.folder.run_folder`.
        note: told which run was taken, and of what is damaged or left out; stderr by default.

    Raises:
        SourceUnavailable: no such folder or log.
        MalformedData: there are no such runs, or a file is damaged.
    """
    root = run_folder(work_dir, note)
    if holds_logs(root):
        return runs_of_logs(root, note)
    runs: list[Run] = []
    for one in find_recorded(root, None, None, note):
        names = one.model, one.dataset
        settings = settings_of(root, *names)
        if one.results is None:
            continue
        if settings.evaluator == 'OpenCompass':
            runs.append(Run(*names, list(_items(one.results)), settings))
        elif is_ours(one.results, settings):
            runs.append(Run(*names, read_items(root, *names), settings))
    if not runs:
        raise no_results(root)
    return runs


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
