r"""Residues: ``x \equiv 3 \pmod 7`` is another answer than ``x \equiv 3 \pmod{14}``."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from opencompass_math500.grading.arithmetic.rationals import exact
from opencompass_math500.grading.decision import Decision
from opencompass_math500.grading.values import (
    Apply,
    NamedSet,
    Relation,
    Sequence,
    Symbol,
    Value,
    is_expression,
    symbols,
)

__all__ = ['class_rule', 'modulus_rule']

Compare = Callable[[Value, Value], Decision]

_COUNTERS: Final = frozenset('jklmnpqrst')
_MAX_RESIDUES: Final = 48
_MAX_MODULUS: Final = 10_000


def modulus_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """Compare residues: the same modulus, and the same residue; on one side it says no more."""
    (first, gold_modulus), (second, modulus) = _split(gold), _split(answer)
    if gold_modulus is None and modulus is None:
        return None
    decision = compare(first, second)
    if gold_modulus is None or modulus is None:
        if not decision.equal:
            return decision
        reason = f'{decision.reason}; the modulus on one side only'
        return Decision(True, 'modulus.absent', reason, decision.disputed)
    if not compare(gold_modulus, modulus).equal:
        if _same_classes((first, gold_modulus), (second, modulus)):
            return Decision(True, 'modulus.residue', 'the same classes, by another modulus')
        return Decision(False, 'modulus.other', 'another modulus')
    if not decision.equal and _are_congruent(first, second, modulus):
        return Decision(True, 'modulus.residue', 'the same class of residues')
    return decision


def _split(value: Value) -> tuple[Value, Value | None]:
    if isinstance(value, Apply) and value.op == 'modulo':
        return value.args[0], value.args[1]
    return value, None


def _are_congruent(first: Value, second: Value, modulus: Value) -> bool:
    """Tell whether two numbers leave the same remainder: 10 and 3, modulo 7."""
    heads = [(v.sides[:-1], v.ops) for v in (first, second) if isinstance(v, Relation)]
    if len(heads) == 2 and heads[0] != heads[1]:
        return False  # x = 3 and y = 10
    first, second = (v.sides[-1] if isinstance(v, Relation) else v for v in (first, second))
    numbers = [exact(v) if is_expression(v) else None for v in (first, second, modulus)]
    if not all(isinstance(number, int) for number in numbers) or not numbers[2]:
        return False
    return (numbers[0] - numbers[1]) % numbers[2] == 0  # type: ignore[operator]


def _same_classes(first: tuple[Value, Value], second: tuple[Value, Value]) -> bool:
    """Tell whether two lists of residues name the same integers: 2 and 7 modulo 10, 2 modulo 5."""
    found, sought = _residues(*first), _residues(*second)
    if found is None or sought is None or len({found[0], sought[0]} - {''}) > 1:
        return False
    (_, few, step), (_, others, other) = found, sought
    common = math.lcm(step, other)
    if common > _MAX_MODULUS:
        return False
    lifted = (
        {residue + k for residue in residues for k in range(0, common, modulus)}
        for residues, modulus in ((few, step), (others, other))
    )
    return next(lifted) == next(lifted)


def _residues(value: Value, modulus: Value) -> tuple[str, frozenset[int], int] | None:
    """The letter of a congruence or list of them, the least residues and the modulus."""
    items = value.items if isinstance(value, Sequence) and not value.left else (value,)
    name, found = '', set[int]()
    step = exact(modulus) if is_expression(modulus) else None
    if not isinstance(step, int) or step < 1 or len(items) > _MAX_RESIDUES:
        return None
    for item in items:
        letter, residue = _named(item)
        number = exact(residue) if is_expression(residue) else None
        if not isinstance(number, int) or (letter and name not in ('', letter)):
            return None
        name = name or letter
        found.add(number % step)
    return name, frozenset(found), step


def class_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    r"""Compare ``7k+3`` with ``x \equiv 3 \pmod 7``, ``4 \mid n`` with ``n = 4k``: one class."""
    sides = (_split(gold), _split(answer))
    if (sides[0][1] is None) == (sides[1][1] is None):
        return None
    linear, (congruent, modulus) = (gold, sides[1]) if sides[0][1] is None else (answer, sides[0])
    first, second = _progression(linear), _class_of(congruent, modulus)
    if first is None or second is None:
        return None
    names = [name for name in (first[0], second[0]) if name]
    equal = first[1:] == second[1:] and len(set(names)) < 2
    reason = 'the same class of residues' if equal else 'another class of residues'
    return Decision(equal, 'modulus.residue', reason)


def _class_of(value: Value, modulus: Value | None) -> tuple[str, int, int] | None:
    """The letter, the least residue and the modulus of a congruence."""
    name, residue = _named(value)
    numbers = [exact(one) if one is not None and is_expression(one) else None
               for one in (residue, modulus)]  # fmt: skip
    match numbers:
        case [int(start), int(step)] if step > 1:
            return name, start % step, step
    return None


def _progression(value: Value) -> tuple[str, int, int] | None:
    r"""The same of ``n = 7k + 3`` and of ``7k+3, k \in \mathbb{Z}``."""
    match value:
        case Sequence(
            items=(main, Relation(sides=(Symbol(), NamedSet(name='Z')), ops=('in',))), left=''
        ):
            value = main
    name, formula = _named(value)
    letters = symbols(formula) - {name}
    if len(letters) != 1 or not letters <= _COUNTERS or not is_expression(formula):
        return None
    (letter,) = letters
    found = [exact(formula, {letter: at}) for at in (0, 1, 2, 5)]
    match found:
        case [int(start), int(first), int(second), int(fifth)] if (
            first - start == second - first
            and fifth - start == 5 * (first - start)
            and abs(first - start) > 1
        ):
            step = abs(first - start)
            return name, start % step, step
    return None


def _named(value: Value) -> tuple[str, Value]:
    """The letter on the left of an equation, if any, and what stands on the right."""
    match value:
        case Relation(sides=(Symbol(name=name), right), ops=('=',)):
            return name, right
    return '', value
