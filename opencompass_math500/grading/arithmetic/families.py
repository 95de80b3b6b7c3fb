r"""Indefinite integrals: a family of functions that differ by a constant."""

from __future__ import annotations

from typing import Final

from opencompass_math500.grading.arithmetic.derivatives import derivative
from opencompass_math500.grading.arithmetic.rationals import exact
from opencompass_math500.grading.bound import holds, operators_in, rebuilt
from opencompass_math500.grading.values import Apply, Symbol, Value, symbols, walk

__all__ = ['letter_of_family', 'names_a_constant', 'slopes']

_NAME: Final = '#0'


def letter_of_family(first: Value, second: Value) -> str | None:
    r"""Return the x of ``\int ... dx`` where one of two values holds one; else ''."""
    letters = {
        node.args[1].name
        for side in (first, second)
        for node in walk(side)
        if isinstance(node, Apply)
        and node.op == 'antiderivative'
        and isinstance(node.args[1], Symbol)
    }
    if not letters:
        return None
    # A square of an integral plus 1 is no square of that integral: no families.
    families = [side for side in (first, second) if operators_in(side)]
    added = all(_is_added(_named(side), _NAME) or _named(side) == side for side in families)
    return letters.pop() if added and len(letters) == 1 else ''


def _named(value: Value) -> Value:
    """``value`` with a letter for its indefinite integrals."""
    if isinstance(value, Apply) and value.op == 'antiderivative':
        return Symbol(_NAME)
    return rebuilt(value, _named)


def slopes(first: Value, second: Value, letter: str) -> tuple[Value, Value] | None:
    """Return the derivatives of both, equal if they differ by a constant; None if unknown."""
    found = derivative(first, letter), derivative(second, letter)
    return None if found[0] is None or found[1] is None else (found[0], found[1])


def names_a_constant(value: Value, other: Value) -> bool:
    """Tell whether ``value`` is a family itself, or adds a letter that the other adds or lacks."""
    if any(isinstance(node, Apply) and node.op == 'antiderivative' for node in walk(value)):
        return True
    return any(
        _is_added(value, letter) and (not holds(other, letter) or _is_added(other, letter))
        for letter in symbols(value)
    )


def _is_added(value: Value, letter: str) -> bool:
    """Tell whether a letter stands in ``value`` as a term of its own, times a number."""
    slope = derivative(value, letter)
    return slope is not None and bool(exact(slope))
