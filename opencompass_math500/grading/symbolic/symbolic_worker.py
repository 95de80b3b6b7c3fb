"""The process of the symbolic comparison: what the fallback's workshop loads and forks."""

from __future__ import annotations

import random
from contextlib import suppress
from typing import Any

from opencompass_math500.grading.symbolic.symbolic import UnreadableError, compare

__all__ = ['answer', 'load']

Reply = dict[str, Any]


def load() -> tuple[Any, None]:
    """Load sympy, so that no item's clock pays for it; return what answers a request."""
    _warm_up()
    # Every fork begins with the same numbers: sympy tries some where it can prove nothing.
    random.seed(0)
    with suppress(ImportError):
        from sympy.core.random import seed

        seed(0)
    return answer, None


def _warm_up() -> None:
    """Carry out one of each kind: sympy loads most of itself when it is first needed."""
    import sympy

    x, n = sympy.Symbol('x', real=True), sympy.Symbol('n', integer=True)
    sympy.integrate(x * sympy.sin(x) + sympy.exp(-x) + 1 / x**2, (x, 1, 2))
    sympy.summation(1 / n**2 + n / 2**n, (n, 1, sympy.oo))
    sympy.limit(sympy.sin(x) / x, x, 0)
    sympy.diff(sympy.log(x) * sympy.sqrt(x), x)
    difference = sympy.sin(x) ** 2 + sympy.cos(x) ** 2 - sympy.sqrt(3 + 2 * sympy.sqrt(2))
    sympy.simplify(difference)
    sympy.N(difference.subs(x, sympy.Rational(1, 3)), 60)
    sympy.Matrix([[x, 1], [1, x]]).det()


def answer(request: dict[str, Any]) -> Reply:
    """Return the reply to one request: ``equal`` and ``reason``."""
    try:
        equal, reason = compare(request)
    except UnreadableError as error:
        equal, reason = None, f'unreadable: {error}'
    return {'equal': equal, 'reason': reason}
