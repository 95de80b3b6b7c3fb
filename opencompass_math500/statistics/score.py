"""From graded items to a score with its interval."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from opencompass_math500.endings import meaning_of
from opencompass_math500.errors import MalformedData
from opencompass_math500.grading.verdict import Outcome
from opencompass_math500.response import Item

__all__ = [
    'Z95', 'Score', 'clustered_error', 'clustered_interval', 'mean_interval', 'right_by',
    'score_items', 'share_interval', 'wilson_interval',
]  # fmt: skip

Z95 = 1.959963984540054
_NO_REPLY = frozenset({'failed_request', 'content_filter'})

_Key = TypeVar('_Key')


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
        accuracy_answered: percent, 0-100, of the responses that are neither
            ``failed_request`` nor ``content_filter``; the accuracy itself where all are,
            None where none is.
        low_answered, high_answered: its 95 % interval, as above.
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
    accuracy_answered: float | None
    low_answered: float | None
    high_answered: float | None

    @property
    def responses(self) -> int:
        """How many responses the accuracy is over."""
        return self.problems * self.samples

    @property
    def failed(self) -> int:
        """How many requests failed: to be asked again."""
        return self.outcomes.get('failed_request', 0)

    @property
    def filtered(self) -> int:
        """How many replies the endpoint filtered before an answer."""
        return self.outcomes.get('content_filter', 0)

    @property
    def answered(self) -> int:
        """How many responses ``accuracy_answered`` is over."""
        return self.responses - self.failed - self.filtered

    @property
    def complete(self) -> bool:
        """Whether no request failed."""
        return not self.failed


def score_items(items: Iterable[Item]) -> Score:
    """The score of the items of one model on one dataset.

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
    samples = sizes.pop()
    accuracy, low, high = _accuracy(by_problem.values(), samples)
    groups = [[i for i in group if i.outcome not in _NO_REPLY] for group in by_problem.values()]
    answered = [group for group in groups if group]
    second = _accuracy(answered, samples) if answered else (None, None, None)
    return Score(
        problems=len(by_problem),
        samples=samples,
        accuracy=accuracy,
        low=low,
        high=high,
        right=sum(item.is_correct for item in everything),
        outcomes=Counter(item.outcome for item in everything),
        cut=sum(item.was_cut and meaning_of(item.finish_reason) != 'filter' for item in everything),
        unknown_ending=sum(
            item.finish_reason is None and item.outcome != 'failed_request' for item in everything
        ),
        accuracy_answered=second[0],
        low_answered=second[1],
        high_answered=second[2],
    )


def _accuracy(groups: Collection[list[Item]], samples: int) -> tuple[float, float, float]:
    """Accuracy and interval in percent of responses, problem by problem."""
    counts = [(sum(item.is_correct for item in group), len(group)) for group in groups]
    right, total = sum(right for right, _ in counts), sum(size for _, size in counts)
    low, high = wilson_interval(right, total) if samples == 1 else clustered_interval(counts)
    return 100 * right / total, low, high


def right_by(items: Iterable[Item], key: Callable[[Item], _Key]) -> dict[_Key, tuple[int, int]]:
    """For each group the number of right responses and of all, in the order of the items."""
    counts: dict[_Key, tuple[int, int]] = {}
    for item in items:
        right, total = counts.get(key(item), (0, 0))
        counts[key(item)] = (right + item.is_correct, total + 1)
    return counts


def share_interval(groups: Collection[tuple[int, int]]) -> tuple[float, float]:
    """The 95 % interval of right responses among all, in percent.

    Wilson's where each problem has one response, else clustered by problem.

    Args:
        groups: as for :func:`clustered_interval`.
    """
    if all(size == 1 for _, size in groups):
        return wilson_interval(sum(right for right, _ in groups), len(groups))
    return clustered_interval(groups)


def wilson_interval(right: float, total: float, z: float = Z95) -> tuple[float, float]:
    """Wilson's interval of ``right`` among ``total`` independent responses, in percent.

    Of 95 %, unless ``z`` says another number of standard errors.

    Written out: importing scipy.stats for it takes longer than grading 500 responses.

    Source: Wilson 1927, "Probable Inference, the Law of Succession, and Statistical
    Inference".
    """
    share, z2 = right / total, z**2
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = z / (1 + z2 / total) * (share * (1 - share) / total + z2 / (4 * total**2)) ** 0.5
    low = 0.0 if right == 0 else middle - half
    high = 1.0 if right == total else middle + half
    return 100 * low, 100 * high


def clustered_interval(groups: Iterable[tuple[int, int]]) -> tuple[float, float]:
    """The 95 % interval over several responses a problem, in percent.

    Args:
        groups: for each problem the number of right responses and of all. The numbers
            may differ from problem to problem.

    Source: Miller 2024, "Adding Error Bars to Evals", section 2.2, with the correction
    k / (k - 1) for few problems.
    """
    counts = list(groups)
    if len(counts) == 1:
        return 0.0, 100.0
    mean = 100 * sum(right for right, _ in counts) / sum(size for _, size in counts)
    half = Z95 * clustered_error(counts)
    return max(0.0, mean - half), min(100.0, mean + half)


def clustered_error(groups: Iterable[tuple[int, int]]) -> float:
    """The standard error clustered by problem, in percent; of two problems and more.

    Args and source: as :func:`clustered_interval`.
    """
    counts = list(groups)
    total = sum(size for _, size in counts)
    mean = sum(right for right, _ in counts) / total
    squares = sum((right - size * mean) ** 2 for right, size in counts)
    return 100 * float((squares * len(counts) / (len(counts) - 1)) ** 0.5) / total


def mean_interval(values: Sequence[float]) -> tuple[float, float, float]:
    """The mean of one value a problem, and its 95 % interval, in percent.

    Wilson's interval where every value is 0 or 1, else the normal one with the standard
    error of the values.

    Args:
        values: 0 to 1, one a problem.
    """
    count = len(values)
    mean = sum(values) / count
    if all(value in (0.0, 1.0) for value in values):
        return 100 * mean, *wilson_interval(round(sum(values)), count)
    if count == 1:
        return 100 * mean, 0.0, 100.0
    squares = sum((value - mean) ** 2 for value in values)
    half = Z95 * (squares / (count - 1) / count) ** 0.5
    return 100 * mean, 100 * max(0.0, mean - half), 100 * min(1.0, mean + half)
