"""Accuracy by subject and level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from opencompass_math500.response import Response
from opencompass_math500.statistics.score import right_by

__all__ = ['Heat', 'HeatCell', 'HeatRow', 'heat_of']

_Counts: TypeAlias = Mapping[tuple[str, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class HeatCell:
    """Accuracy on some problems.

    Attributes:
        subject: '' in a total of all subjects, and where unknown.
        level: 0 in a total of all levels, and where unknown.
        right, total: responses.
        percent: the accuracy.
        step: 0 to 10, the percentage in tens, rounded.
    """

    subject: str
    level: int
    right: int
    total: int
    percent: float
    step: int


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One subject, or all of them.

    Attributes:
        subject: '' where unknown, and of all.
        cells: one a level, in the order of ``Heat.levels``; None where there is no problem.
        total: over all levels.
    """

    subject: str
    cells: tuple[HeatCell | None, ...]
    total: HeatCell


@dataclass(frozen=True, slots=True)
class Heat:
    """Accuracy by subject and level.

    Attributes:
        levels: that occur, in order; 0 is unknown.
        rows: one a subject, in order.
        total: over all subjects.
    """

    levels: tuple[int, ...]
    rows: tuple[HeatRow, ...]
    total: HeatRow


def heat_of(items: Sequence[Response]) -> Heat | None:
    """Return the table of a run; None where it knows neither subjects nor levels."""
    counts = right_by(items, lambda item: (item.subject, item.level))
    if all(name == ('', 0) for name in counts):
        return None
    levels = tuple(sorted({level for _, level in counts}))
    subjects = sorted({subject for subject, _ in counts})
    return Heat(levels, tuple(_row(counts, one, levels) for one in subjects), _all(counts, levels))


def _row(counts: _Counts, subject: str, levels: Sequence[int]) -> HeatRow:
    cells = tuple(
        _cell(subject, level, [counts[subject, level]]) if (subject, level) in counts else None
        for level in levels
    )
    mine = [count for (name, _), count in counts.items() if name == subject]
    return HeatRow(subject, cells, _cell(subject, 0, mine))


def _all(counts: _Counts, levels: Sequence[int]) -> HeatRow:
    cells = tuple(
        _cell('', level, [count for (_, one), count in counts.items() if one == level])
        for level in levels
    )
    return HeatRow('', cells, _cell('', 0, list(counts.values())))


def _cell(subject: str, level: int, counts: Sequence[tuple[int, int]]) -> HeatCell:
    right, total = (sum(count[side] for count in counts) for side in (0, 1))
    percent = 100 * right / total
    return HeatCell(subject, level, right, total, percent, round(percent / 10))
