"""Sums, products, integrals, derivatives and determinants in ball arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from opencompass_math500.grading.arithmetic.calculus import MAX_TERMS
from opencompass_math500.grading.arithmetic.derivatives import derived
from opencompass_math500.grading.arithmetic.failures import TooLargeError, UnsupportedError
from opencompass_math500.grading.arithmetic.quadrature import (
    Enclose,
    NotSettledError,
    Point,
    integrated,
)
from opencompass_math500.grading.arithmetic.rationals import exact
from opencompass_math500.grading.values import Apply, Matrix, Symbol
from opencompass_math500.grading.work import spend

__all__ = ['ENCLOSURES', 'Point']

Ball = Any  # flint.acb: the library has no type stubs


def _counted(value: Apply, point: Point) -> tuple[str, range]:
    """The letter of a finite sum or product and the numbers that it stands for."""
    _, letter, *ends = value.args
    bounds = [exact(end, point) for end in ends]
    assert isinstance(letter, Symbol)
    match bounds:
        case [int(low), int(high)] if low - 1 <= high:
            if high - low >= MAX_TERMS:
                raise TooLargeError(f'a {value.op} of that length')
            return letter.name, range(low, high + 1)
    raise UnsupportedError(f'a {value.op} without whole bounds')


def _sum(value: Apply, point: Point, ball: Enclose) -> Ball:
    from flint import acb

    name, numbers = _counted(value, point)
    total = acb(0)
    for k in numbers:
        spend(3)
        total = total + ball(value.args[0], {**point, name: k})
    return total


def _product(value: Apply, point: Point, ball: Enclose) -> Ball:
    from flint import acb

    name, numbers = _counted(value, point)
    result = acb(1)
    for k in numbers:
        spend(3)
        result = result * ball(value.args[0], {**point, name: k})
    return result


def _integral(value: Apply, point: Point, ball: Enclose) -> Ball:
    body, letter, low, high = value.args
    assert isinstance(letter, Symbol)
    ends = ball(low, point), ball(high, point)
    try:
        return integrated(body, letter.name, *ends, point, ball)
    except NotSettledError as error:
        raise UnsupportedError(str(error)) from error


def _derivative(value: Apply, point: Point, ball: Enclose) -> Ball:
    found = derived(value)
    if found is None:
        raise UnsupportedError('a derivative')
    return ball(found, point)


def _determinant(value: Apply, point: Point, ball: Enclose) -> Ball:
    from flint import acb_mat

    (matrix,) = value.args
    if not isinstance(matrix, Matrix) or len(matrix.rows) != len(matrix.rows[0]):
        raise UnsupportedError('a determinant of no square matrix')
    size = len(matrix.rows)
    spend(size**3)
    return acb_mat(size, size, [ball(cell, point) for row in matrix.rows for cell in row]).det()


ENCLOSURES: Final[dict[str, Callable[[Apply, Point, Enclose], Ball]]] = {
    'sum': _sum,
    'prod': _product,
    'integral': _integral,
    'derivative': _derivative,
    'det': _determinant,
}
"""What encloses an operation whose arguments have no enclosure of their own."""
