"""Lists, sets, tuples, vectors and matrices."""

from __future__ import annotations

from collections.abc import Callable

from opencompass_math500.grading.decision import Decision, disputes_in
from opencompass_math500.grading.expressions import differ_plainly
from opencompass_math500.grading.labels import are_alternatives, as_system, names_apart, unlabelled
from opencompass_math500.grading.limits import MAX_ITEMS
from opencompass_math500.grading.rationals import exact
from opencompass_math500.grading.relations import is_equation
from opencompass_math500.grading.values import (
    Apply,
    Matrix,
    NamedSet,
    Number,
    Sequence,
    Symbol,
    Value,
    is_expression,
    symbols,
    walk,
)

__all__ = ['matrix_rule', 'point_rule', 'sequence_rule', 'singleton_rule', 'vector_rule']

Compare = Callable[[Value, Value], Decision]

_AXES = ('vector i', 'vector j', 'vector k')


def singleton_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    r"""``\{-4\}`` and ``-4``: the set of the only solution."""
    for first, second in ((gold, answer), (answer, gold)):
        if (
            isinstance(first, Sequence)
            and first.left == '{'
            and len(first.items) == 1
            and not isinstance(second, NamedSet)
        ):
            (item,) = first.items
            if isinstance(second, Sequence) and (second.is_unordered or not _is_tuple(item)):
                continue
            return compare(item, second) if first is gold else compare(second, item)
    return None


def _is_tuple(value: Value) -> bool:
    return isinstance(value, Sequence) and not value.is_unordered


def sequence_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """Lists and sets without order, tuples with it."""
    if not (isinstance(gold, Sequence) and isinstance(answer, Sequence)):
        return None
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
    decision = _ordered(gold_items, answer_items, compare)
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


def _ordered(gold: tuple[Value, ...], answer: tuple[Value, ...], compare: Compare) -> Decision:
    if len(gold) != len(answer):
        return _wrong_count(gold, answer)
    decisions = []
    for position, (a, b) in enumerate(zip(gold, answer, strict=True), 1):
        decision = compare(a, b)
        if decision.equal is False:
            return Decision(False, 'lists.ordered', f'element {position}: {decision.reason}')
        decisions.append(decision)
    if any(decision.equal is None for decision in decisions):
        return Decision(None, 'lists.ordered', 'an element could not be decided')
    reason = f'{len(gold)} equal elements in order'
    return Decision(True, 'lists.ordered', reason, disputes_in(decisions))


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
            if differ_plainly(item, candidate):
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
            if differ_plainly(item, candidate):
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
            not differ_plainly(item, other) and compare(item, other).is_plain for other in kept
        ):
            kept.append(item)
    return tuple(kept)


# -- vectors and matrices -----------------------------------------------------------


def point_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """``P(3,-2)``: a point with its name; ``[[1,0],[0,1]]``: a matrix as programs print it."""
    for first, second in ((gold, answer), (answer, gold)):
        plain: Value | None = None
        if isinstance(first, Apply) and first.op[:5] == 'call ' and first.op[5:].isupper():
            plain = Sequence(first.args, '(', ')') if isinstance(second, Sequence) else None
        elif isinstance(first, Sequence) and isinstance(second, Matrix):
            plain = _nested(first)
        if plain is not None:
            return compare(plain, second) if first is gold else compare(second, plain)
    return None


def _nested(value: Sequence) -> Matrix | None:
    rows = tuple(
        item.items for item in value.items if isinstance(item, Sequence) and item.left == '['
    )
    if len(rows) != len(value.items) or len({len(row) for row in rows}) != 1:
        return None
    return Matrix(rows)


def vector_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    r"""A column and the tuple of its coordinates, ``a\mathbf i + b\mathbf j``."""
    axes = [_on_axes(value) for value in (gold, answer)]
    if not any(axes) and isinstance(gold, Matrix) == isinstance(answer, Matrix):
        return None
    width = 3 if any('vector k' in found for found in axes) else 2
    for value in (gold, answer):
        coordinates = _coordinates(value, 0)
        if coordinates is not None:
            width = max(width, len(coordinates))
    first = _coordinates(gold, width)
    second = _coordinates(answer, width)
    if first is None or second is None:
        return None
    return _ordered(first, second, compare)


def _on_axes(value: Value) -> frozenset[str]:
    if not is_expression(value):
        return frozenset()
    return frozenset(n.name for n in walk(value) if isinstance(n, Symbol) and n.name in _AXES)


def _coordinates(value: Value, width: int) -> tuple[Value, ...] | None:
    """The coordinates of a vector; ``width`` of them where axes are named, if not 0."""
    if isinstance(value, Matrix):
        if len(value.rows[0]) == 1:
            return tuple(row[0] for row in value.rows)
        return value.rows[0] if len(value.rows) == 1 else None
    if isinstance(value, Apply) and value.op == 'binom':
        return value.args  # \binom{1}{2} for a column of two
    if isinstance(value, Sequence):
        return value.items if value.left in ('(', '<', '[', '') and value.right != '}' else None
    if width and _on_axes(value):
        return tuple(_component(value, axis) for axis in _AXES[:width])
    return None


def _component(value: Value, axis: str) -> Value:
    if isinstance(value, Symbol) and value.name in _AXES:
        return Number(int(value.name == axis))
    if isinstance(value, Apply):
        return Apply(value.op, tuple(_component(argument, axis) for argument in value.args))
    return value


def matrix_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """Cell by cell; ``-I`` is the matrix that it names."""
    if isinstance(gold, Matrix) and isinstance(answer, Matrix):
        shape = [(len(m.rows), len(m.rows[0])) for m in (gold, answer)]
        if shape[0] != shape[1]:
            if shape[0] != shape[1][::-1] or 1 not in shape[0]:
                return Decision(False, 'lists.shape', 'another shape')
            decision = _ordered(_cells(gold), _cells(answer), compare)
            return decision.under('row_against_column') if decision.equal else decision
        return _ordered(_cells(gold), _cells(answer), compare)
    for first, second in ((gold, answer), (answer, gold)):
        if isinstance(first, Matrix):
            named = _identity(second, len(first.rows))
            if named is not None:
                return compare(first, named)
    return None


def _cells(matrix: Matrix) -> tuple[Value, ...]:
    return tuple(cell for row in matrix.rows for cell in row)


def _identity(value: Value, size: int) -> Matrix | None:
    """``-I`` as the matrix of ``size`` rows that it names."""
    if not is_expression(value) or symbols(value) != {'I'} or exact(value, {'I': 0}) != 0:
        return None
    scale = exact(value, {'I': 1})
    if scale is None:
        return None
    places = range(size)
    return Matrix(tuple(tuple(Number(scale * (r == c)) for c in places) for r in places))
