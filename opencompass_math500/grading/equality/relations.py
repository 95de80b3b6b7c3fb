"""Equations and inequalities: wrappers such as ``x = 5``, lines, planes, conics."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeVar

from opencompass_math500.grading.decision import Decision, disputes_in
from opencompass_math500.grading.equality.calls import is_call
from opencompass_math500.grading.equality.cleared import same_cleared
from opencompass_math500.grading.equality.expressions import constant_ratio, same_expression
from opencompass_math500.grading.equality.signs import has_sign
from opencompass_math500.grading.parsing.function_names import FUNCTION_LETTERS
from opencompass_math500.grading.values import (
    Apply,
    Number,
    Quantity,
    Relation,
    Sequence,
    Symbol,
    Text,
    Value,
    is_expression,
    symbols,
    walk,
)

__all__ = [
    'equation_rule',
    'functions_in',
    'inequality_rule',
    'is_equation',
    'is_label',
    'label_rule',
    'with_variable',
]

_T = TypeVar('_T', bound=Value)
Compare = Callable[[Value, Value], Decision]

_UNKNOWNS: Final = frozenset('xyz')
_MIRRORED: Final = {
    '<': '>', '>': '<', '<=': '>=', '>=': '<=', '!=': '!=', '=': '=', '~': '~', '<->': '<->',
}  # fmt: skip


def is_equation(value: Value) -> bool:
    """Tell whether ``value`` is a chain of equals signs (or approximately equals)."""
    return isinstance(value, Relation) and all(op in ('=', '~') for op in value.ops)


def _is_call(value: Value) -> bool:
    """``f(x)``, ``f^{-1}(x)``, ``P(16)``: read as a product, meant as a function's value."""
    if not isinstance(value, Apply):
        return False
    if is_call(value):
        # f(x+1) = x^2 says something about f(x), but does not only name it.
        return all(isinstance(argument, Symbol | Number) for argument in value.args)
    if value.op != 'mul' or len(value.args) != 2:
        return False
    name, argument = value.args
    if isinstance(name, Apply) and name.op == 'pow':
        name = name.args[0]
    return (
        isinstance(name, Symbol)
        and name.name[:1] in FUNCTION_LETTERS
        and isinstance(argument, Symbol | Number)
    )


def is_label(value: Value) -> bool:
    r"""Tell whether a name only introduces the answer: ``x``, ``f(x)``, ``AB``, ``\angle APC``."""
    if isinstance(value, Sequence):
        # (x, y) = (1, 2)
        return all(isinstance(item, Symbol) for item in value.items)
    if isinstance(value, Apply) and value.op == 'mul':
        # m\angle A = 60^\circ
        last = value.args[-1]
        if isinstance(last, Symbol) and last.name.startswith('angle '):
            return True
    if isinstance(value, Apply) and value.op == 'conj':
        return is_label(value.args[0])
    return isinstance(value, Symbol | Text) or _is_call(value)


def functions_in(value: Value) -> frozenset[str]:
    """Return the functions whose value a relation bounds: ``f`` of ``-1 <= f(x) <= 1``."""
    sides = value.sides if isinstance(value, Relation) else ()
    return frozenset(side.op for side in sides if isinstance(side, Apply) and is_call(side))


def with_variable(value: _T) -> _T:
    """Return ``-1 <= f(x) <= 1`` as a condition on one letter, the value of the function."""
    if not isinstance(value, Relation) or not any(_is_call(side) for side in value.sides):
        return value
    sides = tuple(Symbol('y') if _is_call(side) else side for side in value.sides)
    return replace(value, sides=sides)


def _conclusion(relation: Relation) -> Value:
    """Of ``a = b = c`` the last side; of ``5 = x`` the number; no rounding of an exact one."""
    sides = relation.sides
    if relation.ops[-1] == '~' and not is_label(sides[-2]) and _is_decimal(sides[-1]):
        # \frac{2}{3} \approx 0.667: the rounding illustrates the exact value before it.
        sides = sides[:-1]
    last, first = sides[-1], sides[0]
    if isinstance(last, Symbol) and isinstance(first, Number | Quantity):
        return first
    return last


def _is_empty_statement(relation: Relation) -> bool:
    """``0 = 0`` and ``x = x``: true whatever is asked."""
    first, *rest = relation.sides
    return all(side == first for side in rest)


def _is_general_form(relation: Relation) -> bool:
    """``2x - 3y + 4 = 0``: a line or plane, and no way to say 0."""
    left, right = relation.sides[0], relation.sides[-1]
    return (
        right == Number(0)
        and len(relation.sides) == 2
        and isinstance(left, Apply)
        and left.op == 'add'
        and any(isinstance(term, Number) for term in left.args)
        and bool(symbols(left))
        and symbols(left) <= _UNKNOWNS
    )


def _is_decimal(value: Value) -> bool:
    return any(isinstance(node, Number) and node.decimal for node in walk(value))


def label_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """Compare ``x = 5`` with ``5``: an equation on one side only is a wrapper of its last side.

    ``a+3z = 0`` is no wrapper of 0: the gold's own left side must be a mere name.
    """
    if is_equation(gold) == is_equation(answer):
        return None
    if isinstance(gold, Relation) and isinstance(answer, Relation):
        return None  # an equation against an inequality
    if is_equation(answer):
        assert isinstance(answer, Relation)
        if _is_general_form(answer) or _is_empty_statement(answer):
            return Decision(False, 'relations.equation', 'an equation for one of its sides')
        return compare(gold, _conclusion(answer))
    assert isinstance(gold, Relation)
    for label, wrapped in ((gold.sides[0], gold.sides[-1]), (gold.sides[-1], gold.sides[0])):
        if is_label(label):
            return compare(wrapped, answer)
    return Decision(False, 'relations.equation', 'an equation is asked for, not one of its sides')


def equation_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """Compare two equations: the same name and value, or one a non-zero multiple of the other."""
    if not (is_equation(gold) and is_equation(answer)):
        return None
    assert isinstance(gold, Relation) and isinstance(answer, Relation)
    if _approximates_a_formula(gold, answer):
        return Decision(False, 'relations.equation', 'approximately equal for equal')
    if _is_system(gold) or _equates_letters(answer):
        return _same_chain(gold, answer, compare)
    left, right = gold.sides[0], answer.sides[0]
    if is_label(left) and is_label(right) and _same_label(left, right):
        decision = compare(gold.sides[-1], answer.sides[-1])
        if decision.equal:
            return decision
    if has_sign(gold) or has_sign(answer):
        return None
    if _solved(gold) and _solved(answer) and not _same_label(left, right):
        return Decision(False, 'relations.label', 'a value for another letter')
    difference = [_difference(side) for side in (gold, answer)]
    if difference[0] is None or difference[1] is None:
        return Decision(False, 'relations.equation', 'different equations')
    proportional = constant_ratio(difference[0], difference[1])
    if proportional:
        same = Decision(True, 'relations.multiple', 'the same equation up to a factor')
        if _is_scaled(gold, answer):
            return same.under('scaled_equation')
        return same
    if proportional is False and same_cleared(difference[0], difference[1]):
        return Decision(True, 'relations.multiple', 'the same equation, cleared of fractions')
    reason = 'different equations' if proportional is False else 'equations without common points'
    return Decision(proportional, 'relations.multiple', reason)


def _approximates_a_formula(gold: Relation, answer: Relation) -> bool:
    r"""``y \approx 2x`` for ``y = 2x``, ``\sim`` for ``\cong``; a number may be rounded."""
    is_about = {relation.ops[-1] == '~' for relation in (gold, answer)}
    return len(is_about) == 2 and any(symbols(side.sides[-1]) for side in (gold, answer))


def _is_system(gold: Relation) -> bool:
    """Tell whether a chain holds several equations, as ``x = y = z`` does.

    ``y = 2(x+1) = 2x+2`` is one equation, and ``S = ab = 12`` is what comes out.
    """
    *middle, last = gold.sides[1:]
    return any(
        (isinstance(side, Symbol) or bool(symbols(last)))
        and not (is_expression(side) and is_expression(last) and same_expression(side, last).equal)
        for side in middle
    )


def _equates_letters(answer: Relation) -> bool:
    """``x = y = z`` says more than ``x = z``; ``x = y = 3`` is on its way to a value."""
    *middle, last = answer.sides[1:]
    return bool(symbols(last)) and any(isinstance(side, Symbol | Number) for side in middle)


def _same_chain(gold: Relation, answer: Relation, compare: Compare) -> Decision:
    """Chains of the same sides, in any order."""
    left, found = list(answer.sides), []
    for side in gold.sides:
        for index, candidate in enumerate(left):
            decision = compare(side, candidate)
            if decision.equal:
                found.append(decision)
                del left[index]
                break
    if left or len(found) < len(gold.sides):
        return Decision(False, 'relations.chain', 'another chain of equations')
    return Decision(True, 'relations.chain', 'the same sides of a chain', disputes_in(found))


def _is_scaled(gold: Relation, answer: Relation) -> bool:
    """Tell whether the answer is the gold in the same form, times a factor other than 1.

    2x + 2y = 4 for x + y = 2; but y = 2x + 1 and 2x - y + 1 = 0 are rearranged.
    """
    ends = gold.sides[-1], answer.sides[-1]
    if not all(isinstance(end, Number) for end in ends):
        return False
    sides = _difference(gold), _difference(answer)
    return sides[0] is None or sides[1] is None or not same_expression(sides[0], sides[1]).equal


def _same_label(first: Value, second: Value) -> bool:
    """``y`` and ``f(x)`` both introduce a function; ``x`` and ``y`` are two unknowns."""
    if first == second:
        return True
    return (first == Symbol('y') and _is_call(second) and not _is_value(second)) or (
        second == Symbol('y') and _is_call(first) and not _is_value(first)
    )


def _is_value(call: Value) -> bool:
    """``P(16)``: the function at one place, which ``y`` does not name."""
    return isinstance(call, Apply) and isinstance(call.args[-1], Number)


def _solved(relation: Relation) -> bool:
    return is_label(relation.sides[0]) and not symbols(relation.sides[-1])


def _difference(relation: Value) -> Value | None:
    assert isinstance(relation, Relation)
    left, right = relation.sides[0], relation.sides[-1]
    if not (is_expression(left) and is_expression(right)):
        return None
    return Apply('add', (left, Apply('neg', (right,))))


def inequality_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """Compare inequalities in several variables side by side, also read from the right."""
    if not (isinstance(gold, Relation) and isinstance(answer, Relation)):
        return None
    candidates = [answer]
    if all(op in _MIRRORED for op in answer.ops):
        turned = tuple(_MIRRORED[op] for op in answer.ops[::-1])
        candidates.append(Relation(answer.sides[::-1], turned))
    for candidate in candidates:
        if candidate.ops != gold.ops:
            continue
        sides = [compare(a, b) for a, b in zip(gold.sides, candidate.sides, strict=True)]
        if all(side.equal for side in sides):
            return Decision(True, 'relations.sides', 'equal side by side', disputes_in(sides))
    return Decision(False, 'relations.sides', 'different relations')
