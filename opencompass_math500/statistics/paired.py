"""Two runs over the same problems: the difference, problem by problem."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import comb, erfc, sqrt

from opencompass_math500.errors import MalformedData
from opencompass_math500.response import Response
from opencompass_math500.statistics.score import Z95

__all__ = ['PairedDifference', 'paired_difference']


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """How much better the second of two runs did on the very same problems.

    Attributes:
        points: accuracy of the second less that of the first, in percentage points.
        low, high: its 95 % interval, in percentage points.
        gained, lost: ids of the problems that went better and worse.
        p: probability of so uneven a split of these by chance alone.
    """

    points: float
    low: float
    high: float
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    p: float


def paired_difference(before: Iterable[Response], after: Iterable[Response]) -> PairedDifference:
    """Subtract the first run from the second, paired by problem.

    The interval is the adjusted Wald interval of a difference of paired proportions: one
    problem that was gained and one that was lost are added, so that it does not shrink to
    nothing where no problem flipped. Of several responses a problem their mean counts.
    The p-value is McNemar's exact one for one response a problem, else the normal one, with
    the error of the interval: two problems that both went half a point up are no certainty.

    Source: Bonett & Price 2012, "Adjusted Wald Confidence Interval for a Difference of
    Binomial Proportions Based on Paired Data"; McNemar 1947, "Note on the sampling error
    of the difference between correlated proportions or percentages".

    Raises:
        MalformedData: the runs are of different problems, or of none.
    """
    first, second = _shares(before), _shares(after)
    if not first or set(first) != set(second):
        apart = sorted(set(first) ^ set(second))
        raise MalformedData(
            f'the runs are of different problems ({len(apart)} are in one alone'
            + (f', {apart[0]} among them)' if apart else ')'),
            'compare runs over the same data',
        )
    steps = {unique_id: second[unique_id] - share for unique_id, share in first.items()}
    values = list(steps.values())
    # The added pair of +1 and -1 moves the sum not at all, the squares by two.
    count = len(values) + 2
    middle = sum(values) / count
    error = sqrt((sum(value**2 for value in values) + 2 - count * middle**2) / count / count)
    gained = tuple(name for name, step in steps.items() if step > 0)
    lost = tuple(name for name, step in steps.items() if step < 0)
    single = all(step in (-1, 0, 1) for step in values)
    return PairedDifference(
        points=100 * sum(values) / len(values),
        low=100 * max(-1.0, middle - Z95 * error),
        high=100 * min(1.0, middle + Z95 * error),
        gained=gained,
        lost=lost,
        p=_mcnemar(len(gained), len(lost)) if single else erfc(abs(middle) / error / sqrt(2)),
    )


def _shares(items: Iterable[Response]) -> Mapping[str, float]:
    """The share of right responses to each problem."""
    marks: dict[str, list[bool]] = defaultdict(list)
    for item in items:
        marks[item.unique_id].append(item.is_correct)
    return {unique_id: sum(each) / len(each) for unique_id, each in marks.items()}


def _mcnemar(gained: int, lost: int) -> float:
    """The two-sided exact test: flips are as likely to go one way as the other."""
    flips = gained + lost
    tail = sum(comb(flips, k) for k in range(min(gained, lost) + 1))
    return float(min(1.0, 2 * tail / 2**flips))
