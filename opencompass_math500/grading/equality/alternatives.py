r"""Several spellings of one value: ``\frac{3}{4} \text{ or } 0.75``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from opencompass_math500.grading.decision import Decision, disputes_in
from opencompass_math500.grading.values import (
    Relation,
    Sequence,
    Symbol,
    Value,
    is_expression,
)

__all__ = ['alternatives_rule', 'joined_otherwise', 'repeated_rule']

_MAX_SPELLINGS: Final = 4

Compare = Callable[[Value, Value], Decision]


def alternatives_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """Compare alternatives, each of which is the other side's one value."""
    for first, second in ((gold, answer), (answer, gold)):
        if not (_is_choice_of_values(first) and not isinstance(second, Sequence | Relation)):
            continue
        assert isinstance(first, Sequence)
        parts = []
        for item in first.items:
            parts.append(compare(item, second) if first is gold else compare(second, item))
            if not parts[-1].equal:
                return None
        reason = 'the same value, spelled in several ways'
        return Decision(True, 'alternatives.same', reason, disputes_in(parts))
    return None


def repeated_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    r"""Take ``\frac14, \frac{1}{4}`` for one value: the same, said twice."""
    if not is_expression(gold) or not isinstance(answer, Sequence) or answer.left:
        return None
    if len(answer.items) > _MAX_SPELLINGS or not all(map(is_expression, answer.items)):
        return None
    if not all(compare(gold, item).is_plain for item in answer.items):
        return None
    return Decision(True, 'alternatives.repeated', 'the same value, said several times')


def _is_choice_of_values(value: Value) -> bool:
    return isinstance(value, Sequence) and not value.left and value.joiner == 'or'


def joined_otherwise(first: Value, second: Value) -> bool:
    r"""Tell ``x < 2 \text{ and } x > 3`` from ``or``: another set, though written alike.

    So are ``p \land q`` and ``p \lor q``, and "A and C" against "A or C". Numbers are
    listed either way.
    """
    if not (isinstance(first, Sequence) and isinstance(second, Sequence)):
        return False
    joiners = {first.joiner, second.joiner}
    if joiners == {'and', 'or'} and all(map(_states, first.items)):
        return True
    return 'or' in joiners and len(joiners) == 2 and _values_of_several(first)


def _values_of_several(value: Sequence) -> bool:
    r"""``x = 1 \\text{ or } y = 2``: of one letter alone the joiner says nothing more."""
    names = {item.sides[0] for item in value.items if isinstance(item, Relation)}
    return len(names) > 1 and all(isinstance(i, Relation) and _equates(i) for i in value.items)


def _states(item: Value) -> bool:
    return isinstance(item, Symbol) or (isinstance(item, Relation) and not _equates(item))


def _equates(relation: Relation) -> bool:
    return all(op in ('=', '~') for op in relation.ops) and any(map(is_expression, relation.sides))
