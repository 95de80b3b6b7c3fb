"""What the report shows of other graders, as plain values for its template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from opencompass_math500.graders.matrix import Share

__all__ = [
    'GraderItemSheet',
    'GraderPairSheet',
    'GraderScoreSheet',
    'GradersSheet',
    'GradersState',
]

GradersState = Literal['present', 'missing', 'damaged', 'stale']


@dataclass(frozen=True, slots=True)
class GraderScoreSheet:
    """The score of one grader.

    Attributes:
        title: what a table calls it.
        share: ``right``, ``total``, ``accuracy``, ``low``, ``high``.
        undecided: responses without a verdict.
    """

    title: str
    share: Share
    undecided: int


@dataclass(frozen=True, slots=True)
class GraderPairSheet:
    """Responses that one of two graders accepts alone, and on which they agree."""

    first: str
    second: str
    only_first: int
    only_second: int
    agree: int


@dataclass(frozen=True, slots=True)
class GraderItemSheet:
    """A response on which graders differ.

    Attributes:
        name: its problem's id, or its row.
        sample: from 1; 0 where each problem has one.
        gold: the reference answer.
        words: the answer that each grader found and whether it takes it for right, in the
            order of the scores.
    """

    name: str
    sample: int
    gold: str
    words: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class GradersSheet:
    """What other graders say of the same responses.

    Attributes:
        state: ``missing``: nobody asked them; ``stale``: of other responses or an older
            version of this judge, shown with its remark; ``damaged``: cannot be read.
        remark: what to know of it, and what to do; '' where all is well.
        scores, pairs: the tables; empty where missing or damaged.
        differing: responses on which they differ.
        items: the first of these.
        versions: of the graders, on one line.
    """

    state: GradersState
    remark: str
    scores: tuple[GraderScoreSheet, ...]
    pairs: tuple[GraderPairSheet, ...]
    differing: int
    items: tuple[GraderItemSheet, ...]
    versions: str
