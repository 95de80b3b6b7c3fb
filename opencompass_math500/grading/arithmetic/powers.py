r"""Sums of products of huge powers, compared without writing them out.

``7^{100000} - 7^{99999}`` is 6 times ``7^{99999}``: each term becomes a rational times
powers of primes, terms that differ by a small factor are added, and what is left is zero
or not. Roots are powers with fractional exponents, which are independent of each other
over the rationals.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from opencompass_math500.grading.arithmetic.rationals import exact
from opencompass_math500.grading.values import Apply, Value
from opencompass_math500.grading.work import spend

__all__ = ['powers_agree']

Rational = int | Fraction
Monomial = frozenset[tuple[int, Fraction]]
"""Primes (or numbers that we do not factor) with their exponents, none of them zero."""

Terms = dict[Monomial, Fraction]

_MAX_TERMS: Final = 24
_MAX_BASE_BITS: Final = 40
_MAX_EXPONENT_BITS: Final = 4_096
_MAX_GAP: Final = 20_000
"""Bits by which two terms may differ to be added: beyond, no small factor takes them apart."""

_MAX_WHOLE_POWER: Final = 4
_ONE: Final[Monomial] = frozenset()


def powers_agree(first: Value, second: Value) -> bool | None:
    """Tell whether two numbers are the same; None where their form does not tell."""
    sides = [_terms(side) for side in (first, second)]
    if sides[0] is None or sides[1] is None:
        return None
    difference = _sum(sides[0], {key: -factor for key, factor in sides[1].items()})
    if difference is None:
        return None
    left = 0
    for group in _groups([term for term in difference.items() if term[1]]):
        total = _total(group)
        if total is None:
            return None
        left += total != 0
    # Two groups that are left can cancel only by an accident of primes: not told here.
    return left == 0 if left < 2 else None


def _terms(value: Value) -> Terms | None:
    """``value`` as a sum of products of powers; None where it is none."""
    spend(5)
    if isinstance(value, Apply) and value.op in ('add', 'neg', 'mul', 'div', 'pow', 'root'):
        match value.op, value.args:
            case ('pow', (base, exponent)):
                return _power(base, exact(exponent))
            case ('root', (degree, inner)):
                order = exact(degree)
                whole = isinstance(order, int) and order > 0
                return _power(inner, Fraction(1, int(order or 1))) if whole else None
        parts = [_terms(part) for part in value.args]
        result = parts[0]
        for part in parts[1:]:
            if result is None or part is None:
                return None
            if value.op == 'add':
                result = _sum(result, part)
            else:
                result = _product(result, part if value.op == 'mul' else _inverse(part))
        if value.op == 'neg' and result is not None:
            result = {key: -factor for key, factor in result.items()}
        return result
    number = exact(value)
    return None if number is None else _number(number)


def _number(number: Rational) -> Terms:
    return {_ONE: Fraction(number)}


def _power(base: Value, exponent: Rational | None) -> Terms | None:
    if exponent is None or _bits(exponent) > _MAX_EXPONENT_BITS:
        return None
    number = exact(base)
    if number is not None and number != 0 and _bits(number) <= _MAX_BASE_BITS:
        return _prime_powers(Fraction(number), Fraction(exponent))
    inside = _terms(base)
    if inside is None:
        return None
    if len(inside) == 1:
        ((key, factor),) = inside.items()
        if _bits(factor) > _MAX_BASE_BITS or (factor < 0 and exponent != int(exponent)):
            return None
        rest = frozenset((prime, power * exponent) for prime, power in key)
        return _product({rest: Fraction(1)}, _prime_powers(factor, Fraction(exponent)))
    if not isinstance(exponent, int) or not 1 <= exponent <= _MAX_WHOLE_POWER:
        return None
    result: Terms | None = inside
    for _ in range(exponent - 1):
        result = _product(result, inside)
    return result


def _prime_powers(number: Fraction, exponent: Fraction) -> Terms | None:
    """``number ** exponent`` with a whole exponent for -1."""
    from flint import fmpz

    sign = 1
    if number < 0:
        if exponent.denominator != 1:
            return None
        sign = -1 if exponent.numerator % 2 else 1
    powers: dict[int, Fraction] = {}
    for part, direction in ((abs(number.numerator), 1), (number.denominator, -1)):
        for prime, count in fmpz(part).factor():
            powers[int(prime)] = direction * int(count) * exponent
    spend(30)
    return {frozenset(powers.items()): Fraction(sign)}


def _bits(number: Rational) -> int:
    top, bottom = number.as_integer_ratio()
    return top.bit_length() + bottom.bit_length()


def _sum(first: Terms, second: Terms) -> Terms | None:
    result = dict(first)
    for key, factor in second.items():
        result[key] = result.get(key, Fraction(0)) + factor
    return result if len(result) <= _MAX_TERMS else None


def _inverse(terms: Terms) -> Terms | None:
    if len(terms) != 1:
        return None
    ((key, factor),) = terms.items()
    return {frozenset((p, -n) for p, n in key): 1 / factor} if factor else None


def _product(first: Terms | None, second: Terms | None) -> Terms | None:
    if first is None or second is None or len(first) * len(second) > _MAX_TERMS:
        return None
    result: Terms = {}
    for one, factor in first.items():
        for other, second_factor in second.items():
            spend(5)
            key = _times(one, other)
            result[key] = result.get(key, Fraction(0)) + factor * second_factor
    return result


def _times(one: Monomial, other: Monomial) -> Monomial:
    powers = dict(one)
    for prime, power in other:
        powers[prime] = powers.get(prime, Fraction(0)) + power
    return frozenset((prime, power) for prime, power in powers.items() if power)


def _groups(terms: list[tuple[Monomial, Fraction]]) -> list[list[tuple[Monomial, Fraction]]]:
    """The terms that differ from each other by a rational factor small enough to write out."""
    groups: list[list[tuple[Monomial, Fraction]]] = []
    for term in terms:
        near = [group for group in groups if _quotient(term[0], group[0][0]) is not None]
        if near:
            near[0].append(term)
        else:
            groups.append([term])
    return groups


def _quotient(one: Monomial, other: Monomial) -> Fraction | None:
    """One product of powers over another, where that is a rational of few digits."""
    powers = dict(_times(one, frozenset((prime, -power) for prime, power in other)))
    if any(power.denominator != 1 for power in powers.values()):
        return None
    if sum(abs(power) * prime.bit_length() for prime, power in powers.items()) > _MAX_GAP:
        return None
    spend(10)
    result: Any = Fraction(1)
    for prime, power in powers.items():
        result *= Fraction(prime) ** int(power)
    return result  # type: ignore[no-any-return]


def _total(group: list[tuple[Monomial, Fraction]]) -> Fraction | None:
    """The sum of a group in units of its first term."""
    total = Fraction(0)
    for key, factor in group:
        quotient = _quotient(key, group[0][0])
        if quotient is None:
            return None
        total += factor * quotient
    return total
