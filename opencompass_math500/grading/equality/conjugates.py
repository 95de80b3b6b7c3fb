r"""Conjugates of complex letters: ``\bar{z}`` is another number than z."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from opencompass_math500.grading.arithmetic.agreement import agreement
from opencompass_math500.grading.arithmetic.balls import (
    NoValueError,
    UnsupportedError,
    ball,
    precision,
)
from opencompass_math500.grading.decision import Decision
from opencompass_math500.grading.values import Apply, Value, walk
from opencompass_math500.grading.work import spend

__all__ = ['COMPLEX_LETTERS', 'holds_conjugates', 'same_conjugates']

COMPLEX_LETTERS: Final = frozenset('zw')
"""Letters that are complex beside a conjugate; the a and b of ``\\overline{a+bi}`` are real."""

_BITS: Final = 448
_ENOUGH: Final = 0.6
_PLACES: Final = ((0, 1), (3, 4), (1, 5))


def holds_conjugates(first: Value, second: Value, names: frozenset[str]) -> bool:
    """Tell whether one of two values has a conjugate and a letter that is complex."""
    if not any(name[0] in COMPLEX_LETTERS for name in names):
        return False
    nodes = (node for side in (first, second) for node in walk(side))
    return any(isinstance(node, Apply) and node.op == 'conj' for node in nodes)


def same_conjugates(
    first: Value, second: Value, points: list[dict[str, int | Fraction]]
) -> Decision:
    """Compare at points where the complex letters have an imaginary part."""
    from flint import acb, arb, fmpq

    def ball_of(number: int | Fraction) -> Any:
        return arb(fmpq(*Fraction(number).as_integer_ratio()))

    agreed = 0
    for real, imaginary in _PLACES:
        spend(20)
        with precision(_BITS):
            point: dict[str, Any] = {
                name: acb(ball_of(value), ball_of(points[imaginary][name]))
                if name[0] in COMPLEX_LETTERS
                else value
                for name, value in points[real].items()
            }
            try:
                bits = agreement(ball(first, point), ball(second, point))
            except (NoValueError, UnsupportedError):
                continue
        if bits is None:
            return Decision(False, 'expressions.points', 'different at a complex point')
        agreed += bits > _BITS * _ENOUGH
    if agreed < 2:
        return Decision(None, 'expressions.points', 'no point at which both have a value')
    return Decision(True, 'expressions.points', f'equal at {agreed} complex points to 80 digits')
