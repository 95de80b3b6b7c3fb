"""Times of day: ``5:30 p.m.``, ``17:30``, ``noon``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from opencompass_math500.grading.arithmetic.rationals import exact
from opencompass_math500.grading.decision import Decision
from opencompass_math500.grading.parsing.words import flatten, number_words
from opencompass_math500.grading.values import Apply, Number, Value

__all__ = ['clock', 'clock_rule']

Compare = Callable[[Value, Value], Decision]

_CLOCK: Final = re.compile(
    r'(?:at\s+)?(\d{1,2})(?:\s*:\s*([0-5]\d))?\s*(?:([ap])\s*\.?\s*m\b\.?|(noon|midnight))\.?',
    re.IGNORECASE,
)
# quarter to four in the afternoon, half past 3, 3 o'clock
_SPOKEN: Final = re.compile(
    r"(?:at\s+|a\s+)?(?:(?P<part>quarter|half|\w+(?:\s+minutes)?)\s+(?P<way>past|to|after|before)\s+)?"
    r"(?P<hour>\w+)(?:\s+o'?clock)?(?:\s+(?P<day>in\s+the\s+(?:morning|afternoon|evening)|at\s+night"
    r'|[ap]\s?\.?m\.?))?',
    re.IGNORECASE,
)
_NAMED: Final = {'noon': 720, 'midnight': 0}
_HALF_DAY: Final = 720


def clock(text: str) -> Value | None:
    """The time of day that a whole answer names with its half of the day, in minutes."""
    lower = text[-12:].lower()
    if not any(mark in lower for mark in ('m', 'noon', 'clock', 'night', 'evening')):
        return None
    flat = flatten(text)
    if (spoken := _spoken(flat)) is not None:
        return spoken
    if flat.lower() in _NAMED:
        return Apply('clock', (Number(_NAMED[flat.lower()]),))
    match = _CLOCK.fullmatch(flat)
    if match is None:
        return None
    hours, minutes = int(match[1]), int(match[2] or 0)
    if match[4]:
        if hours != 12 or minutes:
            return None
        return Apply('clock', (Number(_NAMED[match[4].lower()]),))
    if not 1 <= hours <= 12:
        return None
    half = _HALF_DAY if match[3] in 'pP' else 0
    return Apply('clock', (Number(hours % 12 * 60 + minutes + half),))


def _spoken(text: str) -> Value | None:
    """A time in words that says which half of the day it is in; else None."""
    match = _SPOKEN.fullmatch(text) if len(text) < 60 else None
    if match is None or match['day'] is None or (match['part'] is None and 'clock' not in text):
        return None
    hour = _number(match['hour'])
    part = (match['part'] or '').lower()
    minutes = {'quarter': 15, 'half': 30, '': 0}.get(part, _number(part.partition(' ')[0]))
    if hour is None or minutes is None or not 1 <= hour <= 12 or not 0 <= minutes < 60:
        return None
    if (match['way'] or '').lower() in ('to', 'before'):
        minutes = -minutes
    day = match['day'].lower()
    late = _HALF_DAY if day[0] == 'p' or 'noon' in day or 'evening' in day else 0
    if day.endswith('night'):
        late = _HALF_DAY if 6 <= hour < 12 else 0
    return Apply('clock', (Number((hour % 12 * 60 + minutes + late) % (2 * _HALF_DAY)),))


def _number(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdigit() else number_words((word.lower(),))


def clock_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """Equal times; where one side leaves out the half of the day, it says nothing about it."""
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
    equal = not (apart if says_half else apart % _HALF_DAY)
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
