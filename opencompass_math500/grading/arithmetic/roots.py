r"""Roots of negative numbers: where an expression leaves the reals, and odd roots that do not."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from opencompass_math500.grading.arithmetic.balls import NoValueError, UnsupportedError, ball
from opencompass_math500.grading.arithmetic.rationals import exact
from opencompass_math500.grading.bound import rebuilt
from opencompass_math500.grading.values import Apply, Number, Value, walk

__all__ = ['leaves_the_reals', 'with_real_roots']


def with_real_roots(value: Value) -> Value:
    """Write powers such as ``x^{2/3}`` as powers of a root, which is real for x < 0.

    The value itself, and no copy, where there is no such power.
    """
    if not any(isinstance(node, Apply) and node.op == 'pow' for node in walk(value)):
        return value
    changed = rebuilt(value, with_real_roots)
    if isinstance(changed, Apply) and changed.op == 'pow':
        base, exponent = changed.args
        power = exact(exponent)
        if isinstance(power, Fraction) and power.denominator % 2:
            root = Apply('root', (Number(power.denominator), base))
            return Apply('pow', (root, Number(power.numerator)))
    return value if changed == value else changed


def leaves_the_reals(value: Value, point: Mapping[str, Any]) -> bool:
    """Tell whether a part of ``value`` is no real number at a point: an even root of a negative."""
    return any(isinstance(node, Apply) and _is_unreal(node, point) for node in walk(value))


def _is_unreal(node: Apply, point: Mapping[str, Any]) -> bool:
    match node.op, node.args:
        case ('root', (degree, inside)):
            order = exact(degree)
            if isinstance(order, int) and order % 2:
                return False
        case ('pow', (inside, exponent)):
            power = exact(exponent, point)
            if power is not None and Fraction(power).denominator % 2:
                return False
        case ('ln' | 'log', (*_, inside)):
            pass
        case _:
            return False
    try:
        return bool(ball(inside, point).real < 0)
    except (NoValueError, UnsupportedError):
        return False
