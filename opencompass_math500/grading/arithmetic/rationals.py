"""Exact arithmetic: expressions over the rationals.

``exact`` answers with a rational, or None where the value is irrational, complex,
unknown or too large to write out. It never rounds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from opencompass_math500.grading.arithmetic.calculus import determinant, operated
from opencompass_math500.grading.arithmetic.derivatives import derived
from opencompass_math500.grading.bound import OPERATORS
from opencompass_math500.grading.limits import MAX_EXACT_BITS
from opencompass_math500.grading.values import Apply, Number, Symbol, Value
from opencompass_math500.grading.work import current, spend

__all__ = ['exact']

Rational = int | Fraction
_MAX_EXACT_EXPONENT: Final = 400


def _plain(value: Fraction) -> Rational:
    return value.numerator if value.denominator == 1 else value


def exact(value: Value, point: Mapping[str, Rational] | None = None) -> Rational | None:
    """Return the exact rational value, with symbols from ``point``; None where there is none."""
    if isinstance(value, Number):
        return value.value
    if isinstance(value, Symbol):
        return point.get(value.name) if point else None
    if not isinstance(value, Apply):
        return None
    work = current()
    if work is None or point is not None:
        return _applied(value, point)
    key = ('exact', id(value))
    if key not in work.known:
        work.known[key] = (value, _applied(value, None))
    return work.known[key][1]  # type: ignore[return-value]


def _applied(value: Apply, point: Mapping[str, Rational] | None) -> Rational | None:
    rule = _RULES.get(value.op)
    if rule is None:
        return _operated(value, point)
    spend(1)
    arguments: list[Rational] = []
    for argument in value.args:
        found = exact(argument, point)
        if found is None:
            return None
        arguments.append(found)
    try:
        result = rule(*arguments)
    except (ZeroDivisionError, TypeError, OverflowError, ValueError):
        return None  # 1/0, \sqrt{1,2}, \log_2 of what a float cannot hold, \log(1,2,3)
    if result is None or _bits(result) > MAX_EXACT_BITS:
        return None
    _spend(result)
    return _plain(result) if isinstance(result, Fraction) else result


def _operated(value: Apply, point: Mapping[str, Rational] | None) -> Rational | None:
    """Sums, integrals and the like, whose arguments have no value on their own."""
    if value.op == 'det':
        result: Rational | float | None = determinant(value.args[0], lambda e: exact(e, point))
    elif value.op in OPERATORS:
        spend(12)
        if value.op == 'derivative':
            found = derived(value)
            result = None if found is None else exact(found, point)
        else:
            result = operated(value, point, exact)
    else:
        return None
    if result is None or isinstance(result, float) or _bits(result) > MAX_EXACT_BITS:
        return None
    return result


def _bits(value: Rational) -> int:
    if isinstance(value, int):
        return value.bit_length()
    return value.numerator.bit_length() + value.denominator.bit_length()


def _spend(result: Rational) -> None:
    """Count the cost of having made ``result``: that of a fraction is a greatest common divisor."""
    bits = _bits(result)
    if isinstance(result, Fraction):
        spend(3 + ((bits >> 9) ** 2 >> 3))
    elif bits > 1_000:
        spend(bits >> 8)


def _add(*terms: Rational) -> Rational | None:
    result: Rational = 0
    for term in terms:
        result += term
        # 1/2^{999} + 1/3^{999} + ...: every term is small enough, their sum is not.
        if _bits(result) > MAX_EXACT_BITS:
            return None
        _spend(result)
    return result


def _mul(*factors: Rational) -> Rational | None:
    result: Rational = 1
    for factor in factors:
        result *= factor
        if _bits(result) > MAX_EXACT_BITS:
            return None
        _spend(result)
    return result


def _div(top: Rational, bottom: Rational) -> Rational:
    return Fraction(top) / bottom


def _pow(base: Rational, exponent: Rational) -> Rational | None:
    if isinstance(exponent, Fraction):
        return _fraction_power(base, exponent)
    if base in (0, 1, -1):
        if base == 0 and exponent <= 0:
            return None
        return base if base != -1 or exponent % 2 else 1
    if abs(exponent) * _bits(base) > MAX_EXACT_BITS:
        return None
    return Fraction(base) ** exponent if exponent < 0 else base**exponent


def _fraction_power(base: Rational, exponent: Fraction) -> Rational | None:
    if base < 0 or exponent.denominator > 64:
        return None
    rooted = _root(exponent.denominator, base)
    return None if rooted is None else _pow(rooted, exponent.numerator)


def _root(degree: Rational, value: Rational) -> Rational | None:
    """The rational root, with the real one for an odd degree; None if it is irrational."""
    if not isinstance(degree, int) or not 1 <= degree <= 64:
        return None
    if value < 0:
        positive = _root(degree, -value) if degree % 2 else None
        return None if positive is None else -positive
    fraction = Fraction(value)
    top, bottom = (_integer_root(part, degree) for part in fraction.as_integer_ratio())
    return None if top is None or bottom is None else Fraction(top, bottom)


def _integer_root(value: int, degree: int) -> int | None:
    from flint import fmpz

    # \sqrt[3]{3^{30000}} took a minute by halving an interval.
    spend(1 + (value.bit_length() >> 8))
    root = int(fmpz(value).root(degree))
    return root if root**degree == value else None


def _factorial(value: Rational) -> int | None:
    return math.factorial(value) if isinstance(value, int) and 0 <= value <= 1_200 else None


def _permutations(top: Rational, bottom: Rational) -> int | None:
    small = isinstance(top, int) and isinstance(bottom, int) and 0 <= bottom <= top <= 1_200
    return math.perm(int(top), int(bottom)) if small else None


def _binom(top: Rational, bottom: Rational) -> Rational | None:
    if not isinstance(bottom, int) or not 0 <= bottom <= 400:
        return None
    if isinstance(top, int) and top >= 0:
        return math.comb(top, bottom) if bottom * top.bit_length() <= MAX_EXACT_BITS else None
    step = Fraction(top).denominator
    first, product = Fraction(top).numerator, 1
    if bottom * _bits(top) > MAX_EXACT_BITS:
        return None
    # One fraction at the end: a hundred of them in a row took half a second.
    for index in range(bottom):
        product *= first - index * step
    spend(bottom + (product.bit_length() >> 5))
    return Fraction(product, step**bottom * math.factorial(bottom))


def _log(*args: Rational) -> Rational | None:
    """A logarithm that is an integer or a unit fraction's multiple: log_2 8, log_8 2."""
    base, value = args if len(args) != 1 else (10, args[0])
    if base <= 0 or base == 1 or value <= 0 or _bits(value) > 4_096 or _bits(base) > 64:
        return None
    guess = round(math.log2(value) / math.log2(base) * 12)
    exponent = Fraction(guess, 12)
    return exponent if _pow(value, 12) == _pow(base, guess) else None


def _gcd(*values: Rational) -> int | None:
    return math.gcd(*values) if all(isinstance(v, int) for v in values) else None  # type: ignore[arg-type]


def _lcm(*values: Rational) -> int | None:
    return math.lcm(*values) if all(isinstance(v, int) for v in values) else None  # type: ignore[arg-type]


_RULES: Final[dict[str, Callable[..., Rational | None]]] = {
    'add': _add,
    'neg': lambda x: -x,
    'mul': _mul,
    'div': _div,
    'pow': _pow,
    'root': _root,
    'abs': abs,
    'factorial': _factorial,
    'binom': _binom,
    'call P': _permutations,
    'percent': lambda x: Fraction(x) / 100,
    'log': _log,
    'floor': math.floor,
    'ceil': math.ceil,
    'max': max,
    'min': min,
    'gcd': _gcd,
    'lcm': _lcm,
    'mod': lambda a, b: a % b,
}
