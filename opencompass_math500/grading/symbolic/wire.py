"""Expressions as JSON and back: what passes between the judge and its worker."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from opencompass_math500.grading.values import Apply, Matrix, Number, Symbol, Value

__all__ = ['decode', 'encode']


def encode(value: Value) -> list[Any]:
    """Write ``value`` as nested lists of strings; raise TypeError for what is no expression."""
    match value:
        case Number(value=number):
            numerator, denominator = number.as_integer_ratio()
            # Hexadecimal, because str() refuses integers of more than 4300 digits.
            return ['number', hex(numerator), hex(denominator)]
        case Symbol(name=name):
            return ['symbol', name]
        case Apply(op=op, args=args):
            return ['apply', op, *(encode(argument) for argument in args)]
        case Matrix(rows=rows):
            return ['matrix', *([encode(cell) for cell in row] for row in rows)]
        case _:
            return ['opaque', type(value).__name__]


def decode(data: list[Any]) -> Value:
    """Read the expression that :func:`encode` wrote; raise ValueError for anything else."""
    match data:
        case ['number', str(numerator), str(denominator)]:
            fraction = Fraction(int(numerator, 16), int(denominator, 16))
            return Number(fraction.numerator if fraction.denominator == 1 else fraction)
        case ['symbol', str(name)]:
            return Symbol(name)
        case ['apply', str(op), *args]:
            return Apply(op, tuple(decode(argument) for argument in args))
        case ['matrix', *rows]:
            return Matrix(tuple(tuple(decode(cell) for cell in row) for row in rows))
        case _:
            raise ValueError('not an expression')
