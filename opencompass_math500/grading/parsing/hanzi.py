"""Numbers in Chinese and Japanese characters: ``十二``, ``四分之三``, ``五个``, ``三米``."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Final

from opencompass_math500.grading.parsing.units import pieces, unit_phrase
from opencompass_math500.grading.parsing.words import counters, rows
from opencompass_math500.grading.values import Number, Quantity, Value

__all__ = ['hanzi']

_LONGEST: Final = 24
_PART_OF: Final = ('分之', '分の')
_POINT: Final = '点點'
_MINUS: Final = '负負'


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[str, int]]:
    return {
        sign: (kind, int(value))
        for sign, kind, value, *_ in rows('number_words.tsv')
        if kind in ('digit', 'place', 'group')
    }


def hanzi(text: str) -> Value | None:
    """Return the number, or the quantity, that a whole text in characters names; else None."""
    if text.isascii() or len(text) > _LONGEST:
        return None
    sign = -1 if text[0] in _MINUS else 1
    text = text.lstrip(_MINUS)
    end = next((i for i, char in enumerate(text) if not _counts(char)), len(text))
    amount = _fraction(text[:end])
    if amount is None:
        return None
    number = Number(int(sign * amount) if amount.denominator == 1 else sign * amount)
    rest = text[end:].strip()
    if not rest or rest in counters():
        return number
    unit = unit_phrase(rest) if pieces(rest) else None
    return Quantity(number, unit) if unit is not None else None


def _counts(char: str) -> bool:
    return char in _table() or char in _POINT or any(char in mark for mark in _PART_OF)


def _fraction(text: str) -> Fraction | None:
    """``四分之三``, ``二又三分之一``, ``三点五``, ``十二``."""
    for mark in _PART_OF:
        if mark in text:
            below, _, above = text.partition(mark)
            parts = [_fraction(part) for part in (below, above)]
            if parts[0] is None or parts[1] is None or not parts[0]:
                return None
            return parts[1] / parts[0]
    for point in _POINT:
        if point in text:
            whole, _, digits = text.partition(point)
            places = [_table().get(char, ('', 0)) for char in digits]
            start = _whole(whole)
            if start is None or not places or any(kind != 'digit' for kind, _ in places):
                return None
            return start + Fraction(int(''.join(str(v) for _, v in places)), 10 ** len(places))
    whole_number = _whole(text)
    return None if whole_number is None else Fraction(whole_number)


def _whole(text: str) -> int | None:
    """``一百零五``; digits alone stand side by side: ``二〇二四``."""
    signs = [_table().get(char, ('', 0)) for char in text]
    if not signs or any(not kind for kind, _ in signs):
        return None
    if len(signs) > 1 and all(kind == 'digit' for kind, _ in signs):
        return int(''.join(str(value) for _, value in signs))
    total = group = digit = 0
    seen = False
    for kind, value in signs:
        if kind == 'digit':
            digit, seen = value, True
        elif kind == 'place':
            group += (digit if seen else 1) * value
            digit, seen = 0, False
        else:
            total += max(group + digit, 1) * value
            group, digit, seen = 0, 0, False
    return total + group + digit
