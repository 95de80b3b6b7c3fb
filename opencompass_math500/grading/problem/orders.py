r"""Coordinates in the order of their letters: ``(a,c,b) = (2,5,3)`` is the point (2, 3, 5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from opencompass_math500.grading.equality.relations import is_equation
from opencompass_math500.grading.parsing.latex import Reading
from opencompass_math500.grading.problem.given import given_sides
from opencompass_math500.grading.values import Relation, Sequence, Symbol, Value

__all__ = ['in_order_of']

_MAX_PROBLEM: Final = 20_000


def in_order_of(answer: Reading, gold: Reading, problem: str | None) -> Reading:
    """Return the answer with its named coordinates in the order of the gold's names.

    Where the gold names none, the problem's order counts, then that of the alphabet for
    letters that follow one another in it.
    """
    values = tuple(_reordered(value, gold, problem) for value in answer.values)
    return answer if values == answer.values else replace(answer, values=values)


def _reordered(value: Value, gold: Reading, problem: str | None) -> Value:
    names = _names(value)
    if not names or not isinstance(value, Relation) or not isinstance(value.sides[-1], Sequence):
        return value
    wanted = _wanted(names, gold, problem)
    last = value.sides[-1]
    if wanted in (None, names) or len(last.items) != len(names) or last.left != '(':
        return value
    assert wanted is not None
    found = dict(zip(names, last.items, strict=True))
    label = Sequence(tuple(map(Symbol, wanted)), '(', ')')
    items = tuple(found[name] for name in wanted)
    return Relation((label, replace(last, items=items)), ('=',))


def _names(value: Value) -> tuple[str, ...]:
    """The letters of ``(a,c,b) = (2,5,3)``; none where they are not all different."""
    if not isinstance(value, Relation) or not is_equation(value) or len(value.sides) != 2:
        return ()
    return _letters(value.sides[0])


def _letters(value: Value) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or value.left != '(' or len(value.items) < 2:
        return ()
    names = tuple(item.name for item in value.items if isinstance(item, Symbol))
    return names if len(set(names)) == len(value.items) else ()


def _wanted(names: tuple[str, ...], gold: Reading, problem: str | None) -> tuple[str, ...] | None:
    labelled = [order for value in gold.values if (order := _names(value))]
    if labelled:
        return labelled[0] if set(labelled[0]) == set(names) else None
    if problem and len(problem) <= _MAX_PROBLEM:
        for side in given_sides(problem):
            order = _letters(side)
            if set(order) == set(names):
                return order
    order = tuple(sorted(names))
    steps = range(len(order) - 1)
    in_a_row = all(len(name) == 1 for name in order) and all(
        ord(order[k + 1]) - ord(order[k]) == 1 for k in steps
    )
    return order if in_a_row else None
