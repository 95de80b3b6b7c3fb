r"""Indefinite integrals: a family of functions that differ by a constant."""

from __future__ import annotations

from opencompass_math500.grading.derivatives import derivative
from opencompass_math500.grading.rationals import exact
from opencompass_math500.grading.values import Apply, Symbol, Value, symbols, walk

__all__ = ['letter_of_family', 'names_a_constant', 'slopes']


def letter_of_family(first: Value, second: Value) -> str | None:
    r"""The x of ``\int ... dx`` where one of two values holds one; '' where they hold several."""
    letters = {
        node.args[1].name
        for side in (first, second)
        for node in walk(side)
        if isinstance(node, Apply)
        and node.op == 'antiderivative'
        and isinstance(node.args[1], Symbol)
    }
    return (letters.pop() if len(letters) == 1 else '') if letters else None


def slopes(first: Value, second: Value, letter: str) -> tuple[Value, Value] | None:
    """The derivatives of both, which are equal if they differ by a constant; None if unknown."""
    found = derivative(first, letter), derivative(second, letter)
    return None if found[0] is None or found[1] is None else (found[0], found[1])


def names_a_constant(value: Value, other: Value) -> bool:
    """Whether ``value`` is a family itself, or has a letter added that the other does not hold."""
    if any(isinstance(node, Apply) and node.op == 'antiderivative' for node in walk(value)):
        return True
    for letter in symbols(value) - symbols(other):
        slope = derivative(value, letter)
        if slope is not None and exact(slope):
            return True
    return False
