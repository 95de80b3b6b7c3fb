"""Are two expressions the same number or the same function?

Exactly over the rationals first; then with balls of growing precision; functions at
several points, where a difference proves inequality and an accident is impossible.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import partial
from math import copysign, isnan
from typing import Any, Final

from opencompass_math500.grading.arithmetic.agreement import agreement
from opencompass_math500.grading.arithmetic.balls import (
    NoValueError,
    TooLargeError,
    UnsupportedError,
    ball,
    precision,
)
from opencompass_math500.grading.arithmetic.calculus import operated
from opencompass_math500.grading.arithmetic.families import (
    letter_of_family,
    names_a_constant,
    slopes,
)
from opencompass_math500.grading.arithmetic.powers import powers_agree
from opencompass_math500.grading.arithmetic.rationals import exact
from opencompass_math500.grading.arithmetic.roots import with_real_roots
from opencompass_math500.grading.arithmetic.traits import traits
from opencompass_math500.grading.arithmetic.undefined import undefined_part
from opencompass_math500.grading.bound import OPERATORS, keeps_its_letter, operators_in
from opencompass_math500.grading.decision import Decision
from opencompass_math500.grading.equality.calls import opaque
from opencompass_math500.grading.equality.functions import Point, points_for, same_functions
from opencompass_math500.grading.limits import MAX_SYMBOLS
from opencompass_math500.grading.values import (
    Apply,
    Number,
    Relation,
    Sequence,
    Symbol,
    Value,
    is_expression,
    symbols,
    walk,
)
from opencompass_math500.grading.work import current

__all__ = ['constant_ratio', 'differ_plainly', 'natural', 'same_expression']

_BITS: Final = (192, 768, 3072)
# An integral that differs does so in the first digits; its last ones are dear.
_OPERATOR_BITS: Final = (48, 768)
_ENOUGH: Final = 0.6
"""Share of the working precision to which values must agree to count as equal."""


def same_expression(first: Value, second: Value) -> Decision:
    """Compare two expressions (numbers, symbols, operations on them)."""
    left, right = exact(first), exact(second)
    if left is not None and right is not None:
        return _rational(left, right)
    if infinite := _infinite(first, second):
        return infinite
    ops = traits(first).ops | traits(second).ops
    if 'antiderivative' in ops and (letter := letter_of_family(first, second)) is not None:
        return _families(first, second, letter)
    first, second = opaque(first, second, same_expression)
    names = symbols(first) | symbols(second)
    compare = partial(same_functions, names=names) if names else _constants
    decision = compare(first, second)
    if decision.equal is False and 'pow' in ops:
        # x^{1/3} is \sqrt[3]{x}, and (-8)^{1/3} is -2, for whoever computes with reals.
        real = with_real_roots(first), with_real_roots(second)
        if (real[0] is not first or real[1] is not second) and (again := compare(*real)).equal:
            return again
    return decision


def _families(first: Value, second: Value, letter: str) -> Decision:
    """Indefinite integrals are equal if their derivatives are and both leave a constant open."""
    pair = slopes(first, second, letter) if letter else None
    if pair is None:
        return Decision(None, 'expressions.unsupported', 'no derivative to compare')
    if not (names_a_constant(first, second) and names_a_constant(second, first)):
        return Decision(False, 'expressions.constant', 'a constant on one side only')
    decision = same_expression(*pair)
    if decision.equal is None:
        return decision
    shown = 'equal up to a constant' if decision.equal else 'the derivatives differ'
    return Decision(decision.equal, 'expressions.constant', shown)


# Read in more than one way: 50% and 0.5, 30 degrees and 30, log with and without base 10.
_AMBIGUOUS: Final = frozenset(('percent', 'degree', 'log', 'pm', 'mp', 'ratio'))


def differ_plainly(first: Value, second: Value) -> bool:
    """Tell whether two numbers are proved to differ at a glance; False proves nothing.

    Matching two lists of 48 numbers asks this a thousand times; each number is worked
    out once, and only what this leaves is compared in earnest.
    """
    left, right = _glance(first), _glance(second)
    return left is not None and right is not None and not left.overlaps(right)


def _glance(value: Value) -> Any:
    """A short ball around a plain number, None for everything else."""
    work = current()
    if work is None or not is_expression(value):
        return None
    key = ('glance', id(value))
    if key not in work.known:
        work.known[key] = (value, _short_ball(value))
    return work.known[key][1]


def _short_ball(value: Value) -> Any:
    if symbols(value) or any(isinstance(n, Apply) and n.op in _AMBIGUOUS for n in walk(value)):
        return None
    with precision(64):
        try:
            found = ball(value)
        except (NoValueError, UnsupportedError):
            return None
    return found if found.is_finite() else None


def _rational(left: int | Fraction, right: int | Fraction) -> Decision:
    if left == right:
        return Decision(True, 'expressions.rational', f'{_short(left)} on both sides exactly')
    return Decision(False, 'expressions.rational', f'{_short(left)} is not {_short(right)}')


def _short(value: int | Fraction) -> str:
    # str() of an integer beyond 4300 digits raises.
    if sum(part.bit_length() for part in value.as_integer_ratio()) > 200:
        return 'a number of many digits'
    return str(value)


def _infinite(first: Value, second: Value) -> Decision | None:
    """Infinity is a sign, not a number: it equals only itself."""
    signs = [_infinity(value) for value in (first, second)]
    if signs == [0, 0]:
        return None
    if 0 in signs or signs[0] != signs[1]:
        return Decision(False, 'expressions.infinity', 'infinity on one side only')
    return Decision(True, 'expressions.infinity', 'both infinite')


def _infinity(value: Value) -> int:
    if value == Symbol('infty'):
        return 1
    if isinstance(value, Apply) and value.op == 'neg':
        return -_infinity(value.args[0])
    if isinstance(value, Apply) and value.op in OPERATORS:
        found = operated(value, None, exact)
        return 0 if not isinstance(found, float) or isnan(found) else int(copysign(1, found))
    return 0


def _constants(first: Value, second: Value) -> Decision:
    decision = _enclosed(first, second)
    if decision.equal is not None:
        return decision
    equal = powers_agree(first, second)
    if equal is not None:
        shown = 'the same sum of powers' if equal else 'different sums of powers'
        return Decision(equal, 'expressions.powers', shown)
    missing = undefined_part(first) or undefined_part(second)
    return Decision(False, 'expressions.no_value', missing) if missing else decision


def _enclosed(first: Value, second: Value) -> Decision:
    for bits in _OPERATOR_BITS if operators_in(first) or operators_in(second) else _BITS:
        with precision(bits):
            try:
                agreed = agreement(ball(first), ball(second))
            except NoValueError as error:
                return Decision(False, 'expressions.no_value', str(error))
            except TooLargeError as error:
                return Decision(None, 'expressions.size', str(error))
            except UnsupportedError as error:
                return Decision(None, 'expressions.unsupported', f'no value for {error}')
        if agreed is None:
            return Decision(False, 'expressions.numeric', 'the values are proved to differ')
        if agreed > bits * _ENOUGH and bits > _BITS[0]:
            digits = int(min(agreed, bits) * 0.3)
            return Decision(True, 'expressions.numeric', f'equal to {digits} digits')
    return Decision(None, 'expressions.size', 'too large or too close to decide')


def natural(value: Value) -> Value:
    """Return ``value`` with ``ln`` for every ``log`` whose base is not written."""
    if isinstance(value, Relation):
        sides = tuple(natural(side) for side in value.sides)
        return value if _same_parts(sides, value.sides) else Relation(sides, value.ops)
    if isinstance(value, Sequence):
        items = tuple(natural(item) for item in value.items)
        return value if _same_parts(items, value.items) else replace(value, items=items)
    if not isinstance(value, Apply):
        return value
    args = tuple(natural(argument) for argument in value.args)
    if value.op == 'log' and len(args) == 1:
        return Apply('ln', args)
    return value if _same_parts(args, value.args) else Apply(value.op, args)


def _same_parts(new: tuple[Value, ...], old: tuple[Value, ...]) -> bool:
    return all(one is other for one, other in zip(new, old, strict=True))


def constant_ratio(first: Value, second: Value) -> bool | None:
    """Tell whether ``first`` is a non-zero constant multiple of ``second``; None if unknown.

    This is what makes ``y = 2x + 1`` and ``2x - y + 1 = 0`` the same line. Zero is no
    multiple of anything else: ``0 = 0`` and ``x = x`` are no lines.
    """
    first, second = opaque(first, second, same_expression)
    names = symbols(first) | symbols(second)
    if not names or len(names) > MAX_SYMBOLS:
        return None
    cross: tuple[Value, Value] | None = None  # the first pair of values
    compared = 0
    for point in points_for(first, second, names):
        left, right = _at(first, point), _at(second, point)
        if left is None or right is None:
            continue
        vanishes = [same_expression(side, Number(0)).equal for side in (left, right)]
        if vanishes[0] is None or vanishes[1] is None or all(vanishes):
            continue
        if any(vanishes):
            return False
        if cross is None:
            cross = (left, right)
            continue
        products = (Apply('mul', (left, cross[1])), Apply('mul', (right, cross[0])))
        same = same_expression(*products).equal
        if same is False:
            return False
        compared += same is True
    return True if compared >= 2 else None


def _at(value: Value, point: Point) -> Value | None:
    """``value`` with the numbers of ``point`` for its symbols."""
    rational = exact(value, point)
    if rational is not None:
        return Number(rational)
    return _substituted(value, point)


def _substituted(value: Value, point: Point) -> Value | None:
    if isinstance(value, Symbol):
        return Number(point[value.name]) if value.name in point else value
    if keeps_its_letter(value):
        return None
    if isinstance(value, Apply):
        args = [_substituted(argument, point) for argument in value.args]
        return None if None in args else Apply(value.op, tuple(a for a in args if a is not None))
    return value if isinstance(value, Number) else None
