"""Several samples a problem: pass@k, and the majority's answer by the judge's equality."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb
from typing import Final, Literal

from opencompass_math500.errors import MalformedData, SelectionError
from opencompass_math500.grading import RULE_OF, Outcome, Policy, judge
from opencompass_math500.response import Response
from opencompass_math500.statistics.score import mean_interval

__all__ = [
    'SampledScore',
    'Sampling',
    'Votes',
    'default_ks',
    'majority_share',
    'pass_at_k',
    'sampling_scores',
]

Metric = Literal['pass', 'maj']

_DO_NOT_VOTE: Final[frozenset[Outcome]] = frozenset(
    {'no_answer', 'truncated', 'empty_response', 'content_filter', 'failed_request'}
)
# Only a dispute asks which of the two is the gold: (1,2) for 1,2, and 1,2 for (1,2).
_ONE_WAY: Final = frozenset(RULE_OF.values())
_CLOCK_RULES: Final = ('fallback.timeout', 'fallback.stalled')
# A comparison that runs into the symbolic clock takes five seconds; 64 answers make 4,032.
_CLOCKS_A_PROBLEM: Final = 2
_CLOCKS_IN_ALL: Final = 20


@dataclass(frozen=True, slots=True)
class SampledScore:
    """One figure over k samples a problem.

    Attributes:
        metric: ``pass``: at least one of k is right; ``maj``: the majority of k is.
        k: how many samples the figure is about.
        value: percent, 0-100, over all problems.
        low, high: 95 % interval in percent, over problems.
    """

    metric: Metric
    k: int
    value: float
    low: float
    high: float

    @property
    def name(self) -> str:
        """As the field writes it: ``pass@4``, ``maj@64``."""
        return f'{self.metric}@{self.k}'


@dataclass(frozen=True, slots=True)
class Sampling:
    """What several samples a problem tell.

    Attributes:
        problems, samples: how many problems, how many samples of each.
        scores: for each k first ``pass``, then ``maj``.
        undecided: comparisons between answers that ran into the clock, or were left out
            after too many had. Such answers count as different.
    """

    problems: int
    samples: int
    scores: tuple[SampledScore, ...]
    undecided: int


def default_ks(samples: int) -> tuple[int, ...]:
    """Return the powers of two from 2 up to the number of samples, and that number."""
    powers = {1 << exponent for exponent in range(1, max(samples, 1).bit_length())}
    return tuple(sorted(k for k in powers | {samples} if 2 <= k <= samples))


def sampling_scores(
    items: Iterable[Response], ks: Sequence[int] | None = None, policy: Policy | None = None
) -> Sampling:
    """Return pass@k and maj@k of the items of one model on one dataset.

    pass@k is the unbiased estimate from all n samples. maj@k is the expectation over
    every choice of k of the n samples, exactly counted: the answer with most votes wins; of
    several with equally many each wins equally often, as if the first one seen did and the
    samples came in any order. Votes are counted by the judge's equality between answers,
    without the gold (:class:`Votes`); where nobody votes, the problem is wrong. A failed
    request counts as a wrong sample without a vote.

    The interval is over problems: Wilson's where every problem is right or wrong as a whole
    (so at k = n, ties aside), else as that of the accuracy.

    Args:
        items: the graded responses.
        ks: how many samples the figures are about; by default :func:`default_ks`.
        policy: how the judge decides disputed forms, as for the run.

    Raises:
        MalformedData: no items, or problems with different numbers of samples.
        SelectionError: a k below 1 or above the number of samples.

    Source: Chen et al. 2021, "Evaluating Large Language Models Trained on Code",
    section 2.1, for pass@k; Wang et al. 2022, "Self-Consistency Improves Chain of Thought
    Reasoning in Language Models", for the majority.
    """
    by_problem: dict[str, list[Response]] = defaultdict(list)
    for item in items:
        by_problem[item.unique_id].append(item)
    sizes = sorted({len(group) for group in by_problem.values()})
    if len(sizes) != 1:
        raise MalformedData(
            f'problems have {sizes} responses each, expected one number for all',
            'remove the results and grade again: opencompass CONFIG -m eval -r',
        )
    (samples,) = sizes
    chosen = default_ks(samples) if ks is None else tuple(sorted(set(ks)))
    if outside := [k for k in chosen if not 1 <= k <= samples]:
        raise SelectionError(
            f'k = {outside[0]} of {samples} samples', f'give a k from 1 to {samples}'
        )
    votes = Votes(policy)
    right = [sum(item.is_correct for item in group) for group in by_problem.values()]
    ballots = [votes.clusters(group) for group in by_problem.values()]
    scores, responses = [], samples * len(right)
    for k in chosen:
        passed = [pass_at_k(samples, count, k) for count in right]
        won = [majority_share(ballot, samples, k) for ballot in ballots]
        scores.append(SampledScore('pass', k, *mean_interval(passed, responses)))
        scores.append(SampledScore('maj', k, *mean_interval(won, responses)))
    return Sampling(len(ballots), samples, tuple(scores), votes.undecided)


def pass_at_k(samples: int, right: int, k: int) -> float:
    """Return the chance, 0-1, that k of the samples, drawn without return, hold a right one.

    Source: Chen et al. 2021, equation 1: 1 - C(n - c, k) / C(n, k).
    """
    total = comb(samples, k)
    return (total - comb(samples - right, k)) / total


@dataclass(frozen=True, slots=True)
class Cluster:
    """Samples of one problem that give the same answer: how many, and how many are right."""

    votes: int
    right: int


class Votes:
    """Groups the answers to a problem by the judge's equality.

    An answer joins the first group whose first answer the judge takes for the same, either
    of the two being the gold of the other: at most n² comparisons a problem, and none
    between texts that are the same. Two comparisons a problem, and twenty in all, may run
    into the judge's clock; after that answers are compared as texts.

    Args:
        policy: how the judge decides disputed forms.

    Attributes:
        undecided: comparisons that were not decided, or left out.
    """

    def __init__(self, policy: Policy | None = None) -> None:
        self.undecided = 0
        self._policy = policy
        self._clocks_left = _CLOCKS_IN_ALL

    def clusters(self, samples: Iterable[Response]) -> tuple[Cluster, ...]:
        """Return the groups of one problem's samples; those without an answer are in none."""
        voting = [item for item in samples if item.outcome not in _DO_NOT_VOTE and item.answer]
        texts: dict[str, int] = {}
        leaders: list[str] = []
        tally: list[list[int]] = []
        clocks = [min(_CLOCKS_A_PROBLEM, self._clocks_left)]
        for item in voting:
            text = item.answer.strip()
            if text not in texts:
                texts[text] = next(
                    (n for n, leader in enumerate(leaders) if self._same(text, leader, clocks)),
                    len(leaders),
                )
                if texts[text] == len(leaders):
                    leaders.append(text)
                    tally.append([0, 0])
            tally[texts[text]][0] += 1
            tally[texts[text]][1] += item.is_correct
        return tuple(Cluster(votes, right) for votes, right in tally)

    def _same(self, one: str, other: str, clocks: list[int]) -> bool:
        for answer, gold in ((one, other), (other, one)):
            if clocks[0] <= 0:
                self.undecided += 1
                return False
            verdict = judge(answer=answer, gold=gold, policy=self._policy)
            if verdict.is_correct:
                return True
            if verdict.outcome == 'timeout':
                self.undecided += 1
                if verdict.rule in _CLOCK_RULES:
                    clocks[0] -= 1
                    self._clocks_left -= 1
                return False
            if verdict.rule not in _ONE_WAY:
                return False
        return False


def majority_share(ballot: Iterable[Cluster], samples: int, k: int) -> float:
    """Return the chance, 0-1, that the majority among k of the samples is right.

    Args:
        ballot: the groups of equal answers.
        samples: how many samples there are, with those that do not vote.
        k: how many of them are drawn, without return.
    """
    groups = tuple(ballot)
    share = 0.0
    for number, group in enumerate(groups):
        if group.right:
            others = sorted(other.votes for other in (*groups[:number], *groups[number + 1 :]))
            silent = samples - group.votes - sum(others)
            # Equal answers may differ in their verdict: one restates the problem, say.
            share += group.right / group.votes * _wins(group.votes, tuple(others), silent, k)
    return share


@lru_cache(maxsize=1 << 14)
def _wins(votes: int, others: tuple[int, ...], silent: int, k: int) -> float:
    """The chance that a group wins: most votes among k samples, a tie shared out equally.

    Counts the choices in which the group has t votes and no other has more, for each t,
    by the number of others that have t as well.
    """
    samples = votes + sum(others) + silent
    if k == samples:
        rivals = sum(other == votes for other in others)
        return 0.0 if others and others[-1] > votes else 1 / (1 + rivals)
    won = 0.0
    for own in range(1, min(votes, k) + 1):
        for (cast, ties), ways in _without_better(others, own, k - own).items():
            chosen = comb(votes, own) * ways * comb(silent, k - own - cast)
            won += chosen / (1 + ties)
    return won / comb(samples, k)


def _without_better(others: tuple[int, ...], most: int, room: int) -> Mapping[tuple[int, int], int]:
    """In how many ways the others cast so many votes, so many of them ``most``, none more.

    Args:
        others: their sizes.
        most: the votes of the group that is to win.
        room: how many votes they may cast together.
    """
    ways: dict[tuple[int, int], int] = {(0, 0): 1}
    for size in others:
        following: dict[tuple[int, int], int] = defaultdict(int)
        votes_cast = range(min(size, most) + 1)
        choices = [(votes, votes == most, comb(size, votes)) for votes in votes_cast]
        for (cast, ties), count in ways.items():
            for votes, is_tie, chosen in choices:
                if cast + votes > room:
                    break
                following[cast + votes, ties + is_tie] += count * chosen
        ways = following
    return ways
