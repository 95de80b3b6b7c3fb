"""Units, percent and degree marks, money, and numerals in a base."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from opencompass_math500.grading.decision import Decision
from opencompass_math500.grading.equality.expressions import same_expression
from opencompass_math500.grading.parsing.units import DEGREE, PERCENT, combine, known_unit, scale_in
from opencompass_math500.grading.values import (
    Apply,
    Number,
    Numeral,
    Quantity,
    Relation,
    Sequence,
    Symbol,
    Unit,
    Value,
    is_expression,
    symbols,
)

__all__ = ['in_degrees', 'numeral_rule', 'unit_rule']

Compare = Callable[[Value, Value], Decision]


def numeral_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """Compare ``52_8`` by its digits, and by its base where both name one."""
    if isinstance(gold, Numeral) and isinstance(answer, Numeral):
        if gold.base != answer.base:
            return Decision(False, 'numeral.base', 'another base')
        return Decision(gold.digits == answer.digits, 'numeral.digits', 'digits in one base')
    for first, second in ((gold, answer), (answer, gold)):
        if isinstance(first, Numeral) and (digits := _digits(second)):
            equal = digits == first.digits
            reason = 'the same digits, the base left out' if equal else 'other digits'
            return Decision(equal, 'numeral.base_absent', reason)
    return None


def _digits(value: Value) -> str:
    """The digits of a numeral that was read as a number, a letter or their product: ``1A``."""
    match value:
        case Number(value=number):
            return str(number)
        case Symbol(name=name):
            return name.upper()
        case Apply(op='mul', args=args):
            parts = [_digits(one) if isinstance(one, Number | Symbol) else '' for one in args]
            return ''.join(parts) if all(parts) else ''
    return ''


def unit_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """Compare with units: one on one side only says nothing more, two must agree or convert."""
    gold, answer = _lettered(gold, answer), _lettered(answer, gold)
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


def _lettered(value: Value, other: Value) -> Value:
    """``1000 m`` beside a length: its last letter is the unit. Beside ``5h`` it is a letter."""
    if not (isinstance(other, Quantity) and isinstance(value, Apply) and value.op == 'mul'):
        return value
    *factors, last = value.args
    power = 1
    match last:
        case Apply(op='pow', args=(Symbol() as letter, Number(value=int(exponent)))):
            last, power = letter, exponent
    unit = known_unit(last.name) if isinstance(last, Symbol) else None
    if unit is None:
        return value
    unit = combine(Unit((), Fraction(1), unit.name), unit, power)
    number = factors[0] if len(factors) == 1 else Apply('mul', tuple(factors))
    if unit.dimensions != other.unit.dimensions or symbols(number):
        return value
    return Quantity(number, unit)


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
        case Apply(op='add', args=args) if any(_is_measured(a) for a in args):
            return _sum(value, args)
        case Apply(op='mul' | 'div' as op, args=args) if any(_is_measured(a) for a in args):
            return _scaled(value, op, args)
        case Sequence(items=items, left='', joiner=',' | 'and') if _is_compound(items):
            return _sum(value, items)
        case _:
            return value, None


def _is_measured(value: Value) -> bool:
    if isinstance(value, Apply) and value.op in ('neg', 'mul', 'div'):
        return any(_is_measured(argument) for argument in value.args)
    return isinstance(value, Quantity) or (isinstance(value, Apply) and value.op == 'degree')


def _scaled(value: Value, op: str, args: tuple[Value, ...]) -> tuple[Value, Unit | None]:
    r"""``\frac{270^\circ}{7}``, ``2 \cdot 45^\circ``: one measured factor, not below the line."""
    parts = [_split(argument) for argument in args]
    units = [found for _, found in parts if found is not None]
    if len(units) != 1 or (op == 'div' and parts[1][1] is not None):
        return value, None
    return Apply(op, tuple(bare for bare, _ in parts)), units[0]


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
    if len({one.factor for one in units}) == 1 and isinstance(value, Apply):
        return Apply('add', tuple(bare for bare, _ in parts)), units[0]
    terms = tuple(_times(bare, one.factor) for (bare, _), one in zip(parts, units, strict=True))
    return Apply('add', terms), Unit(units[0].dimensions, Fraction(1), 'compound')


def in_degrees(value: Value) -> bool:
    r"""Tell whether an angle is given in degrees: ``x \le 90^\circ``, not ``\sin 90^\circ``."""
    match value:
        case Apply(op='degree'):
            return True
        case Apply(op='union' | 'intersection' | 'minus' | 'add' | 'neg', args=parts):
            return any(map(in_degrees, parts))
        case Relation(sides=parts) | Sequence(items=parts):
            return any(map(in_degrees, parts))
        case _:
            return False


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
            reason = 'a percentage and the number it stands for'
            return Decision(True, 'units.percent', reason, as_number.disputed)
        decision = compare(left, right)
        if not decision.equal:
            return decision
        reason = 'the percent sign on one side only'
        if not on_answer:
            return Decision(True, 'units.percent_absent', reason, decision.disputed)
        found = Decision(True, 'units.percent_sign', reason, decision.disputed)
        return found.under('unasked_percent')
    if unit is not None and (scale := scale_in(unit)) != 1:  # 5 million dollars are not 5
        left, right = (left, _times(right, scale)) if on_answer else (_times(left, scale), right)
    decision = compare(left, right)
    if decision.equal:
        reason = f'{decision.reason}; the unit on one side only'
        return Decision(True, 'units.absent', reason, decision.disputed)
    if unit is not None and unit.dimensions == DEGREE.dimensions:
        degrees, number = (right, left) if on_answer else (left, right)
        if is_expression(left) and is_expression(right) and same_expression(
            Apply('degree', (degrees,)), number
        ).equal:  # fmt: skip
            same = Decision(True, 'units.radians', 'radians against degrees')
            return same.under('radians_against_degrees')
    return decision
