"""Where a gap comes from: what was cut, what holds no answer, what never came. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from opencompass_math500.graders.matrix import Judged, Share, share
from opencompass_math500.grading import Outcome

__all__ = ['Anatomy', 'Loss', 'LossName', 'anatomy']

LossName = Literal['cut'] | Outcome
_OUTCOMES: Final[tuple[Outcome, ...]] = (
    'truncated', 'no_answer', 'unparsed_answer', 'empty_response', 'content_filter',
    'failed_request', 'unparsed_gold', 'timeout',
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loss:
    """Responses lost in one way.

    Attributes:
        name: ``cut`` for all that hit the token cap, answered or not; else an outcome of
            our judge.
        count: how many.
        without: our judge's score over all other responses.
    """

    name: LossName
    count: int
    without: Share


@dataclass(frozen=True, slots=True)
class Anatomy:
    """How the responses of one set were lost, by our judge.

    Attributes:
        losses: one entry for every way, also where nothing was lost in it.
        unknown_ending: responses of which the file does not say how they ended: they may
            have been cut as well.
    """

    losses: tuple[Loss, ...]
    unknown_ending: int

    def count(self, name: LossName) -> int:
        """Count the responses that were lost in one way."""
        return next(loss.count for loss in self.losses if loss.name == name)


def anatomy(rows: Sequence[Judged]) -> Anatomy:
    """Count what was lost in each way, and the score without it."""
    ways: dict[LossName, Callable[[Judged], bool]] = {'cut': lambda row: row.was_cut}
    ways.update({name: _with_outcome(name) for name in _OUTCOMES})
    losses = []
    for name, is_lost in ways.items():
        rest = [row for row in rows if not is_lost(row)]
        kept = share(rest, lambda row: row.outcome == 'correct')
        losses.append(Loss(name, len(rows) - len(rest), kept))
    return Anatomy(tuple(losses), sum(not row.ending_known for row in rows))


def _with_outcome(name: Outcome) -> Callable[[Judged], bool]:
    return lambda row: row.outcome == name
