"""Answers that equate different numbers: ``5 = 6``, ``x = 5 = 6``, ``3 + 3 = 5``.

Whatever the gold is, one of its sides may be it: a chain is an answer only where it holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from opencompass_math500.grading.equality.calls import is_call
from opencompass_math500.grading.equality.equivalence import same
from opencompass_math500.grading.equality.signs import expand, has_sign
from opencompass_math500.grading.parsing.latex import Reading
from opencompass_math500.grading.problem.form import approximates
from opencompass_math500.grading.values import (
    Apply,
    Quantity,
    Relation,
    Sequence,
    Text,
    Value,
    symbols,
    walk,
)

__all__ = ['is_false_chain']


def is_false_chain(answer: Reading, written: str) -> bool:
    """Tell whether every reading of an answer equates numbers that are proved to differ.

    A side that is the other rounded (``\\frac{1}{3} = 0.33``) is meant as such.

    Args:
        answer: its readings.
        written: the whole answer, with the remarks that no reading holds.
    """
    if '=' not in answer.text or 'mod' in written:  # 54 (mod 6) = 0
        return False
    return bool(answer.values) and all(any(map(_is_false, _chains(v))) for v in answer.values)


def _chains(value: Value) -> Iterator[Relation]:
    if isinstance(value, Relation):
        yield value
    elif isinstance(value, Sequence):
        for item in value.items:
            yield from _chains(item)


def _is_false(chain: Relation) -> bool:
    sides = [
        side.value if isinstance(side, Quantity) else side
        for place, side in enumerate(chain.sides)
        if '=' in chain.ops[max(place - 1, 0) : place + 1] and _is_fixed(side)
    ]
    if all(isinstance(side, Quantity) for side in chain.sides):
        return False  # 1 m = 100 cm
    # Words before a number are its name: \text{Total} = 7.
    return any(
        not isinstance(one, Text) and _differ(one, other) for one, other in pairwise(sides)
    )


def _is_fixed(side: Value) -> bool:
    """Whether a side is one value: no letters, no f(2), no units, no residue."""
    return not symbols(side) and not any(
        (isinstance(node, Quantity) and node is not side)
        or is_call(node)
        or (isinstance(node, Apply) and node.op in ('mod', 'modulo'))
        for node in walk(side)
    )


def _differ(one: Value, other: Value) -> bool:
    for first, second in ((one, other), (other, one)):
        if has_sign(first):  # \sqrt{4} = \pm 2 holds for one of them
            branches = expand(first)
            return isinstance(branches, Sequence) and all(
                _differ(branch, second) for branch in branches.items
            )
    if same(one, other).equal is not False:
        return False
    return not (approximates(one, other) or approximates(other, one))
