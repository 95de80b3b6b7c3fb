r"""Sums of polynomials times powers: ``\sum k 2^k``, ``\sum_{n=0}^{\infty} \frac{n+1}{3^n}``."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, Final

from opencompass_math500.grading.arithmetic.polynomials import (
    Constant,
    polynomial,
    quotient,
    rational,
)
from opencompass_math500.grading.bound import holds
from opencompass_math500.grading.limits import MAX_EXACT_BITS
from opencompass_math500.grading.values import Apply, Value
from opencompass_math500.grading.work import spend

__all__ = ['geometric_sum']

Rational = int | Fraction
Terms = dict[Fraction, Any]
"""Of a sum of ``p(k) r^k`` the polynomial p for each ratio r."""

_MAX_TERMS: Final = 12
_MAX_DEGREE: Final = 30
_MAX_BITS: Final = 2_000


def geometric_sum(
    body: Value, name: str, low: int, high: int | None, constant: Constant
) -> Rational | float | None:
    """Sum ``body`` from ``low`` to ``high``, to infinity where ``high`` is None.

    Infinity or NaN where it is proved to diverge, None where the body is no such sum.
    """
    terms = _terms(body, name, constant)
    if terms is None:
        return None
    terms = {ratio: poly for ratio, poly in terms.items() if poly != 0}
    if high is None and any(abs(ratio) >= 1 for ratio in terms):
        return _diverging(terms)
    total: Rational = 0
    for ratio, poly in terms.items():
        if ratio == 1 or max(abs(low), abs(high or 0)) * _bits(ratio) > MAX_EXACT_BITS:
            return None
        found = _summed(ratio, poly)
        spend(poly.degree() ** 2 + 4)
        total -= ratio**low * _at(found, low)
        if high is not None:
            total += ratio ** (high + 1) * _at(found, high + 1)
    return total.numerator if total.denominator == 1 else total


def _diverging(terms: Terms) -> float | None:
    """The sign of infinity if one positive ratio leads, NaN if a negative one does."""
    largest = max(abs(ratio) for ratio in terms)
    if largest in terms and -largest in terms:
        return None
    if -largest in terms:
        return math.nan
    return math.inf if terms[largest].leading_coefficient() > 0 else -math.inf


def _bits(ratio: Fraction) -> int:
    return ratio.numerator.bit_length() + ratio.denominator.bit_length()


def _at(poly: Any, place: int) -> Rational:
    from flint import fmpq

    return rational(poly(fmpq(place)))


def _summed(ratio: Fraction, poly: Any) -> Any:
    """The polynomial q with ``r q(k+1) - q(k) = p(k)``: r^k q(k) is what telescopes."""
    found, rest = polynomial(0), poly
    factor = polynomial(ratio)[0]
    for degree in range(poly.degree(), -1, -1):
        coefficient = rest[degree] / (factor - 1)
        power, step = polynomial(0, 1) ** degree, polynomial(1, 1) ** degree
        found += coefficient * power
        rest -= factor * coefficient * step - coefficient * power
    return found


def _terms(value: Value, name: str, constant: Constant) -> Terms | None:
    spend(3)
    whole = quotient(value, name, constant)
    if whole is not None:
        if not whole.is_polynomial or whole.top.degree() > _MAX_DEGREE:
            return None
        return {Fraction(1): whole.top / whole.bottom[0]}
    if not isinstance(value, Apply):
        return None
    match value.op, value.args:
        case ('pow', (base, exponent)):
            return _power(base, exponent, name, constant)
        case ('neg', (inner,)):
            return _product(_terms(inner, name, constant), {Fraction(1): polynomial(-1)})
        case ('add' | 'mul', args):
            result = _terms(args[0], name, constant)
            for argument in args[1:]:
                join = _sum if value.op == 'add' else _product
                result = join(result, _terms(argument, name, constant))
            return result
        case ('div', (top, bottom)):
            return _product(_terms(top, name, constant), _inverse(_terms(bottom, name, constant)))
    return None


def _power(base: Value, exponent: Value, name: str, constant: Constant) -> Terms | None:
    """``r^{ak+b}``, or a small power of such a sum."""
    if not holds(exponent, name):
        power, inner = constant(exponent), _terms(base, name, constant)
        if not isinstance(power, int) or not 1 <= power <= 6:
            return _inverse(inner) if power == -1 else None
        result = inner
        for _ in range(power - 1):
            result = _product(result, inner)
        return result
    number = None if holds(base, name) else constant(base)
    linear = quotient(exponent, name, constant)
    if not number or linear is None or not linear.is_polynomial or linear.top.degree() > 1:
        return None
    offset, slope = (rational(linear.top[n] / linear.bottom[0]) for n in (0, 1))
    if not isinstance(slope, int) or not isinstance(offset, int):
        return None
    if max(abs(slope), abs(offset)) * _bits(Fraction(number)) > _MAX_BITS:
        return None
    return {Fraction(number) ** slope: polynomial(Fraction(number) ** offset)}


def _inverse(terms: Terms | None) -> Terms | None:
    if terms is None or len(terms) != 1:
        return None
    ((ratio, poly),) = terms.items()
    return {1 / ratio: polynomial(1 / Fraction(rational(poly[0])))} if poly.degree() == 0 else None


def _sum(first: Terms | None, second: Terms | None) -> Terms | None:
    if first is None or second is None or len(first) + len(second) > _MAX_TERMS:
        return None
    result = dict(first)
    for ratio, poly in second.items():
        result[ratio] = result[ratio] + poly if ratio in result else poly
    return result


def _product(first: Terms | None, second: Terms | None) -> Terms | None:
    if first is None or second is None or len(first) * len(second) > _MAX_TERMS:
        return None
    result: Terms = {}
    for r, p in first.items():
        for s, q in second.items():
            if p.degree() + q.degree() > _MAX_DEGREE or _bits(r) + _bits(s) > _MAX_BITS:
                return None
            spend(4)
            result[r * s] = result[r * s] + p * q if r * s in result else p * q
    return result
