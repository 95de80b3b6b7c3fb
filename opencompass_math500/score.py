"""From graded items to a score with its interval."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean

from opencompass_math500.errors import MalformedData
from opencompass_math500.grading.verdict import Outcome
from opencompass_math500.results import Item

__all__ = ['Score', 'score_items']

_Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Score:
    """An accuracy and what stands beside it.

    Attributes:
        problems, samples: how many problems, how many responses to each.
        accuracy: percent, 0-100; the denominator is every response.
        low, high: 95 % interval in percent: Wilson's for one sample, for several the
            normal one with the standard error clustered by problem.
        right: correct responses.
        outcomes: responses by outcome.
        cut: responses that hit the token cap, answered or not.
        unknown_ending: responses of which the engine does not say how they ended.
    """

    problems: int
    samples: int
    accuracy: float
    low: float
    high: float
    right: int
    outcomes: Mapping[Outcome, int]
    cut: int
    unknown_ending: int

    @property
    def responses(self) -> int:
        """How many responses the accuracy is over."""
        return self.problems * self.samples


def score_items(items: Iterable[Item]) -> Score:
    """The score of the items of one model on one dataset.

    Source of the intervals: Wilson 1927 (through :mod:`scipy.stats`); for clustered
    standard errors, Miller 2024, "Adding Error Bars to Evals", section 2.2.

    Raises:
        MalformedData: no items, or problems with different numbers of responses.
    """
    by_problem: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_problem[item.unique_id].append(item)
    sizes = {len(group) for group in by_problem.values()}
    if len(sizes) != 1:
        raise MalformedData(
            f'problems have {sorted(sizes)} responses each, expected one number for all',
            'remove the results and grade again: opencompass CONFIG -m eval -r',
        )
    everything = [item for group in by_problem.values() for item in group]
    right = sum(item.is_correct for item in everything)
    low, high = (
        _wilson(right, len(everything))
        if sizes == {1}
        else _clustered([[i.is_correct for i in group] for group in by_problem.values()])
    )
    return Score(
        problems=len(by_problem),
        samples=sizes.pop(),
        accuracy=100 * right / len(everything),
        low=low,
        high=high,
        right=right,
        outcomes=Counter(item.outcome for item in everything),
        cut=sum(item.was_cut for item in everything),
        unknown_ending=sum(item.finish_reason is None for item in everything),
    )


def _wilson(right: int, total: int) -> tuple[float, float]:
    from scipy.stats import binomtest

    interval = binomtest(right, total).proportion_ci(method='wilson')
    return 100 * float(interval.low), 100 * float(interval.high)


def _clustered(groups: list[list[bool]]) -> tuple[float, float]:
    means = [fmean(group) for group in groups]
    mean = fmean(means)
    if len(means) == 1:
        return 0.0, 100.0
    variance = sum((m - mean) ** 2 for m in means) / (len(means) - 1)
    half = _Z95 * (variance / len(means)) ** 0.5
    return 100 * max(0.0, mean - half), 100 * min(1.0, mean + half)
