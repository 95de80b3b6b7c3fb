"""Ball arithmetic: an expression as a complex number with a proved error bound.

Built on Arb through python-flint. Two balls that do not meet prove that two values
differ, whatever the precision; how far two agree says ``agreement``.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

from opencompass_math500.grading.arithmetic.enclosures import ENCLOSURES, Point
from opencompass_math500.grading.arithmetic.failures import (
    NoValueError,
    TooLargeError,
    UnsupportedError,
)
from opencompass_math500.grading.arithmetic.precision import precision
from opencompass_math500.grading.values import Apply, Number, Symbol, Value, walk
from opencompass_math500.grading.work import current, spend

__all__ = [
    'NoValueError',
    'TooLargeError',
    'UnsupportedError',
    'ball',
    'log2',
    'precision',
]

Ball = Any  # flint.acb: the library has no type stubs


_WRITABLE_BITS: Final = 2_048


def ball(value: Value, point: Point | None = None) -> Ball:
    """Enclose ``value``; raise :class:`UnsupportedError` where there is no enclosure."""
    if isinstance(value, Number):
        return _rational(value.value)
    if isinstance(value, Symbol):
        return _symbol(value.name, point)
    if not isinstance(value, Apply):
        raise UnsupportedError(type(value).__name__)
    work = current()
    if work is None or point is not None:
        return _applied(value, point)
    key = ('ball', id(value), work.bits)
    if key not in work.known:
        work.known[key] = (value, _applied(value, None))
    return work.known[key][1]


def _applied(value: Apply, point: Point | None) -> Ball:
    rule = _RULES.get(value.op)
    if rule is None and value.op not in ENCLOSURES:
        raise UnsupportedError(value.op)
    _spend(value)
    if rule is None and point and not any(
        isinstance(node, Symbol) and node.name in point for node in walk(value)
    ):
        return ball(value)  # the same at every point: enclosed once
    try:
        if rule is None:
            return ENCLOSURES[value.op](value, point or {}, ball)
        return rule(*[ball(argument, point) for argument in value.args])
    except (NoValueError, UnsupportedError):
        raise
    except (TypeError, OverflowError, ValueError) as error:
        raise UnsupportedError(f'{value.op}: {error}') from error


_ARITHMETIC: Final = frozenset(('add', 'mul', 'neg', 'div', 'pow', 'root', 'percent', 'abs'))
_GAMMA: Final = frozenset(('factorial', 'binom'))


def _spend(value: Apply) -> None:
    """Count the cost of one operation; that of functions grows with the precision."""
    work = current()
    if work is not None:
        scale = 1 + work.bits // 400
        if value.op in _ARITHMETIC:
            spend(2 + len(value.args))
        else:
            spend((30 if value.op in _GAMMA else 5) * scale)


def _rational(value: int | Fraction) -> Ball:
    from flint import acb, fmpq

    return acb(value) if isinstance(value, int) else acb(fmpq(value.numerator, value.denominator))


def _symbol(name: str, point: Point | None) -> Ball:
    from flint import acb, arb

    if point is not None and name in point:
        found = point[name]
        return _rational(found) if isinstance(found, int | Fraction) else found
    if name == 'pi':
        return acb(arb.pi())
    if name == 'e':
        return acb(arb(1).exp())
    if name == 'i':
        return acb(0, 1)
    raise UnsupportedError(f'the symbol {name}')


def _is_real(x: Ball) -> bool:
    return bool(x.imag == 0)


def _integer(x: Ball) -> int | None:
    """The integer that ``x`` is exactly, or None."""
    if not (x.is_exact() and _is_real(x) and _is_writable(x.real)):
        return None
    whole = x.real.unique_fmpz()
    return int(whole) if whole is not None and x.real == whole else None


def _is_writable(x: Ball) -> bool:
    """Tell whether the integer part of ``x`` has a bounded number of bits.

    ``2^{2^{42}}`` is an exact ball of one bit; as an integer it would take half a
    terabyte, and the library crashes on the attempt.
    """
    return bool(x.is_finite()) and log2(x) < _WRITABLE_BITS


def log2(x: Ball) -> int:
    """Return how many bits the whole part of a finite ball takes."""
    # An int: the exponent of 10^{322}! is beyond any float.
    mantissa, exponent = x.mid().man_exp()
    return int(exponent) + int(abs(mantissa)).bit_length()


def _add(*terms: Ball) -> Ball:
    result = terms[0]
    for term in terms[1:]:
        result = result + term
    return result


def _mul(*factors: Ball) -> Ball:
    result = factors[0]
    for factor in factors[1:]:
        result = result * factor
    return result


def _div(top: Ball, bottom: Ball) -> Ball:
    if bottom.is_zero():
        raise NoValueError('a division by zero')
    return top / bottom


def _pow(base: Ball, exponent: Ball) -> Ball:
    whole = _integer(exponent)
    if whole is not None and abs(whole) < 1 << 40:
        return base**whole
    if base.is_zero():
        if exponent.real > 0:
            return base
        raise UnsupportedError('a power of zero')
    return base**exponent


def _root(degree: Ball, radicand: Ball) -> Ball:
    n = _integer(degree)
    if n == 2:
        return radicand.sqrt()
    if n is not None and n % 2 and n > 0 and _is_real(radicand) and radicand.real < 0:
        # \sqrt[3]{-8} is -2, not the principal complex root.
        return -_pow(-radicand, 1 / degree)
    return _pow(radicand, 1 / degree)


def _factorial(x: Ball) -> Ball:
    return (x + 1).gamma()


def _binom(top: Ball, bottom: Ball) -> Ball:
    k = _integer(bottom)
    if k is not None and 0 <= k <= 200:
        result = top * 0 + 1
        spend(k)
        for index in range(k):
            result = result * (top - index) / (index + 1)
        return result
    return (top + 1).gamma() / ((bottom + 1).gamma() * (top - bottom + 1).gamma())


def _abs(x: Ball) -> Ball:
    from flint import acb

    return acb(abs(x))


def _floor(x: Ball) -> Ball:
    from flint import acb

    if _is_real(x) and not _is_writable(x.real):
        raise TooLargeError('a floor of that size')
    whole = x.real.floor().unique_fmpz() if _is_real(x) else None
    if whole is None:
        raise UnsupportedError('a floor at a jump')
    return acb(whole)


def _degree(x: Ball) -> Ball:
    from flint import arb

    return x * arb.pi() / 180


def _inverse(name: str, reciprocal: bool) -> Callable[[Ball], Ball]:
    """An inverse trigonometric function, real where it has a real value."""
    return lambda x: getattr(1 / x if reciprocal else x, name)()


def _arccot(x: Ball) -> Ball:
    from flint import acb, arb

    # The two conventions part on the left: arccot(-1) is -pi/4 or 3 pi/4.
    return acb(arb.pi()) / 2 if x.is_zero() else (1 / x).atan()


def _log(*args: Ball) -> Ball:
    """To the base written, else to base 10."""
    from flint import acb

    base, value = args if len(args) != 1 else (acb(10), args[0])
    return value.log() / base.log()


_RULES: Final[dict[str, Callable[..., Ball]]] = {
    'add': _add,
    'mul': _mul,
    'neg': lambda x: -x,
    'div': _div,
    'pow': _pow,
    'root': _root,
    'abs': _abs,
    'floor': _floor,
    'ceil': lambda x: -_floor(-x),
    'factorial': _factorial,
    'binom': _binom,
    'percent': lambda x: x / 100,
    'degree': _degree,
    'ln': lambda x: x.log(),
    'log': _log,
    'sin': lambda x: x.sin(),
    'cos': lambda x: x.cos(),
    'tan': lambda x: x.tan(),
    'cot': lambda x: x.cot(),
    'sec': lambda x: x.sec(),
    'csc': lambda x: x.csc(),
    'conj': lambda x: x.conjugate(),
    'cis': lambda x: x.cos() + _symbol('i', None) * x.sin(),
    'sinh': lambda x: x.sinh(),
    'cosh': lambda x: x.cosh(),
    'tanh': lambda x: x.tanh(),
    'coth': lambda x: x.coth(),
    'arcsin': _inverse('asin', False),
    'arccos': _inverse('acos', False),
    'arctan': _inverse('atan', False),
    'arcsec': _inverse('acos', True),
    'arccsc': _inverse('asin', True),
    'arccot': _arccot,
    'sech': lambda x: x.sech(),
    'csch': lambda x: x.csch(),
    'arcsinh': lambda x: x.asinh(),
    'arccosh': lambda x: x.acosh(),
    'arctanh': lambda x: x.atanh(),
    'arccoth': _inverse('atanh', True),
    'arcsech': _inverse('acosh', True),
    'arccsch': _inverse('asinh', True),
}
