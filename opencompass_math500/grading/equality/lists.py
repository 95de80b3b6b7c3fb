"""Lists, sets and tuples."""

from __future__ import annotations

from collections.abc import Callable

from opencompass_math500.grading.arithmetic.rationals import exact
from opencompass_math500.grading.decision import Decision, disputes_in
from opencompass_math500.grading.equality.alternatives import joined_otherwise
from opencompass_math500.grading.equality.expressions import differ_plainly
from opencompass_math500.grading.equality.labels import (
    are_alternatives,
    are_named,
    as_system,
    names_apart,
    unlabelled,
)
from opencompass_math500.grading.equality.relations import is_equation
from opencompass_math500.grading.limits import MAX_ITEMS
from opencompass_math500.grading.values import (
    NamedSet,
    Relation,
    Sequence,
    SetBuilder,
    Value,
    is_expression,
)

__all__ = ['in_order', 'sequence_rule', 'singleton_rule']

Compare = Callable[[Value, Value], Decision]


def singleton_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    r"""Take ``\{-4\}`` for ``-4``: the set of the only solution."""
    for first, second in ((gold, answer), (answer, gold)):
        if (
            isinstance(first, Sequence)
            and first.left == '{'
            and len(first.items) == 1
            and not _is_in_braces(first.items[0])
            and not _is_a_set(second)
        ):
            (item,) = first.items
            if isinstance(second, Sequence) and (second.is_unordered or not _is_tuple(item)):
                continue
            return compare(item, second) if first is gold else compare(second, item)
    return None


def _is_a_set(value: Value) -> bool:
    r"""A set or a condition, which ``\{(1,2)\}`` is not: that one holds a point."""
    if isinstance(value, Relation):
        return not is_equation(value)
    return isinstance(value, NamedSet | SetBuilder)


def _is_tuple(value: Value) -> bool:
    return isinstance(value, Sequence) and not value.is_unordered


def sequence_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """Compare lists and sets without order, tuples with it."""
    if not (isinstance(gold, Sequence) and isinstance(answer, Sequence)):
        return None
    if joined_otherwise(gold, answer):
        return Decision(False, 'lists.joined', 'and for or')
    gold, answer = as_system(gold), as_system(answer)
    if gold.is_unordered and not answer.is_unordered:
        if answer.left == '[' and len(answer.items) > 2:
            answer = Sequence(answer.items)  # [3, 5, 7] can be no interval
        elif not any(is_equation(item) for item in gold.items):
            return _list_against_tuple(gold, answer, compare)
    gold_items, answer_items = unlabelled(gold, answer)
    if gold.is_unordered and answer.is_unordered and not names_apart(gold, answer):
        return _unordered(gold, answer, gold_items, answer_items, compare)
    if not _compatible(gold, answer) or are_alternatives(gold) or are_alternatives(answer):
        return Decision(False, 'lists.brackets', 'other brackets')
    decision = in_order(gold_items, answer_items, compare)
    if decision.equal is False and are_named(gold) and answer.is_unordered:
        return Decision(False, 'lists.labels', 'other values, or in another order than the letters')
    # x = 3, y = 8 for (3,8) says which is which.
    if decision.equal and gold.left and not answer.left and answer_items is answer.items:
        return decision.under('unbracketed_tuple')
    return decision


def _list_against_tuple(gold: Sequence, answer: Sequence, compare: Compare) -> Decision:
    """``(-2,1)`` or ``[-2,1]`` for the list ``-2,1``: a point, an interval, or a list in brackets.

    Of other numbers it is wrong whatever one thinks of the brackets.
    """
    decision = _unordered(gold, Sequence(answer.items), gold.items, answer.items, compare)
    return decision.under('list_against_tuple') if decision.equal else decision


def _compatible(gold: Sequence, answer: Sequence) -> bool:
    r"""``(6,31,-1)``, ``\langle 6,31,-1 \rangle`` and ``6,31,-1`` for a gold tuple."""
    round_brackets = {('(', ')'), ('<', '>'), ('', '')}
    pair = ((gold.left, gold.right), (answer.left, answer.right))
    if pair[0] == pair[1] or set(pair) <= round_brackets:
        return True
    return len(gold.items) > 2 and ('[', ']') in pair and not answer.is_unordered


def in_order(gold: tuple[Value, ...], answer: tuple[Value, ...], compare: Compare) -> Decision:
    """Compare two runs of elements one by one."""
    if len(gold) != len(answer):
        return _wrong_count(gold, answer)
    decisions = []
    for position, (a, b) in enumerate(zip(gold, answer, strict=True), 1):
        decision = compare(a, b)
        if decision.equal is False or not _same_depth(a, b):
            return Decision(False, 'lists.ordered', f'element {position}: {decision.reason}')
        decisions.append(decision)
    if any(decision.equal is None for decision in decisions):
        return Decision(None, 'lists.ordered', 'an element could not be decided')
    reason = f'{len(gold)} equal elements in order'
    return Decision(True, 'lists.ordered', reason, disputes_in(decisions))


def _same_depth(a: Value, b: Value) -> bool:
    r"""Tell whether both elements are sets or neither is: in a list ``\{2\}`` is not 2."""
    return _is_in_braces(a) == _is_in_braces(b)


def _is_in_braces(value: Value) -> bool:
    return value == NamedSet('empty') or (isinstance(value, Sequence) and value.left == '{')


def _wrong_count(gold: tuple[Value, ...], answer: tuple[Value, ...]) -> Decision:
    return Decision(False, 'lists.count', f'{len(answer)} elements for {len(gold)}')


def _unordered(
    gold: Sequence,
    answer: Sequence,
    gold_items: tuple[Value, ...],
    answer_items: tuple[Value, ...],
    compare: Compare,
) -> Decision:
    """Match elements one to one; failing that, without regard to repeated ones."""
    if max(len(gold_items), len(answer_items)) > MAX_ITEMS:
        if gold_items == answer_items:
            return Decision(True, 'lists.unordered', 'the same elements')
        return Decision(None, 'lists.unordered', f'more than {MAX_ITEMS} elements')
    decision = _matched(gold_items, answer_items, compare)
    if decision.equal:
        return decision
    # \{1,234,1\} is no list 1,234: a list may count repeats where a set does not.
    in_braces = gold.left == answer.left == '{'
    fully = in_braces and len(gold_items) != len(answer_items)
    distinct = [_distinct(items, compare, fully) for items in (gold_items, answer_items)]
    if len(distinct[0]) + len(distinct[1]) == len(gold_items) + len(answer_items):
        return decision
    again = _matched(distinct[0], distinct[1], compare)
    if not again.equal:
        return decision
    return again.under('repeated_in_set' if in_braces else 'repeated_in_list')


def _matched(
    gold_items: tuple[Value, ...], answer_items: tuple[Value, ...], compare: Compare
) -> Decision:
    """Pair the elements: those equal for everyone first, then those in a disputed form."""
    if len(gold_items) != len(answer_items):
        return _wrong_count(gold_items, answer_items)
    left, open_items = list(answer_items), []
    for item in gold_items:
        # Structural equality first: most elements are written the same.
        if item in left:
            left.remove(item)
            continue
        disputed = False
        for index, candidate in enumerate(left):
            if differ_plainly(item, candidate) or not _same_depth(item, candidate):
                continue
            decision = compare(item, candidate)
            if decision.is_plain:
                del left[index]
                break
            disputed = disputed or bool(decision.equal)
        else:
            if not disputed:
                return _missing()
            open_items.append(item)
    return _matched_disputed(len(gold_items), open_items, left, compare)


def _missing() -> Decision:
    return Decision(False, 'lists.unordered', 'an element is missing or different')


def _matched_disputed(
    count: int, open_items: list[Value], left: list[Value], compare: Compare
) -> Decision:
    pairs: list[Decision] = []
    for item in open_items:
        for index, candidate in enumerate(left):
            if differ_plainly(item, candidate) or not _same_depth(item, candidate):
                continue
            decision = compare(item, candidate)
            if decision.equal:
                pairs.append(decision)
                del left[index]
                break
        else:
            return _missing()
    return Decision(True, 'lists.unordered', f'the same {count} elements', disputes_in(pairs))


def _distinct(items: tuple[Value, ...], compare: Compare, fully: bool) -> tuple[Value, ...]:
    """Each element once: by its rational value or how it is written; ``fully``, by its value."""
    if not fully:
        keyed: dict[object, Value] = {}
        for item in items:
            rational = exact(item) if is_expression(item) else None
            keyed.setdefault(item if rational is None else rational, item)
        return tuple(keyed.values())
    kept: list[Value] = []
    for item in items:
        if not any(
            _same_depth(item, other)  # in {1, {1}} nothing is repeated
            and not differ_plainly(item, other)
            and compare(item, other).is_plain
            for other in kept
        ):
            kept.append(item)
    return tuple(kept)
