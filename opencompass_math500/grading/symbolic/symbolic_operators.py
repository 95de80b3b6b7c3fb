"""Sums, integrals, limits and derivatives carried out by sympy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from opencompass_math500.grading.values import Apply, Symbol, Value

__all__ = ['UnreadableError', 'carried_out', 'is_left_undone']

Sympy = Any  # sympy's own types are not annotated
Translate = Callable[[Value], Sympy]


class UnreadableError(ValueError):
    """A side that cannot be made into a sympy expression: no fault of sympy's.

    Every other exception of a comparison is a crash, which decides nothing.
    """


def carried_out(value: Apply, translate: Translate) -> Sympy:
    """Return what sympy makes of one of our operators.

    The bound letter becomes one of its own.
    """
    import sympy

    body, letter, *rest = value.args
    assert isinstance(letter, Symbol)
    counts = value.op in ('sum', 'prod')
    own = sympy.Dummy(integer=True) if counts else sympy.Dummy(real=True)
    expression = translate(body).subs(sympy.Symbol(letter.name, real=True), own)
    ends = [translate(end) for end in rest]
    match value.op:
        case 'sum':
            return sympy.summation(expression, (own, *ends))
        case 'prod':
            return sympy.product(expression, (own, *ends))
        case 'integral':
            return sympy.integrate(expression, (own, *ends))
        case 'limit':
            side = '+' if ends[0].is_infinite or ends[1] == 1 else '-' if ends[1] == -1 else '+-'
            return sympy.limit(expression, own, ends[0], side)
        case 'derivative':
            slope = sympy.diff(expression, own, int(ends[0]))
            return slope.subs(own, sympy.Symbol(letter.name, real=True))
    raise UnreadableError(f'no symbolic form of {value.op}')


def is_left_undone(expression: Sympy) -> bool:
    """Tell whether sympy left a sum, integral or limit as it was: its number would be no proof."""
    import sympy

    undone = (sympy.Integral, sympy.Sum, sympy.Product, sympy.Limit, sympy.AccumBounds)
    return bool(expression.has(*undone))
