"""Two percentages with their sampling errors: how far apart, and is that more than chance?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt
from typing import Final

from opencompass_math500.response import Response
from opencompass_math500.statistics.score import (
    Z95,
    effective_size,
    right_by,
    wilson_interval,
)

__all__ = ['LEVEL', 'Difference', 'Estimate', 'difference', 'measured']

LEVEL: Final = 0.05
"""A difference with a smaller p-value is outside error."""
_FAR: Final = 40.0  # standard errors: erfc is 0 beyond


@dataclass(frozen=True, slots=True)
class Estimate:
    """A percentage and what it rests on.

    Attributes:
        percent: 0-100.
        size: independent responses that would have the same error. With several responses
            a problem it is smaller than their number, by the effect of the clusters.
    """

    percent: float
    size: float

    def interval(self, z: float = Z95) -> tuple[float, float]:
        """Return Wilson's interval in percent; of 95 % unless ``z`` says otherwise."""
        return wilson_interval(self.percent / 100 * self.size, self.size, z)


@dataclass(frozen=True, slots=True)
class Difference:
    """One percentage less another.

    Attributes:
        points: percentage points.
        low, high: the 95 % interval.
        p: probability of a difference as large or larger by chance alone.
    """

    points: float
    low: float
    high: float
    p: float

    @property
    def within_error(self) -> bool:
        """Whether chance alone explains it, at :data:`LEVEL`."""
        return self.p >= LEVEL

    def __str__(self) -> str:
        shown = 'p < 0.001' if self.p < 0.001 else f'p = {self.p:.2g}'
        interval = f'{self.low:+.1f} to {self.high:+.1f}'
        return f'{self.points:+.2f} points, 95 % interval {interval}, {shown}'


def measured(items: Sequence[Response]) -> Estimate:
    """Return the accuracy of a run, with the error clustered by problem if there are several.

    The size is that of :func:`~opencompass_math500.statistics.score.effective_size`, so that
    a score and its comparison have the same interval.
    """
    counts = list(right_by(items, lambda item: item.unique_id).values())
    right, total = sum(r for r, _ in counts), sum(n for _, n in counts)
    share = right / total
    if total == len(counts) or len(counts) == 1:
        return Estimate(100 * share, len(counts))
    return Estimate(100 * share, effective_size(counts))


def difference(one: Estimate, other: Estimate) -> Difference:
    """Subtract ``other`` from ``one``, with both errors, as if of independent problems.

    Cautious where both are of the same problems: what the choice of problems adds to both
    errors is counted, though it is common to both. The p-value is the level at which the
    interval touches zero, so that interval and outcome never contradict each other.

    Source: Newcombe 1998, "Interval estimation for the difference between independent
    proportions", method 10.
    """
    low, high = _interval(one, other, Z95)
    return Difference(one.percent - other.percent, low, high, _p_value(one, other))


def _interval(one: Estimate, other: Estimate, z: float) -> tuple[float, float]:
    (low1, high1), (low2, high2) = one.interval(z), other.interval(z)
    points = one.percent - other.percent
    below = sqrt((one.percent - low1) ** 2 + (high2 - other.percent) ** 2)
    above = sqrt((high1 - one.percent) ** 2 + (other.percent - low2) ** 2)
    return points - below, points + above


def _p_value(one: Estimate, other: Estimate) -> float:
    inside, outside = _FAR, 0.0
    for _ in range(60):
        z = (inside + outside) / 2
        low, high = _interval(one, other, z)
        if low <= 0 <= high:
            inside = z
        else:
            outside = z
    return erfc(inside / sqrt(2))
