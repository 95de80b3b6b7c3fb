"""What several graders say about the same responses, counted. Pure: records in, counts out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

from opencompass_math500.grading import Outcome
from opencompass_math500.statistics.score import share_interval

__all__ = [
    'GRADERS',
    'Grader',
    'GraderScore',
    'GraderVerdict',
    'Judged',
    'Pair',
    'Share',
    'differing',
    'matrix',
    'pairs',
    'share',
]

Grader = Literal['math500', 'opencompass_v1', 'opencompass_v2', 'math_verify']

GRADERS: Final[Mapping[Grader, str]] = {
    'math500': 'this judge',
    'opencompass_v1': 'MATHEvaluator v1',
    'opencompass_v2': 'MATHEvaluator v2',
    'math_verify': 'math-verify',
}
"""Every grader and what a table calls it, in the order of tables."""


@dataclass(frozen=True, slots=True)
class GraderVerdict:
    """What one grader says about one response.

    Attributes:
        answer: what it extracted; None where it found nothing.
        is_correct: its verdict; False where it came to none.
        note: why there is no verdict (its clock, its error); '' where there is one.
    """

    answer: str | None
    is_correct: bool
    note: str = ''

    @property
    def said(self) -> str:
        """The answer that was found; in brackets, that there is none or why no verdict."""
        if self.note:
            return f'({self.note})'
        return '(none)' if self.answer is None else self.answer


@dataclass(frozen=True, slots=True)
class Judged:
    """One response with what every grader says about it: an item of ``.graders.json``.

    Attributes:
        name: the problem's id; ``row N`` where the file has none.
        sample: 0 for the first response to the problem, 1 for the second, ...
        gold: the reference answer, the same for every grader.
        outcome, reason, rule: our judge's verdict.
        was_cut: cut by the token cap, before an answer or after it.
        ending_known: whether the file says how the generation ended.
        words: what each grader says, ours among them.
    """

    name: str
    sample: int
    gold: str
    outcome: Outcome
    reason: str
    rule: str
    was_cut: bool
    ending_known: bool
    words: Mapping[Grader, GraderVerdict]


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some responses are right.

    Attributes:
        right, total: responses.
        accuracy: percent, 0-100; None of no responses.
        low, high: 95 % interval in percent: Wilson's for one response a problem, for
            several clustered by problem.
    """

    right: int
    total: int
    accuracy: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class GraderScore:
    """The score of one grader over all responses.

    Attributes:
        grader: which.
        share: its score; a response without a verdict counts as wrong.
        undecided: responses on which it came to no verdict.
    """

    grader: Grader
    share: Share
    undecided: int


@dataclass(frozen=True, slots=True)
class Pair:
    """How two graders differ.

    Attributes:
        first, second: which.
        only_first, only_second: responses that only the one accepts.
        both, neither: responses on which they agree.
    """

    first: Grader
    second: Grader
    only_first: int
    only_second: int
    both: int
    neither: int


def share(rows: Iterable[Judged], is_right: Callable[[Judged], bool]) -> Share:
    """Return the share of right responses, problem by problem."""
    groups: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        counts = groups[row.name]
        counts[0] += is_right(row)
        counts[1] += 1
    right = sum(count for count, _ in groups.values())
    total = sum(size for _, size in groups.values())
    if not total:
        return Share(0, 0, None, None, None)
    low, high = share_interval([(count, size) for count, size in groups.values()])
    return Share(right, total, 100 * right / total, low, high)


def present(rows: Sequence[Judged]) -> list[Grader]:
    """Return the graders that spoke, in the order of tables."""
    return [grader for grader in GRADERS if rows and grader in rows[0].words]


def matrix(rows: Sequence[Judged]) -> list[GraderScore]:
    """Score every grader on the same responses."""
    return [
        GraderScore(
            grader,
            share(rows, lambda row, grader=grader: row.words[grader].is_correct),  # type: ignore[misc]
            sum(bool(row.words[grader].note) for row in rows),
        )
        for grader in present(rows)
    ]


def pairs(rows: Sequence[Judged]) -> list[Pair]:
    """Compare every two graders."""
    found = []
    for first, second in combinations(present(rows), 2):
        counts = {(one, other): 0 for one in (True, False) for other in (True, False)}
        for row in rows:
            counts[row.words[first].is_correct, row.words[second].is_correct] += 1
        found.append(
            Pair(
                first,
                second,
                only_first=counts[True, False],
                only_second=counts[False, True],
                both=counts[True, True],
                neither=counts[False, False],
            )
        )
    return found


def differing(rows: Iterable[Judged]) -> list[Judged]:
    """Return the responses on which not all graders agree, in the order of the file."""
    return [row for row in rows if len({word.is_correct for word in row.words.values()}) > 1]
