r"""Values of functions: ``f(0)`` is no product with 0, ``f(2x)`` is not ``2f(x)``.

A letter before brackets is a function or a factor. ``f`` and ``g`` are functions; other
letters that often are (``h``, ``P``) where a lone letter or number stands in the brackets,
and every letter before ``(0)``. Beside the bare letter all of them are factors: ``P(x)``
is ``Px`` for whoever writes that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from opencompass_math500.grading.arithmetic.rationals import exact
from opencompass_math500.grading.arithmetic.traits import traits
from opencompass_math500.grading.bound import OPERATORS
from opencompass_math500.grading.decision import Decision
from opencompass_math500.grading.limits import MAX_SYMBOLS
from opencompass_math500.grading.parsing.function_names import INVERSE
from opencompass_math500.grading.values import (
    Apply,
    Number,
    Symbol,
    Value,
    is_expression,
    symbols,
    walk,
)

__all__ = ['is_call', 'opaque', 'uncalled']

_PREFIX: Final = 'call '


def is_call(value: Value) -> bool:
    """Tell whether ``value`` is a function of something."""
    return isinstance(value, Apply) and value.op.startswith(_PREFIX)


def uncalled(call: Apply) -> tuple[Value, ...]:
    """Return the function of a call as a letter, and what it is of: the factors of a product."""
    name = call.op[len(_PREFIX) :]
    letter = Symbol(name.removesuffix(INVERSE))
    head = Apply('pow', (letter, Number(-1))) if name.endswith(INVERSE) else letter
    return (head, *call.args)


def opaque(
    first: Value, second: Value, same: Callable[[Value, Value], Decision]
) -> tuple[Value, Value]:
    """Put a letter for each call in both values: one letter for calls of equal arguments."""
    if not (traits(first).calls or traits(second).calls):
        return first, second
    naming = _Naming(symbols(first) | symbols(second), same)
    return naming.replaced(first), naming.replaced(second)


class _Naming:
    """The letters of the calls met so far."""

    def __init__(self, bare: frozenset[str], same: Callable[[Value, Value], Decision]) -> None:
        self.bare = bare
        self.same = same
        self.met: list[Apply] = []

    def replaced(self, value: Value) -> Value:
        if not isinstance(value, Apply):
            return value
        if value.op in OPERATORS:
            return self._operator(value)
        args = tuple(map(self.replaced, value.args))
        kept = all(new is old for new, old in zip(args, value.args, strict=True))
        node = value if kept else Apply(value.op, args)
        return self._letter(node) if is_call(node) else node

    def _letter(self, call: Apply) -> Value:
        head, *_ = factors = uncalled(call)
        if len(call.args) == 1 and symbols(head) & self.bare:
            return Apply('mul', factors)
        if exact(call) is not None:
            return call  # P(5,2), the permutations
        for index, other in enumerate(self.met):
            if other.op == call.op and self._agree(other.args, call.args):
                return Symbol(f'{call.op[len(_PREFIX) :]}({index})')
        if len(self.met) >= MAX_SYMBOLS:
            return call
        self.met.append(call)
        return Symbol(f'{call.op[len(_PREFIX) :]}({len(self.met) - 1})')

    def _operator(self, value: Apply) -> Value:
        r"""A letter for the whole of ``\sum a_k`` or ``\frac{d}{dx} f(x)``.

        A letter for f(x) alone would be a constant.
        """
        if not any(is_call(node) for node in walk(value)):
            return value
        if value not in self.met:
            self.met.append(value)
        return Symbol(f'{value.op}({self.met.index(value)})')

    def _agree(self, first: tuple[Value, ...], second: tuple[Value, ...]) -> bool:
        return len(first) == len(second) and all(
            a == b or (is_expression(a) and is_expression(b) and bool(self.same(a, b).equal))
            for a, b in zip(first, second, strict=True)
        )
