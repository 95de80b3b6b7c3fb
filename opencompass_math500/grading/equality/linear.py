"""Expressions that are linear in one letter: slope and constant, proved at other points."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from opencompass_math500.grading.arithmetic.rationals import exact
from opencompass_math500.grading.bound import keeps_its_letter
from opencompass_math500.grading.equality.spans import NoSetError, order_of
from opencompass_math500.grading.values import Apply, Number, Symbol, Value, symbols

__all__ = ['linear']

# Neither whole nor of one sign: a floor and 2|x| are linear on the positive integers.
_CHECKED: Final = (Fraction(7919, 997), Fraction(-6007, 811))


def linear(value: Value, name: str) -> tuple[Value, Value]:
    """Return slope and constant of ``value`` in ``name``, checked at other points.

    Raises:
        NoSetError: it is not linear.
    """
    constant, slope = _value_at(value, name, 0), _slope(value, name)
    for where in _CHECKED:
        predicted = Apply('add', (constant, Apply('mul', (Number(where), slope))))
        if order_of(predicted, _value_at(value, name, where)) != 0:
            raise NoSetError('not linear')
    rational = exact(slope)
    return (Number(rational) if rational is not None else slope), constant


def _slope(value: Value, name: str) -> Value:
    """What ``value`` gains from 0 to 1, term by term: that of ``x - \\sqrt{2}`` is exactly 1."""
    if name not in symbols(value):
        return Number(0)
    if isinstance(value, Apply) and value.op in ('add', 'neg'):
        return Apply(value.op, tuple(_slope(argument, name) for argument in value.args))
    return Apply('add', (_value_at(value, name, 1), Apply('neg', (_value_at(value, name, 0),))))


def _value_at(value: Value, name: str, where: int | Fraction) -> Value:
    if isinstance(value, Symbol):
        return Number(where) if value.name == name else value
    if isinstance(value, Number):
        return value
    if isinstance(value, Apply) and not keeps_its_letter(value):
        return Apply(value.op, tuple(_value_at(a, name, where) for a in value.args))
    raise NoSetError('not linear')
