"""Times of day as they are written: ``5:30 p.m.``, ``noon``, ``half past 3 in the afternoon``."""

from __future__ import annotations

import re
from typing import Final

from opencompass_math500.grading.parsing.words import flatten, number_words
from opencompass_math500.grading.values import Apply, Number, Value

__all__ = ['HALF_DAY', 'clock']

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
HALF_DAY: Final = 720
"""Minutes."""


def clock(text: str) -> Value | None:
    """Return the time of day that a whole answer names with its half of the day, in minutes."""
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
    half = HALF_DAY if match[3] in 'pP' else 0
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
    late = HALF_DAY if day[0] == 'p' or 'noon' in day or 'evening' in day else 0
    if day.endswith('night'):
        late = HALF_DAY if 6 <= hour < 12 else 0
    return Apply('clock', (Number((hour % 12 * 60 + minutes + late) % (2 * HALF_DAY)),))


def _number(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdigit() else number_words((word.lower(),))
