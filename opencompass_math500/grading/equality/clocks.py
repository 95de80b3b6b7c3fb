"""Times of day: ``5:30 p.m.``, ``17:30``, ``noon``."""

from __future__ import annotations

from collections.abc import Callable

from opencompass_math500.grading.arithmetic.rationals import exact
from opencompass_math500.grading.decision import Decision
from opencompass_math500.grading.parsing.clock import HALF_DAY
from opencompass_math500.grading.values import Apply, Number, Value

__all__ = ['clock_rule']

Compare = Callable[[Value, Value], Decision]


def clock_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """Compare times of day; a side that leaves out the half of the day says nothing about it."""
    times = [_is_clock(value) for value in (gold, answer)]
    if not any(times):
        return None
    minutes = [found for value in (gold, answer) if (found := _minutes(value)) is not None]
    if len(minutes) < 2:
        return Decision(False, 'clock.kind', 'a time of day against something else')
    # 0:30 and 17:30 say which half of the day they are in, 5:30 does not.
    says_half = all(times) or any(
        not is_time and (found >= 13 * 60 or found < 60)
        for is_time, found in zip(times, minutes, strict=True)
    )
    apart = minutes[0] - minutes[1]
    equal = not (apart if says_half else apart % HALF_DAY)
    return Decision(equal, 'clock.time', 'the same time of day' if equal else 'another time of day')


def _is_clock(value: Value) -> bool:
    return isinstance(value, Apply) and value.op == 'clock'


def _minutes(value: Value) -> int | None:
    """A time, ``5:30`` or ``5`` in minutes since midnight."""
    if isinstance(value, Apply) and value.op == 'clock':
        found = exact(value.args[0])
        return found if isinstance(found, int) else None
    is_ratio = isinstance(value, Apply) and value.op == 'ratio'
    parts = value.args if isinstance(value, Apply) and is_ratio else (value, Number(0))
    hours, minutes = (exact(part) for part in parts)
    if not (isinstance(hours, int) and isinstance(minutes, int)) or (not is_ratio and not hours):
        return None  # no time is called 0
    return hours * 60 + minutes if 0 <= hours < 24 and 0 <= minutes < 60 else None
