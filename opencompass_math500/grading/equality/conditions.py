r"""Conditions behind a formula: ``2k, k \in \mathbb{Z}``, ``\frac{1}{x}, x \ne 0``."""

from __future__ import annotations

from collections.abc import Callable

from opencompass_math500.grading.decision import Decision
from opencompass_math500.grading.equality.relations import is_equation
from opencompass_math500.grading.values import (
    NamedSet,
    Relation,
    Sequence,
    Symbol,
    Value,
    is_expression,
    symbols,
)

__all__ = ['condition_rule']

Compare = Callable[[Value, Value], Decision]


def condition_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    r"""Compare ``2k, k \in \mathbb{Z}`` with ``2k``: a parameter's range may be left out."""
    bare = [_without_condition(value) for value in (gold, answer)]
    if bare[0] is gold and bare[1] is answer:
        return None
    if bare[0] is not gold and bare[1] is not answer:
        conditions = [value.items[1] for value in (gold, answer) if isinstance(value, Sequence)]
        if not compare(*map(_limits, conditions)).equal:
            return Decision(False, 'relations.condition', 'under another condition')
    return compare(bare[0], bare[1])


def _limits(condition: Value) -> Value:
    r"""What a condition allows: of ``k \in \mathbb{Z}`` the integers, whatever their letter."""
    if isinstance(condition, Relation) and condition.ops == ('in',):
        return condition.sides[1]
    return condition


def _is_exclusion(value: Value) -> bool:
    r"""``x \ne 3``: behind a formula it only names a point at which that has no value."""
    return (
        isinstance(value, Relation)
        and value.ops == ('!=',)
        and isinstance(value.sides[0], Symbol)
        and not symbols(value.sides[1])
    )


def _without_condition(value: Value) -> Value:
    if isinstance(value, Sequence) and not value.left and len(value.items) == 2:
        main, condition = value.items
        if isinstance(condition, Relation) and condition.ops == ('in',):
            name, domain = condition.sides
            if isinstance(domain, NamedSet) and symbols(name) <= symbols(main):
                return main
        if _is_exclusion(condition) and not isinstance(main, Symbol) and (
            is_expression(main) or is_equation(main)
        ) and symbols(condition) <= symbols(main):  # fmt: skip
            return main
    return value
