"""From graded items to a score with its interval."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from opencompass_math500.endings import meaning_of
from opencompass_math500.errors import MalformedData
from opencompass_math500.grading import Outcome
from opencompass_math500.response import Response

__all__ = [
    'Z95', 'Score', 'clustered_interval', 'effective_size', 'mean_interval', 'right_by',
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
        low, high: 95 % interval in percent: Wilson's for one sample, for several that of
            :func:`clustered_interval`.
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


def score_items(items: Iterable[Response]) -> Score:
    """Score the items of one model on one dataset.

    Raises:
        MalformedData: no items, or problems with different numbers of responses.
    """
    by_problem: dict[str, list[Response]] = defaultdict(list)
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
    accuracy, low, high = _accuracy(by_problem.values())
    groups = [[i for i in group if i.outcome not in _NO_REPLY] for group in by_problem.values()]
    answered = [group for group in groups if group]
    second = _accuracy(answered) if answered else (None, None, None)
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


def _accuracy(groups: Collection[list[Response]]) -> tuple[float, float, float]:
    """Accuracy and interval in percent of responses, problem by problem."""
    counts = [(sum(item.is_correct for item in group), len(group)) for group in groups]
    right, total = sum(right for right, _ in counts), sum(size for _, size in counts)
    low, high = share_interval(counts)
    return 100 * right / total, low, high


def right_by(
    items: Iterable[Response], key: Callable[[Response], _Key]
) -> dict[_Key, tuple[int, int]]:
    """Count for each group the right responses and all, in the order of the items."""
    counts: dict[_Key, tuple[int, int]] = {}
    for item in items:
        right, total = counts.get(key(item), (0, 0))
        counts[key(item)] = (right + item.is_correct, total + 1)
    return counts


def share_interval(groups: Collection[tuple[int, int]]) -> tuple[float, float]:
    """Return the 95 % interval of right responses among all, in percent.

    Wilson's where each problem has one response, else clustered by problem.

    Args:
        groups: as for :func:`clustered_interval`.
    """
    if all(size == 1 for _, size in groups):
        return wilson_interval(sum(right for right, _ in groups), len(groups))
    return clustered_interval(groups)


def wilson_interval(right: float, total: float, z: float = Z95) -> tuple[float, float]:
    """Return Wilson's interval of ``right`` among ``total`` independent responses, in percent.

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


def clustered_interval(
    groups: Collection[tuple[float, float]], most: float | None = None
) -> tuple[float, float]:
    """Return the 95 % interval over several responses a problem, in percent.

    Each end is the farther one of two intervals: the normal one with the error clustered by
    problem, and Wilson's of so many responses as :func:`effective_size` says. The former is
    too narrow where nearly all problems are right, or wrong, and has no width where their
    shares are equal; the latter is never narrower there than of one response a problem.

    Args:
        groups: for each problem the number of right responses and of all. The numbers
            may differ from problem to problem. Of one problem alone everything is possible.
        most: as for :func:`effective_size`.

    Source: as there.
    """
    count = len(groups)
    if count == 1:
        return 0.0, 100.0
    right, total = sum(right for right, _ in groups), sum(size for _, size in groups)
    share, size = right / total, effective_size(groups, most)
    low, high = wilson_interval(share * size, size)
    half = 100 * Z95 * (_squares(groups, share) * count / (count - 1)) ** 0.5 / total
    return max(0.0, min(low, 100 * share - half)), min(100.0, max(high, 100 * share + half))


def effective_size(groups: Collection[tuple[float, float]], most: float | None = None) -> float:
    """Return the number of independent responses whose share would have the same error.

    The error is clustered by problem. For it two problems more are taken for all right, and
    two for all wrong (1.92 to be exact). Of 500 problems one may be right in three of four
    samples and the others in all: the variance would say 99.85 to 100, though seven in a
    thousand may be wrong each time without one of them being among these. So the size of
    problems that are right or wrong as a whole is their number, and it is their number
    where all have the same share: no spread at all is no measure of it.

    Args:
        groups: as for :func:`clustered_interval`; of two problems and more.
        most: the largest size that is believed; by default the number of responses.

    Source: Miller 2024, "Adding Error Bars to Evals", section 2.2, for the clustered error,
    here with the correction k / (k - 1) for few problems; Korn & Graubard 1998, "Confidence
    Intervals for Proportions with Small Expected Number of Positive Counts Estimated from
    Survey Data", for the size; Agresti & Coull 1998, "Approximate is Better than 'Exact' for
    Interval Estimation of Binomial Proportions", for the added ones; Kish 1965, "Survey
    Sampling", for problems with different numbers of responses, which count for less.
    """
    count = len(groups)
    right, total = sum(right for right, _ in groups), sum(size for _, size in groups)
    least = total**2 / sum(size**2 for _, size in groups)
    if _squares(groups, right / total) <= 1e-12 * total**2 / count:
        return least
    added = Z95**2 / 2 * total / count
    share = (right + added) / (total + 2 * added)
    squares = _squares(groups, share) * count / (count - 1)
    squares += added * total / count * (share**2 + (1 - share) ** 2)
    size = share * (1 - share) * (total + 2 * added) ** 2 / squares - Z95**2
    return min(max(size, least), max(most or total, least))


def _squares(groups: Iterable[tuple[float, float]], share: float) -> float:
    """How far the problems are from this share, squared and summed."""
    return sum((right - size * share) ** 2 for right, size in groups)


def mean_interval(values: Sequence[float], most: float | None = None) -> tuple[float, float, float]:
    """Return the mean of one value a problem, and its 95 % interval, in percent.

    Wilson's interval where every value is 0 or 1, else that of :func:`clustered_interval`.

    Args:
        values: 0 to 1, one a problem.
        most: how many responses they rest on.
    """
    count = len(values)
    mean = sum(values) / count
    if all(value in (0.0, 1.0) for value in values):
        return 100 * mean, *wilson_interval(round(sum(values)), count)
    return 100 * mean, *clustered_interval([(value, 1.0) for value in values], most)
