"""Two balls beside each other: to how many bits they agree, and which value is the larger.

Equality is concluded only from agreement to far more digits than an accident could produce.
"""

from __future__ import annotations

import math

from opencompass_math500.grading.arithmetic.balls import (
    Ball,
    NoValueError,
    UnsupportedError,
    ball,
    log2,
    precision,
)
from opencompass_math500.grading.values import Value
from opencompass_math500.grading.work import spend

__all__ = ['agreement', 'order']


def agreement(first: Ball, second: Ball) -> float | None:
    """Return to how many bits two balls agree; None where they are proved to differ.

    The bits are relative to the larger of the two, and never more than the bits to
    which the values are known absolutely: two integers of 10,000 digits that agree
    in the first 100 have not been shown to be equal.
    """
    if not (first.is_finite() and second.is_finite()):
        return -math.inf
    difference = first - second
    if not difference.contains(0):
        return None
    error = difference.abs_upper()
    if error == 0:
        return math.inf
    size = max(first.abs_lower(), second.abs_lower())
    absolute = -log2(error)
    return min(absolute, absolute + log2(size)) if size > 0 else absolute


def order(first: Value, second: Value) -> int | None:
    """Return -1, 0 or 1 as ``first`` is below, equal to or above ``second``; None if unknown."""
    spend(5)
    for bits in (128, 640):
        with precision(bits):
            try:
                difference = ball(first) - ball(second)
            except (NoValueError, UnsupportedError):
                return None
            real = difference.real
            if not difference.imag.contains(0):
                return None
            if real < 0 or real > 0:
                return -1 if real < 0 else 1
            if real.is_finite() and real.abs_upper() < 2.0**-400:
                return 0
    return None
