"""Are two expressions the same function? Compared at points where both have a real value."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from opencompass_math500.grading.arithmetic.agreement import agreement
from opencompass_math500.grading.arithmetic.balls import (
    NoValueError,
    UnsupportedError,
    ball,
    precision,
)
from opencompass_math500.grading.arithmetic.rationals import exact
from opencompass_math500.grading.arithmetic.roots import leaves_the_reals
from opencompass_math500.grading.bound import operators_in
from opencompass_math500.grading.decision import Decision
from opencompass_math500.grading.equality.conjugates import holds_conjugates, same_conjugates
from opencompass_math500.grading.limits import MAX_SYMBOLS
from opencompass_math500.grading.values import Apply, Symbol, Value, walk
from opencompass_math500.grading.work import current, spend

__all__ = ['Point', 'points', 'points_for', 'same_functions']

Point = Mapping[str, int | Fraction]

_ENOUGH: Final = 0.6
"""Share of the working precision to which values must agree to count as equal."""

_MAX_SIGNED: Final = 6
"""Letters of which each is made negative in turn."""


@lru_cache(maxsize=128)
def points(names: frozenset[str], *, integral: bool = False) -> list[dict[str, int | Fraction]]:
    r"""Return fixed points without pattern, one value for each name; positive ones first.

    The scales differ so that some point lies in the domain of ``arcsin x`` and of
    ``\ln(x-1)``; a third of the values is negative.
    """
    chosen = []
    for index, scale in enumerate((1, 5, 1, 40, 2, 7)):
        point: dict[str, int | Fraction] = {}
        for name in names:
            seed = zlib.crc32(f'{index}/{name}'.encode()) | 1
            if integral:
                point[name] = seed % (12 * scale) + 1
                continue
            sign = -1 if index in (2, 4) and (seed >> 7) % 3 else 1
            point[name] = Fraction(sign * scale * seed, 1 << 32)
        chosen.append(point)
    return chosen


def points_for(
    first: Value, second: Value, names: frozenset[str]
) -> list[dict[str, int | Fraction]]:
    """Return points at which to compare two functions; more of them where signs matter."""
    chosen = points(names)
    return [*chosen, *_one_negative(names)] if _has_roots(first, second) else chosen


def same_functions(first: Value, second: Value, names: frozenset[str]) -> Decision:
    r"""Compare two functions wherever both have a real value, and at enough points.

    ``\sqrt{x^2}`` is not x (they differ at -1), but ``1/\sqrt{n}`` is
    ``\sqrt{1/n}``: where n is negative, neither is real.
    """
    if len(names) > MAX_SYMBOLS:
        return Decision(None, 'expressions.points', f'more than {MAX_SYMBOLS} symbols')
    spend(60)
    if holds_conjugates(first, second, names):
        return same_conjugates(first, second, points(names))
    complex_valued = any(node == Symbol('i') for side in (first, second) for node in walk(side))
    agreed_before = 0
    for integral in (False, True):
        agreed = agreed_before
        chosen = points(names, integral=True) if integral else points_for(first, second, names)
        for index, point in enumerate(chosen):
            same = _same_at(first, second, point, (integral, index), complex_valued)
            if same is False:
                shown = f'different functions of {", ".join(sorted(names))}'
                return Decision(False, 'expressions.points', shown)
            agreed += same is True
        if agreed >= 2 and not integral and _has_steps(first, second):
            agreed_before = agreed  # floor and ceiling part at the integers alone
        elif agreed >= 2:
            return Decision(True, 'expressions.points', f'equal at {agreed} points to 80 digits')
    if operators_in(first) or operators_in(second):
        return Decision(None, 'expressions.unsupported', 'no value for a sum, integral or limit')
    return Decision(None, 'expressions.points', 'no point at which both have a value')


def _same_at(
    first: Value, second: Value, point: Point, place: tuple[bool, int], complex_valued: bool
) -> bool | None:
    left, right = (_once(exact, value, point, ('exact', *place)) for value in (first, second))
    if left is not None and right is not None:
        return bool(left == right)
    bits = 448
    with precision(bits):
        try:
            a, b = (_once(ball, value, point, ('ball', *place)) for value in (first, second))
        except (NoValueError, UnsupportedError):
            return None
        real_a, real_b = a.imag.contains(0), b.imag.contains(0)
        if not complex_valued:
            if not real_a and not real_b:
                return None
            if real_a != real_b and _assumes_positive(first, second):
                return None  # \log a + \log b is \log(ab) for positive a and b
        agreed = agreement(a, b)
        if agreed is None:
            # \sqrt{a}\sqrt{b} is \sqrt{ab} where its parts are real, as is meant.
            outside = not complex_valued and real_a and real_b and not _has_bars(first, second)
            if outside and any(leaves_the_reals(side, point) for side in (first, second)):
                return None
            return False
    return True if agreed > bits * _ENOUGH else None


def _once(
    compute: Callable[[Value, Point], Any], value: Value, point: Point, key: tuple[object, ...]
) -> Any:
    """``compute(value, point)``, worked out once in a judgement: a place fixes its point."""
    work = current()
    if work is None:
        return compute(value, point)
    key = (*key, id(value))
    if key not in work.known:
        work.known[key] = (value, compute(value, point))
    return work.known[key][1]


def _assumes_positive(first: Value, second: Value) -> bool:
    """Tell whether logarithms restrict the letters; bars would say that they do not."""
    ops = {node.op for side in (first, second) for node in walk(side) if isinstance(node, Apply)}
    return bool(ops & {'log', 'ln'}) and 'abs' not in ops


def _has_roots(first: Value, second: Value) -> bool:
    for node in (node for side in (first, second) for node in walk(side)):
        if isinstance(node, Apply):
            if node.op in ('root', 'abs'):
                return True
            if node.op == 'pow' and isinstance(exact(node.args[1]), Fraction):
                return True
    return False


def _has_steps(first: Value, second: Value) -> bool:
    nodes = (node for side in (first, second) for node in walk(side))
    return any(isinstance(node, Apply) and node.op in ('floor', 'ceil') for node in nodes)


@lru_cache(maxsize=128)
def _one_negative(names: frozenset[str]) -> list[dict[str, int | Fraction]]:
    r"""Points with one negative letter each: there ``\sqrt{a^2 b}`` is not ``a \sqrt{b}``.

    The signs of :func:`points` are left to chance: theta is negative in none of them.
    """
    if len(names) > _MAX_SIGNED:
        return []
    positive = points(names)[0]
    return [{**positive, name: -positive[name]} for name in sorted(names)]


def _has_bars(first: Value, second: Value) -> bool:
    nodes = (node for side in (first, second) for node in walk(side))
    return any(isinstance(node, Apply) and node.op == 'abs' for node in nodes)
