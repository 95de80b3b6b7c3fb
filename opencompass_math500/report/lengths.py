"""How long responses are, and how they ended."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final, Literal

from opencompass_math500.endings import meaning_of
from opencompass_math500.report.reading import ReadRun
from opencompass_math500.response import Response

__all__ = ['LengthBin', 'Lengths', 'Unit', 'edges_of', 'lengths_of', 'unit_of']

Unit = Literal['tokens', 'characters']
_BINS: Final = 20


@dataclass(frozen=True, slots=True)
class LengthBin:
    """Responses of some length, in three parts, each with its height in percent of the tallest.

    Attributes:
        low, high: tokens or characters, both included.
        correct, wrong: neither was cut.
        cut: by the token cap or a filter, whatever the verdict.
        correct_height, wrong_height, cut_height: 0-100.
    """

    low: int
    high: int
    correct: int
    wrong: int
    cut: int
    correct_height: float
    wrong_height: float
    cut_height: float

    @property
    def count(self) -> int:
        """All three."""
        return self.correct + self.wrong + self.cut


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long responses are, and how they ended.

    Attributes:
        unit: what is counted.
        bins: log-spaced, the same for all runs of the report with this unit.
        tallest: responses in the fullest bin of the run.
        measured: responses whose length is known (those of failed requests have none).
        median, high: the 50th and the 95th percentile.
        cut: responses that were cut.
        cut_wrong: how many of them are not correct.
        cut_wrong_percent: the share; None where none was cut.
        unknown_ending: responses of which nobody says how they ended.
    """

    unit: Unit
    bins: tuple[LengthBin, ...]
    tallest: int
    measured: int
    median: int
    high: int
    cut: int
    cut_wrong: int
    cut_wrong_percent: float | None
    unknown_ending: int


def unit_of(run: ReadRun) -> Unit | None:
    """Return what the lengths of a run are counted in; None where no length is known."""
    answered = [item for item in run.items if item.outcome != 'failed_request']
    if answered and all(item.tokens is not None for item in answered):
        return 'tokens'
    # What a failed request leaves (an error's text) is no response, and has no length.
    return 'characters' if any(length for _, length in _measured(run, 'characters')) else None


def edges_of(runs: Sequence[ReadRun]) -> dict[Unit, list[int]]:
    """Return for each unit the ends of the bins, the same for all runs: n + 1 ends of n bins.

    A bin holds what is longer than its lower end and no longer than its upper one. Twenty
    bins from the shortest to the longest response, each a like factor above the one before;
    fewer where whole numbers do not allow for twenty. Empty responses fall into the first.
    """
    found: dict[Unit, list[int]] = {}
    for run in runs:
        unit = unit_of(run)
        if unit is not None:
            found.setdefault(unit, []).extend(max(1, length) for _, length in _measured(run, unit))
    return {unit: _edges(min(lengths), max(lengths)) for unit, lengths in found.items()}


def _edges(shortest: int, longest: int) -> list[int]:
    ratio = longest / shortest
    # The small step back is for what rounding makes of a whole number.
    ends = (ceil(shortest * ratio ** (number / _BINS) - 1e-9) for number in range(1, _BINS + 1))
    return sorted({shortest - 1, *ends})


def _measured(run: ReadRun, unit: Unit) -> list[tuple[Response, int]]:
    """The responses whose length is known; a failed request has none."""
    return [
        (item, characters if unit == 'characters' else item.tokens or 0)
        for item, characters in zip(run.items, run.characters, strict=True)
        if item.outcome != 'failed_request'
    ]


def _was_cut(item: Response) -> bool:
    """As a score counts it."""
    return item.was_cut and meaning_of(item.finish_reason) != 'filter'


def lengths_of(run: ReadRun, edges: Mapping[Unit, Sequence[int]]) -> Lengths | None:
    """Return the lengths of one run; None where they are not known."""
    unit = unit_of(run)
    if unit is None:
        return None
    measured = _measured(run, unit)
    lengths = sorted(length for _, length in measured)
    bins = _bins(measured, edges[unit])
    cut = [item for item in run.items if _was_cut(item)]
    wrong = sum(not item.is_correct for item in cut)
    return Lengths(
        unit=unit,
        bins=bins,
        tallest=max(one.count for one in bins),
        measured=len(measured),
        median=_percentile(lengths, 50),
        high=_percentile(lengths, 95),
        cut=len(cut),
        cut_wrong=wrong,
        cut_wrong_percent=100 * wrong / len(cut) if cut else None,
        unknown_ending=sum(item.finish_reason is None for item, _ in measured),
    )


def _percentile(lengths: Sequence[int], percent: int) -> int:
    """The nearest rank: a length that occurs."""
    return lengths[ceil(percent * len(lengths) / 100) - 1]


def _bins(measured: Sequence[tuple[Response, int]], edges: Sequence[int]) -> tuple[LengthBin, ...]:
    counts = [[0, 0, 0] for _ in edges[1:]]
    for item, length in measured:
        kind = 2 if _was_cut(item) else 0 if item.is_correct else 1
        counts[max(0, bisect_left(edges, length) - 1)][kind] += 1
    tallest = max(map(sum, counts))
    lows = [end + 1 for end in edges[:-1]]
    lows[0] = min(lows[0], *(length for _, length in measured))
    return tuple(
        LengthBin(low, high, *three, *(100 * count / tallest for count in three))
        for low, high, three in zip(lows, edges[1:], counts, strict=True)
    )
