"""Are two values the same answer? A list of rules, each a small function.

A rule looks at the gold and the answer and returns a :class:`Decision`, or None where
it does not apply. The first that applies decides; elements of lists, coordinates and
sides of equations are compared by the same rules again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from opencompass_math500.grading.decision import Decision, disputes_in
from opencompass_math500.grading.equality.alternatives import (
    alternatives_rule,
    joined_otherwise,
    repeated_rule,
)
from opencompass_math500.grading.equality.choices import choice_rule, letters_rule, text_rule
from opencompass_math500.grading.equality.clocks import clock_rule
from opencompass_math500.grading.equality.conditions import condition_rule
from opencompass_math500.grading.equality.expressions import natural, same_expression
from opencompass_math500.grading.equality.integers import integers_rule
from opencompass_math500.grading.equality.lists import sequence_rule, singleton_rule
from opencompass_math500.grading.equality.measures import in_degrees, numeral_rule, unit_rule
from opencompass_math500.grading.equality.parameters import argument_rule, parameter_rule
from opencompass_math500.grading.equality.ratios import ratio_rule
from opencompass_math500.grading.equality.relations import (
    equation_rule,
    functions_in,
    inequality_rule,
    is_label,
    label_rule,
    with_variable,
)
from opencompass_math500.grading.equality.residues import class_rule, modulus_rule
from opencompass_math500.grading.equality.sets import is_set, real_set, same_set
from opencompass_math500.grading.equality.signs import expand, has_sign
from opencompass_math500.grading.equality.vectors import (
    matrix_rule,
    point_rule,
    vector_rule,
    zero_rule,
)
from opencompass_math500.grading.values import (
    Apply,
    NamedSet,
    Number,
    Relation,
    Sequence,
    Symbol,
    Value,
    is_expression,
    symbols,
)
from opencompass_math500.grading.work import spend

__all__ = ['Compare', 'same']

Compare = Callable[[Value, Value], Decision]
Rule = Callable[[Value, Value, Compare], Decision | None]


def same(gold: Value, answer: Value) -> Decision:
    """Decide whether ``answer`` is the same answer as ``gold``."""
    if gold == answer and not joined_otherwise(gold, answer):
        return Decision(True, 'equivalence.identical', 'written the same')
    spend(20)
    if isinstance(gold, Number) and isinstance(answer, Number):
        return same_expression(gold, answer)  # what every rule would leave to the last
    for rule in _RULES:
        decision = rule(gold, answer, same)
        if decision is not None:
            return decision
    return Decision(False, 'equivalence.kind', f'{_kind(answer)} for {_kind(gold)}')


def _kind(value: Value) -> str:
    if isinstance(value, Sequence):
        return {'': 'a list', '{': 'a set'}.get(value.left, 'a tuple or interval')
    names = {
        'Number': 'a number', 'Symbol': 'a letter', 'Apply': 'an expression',
        'Matrix': 'a matrix', 'Relation': 'a relation', 'SetBuilder': 'a set',
        'NamedSet': 'a set', 'Quantity': 'a quantity', 'Text': 'text', 'Choice': 'a choice',
        'Numeral': 'a numeral in a base',
    }  # fmt: skip
    return names[type(value).__name__]


def sign_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    r"""Take ``1 \pm \sqrt{19}`` for the list of its two values."""
    if not (has_sign(gold) or has_sign(answer)):
        return None
    first, second = expand(gold), expand(answer)
    if has_sign(first) or has_sign(second):
        return Decision(False, 'signs.expand', 'too many plus-minus signs')
    return compare(first, second)


def set_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """Compare intervals, inequalities, unions and set-builders: the same set of reals."""
    if not (is_set(gold) or is_set(answer)):
        return None
    if isinstance(gold, Sequence) and isinstance(answer, Sequence):
        decision = _same_brackets(gold, answer, compare)
        if decision is not None:
            return decision
    functions = [functions_in(value) for value in (gold, answer)]
    if all(functions) and functions[0] != functions[1]:
        return Decision(False, 'sets.variable', 'a condition on another function')
    gold, answer = with_variable(gold), with_variable(answer)
    if isinstance(gold, Relation) and isinstance(answer, Relation):
        letters = [symbols(relation) for relation in (gold, answer)]
        if all(len(names) == 1 for names in letters) and letters[0] != letters[1]:
            return Decision(False, 'sets.variable', 'a condition on another letter')
    decision = _same_reals(gold, answer)
    if decision is not None:
        if decision.equal is False:
            return _natural_logarithms(gold, answer, _same_reals) or decision
        return decision
    for one, other in ((gold, answer), (answer, gold)):
        is_membership = isinstance(one, Relation) and one.ops == ('in',) and is_label(one.sides[0])
        if is_membership and not isinstance(other, Relation):
            assert isinstance(one, Relation)
            if _is_interval(one.sides[1]) and not _is_interval(other):
                # x \in [1,2] is neither the column nor the list of 1 and 2.
                return Decision(False, 'sets.reals', 'an interval against something else')
            sides = (one.sides[1], other) if one is gold else (other, one.sides[1])
            return compare(*sides)
    if joined_otherwise(gold, answer):
        return Decision(False, 'sets.reals', 'and for or')
    if isinstance(gold, NamedSet) or isinstance(answer, NamedSet):
        if {type(gold), type(answer)} == {NamedSet, Symbol} and _name(gold) == _name(answer):
            return Decision(True, 'sets.named', 'the letter of the set')
        return Decision(False, 'sets.named', 'not the same set')
    return None


def _is_interval(value: Value) -> bool:
    return isinstance(value, Sequence) and value.left in ('(', '[') and len(value.items) == 2


def _same_reals(gold: Value, answer: Value) -> Decision | None:
    first, second = real_set(gold), real_set(answer)
    if first is None or second is None:
        return None
    equal = same_set(first, second)
    shown = {True: 'the same set of reals', False: 'different sets of reals'}
    decision = Decision(equal, 'sets.reals', shown.get(bool(equal), ''))
    if equal and in_degrees(gold) != in_degrees(answer):
        return decision.under('radians_against_degrees')
    return decision


def _name(value: Value) -> str:
    return value.name if isinstance(value, NamedSet | Symbol) else ''


def _same_brackets(gold: Sequence, answer: Sequence, compare: Compare) -> Decision | None:
    """Same brackets and equal ends, whatever they are: symbols, the wrong way round."""
    if (gold.left, gold.right, len(gold.items)) != (answer.left, answer.right, len(answer.items)):
        return None
    if gold.is_unordered:
        return None
    ends = []
    for a, b in zip(gold.items, answer.items, strict=True):
        ends.append(compare(a, b))
        if not ends[-1].equal:
            return None
    return Decision(True, 'sets.ends', 'the same ends and brackets', disputes_in(ends))


def expression_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """Compare numbers, radicals, polynomials, functions."""
    if is_expression(gold) and is_expression(answer):
        decision = same_expression(gold, answer)
        if decision.equal is False and decision.rule != 'expressions.rational':
            return _natural_logarithms(gold, answer, same_expression) or decision
        return decision
    return None


def _natural_logarithms(
    gold: Value, answer: Value, compare: Callable[[Value, Value], Decision | None]
) -> Decision | None:
    r"""Equal if ``\log`` without a base is the natural logarithm, as analysts write it."""
    first, second = natural(gold), natural(answer)
    if first is gold and second is answer:
        return None
    decision = compare(first, second)
    if decision is None or not decision.equal:
        return None
    reason = 'equal only with log as the natural logarithm'
    return Decision(True, 'expressions.logarithm', reason).under('log_against_ln')


def structure_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """Compare operations on sets that are no sets of reals part by part."""
    if (
        isinstance(gold, Apply)
        and isinstance(answer, Apply)
        and gold.op == answer.op in ('union', 'intersection', 'minus', 'det')
        and len(gold.args) == len(answer.args)
    ):
        parts = [compare(a, b) for a, b in zip(gold.args, answer.args, strict=True)]
        if all(part.equal for part in parts):
            reason = 'equal part by part'
            return Decision(True, 'equivalence.structure', reason, disputes_in(parts))
        if gold.op == 'det':
            return None  # two matrices may have one determinant
        return Decision(False, 'equivalence.structure', 'different parts')
    return None


_RULES: Final[tuple[Rule, ...]] = (
    class_rule,
    modulus_rule,
    argument_rule,
    parameter_rule,
    condition_rule,
    label_rule,
    alternatives_rule,
    repeated_rule,
    singleton_rule,
    choice_rule,
    letters_rule,
    text_rule,
    numeral_rule,
    clock_rule,
    unit_rule,
    equation_rule,
    sign_rule,
    integers_rule,
    set_rule,
    inequality_rule,
    zero_rule,
    point_rule,
    vector_rule,
    sequence_rule,
    matrix_rule,
    ratio_rule,
    structure_rule,
    expression_rule,
)
