"""Expressions in one letter as quotients of polynomials with rational coefficients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

from opencompass_math500.grading.bound import holds, with_values
from opencompass_math500.grading.values import Apply, Number, Symbol, Value
from opencompass_math500.grading.work import spend

__all__ = ['Constant', 'Quotient', 'has_root_between', 'polynomial', 'quotient', 'rational']

Polynomial = Any  # flint.fmpq_poly: the library has no type stubs
Rational = int | Fraction
Constant = Callable[[Value], Rational | None]
"""The exact value of a part that does not hold the letter."""

_MAX_DEGREE: Final = 200
_MAX_INTERPOLATED: Final = 16
_MAX_STURM: Final = 24
_MAX_SIZE: Final = 1 << 18
"""Bits of all coefficients together: ``(x+3^{1000})^{100}`` would have sixteen million."""


@dataclass(frozen=True, slots=True)
class Quotient:
    """One polynomial over another, not reduced.

    Attributes:
        top: the numerator.
        bottom: the denominator, never zero.
        bits: a bound on the size of one coefficient.
    """

    top: Polynomial
    bottom: Polynomial
    bits: int

    @property
    def reduced(self) -> Quotient:
        """Return the same without common factors: ``(x^2-9)/(x-3)`` has no pole."""
        common = self.top.gcd(self.bottom)
        if common.degree() < 1:
            return self
        return Quotient(self.top // common, self.bottom // common, self.bits)

    @property
    def is_polynomial(self) -> bool:
        """Tell whether the denominator is a number."""
        return bool(self.bottom.degree() == 0)


def rational(number: Any) -> Rational:
    """Return a rational of flint as one of Python."""
    top, bottom = int(number.p), int(number.q)
    return top if bottom == 1 else Fraction(top, bottom)


def polynomial(*coefficients: Rational) -> Polynomial:
    """Build the polynomial with these coefficients, the constant one first."""
    from flint import fmpq, fmpq_poly

    return fmpq_poly([fmpq(*Fraction(c).as_integer_ratio()) for c in coefficients])


def quotient(value: Value, name: str, constant: Constant) -> Quotient | None:
    """Return ``value`` as a quotient of polynomials in ``name``; None where it is none.

    Args:
        value: an expression.
        name: the letter of the polynomials.
        constant: the exact value of what does not hold the letter.
    """
    if isinstance(value, Symbol) and value.name == name:
        spend(3)
        return Quotient(polynomial(0, 1), polynomial(1), 1)
    if isinstance(value, Apply) and value.op in _RULES:
        spend(6)
        if value.op == 'pow':
            return _power(value, name, constant)
        parts = []
        for argument in value.args:
            part = quotient(argument, name, constant)
            if part is None:
                return None
            parts.append(part)
        result = parts[0]
        if value.op in ('add', 'mul', 'div'):
            for part in parts[1:]:
                found = _combined(value.op, result, part)
                if found is None:
                    return None
                result = found
            return result
        return Quotient(-result.top, result.bottom, result.bits)
    if isinstance(value, Apply) and value.op == 'integral' and holds(value, name):
        return _integral(value, name, constant)
    return None if holds(value, name) else _constant(constant(value))


_RULES: Final = frozenset(('add', 'mul', 'div', 'neg', 'pow'))


def _constant(number: Rational | None) -> Quotient | None:
    if number is None:
        return None
    spend(3)
    bits = number.numerator.bit_length() + number.denominator.bit_length()
    return Quotient(polynomial(number), polynomial(1), bits)


def _combined(op: str, left: Quotient, right: Quotient) -> Quotient | None:
    if op == 'div':
        if right.top == 0:
            return None
        right = Quotient(right.bottom, right.top, right.bits)
    bits = left.bits + right.bits + 8
    degree = max(
        left.top.degree() + right.top.degree(), left.bottom.degree() + right.bottom.degree()
    )
    degree += max(left.bottom.degree(), right.bottom.degree())
    if degree > _MAX_DEGREE or (degree + 1) * bits > _MAX_SIZE:
        return None
    spend(2 + (degree * bits >> 8))
    if op != 'add':
        return Quotient(left.top * right.top, left.bottom * right.bottom, bits)
    if left.bottom == right.bottom:
        return Quotient(left.top + right.top, left.bottom, max(left.bits, right.bits) + 1)
    top = left.top * right.bottom + right.top * left.bottom
    return Quotient(top, left.bottom * right.bottom, bits)


def _power(value: Apply, name: str, constant: Constant) -> Quotient | None:
    if not holds(value, name):
        return _constant(constant(value))
    base, exponent = quotient(value.args[0], name, constant), value.args[1]
    power = None if base is None or holds(exponent, name) else constant(exponent)
    if base is None or not isinstance(power, int) or (power <= 0 and base.top == 0):
        return None
    if power < 0:
        base, power = Quotient(base.bottom, base.top, base.bits), -power
    degree = power * max(base.top.degree(), base.bottom.degree(), 1)
    bits = power * (base.bits + 8)
    if degree > _MAX_DEGREE or (degree + 1) * bits > _MAX_SIZE:
        return None
    spend(2 + (degree * bits >> 8))
    return Quotient(base.top**power, base.bottom**power, bits)


def degree_in(value: Value, name: str) -> int | None:
    """Bound the degree of ``value`` in ``name``; None where it may be no polynomial."""
    if isinstance(value, Symbol) and value.name == name:
        return 1
    if not holds(value, name):
        return 0
    match value:
        case Apply(op='add' | 'mul' | 'neg', args=args):
            degrees = [degree_in(part, name) for part in args]
            told = [degree for degree in degrees if degree is not None]
            if len(told) < len(degrees):
                return None
            return sum(told) if value.op == 'mul' else max(told)
        case Apply(op='div', args=(top, bottom)) if not holds(bottom, name):
            return degree_in(top, name)
        case Apply(op='pow', args=(base, Number(value=int(power)))) if power >= 0:
            degree = degree_in(base, name)
            return None if degree is None else degree * power
    return None


def _integral(value: Apply, name: str, constant: Constant) -> Quotient | None:
    """An inner integral of a polynomial in both letters, from its values at enough points."""
    body, letter, *ends = value.args
    assert isinstance(letter, Symbol)
    inner, outer = degree_in(body, letter.name), degree_in(body, name)
    of_ends = [degree_in(end, name) for end in ends]
    if inner is None or outer is None or None in of_ends:
        return None
    degree = outer + max(end for end in of_ends if end is not None) * (inner + 1)
    if degree > _MAX_INTERPOLATED:
        return None
    found, basis = polynomial(0), polynomial(1)
    for place in range(degree + 1):
        known = constant(with_values(value, {name: Number(place)}))
        if known is None:
            return None
        at = polynomial(place)[0]
        found += basis * ((polynomial(known)[0] - found(at)) / basis(at))
        basis *= polynomial(-place, 1)
    bits = max((rational(c).numerator.bit_length() for c in found.coeffs()), default=1)
    return Quotient(found, polynomial(1), bits + int(found.denom()).bit_length())


def has_root_between(poly: Polynomial, low: Rational, high: Rational) -> bool | None:
    """Tell whether a polynomial has a real root in the closed interval (Sturm's theorem).

    None where its degree is too large to tell in time.
    """
    if poly.degree() > _MAX_STURM:
        return None
    chain = [poly, poly.derivative()]
    while chain[-1].degree() > 0:
        spend(2 + poly.degree() * 4)
        chain.append(-(chain[-2] % chain[-1]))
    ends = [_signs(chain, end) for end in (low, high)]
    if any(signs[0] == 0 for signs in ends):
        return True
    return _changes(ends[0]) != _changes(ends[1])


def _signs(chain: list[Polynomial], at: Rational) -> list[int]:
    from flint import fmpq

    point = fmpq(*Fraction(at).as_integer_ratio())
    values = [poly(point) for poly in chain]
    return [(value > 0) - (value < 0) for value in values]


def _changes(signs: list[int]) -> int:
    told = [sign for sign in signs if sign]
    return sum(one != other for one, other in pairwise(told))
