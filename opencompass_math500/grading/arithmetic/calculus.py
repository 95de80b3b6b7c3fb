r"""Sums, products, integrals, limits and determinants of rational terms, exactly.

Each is a rational, plus or minus infinity where it is proved to diverge to it, NaN where
it is proved to have no value, or None where these means do not decide. The letters around
(the n of ``\sum_{k=1}^{n} k``) have their values from a point.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final

from opencompass_math500.grading.arithmetic.geometric import geometric_sum
from opencompass_math500.grading.arithmetic.polynomials import (
    Quotient,
    has_root_between,
    polynomial,
    quotient,
    rational,
)
from opencompass_math500.grading.limits import MAX_EXACT_BITS
from opencompass_math500.grading.values import Apply, Matrix, Symbol, Value
from opencompass_math500.grading.work import spend

__all__ = ['MAX_TERMS', 'determinant', 'operated', 'sign_of_infinity']

Rational = int | Fraction
Point = Mapping[str, Rational]
Exact = Callable[[Value, Point], Rational | None]
End = Rational | float
Result = End | None
"""A float is infinite or NaN."""

MAX_TERMS: Final = 5_000
"""Terms of a sum or product that are worked out one by one."""

_MAX_FACTORS: Final = 200
_INFINITY: Final = Symbol('infty')


def operated(value: Apply, point: Point | None, exact: Exact) -> Result:
    """Return the value of a sum, product, integral or limit.

    Args:
        value: the operator over its body.
        point: values of the free letters.
        exact: the exact value of an expression at a point.
    """
    rule = _RULES.get(value.op)
    if rule is None:
        return None
    given = dict(point or {})
    body, letter, *rest = value.args
    assert isinstance(letter, Symbol)
    ends: list[End] = []
    for end in rest:
        sign = sign_of_infinity(end)
        found: Result = sign * math.inf if sign else exact(end, given)
        if found is None:
            return None
        ends.append(found)
    return rule(body, letter.name, ends[0], ends[1], given, exact)


def sign_of_infinity(value: Value) -> int:
    """Return 1 or -1 for plus or minus infinity, 0 for anything else."""
    if value == _INFINITY:
        return 1
    if isinstance(value, Apply) and value.op == 'neg':
        return -sign_of_infinity(value.args[0])
    return 0


# -- sums and products ------------------------------------------------------------------


def _sum(
    body: Value, name: str, low: End, high: End, point: Point, exact: Exact
) -> Result:
    if not isinstance(low, int):
        return None
    if high == math.inf:
        return _series(body, name, low, point, exact)
    if not isinstance(high, int) or high < low - 1:
        return None
    if high == low - 1:
        return 0
    found = _quotient(body, name, point, exact)
    if found is not None and found.is_polynomial:
        return _faulhaber(found.top / found.bottom[0], low, high)
    if high - low > _MAX_FACTORS:
        closed = geometric_sum(body, name, low, high, lambda part: exact(part, point))
        if closed is not None:
            return closed
    terms = _terms(body, found, name, low, high, point, exact)
    return None if terms is None else _combined(terms, lambda a, b: a + b)


def _product(
    body: Value, name: str, low: End, high: End, point: Point, exact: Exact
) -> Result:
    if not (isinstance(low, int) and isinstance(high, int)) or high < low - 1:
        return None
    if high == low - 1:
        return 1
    found = _quotient(body, name, point, exact)
    terms = _terms(body, found, name, low, high, point, exact)
    return None if terms is None else _combined(terms, lambda a, b: a * b)


def _quotient(body: Value, name: str, point: Point, exact: Exact) -> Quotient | None:
    return quotient(body, name, lambda part: exact(part, point))


def _faulhaber(poly: Any, low: int, high: int) -> Rational | None:
    """The sum of a polynomial from ``low`` to ``high`` by Bernoulli's polynomials."""
    from flint import fmpq, fmpq_poly

    bits = (high.bit_length() + low.bit_length() + 4) * (poly.degree() + 2)
    if bits > MAX_EXACT_BITS:
        return None
    total = fmpq(0)
    for degree, coefficient in enumerate(poly.coeffs()):
        if coefficient:
            spend(2 + degree + (bits >> 8))
            power = fmpq_poly.bernoulli_poly(degree + 1)
            total += coefficient * (power(fmpq(high + 1)) - power(fmpq(low))) / (degree + 1)
    return rational(total)


def _terms(
    body: Value,
    found: Quotient | None,
    name: str,
    low: int,
    high: int,
    point: Point,
    exact: Exact,
) -> list[Any] | None:
    """The terms one by one, as rationals of flint; None where one of them has no exact value."""
    from flint import fmpq

    if high - low >= MAX_TERMS:
        return None
    terms = []
    for k in range(low, high + 1):
        if found is not None:
            spend(1)
            bottom = found.bottom(fmpq(k))
            if not bottom:
                return None
            terms.append(found.top(fmpq(k)) / bottom)
            continue
        spend(3)
        term = exact(body, {**point, name: k})
        if term is None:
            return None
        terms.append(fmpq(*Fraction(term).as_integer_ratio()))
    return terms


def _combined(terms: list[Any], join: Callable[[Any, Any], Any]) -> Rational | None:
    """Sum or product by halves: a thousand fractions one after another would be quadratic."""
    while len(terms) > 1:
        pairs = [join(a, b) for a, b in zip(terms[::2], terms[1::2], strict=False)]
        terms = pairs + terms[len(pairs) * 2 :]
        sizes = [int(term.p).bit_length() + int(term.q).bit_length() for term in terms]
        spend(len(terms) + sum(size >> 7 for size in sizes))
        if max(sizes) > 4 * MAX_EXACT_BITS:
            return None
    return rational(terms[0])


def _series(body: Value, name: str, low: int, point: Point, exact: Exact) -> Result:
    """An infinite sum that is geometric, or of a rational function too large to converge."""
    found = _quotient(body, name, point, exact)
    if found is None:
        return geometric_sum(body, name, low, None, lambda part: exact(part, point))
    found = found.reduced
    top, bottom = found.top, found.bottom
    if top == 0:
        return 0
    if top.degree() - bottom.degree() < -1 or _may_have_pole_above(bottom, low):
        return None
    sign = top.leading_coefficient() * bottom.leading_coefficient()
    return math.inf if sign > 0 else -math.inf


def _may_have_pole_above(poly: Any, low: int) -> bool:
    """Tell whether a polynomial may be zero somewhere from ``low`` on."""
    bound = sum(abs(c) for c in poly.coeffs()) / abs(poly.leading_coefficient()) + 1
    if poly.degree() == 0:
        return False
    return has_root_between(poly, low, rational(bound) + abs(low)) is not False


# -- integrals, limits, determinants ------------------------------------------------------


def _integral(
    body: Value, name: str, low: End, high: End, point: Point, exact: Exact
) -> Result:
    """An integral of a polynomial; one over a pole of a quotient has no value."""
    if isinstance(low, float) or isinstance(high, float):
        return None
    if low == high:
        return 0
    found = _quotient(body, name, point, exact)
    if found is None:
        return None
    found = found.reduced
    if not found.is_polynomial:
        pole = has_root_between(found.bottom, min(low, high), max(low, high))
        return math.nan if pole else None
    antiderivative = (found.top / found.bottom[0]).integral()
    ends = [polynomial(end)[0] for end in (low, high)]
    bits = max(end.p.bit_length() + end.q.bit_length() for end in ends)
    if bits * (antiderivative.degree() + 1) > MAX_EXACT_BITS:
        return None
    spend(antiderivative.degree())
    return rational(antiderivative(ends[1]) - antiderivative(ends[0]))


def _limit(
    body: Value, name: str, at: End, side: End, point: Point, exact: Exact
) -> Result:
    """The limit of a quotient of polynomials, also at infinity and at a pole."""
    found = _quotient(body, name, point, exact)
    if found is None:
        return None
    found = found.reduced
    top, bottom = found.top, found.bottom
    if isinstance(at, float):
        return _at_infinity(top, bottom, at)
    place = polynomial(at)[0]
    if bottom(place):
        return rational(top(place) / bottom(place))
    order = 0
    while not bottom(place):
        bottom, order = bottom // polynomial(-at, 1), order + 1
    sign = math.inf if top(place) / bottom(place) > 0 else -math.inf
    if order % 2 == 0:
        return sign
    return sign * int(side) if side else math.nan


def _at_infinity(top: Any, bottom: Any, at: float) -> Result:
    excess = top.degree() - bottom.degree()
    if top == 0 or excess < 0:
        return 0
    lead = top.leading_coefficient() / bottom.leading_coefficient()
    if excess == 0:
        return rational(lead)
    sign = 1 if lead > 0 else -1
    return sign * (math.inf if at > 0 or excess % 2 == 0 else -math.inf)


_RULES: Final[dict[str, Callable[..., Result]]] = {
    'sum': _sum,
    'prod': _product,
    'integral': _integral,
    'limit': _limit,
}


def determinant(value: Value, exact: Callable[[Value], Rational | None]) -> Rational | None:
    """Return the determinant of a square matrix of rationals; None for anything else."""
    from flint import fmpq, fmpq_mat

    if not isinstance(value, Matrix) or len(value.rows) != len(value.rows[0]):
        return None
    entries = [exact(cell) for row in value.rows for cell in row]
    if None in entries:
        return None
    pairs = [Fraction(entry).as_integer_ratio() for entry in entries if entry is not None]
    size = len(value.rows)
    bits = size * max(top.bit_length() + bottom.bit_length() for top, bottom in pairs)
    if bits > MAX_EXACT_BITS:
        return None
    spend(size**3 * (1 + (bits >> 8)) >> 3)
    return rational(fmpq_mat(size, size, [fmpq(*pair) for pair in pairs]).det())
