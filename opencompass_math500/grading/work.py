"""The work that one judgement may cost, counted and not timed.

Every bound of limits.py alone leaves products of them open: 48 elements against 48, each
a sum of 100 radicals. So each step of arithmetic counts its cost, in units of about a
microsecond, and a judgement that goes beyond ``MAX_WORK`` ends undecided. A count gives
the same verdict on every machine; a clock would not.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Final, TypeVar

from opencompass_math500.grading.decision import Decision
from opencompass_math500.grading.limits import MAX_WORK

__all__ = ['OVERWORKED', 'OverworkedError', 'Work', 'current', 'spend', 'within_bounds']

OVERWORKED: Final = Decision(None, 'judge.work', 'too much work to decide')
"""What comes out of a comparison that would take too long."""

T = TypeVar('T')


class OverworkedError(Exception):
    """The judgement has used up its work."""


class Work:
    """What is left to spend, and what has been computed already.

    Attributes:
        left: units of work, about a microsecond each.
        bits: the working precision of balls, to which their cost is proportional.
        known: results by what they were computed for. A key holds the ``id`` of a value;
            the value stands beside its result, so that the ``id`` stays its own.
    """

    __slots__ = ('bits', 'known', 'left')

    def __init__(self, units: int) -> None:
        self.left = units
        self.bits = 0
        self.known: dict[tuple[object, ...], tuple[object, object]] = {}


_CURRENT: Final[ContextVar[Work | None]] = ContextVar('work', default=None)
current: Final = _CURRENT.get
"""The work of the running judgement; None outside of one, where nothing is counted."""


def spend(units: int) -> None:
    """Count ``units`` of work; raise :class:`OverworkedError` where too few are left."""
    work = _CURRENT.get()
    if work is not None:
        work.left -= units
        if work.left < 0:
            raise OverworkedError


def within_bounds(compute: Callable[[], T], otherwise: T) -> T:
    """Return what ``compute`` returns, or ``otherwise`` where that takes more than ``MAX_WORK``."""
    token = _CURRENT.set(Work(MAX_WORK))
    try:
        return compute()
    except OverworkedError:
        return otherwise
    finally:
        _CURRENT.reset(token)
