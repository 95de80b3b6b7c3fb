"""Numbers as they are written, exactly: decimals, repeating decimals, powers of ten."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from opencompass_math500.grading.values import Number

__all__ = ['ellipsis_literal', 'number_literal', 'repeating_literal']

_MAX_EXACT_EXPONENT: Final = 4000


def number_literal(text: str) -> Number:
    """Return the exact value of ``18.90``, ``.5``, ``5.`` or ``6.72e-5``."""
    if text.isdigit():
        return Number(int(text))
    mantissa, _, exponent = text.lower().partition('e')
    whole, _, fraction = mantissa.partition('.')
    scale = int(exponent or 0) - len(fraction)
    digits = int((whole + fraction) or '0')
    if abs(scale) > _MAX_EXACT_EXPONENT:
        raise ValueError('the exponent of a decimal is out of bounds')
    value = Fraction(digits * 10**scale) if scale >= 0 else Fraction(digits, 10**-scale)
    return Number(_plain(value), decimal=True)


_ELLIPSIS: Final = re.compile(r'(\d*)\.(\d{0,12}?)(\d{1,6}?)\3{2,40}(?:\.|\\).*')
# 0.2727...: a period that fills all decimals needs to stand but twice.
_TWICE: Final = re.compile(r'(\d*)\.()(\d{1,6})\3(?:\.|\\).*')
# 0.166...: so does a last digit.
_TAIL: Final = re.compile(r'(\d*)\.(\d{1,12})(\d)\3(?:\.|\\).*')
_REPEATING: Final = re.compile(
    r'(\d*)\.(\d*?)\\(overline|bar|dot)\s*\{?\s*(\d+)\s*\}?(.*)', re.DOTALL
)


def repeating_literal(text: str) -> Number:
    r"""Return the exact value of ``0.1\overline{6}``, ``0.\dot{3}`` or ``0.\dot{1}4\dot{2}``."""
    match = _REPEATING.fullmatch(text)
    if match is None:
        raise ValueError('not a repeating decimal')
    whole, fixed, _, period, rest = match.groups()
    period += ''.join(re.findall(r'\d', rest))
    shift = 10 ** len(fixed)
    head = Fraction(int((whole + fixed) or '0'), shift)
    return Number(_plain(head + Fraction(int(period), shift * (10 ** len(period) - 1))))


def ellipsis_literal(text: str) -> Number:
    """Return the value of ``0.333...``.

    A period that stands three times, or twice alone, goes on; so does a last digit that stands
    twice.
    """
    match = _ELLIPSIS.fullmatch(text) or _TWICE.fullmatch(text) or _TAIL.fullmatch(text)
    if match is None:
        raise ValueError('not a repeating decimal')
    whole, fixed, period = match.groups()
    return repeating_literal(f'{whole}.{fixed}\\overline{{{period}}}')


def _plain(value: Fraction) -> int | Fraction:
    return value.numerator if value.denominator == 1 else value
