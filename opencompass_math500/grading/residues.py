r"""Residues: ``x \equiv 3 \pmod 7`` is another answer than ``x \equiv 3 \pmod{14}``."""

from __future__ import annotations

from collections.abc import Callable

from opencompass_math500.grading.decision import Decision
from opencompass_math500.grading.rationals import exact
from opencompass_math500.grading.values import Apply, Relation, Value, is_expression

__all__ = ['modulus_rule']

Compare = Callable[[Value, Value], Decision]


def modulus_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """The same modulus on both sides, and the same residue; on one side it says no more."""
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
        return Decision(False, 'modulus.other', 'another modulus')
    if not decision.equal and _are_congruent(first, second, modulus):
        return Decision(True, 'modulus.residue', 'the same class of residues')
    return decision


def _split(value: Value) -> tuple[Value, Value | None]:
    if isinstance(value, Apply) and value.op == 'modulo':
        return value.args[0], value.args[1]
    return value, None


def _are_congruent(first: Value, second: Value, modulus: Value) -> bool:
    """Whether two numbers leave the same remainder: 10 and 3, modulo 7."""
    heads = [(v.sides[:-1], v.ops) for v in (first, second) if isinstance(v, Relation)]
    if len(heads) == 2 and heads[0] != heads[1]:
        return False  # x = 3 and y = 10
    first, second = (v.sides[-1] if isinstance(v, Relation) else v for v in (first, second))
    numbers = [exact(v) if is_expression(v) else None for v in (first, second, modulus)]
    if not all(isinstance(number, int) for number in numbers) or not numbers[2]:
        return False
    return (numbers[0] - numbers[1]) % numbers[2] == 0  # type: ignore[operator]
