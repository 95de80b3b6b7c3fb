r"""Which expressions are proved to have no value: ``\frac{1}{0}``, ``\ln 0``, ``\tan 90^\circ``.

Only exact means count: that a ball around a denominator holds zero proves nothing. An
algebraic number is zero if it is smaller than its conjugates allow any other to be.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

from opencompass_math500.grading.arithmetic.balls import ball
from opencompass_math500.grading.arithmetic.calculus import operated
from opencompass_math500.grading.arithmetic.failures import NoValueError, UnsupportedError
from opencompass_math500.grading.arithmetic.precision import precision
from opencompass_math500.grading.arithmetic.rationals import exact
from opencompass_math500.grading.bound import OPERATORS
from opencompass_math500.grading.values import Apply, Number, Symbol, Value
from opencompass_math500.grading.work import spend

__all__ = ['undefined_part']

_MAX_BITS: Final = 3_000


def undefined_part(value: Value) -> str:
    """Say in a few words what in ``value`` has no value; empty where nothing is proved to."""
    if not isinstance(value, Apply):
        return ''
    spend(4)
    if value.op in OPERATORS:
        found = operated(value, None, exact)
        diverges = isinstance(found, float) and math.isnan(found)
        return f'a divergent {_NAMES[value.op]}' if diverges else ''
    for argument in value.args:
        if inner := undefined_part(argument):
            return inner
    rule = _RULES.get(value.op)
    return rule(*value.args) if rule is not None else ''


_NAMES: Final = {
    'sum': 'sum', 'prod': 'product', 'integral': 'integral', 'limit': 'limit',
    'derivative': 'derivative', 'antiderivative': 'integral',
}  # fmt: skip


def _div(top: Value, bottom: Value) -> str:
    return 'a division by zero' if _vanishes(bottom) else ''


def _pow(base: Value, exponent: Value) -> str:
    power = exact(exponent)
    negative = power is not None and power < 0
    return 'a negative power of zero' if negative and _vanishes(base) else ''


def _ln(argument: Value) -> str:
    return 'a logarithm of zero' if _vanishes(argument) else ''


def _log(*args: Value) -> str:
    if len(args) > 1:
        base = args[0]
        if _vanishes(base):
            return 'a logarithm to the base 0'
        if exact(base) == 1:
            return 'a logarithm to the base 1'
    return _ln(args[-1])


def _factorial(argument: Value) -> str:
    number = exact(argument)
    below = isinstance(number, int) and number < 0
    return 'the factorial of a negative integer' if below else ''


def _mod(first: Value, second: Value) -> str:
    return 'a remainder by zero' if _vanishes(second) else ''


def _at_pole(half: bool) -> Callable[[Value], str]:
    r"""Of tangent and secant the poles lie at odd halves of pi, of the others at its multiples."""

    def pole(argument: Value) -> str:
        turns = _turns(argument)
        if turns is None:
            return ''
        doubled = turns * 2
        at_pole = doubled.denominator == 1 and doubled.numerator % 2 == half
        return 'a pole of a trigonometric function' if at_pole else ''

    return pole


def _reciprocal(argument: Value) -> str:
    return 'a division by zero' if _vanishes(argument) else ''


def _artanh(argument: Value) -> str:
    return 'an infinite area function' if exact(argument) in (1, -1) else ''


_RULES: Final[dict[str, Callable[..., str]]] = {
    'div': _div,
    'pow': _pow,
    'ln': _ln,
    'log': _log,
    'factorial': _factorial,
    'mod': _mod,
    'tan': _at_pole(True),
    'sec': _at_pole(True),
    'cot': _at_pole(False),
    'csc': _at_pole(False),
    'coth': _reciprocal,
    'csch': _reciprocal,
    'arcsec': _reciprocal,
    'arccsc': _reciprocal,
    'arctanh': _artanh,
    'arccoth': _artanh,
}


def _turns(value: Value) -> Fraction | None:
    """The rational r of ``value = r pi``, None where it is no such multiple."""
    number = exact(value)
    if number is not None:
        return Fraction(0) if number == 0 else None
    if value == Symbol('pi'):
        return Fraction(1)
    if not isinstance(value, Apply):
        return None
    match value.op, value.args:
        case ('neg', (inner,)):
            turns = _turns(inner)
            return None if turns is None else -turns
        case ('add', args):
            parts = [_turns(part) for part in args]
            return None if None in parts else sum((p for p in parts if p is not None), Fraction(0))
        case ('mul', args):
            return _multiplied(args)
        case ('div', (top, bottom)):
            turns, divisor = _turns(top), exact(bottom)
            return turns / divisor if turns is not None and divisor else None
        case ('degree', (inner,)):
            degrees = exact(inner)
            return None if degrees is None else Fraction(degrees) / 180
    return None


def _multiplied(args: tuple[Value, ...]) -> Fraction | None:
    numbers = [exact(part) for part in args]
    others = [part for part, number in zip(args, numbers, strict=True) if number is None]
    turns = _turns(others[0]) if len(others) == 1 else None
    if turns is None:
        return None
    for number in numbers:
        turns *= 1 if number is None else number
    return turns


# -- zero ---------------------------------------------------------------------------------


def _vanishes(value: Value) -> bool:
    """Tell whether ``value`` is proved to be zero."""
    number = exact(value)
    if number is not None:
        return number == 0
    if isinstance(value, Apply):
        match value.op, value.args:
            case ('mul', args):
                return any(_vanishes(part) for part in args)
            case ('neg' | 'abs' | 'percent' | 'arcsin' | 'arctan' | 'sinh' | 'tanh', (inner,)):
                return _vanishes(inner)
            case ('root', (_, inner)):
                return _vanishes(inner)
            case ('ln', (inner,)):
                return exact(inner) == 1
            case ('div', (top, _)):
                return _vanishes(top)
    bound = _bound(value)
    return bound is not None and _is_below(value, bound.bits)


def _is_below(value: Value, bits: int) -> bool:
    """Tell whether ``value`` is proved to be smaller than 2^-bits."""
    if bits > _MAX_BITS:
        return False
    spend(20 + bits // 16)
    with precision(bits + 64):
        try:
            found = ball(value)
        except (NoValueError, UnsupportedError):
            return False
        small: bool = found.is_finite() and found.abs_upper() < _power_of_two(-bits)
        return small


def _power_of_two(exponent: int) -> Any:
    from flint import arb

    return arb(2) ** exponent


class _Size:
    """Logarithms that bound an algebraic number from its parts, and the degree of their field.

    It is a quotient of algebraic integers whose conjugates are all below ``2^top`` and
    ``2^bottom``: unless it is zero, its size is above 2^-((degree-1) top + bottom).
    Source: Burnikel, Fleischer, Mehlhorn, Schirra, "A strong and easily computable
    separation bound for arithmetic expressions involving radicals", Algorithmica 27 (2000).
    """

    __slots__ = ('bottom', 'degree', 'top')

    def __init__(self, top: float, bottom: float, degree: int = 1) -> None:
        self.top = top
        self.bottom = bottom
        self.degree = degree

    @property
    def bits(self) -> int:
        return int((self.degree - 1) * max(self.top, 0) + max(self.bottom, 0)) + 8


def _bound(value: Value) -> _Size | None:
    """The size of an algebraic number by its radicals; None for anything else."""
    number = exact(value)
    if number is not None:
        top, bottom = number.as_integer_ratio()
        return _Size(_log2(abs(top)), _log2(bottom))
    if not isinstance(value, Apply):
        return None
    spend(4)
    if value.op in ('sin', 'cos'):
        turns = _turns(value.args[0])
        # 2 cos(2 pi p/q) is an algebraic integer of a degree below q.
        return None if turns is None else _Size(1, 1, 8 * turns.denominator)
    if value.op == 'root':
        return _root(value.args[0], _bound(value.args[1]))
    if value.op == 'pow':
        return _power(value.args[0], exact(value.args[1]))
    if value.op not in ('add', 'mul', 'div', 'neg'):
        return None
    parts = [_bound(part) for part in value.args]
    result = parts[0]
    for part in parts[1:]:
        if result is None or part is None:
            return None
        result = _joined(value.op, result, part)
    return result if None not in parts else None


def _joined(op: str, left: _Size, right: _Size) -> _Size:
    degree = left.degree * right.degree
    if op == 'div':
        return _Size(left.top + right.bottom, left.bottom + right.top, degree)
    if op == 'mul':
        return _Size(left.top + right.top, left.bottom + right.bottom, degree)
    top = max(left.top + right.bottom, left.bottom + right.top) + 1
    return _Size(top, left.bottom + right.bottom, degree)


def _root(order: Value, inside: _Size | None) -> _Size | None:
    n = exact(order)
    if inside is None or not isinstance(n, int) or not 2 <= n <= 64:
        return None
    if inside.top >= inside.bottom:
        top, bottom = (inside.top + (n - 1) * inside.bottom) / n, inside.bottom
    else:
        top, bottom = inside.top, ((n - 1) * inside.top + inside.bottom) / n
    return _Size(top, bottom, inside.degree * n)


def _power(base: Value, exponent: int | Fraction | None) -> _Size | None:
    if exponent is None or not -64 <= exponent <= 64:
        return None
    if isinstance(exponent, Fraction):
        root = Apply('root', (Number(exponent.denominator), base))
        return _power(root, exponent.numerator)
    inside = _bound(base)
    if inside is None:
        return None
    top, bottom = inside.top * abs(exponent), inside.bottom * abs(exponent)
    if exponent < 0:
        top, bottom = bottom, top
    return _Size(top, bottom, inside.degree)


def _log2(number: int) -> float:
    return float(number.bit_length())
