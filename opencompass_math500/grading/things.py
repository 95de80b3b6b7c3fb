"""Numbers with what they count or measure: "9 divisors" counts, "12 square feet" measures."""

from __future__ import annotations

import re

from opencompass_math500.grading.lexicon import lexicon
from opencompass_math500.grading.snippets import MAX_ANSWER

__all__ = ['is_measure', 'last_of_steps', 'without_counted_things']

_COUNTED = re.compile(
    r'(?P<number>[-−]?\d+(?:,\d{3})*(?:\.\d+)?(?:/\d+)?)\s+'
    r'(?P<things>[^\W\d_][\w\'’-]*(?:\s+[^\W\d_][\w\'’-]*)*)'
)


def without_counted_things(value: str) -> str:
    """``9``, of "9 positive whole-number divisors": things counted are no unit of measure."""
    counted = _COUNTED.fullmatch(value)
    if counted is None:
        return value
    things = counted['things'].lower().split()
    if any(word in lexicon().words('unit') for word in things):
        return value
    return counted['number']


_PLAIN_WORD = re.compile(r'(?<![\\A-Za-z{])[A-Za-z]{3,}')


def is_measure(value: str) -> bool:
    """Whether the words of ``value`` are units of measure, or there are none: "12 square feet"."""
    known = lexicon()
    kept = known.words('unit') | known.words('textanswer')
    return all(word.lower() in kept for word in _PLAIN_WORD.findall(value))


_STEPS = re.compile(
    r'(?:[\d\s+*/×÷·().^−-]+=[\s\d./−-]+[,;]\s*)+[\d\s+*/×÷·().^−-]+=\s*(?P<last>[-−]?\d[\d./]*)'
)


def last_of_steps(value: str) -> str:
    """``5``, of "2 + 2 = 4, 4 + 1 = 5": sums one after the other; other values as they are."""
    if value.count('=') < 2 or len(value) > MAX_ANSWER:
        return value
    steps = _STEPS.fullmatch(value)
    return value if steps is None else steps['last']
