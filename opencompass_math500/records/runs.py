"""Sample logs of lm-evaluation-harness as graded runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from opencompass_math500.records.folder import find_recorded
from opencompass_math500.records.read import read_records
from opencompass_math500.results import Item
from opencompass_math500.runs import Run

__all__ = ['runs_of_logs']


def runs_of_logs(place: Path, note: Callable[[str], object]) -> list[Run]:
    """Every run in a folder of sample logs, in order of model and dataset.

    Args:
        place: what holds sample logs, or one.
        note: as for :func:`~opencompass_math500.records.read_records`.

    Raises:
        MalformedData: there is no log of a task on MATH.
    """
    found = find_recorded(place, None, None, lambda text: None)
    records = {(one.model, one.dataset): one.logged.record for one in found if one.logged}
    items: dict[tuple[str, str], list[Item]] = {name: [] for name in records}
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
    return [Run(*name, of_it, records[name]) for name, of_it in items.items()]
