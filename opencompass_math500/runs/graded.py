"""Return the graded runs that a place holds, of OpenCompass or of lm-evaluation-harness."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from opencompass_math500.errors import MalformedData
from opencompass_math500.response import Item
from opencompass_math500.runs.lm_eval.files import holds_logs
from opencompass_math500.runs.opencompass.folder import find_recorded, run_folder, settings_at
from opencompass_math500.runs.opencompass.results import read_items
from opencompass_math500.runs.read import read_records
from opencompass_math500.runs.run import Run, is_ours
from opencompass_math500.runs.settings import parse_settings

__all__ = ['graded_runs', 'no_results', 'runs_of_logs']


def graded_runs(place: Path, note: Callable[[str], object]) -> list[Run]:
    """Return every run that MATH500Evaluator has graded, in order of model and dataset.

    Of sample logs all runs: a response without a verdict is graded.

    Args:
        place: as for :func:`~opencompass_math500.runs.opencompass.folder.run_folder`.
        note: told which run was taken, and what is damaged or left out.

    Raises:
        SourceUnavailable: no such folder or log.
        MalformedData: there are no results, or a damaged file.
    """
    root = run_folder(place, note)
    if holds_logs(root):
        return runs_of_logs(root, note)
    found = []
    for one in find_recorded(root, None, None, note):
        settings = settings_at(root, one.model, one.dataset)
        if one.results is not None and is_ours(one.results, settings):
            items = read_items(root, one.model, one.dataset)
            found.append(Run(one.model, one.dataset, items, settings))
    if not found:
        raise no_results(root)
    return found


def no_results(root: Path) -> MalformedData:
    """Return the error that a run has not been graded."""
    return MalformedData(
        f'no results under {root}',
        f'wait until it is graded (math500 watch {root} shows how far it is), or grade it: '
        'opencompass CONFIG -m eval -r',
    )


def runs_of_logs(place: Path, note: Callable[[str], object]) -> list[Run]:
    """Return every run in a folder of sample logs, in order of model and dataset.

    Args:
        place: what holds sample logs, or one.
        note: as for :func:`~opencompass_math500.runs.read.read_records`.

    Raises:
        MalformedData: there is no log of a task on MATH.
    """
    found = find_recorded(place, None, None, lambda text: None)
    settings = {
        (one.model, one.dataset): parse_settings(one.logged.record) for one in found if one.logged
    }
    items: dict[tuple[str, str], list[Item]] = {name: [] for name in settings}
    for record in read_records(place, note=note):
        item = replace(
            record.item,
            gold=record.gold,
            answer=record.answer,
            reason=record.reason,
            rule=record.rule,
            extraction=record.extraction,
        )
        items[record.model, record.dataset].append(item)
    return [Run(*name, of_it, settings[name]) for name, of_it in items.items()]
