"""Units, percent and degree marks, money, and numerals in a base."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from opencompass_math500.grading.decision import Decision
from opencompass_math500.grading.expressions import same_expression
from opencompass_math500.grading.units import DEGREE, PERCENT
from opencompass_math500.grading.values import (
    Apply,
    Number,
    Numeral,
    Quantity,
    Sequence,
    Symbol,
    Unit,
    Value,
    is_expression,
)

__all__ = ['numeral_rule', 'unit_rule']

Compare = Callable[[Value, Value], Decision]


def numeral_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """``52_8``: the same digits, and the same base where both name one."""
    if isinstance(gold, Numeral) and isinstance(answer, Numeral):
        if gold.base != answer.base:
            return Decision(False, 'numeral.base', 'another base')
        return Decision(gold.digits == answer.digits, 'numeral.digits', 'digits in one base')
    for first, second in ((gold, answer), (answer, gold)):
        if isinstance(first, Numeral) and isinstance(second, Number | Symbol):
            digits = str(second.value) if isinstance(second, Number) else second.name.upper()
            equal = digits == first.digits
            reason = 'the same digits, the base left out' if equal else 'other digits'
            return Decision(equal, 'numeral.base_absent', reason)
    return None


def unit_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """A unit on one side only says nothing more; two units must agree or convert."""
    (left, left_unit), (right, right_unit) = _split(gold), _split(answer)
    if left_unit is None and right_unit is None:
        # "units" and "square units" are no unit; "3 million" is a number.
        if left is gold and right is answer:
            return None
        return compare(left, right)
    if left_unit is None or right_unit is None:
        return _one_unit(left, right, left_unit or right_unit, compare, left_unit is None)
    if left_unit.dimensions == right_unit.dimensions:
        if left_unit.factor == right_unit.factor:
            return compare(left, right)
        return compare(_times(left, left_unit.factor), _times(right, right_unit.factor))
    return Decision(False, 'units.different', f'{right_unit.name} for {left_unit.name}')


def _split(value: Value) -> tuple[Value, Unit | None]:
    """A value without its unit, and the unit."""
    match value:
        case Quantity(value=inner, unit=unit):
            bare, inside = _split(inner)
            if not unit.dimensions:
                return (bare if unit.factor == 1 else _times(bare, unit.factor)), inside
            return bare, unit
        case Apply(op='degree', args=(inner,)):
            return inner, DEGREE
        case Apply(op='percent', args=(inner,)):
            return inner, PERCENT
        case Apply(op='neg', args=(inner,)):
            bare, found = _split(inner)
            return (Apply('neg', (bare,)), found) if found is not None else (value, None)
        case Apply(op='add', args=args) if any(isinstance(a, Quantity) for a in args):
            return _sum(value, args)
        case Sequence(items=items, left='', joiner='and') if _is_compound(items):
            return _sum(value, items)
        case _:
            return value, None


def _is_compound(items: tuple[Value, ...]) -> bool:
    """``1 hour and 30 minutes`` is one quantity, ``3 cm and 4 cm`` are two."""
    units = {item.unit.factor for item in items if isinstance(item, Quantity)}
    return len(units) == len(items)


def _sum(value: Value, args: tuple[Value, ...]) -> tuple[Value, Unit | None]:
    """``2 hours 30 minutes`` in the base unit of its dimension."""
    parts = [_split(argument) for argument in args]
    units = [found for _, found in parts if found is not None]
    if len(units) != len(parts) or len({one.dimensions for one in units}) != 1:
        return value, None
    terms = tuple(_times(bare, one.factor) for (bare, _), one in zip(parts, units, strict=True))
    return Apply('add', terms), Unit(units[0].dimensions, Fraction(1), 'compound')


def _times(value: Value, factor: Fraction) -> Value:
    if isinstance(value, Sequence):
        items = tuple(_times(item, factor) for item in value.items)
        return Sequence(items, value.left, value.right, value.joiner)
    return Apply('mul', (value, Number(factor))) if is_expression(value) else value


def _one_unit(
    left: Value, right: Value, unit: Unit | None, compare: Compare, on_answer: bool
) -> Decision:
    if unit is not None and unit.name == 'compound':
        return Decision(False, 'units.compound', 'a compound quantity for a plain number')
    if unit is not None and unit.dimensions == PERCENT.dimensions:
        if on_answer:
            as_number = compare(left, Apply('div', (right, Number(100))))
        else:
            as_number = compare(Apply('div', (left, Number(100))), right)
        if as_number.equal:
            return Decision(True, 'units.percent', 'a percentage and the number it stands for')
        decision = compare(left, right)
        if decision.equal:
            rule = 'units.percent_sign' if on_answer else 'units.percent_absent'
            return Decision(True, rule, 'the percent sign on one side only')
        return decision
    decision = compare(left, right)
    if decision.equal:
        return Decision(True, 'units.absent', f'{decision.reason}; the unit on one side only')
    if unit is not None and unit.dimensions == DEGREE.dimensions:
        degrees, number = (right, left) if on_answer else (left, right)
        if is_expression(left) and is_expression(right) and same_expression(
            Apply('degree', (degrees,)), number
        ).equal:  # fmt: skip
            return Decision(False, 'units.radians', 'radians against degrees')
    return decision
