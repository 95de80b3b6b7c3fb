"""Lists, sets, tuples, vectors and matrices."""

from __future__ import annotations

from collections.abc import Callable

from opencompass_math500.grading.decision import Decision
from opencompass_math500.grading.limits import MAX_ITEMS
from opencompass_math500.grading.rationals import exact
from opencompass_math500.grading.relations import is_equation
from opencompass_math500.grading.values import (
    Apply,
    Matrix,
    NamedSet,
    Number,
    Relation,
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
            and not isinstance(second, Sequence | NamedSet)
        ):
            (item,) = first.items
            return compare(item, second) if first is gold else compare(second, item)
    return None


def sequence_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """Lists and sets without order, tuples with it."""
    if not (isinstance(gold, Sequence) and isinstance(answer, Sequence)):
        return None
    if gold.is_unordered and not answer.is_unordered:
        if answer.left == '[' and len(answer.items) > 2:
            answer = Sequence(answer.items)  # [3, 5, 7] can be no interval
        elif not any(is_equation(item) for item in gold.items):
            return Decision(False, 'lists.list_against_tuple', 'a tuple or interval for a list')
    gold_items, answer_items = _unlabelled(gold, answer)
    if gold.is_unordered and answer.is_unordered:
        return _unordered(gold, answer, gold_items, answer_items, compare)
    if not _compatible(gold, answer):
        return Decision(False, 'lists.brackets', 'other brackets')
    return _ordered(gold_items, answer_items, compare)


def _compatible(gold: Sequence, answer: Sequence) -> bool:
    r"""``(6,31,-1)``, ``\langle 6,31,-1 \rangle`` and ``6,31,-1`` for a gold tuple."""
    round_brackets = {('(', ')'), ('<', '>'), ('', '')}
    pair = ((gold.left, gold.right), (answer.left, answer.right))
    if pair[0] == pair[1] or set(pair) <= round_brackets:
        return True
    return len(gold.items) > 2 and ('[', ']') in pair and not answer.is_unordered


def _unlabelled(gold: Sequence, answer: Sequence) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """Drop ``x_1 =`` and ``r =`` where only one of the two has such labels."""
    labelled = [all(is_equation(item) for item in side.items) for side in (gold, answer)]
    if labelled[0] == labelled[1]:
        return gold.items, answer.items
    if labelled[0]:
        return _right_sides(gold.items), answer.items
    return gold.items, _right_sides(answer.items)


def _right_sides(items: tuple[Value, ...]) -> tuple[Value, ...]:
    return tuple(item.sides[-1] if isinstance(item, Relation) else item for item in items)


def _ordered(gold: tuple[Value, ...], answer: tuple[Value, ...], compare: Compare) -> Decision:
    if len(gold) != len(answer):
        return _wrong_count(gold, answer)
    undecided = False
    for position, (a, b) in enumerate(zip(gold, answer, strict=True), 1):
        decision = compare(a, b)
        if decision.equal is False:
            return Decision(False, 'lists.ordered', f'element {position}: {decision.reason}')
        undecided = undecided or decision.equal is None
    if undecided:
        return Decision(None, 'lists.ordered', 'an element could not be decided')
    return Decision(True, 'lists.ordered', f'{len(gold)} equal elements in order')


def _wrong_count(gold: tuple[Value, ...], answer: tuple[Value, ...]) -> Decision:
    return Decision(False, 'lists.count', f'{len(answer)} elements for {len(gold)}')


def _unordered(
    gold: Sequence,
    answer: Sequence,
    gold_items: tuple[Value, ...],
    answer_items: tuple[Value, ...],
    compare: Compare,
) -> Decision:
    """Match elements one to one; a set in braces may repeat an element."""
    if max(len(gold_items), len(answer_items)) > MAX_ITEMS:
        if gold_items == answer_items:
            return Decision(True, 'lists.unordered', 'the same elements')
        return Decision(None, 'lists.unordered', f'more than {MAX_ITEMS} elements')
    if len(gold_items) != len(answer_items):
        if '{' not in (gold.left, answer.left):
            return _wrong_count(gold_items, answer_items)
        gold_items = _distinct(gold_items, compare)
        answer_items = _distinct(answer_items, compare)
        if len(gold_items) != len(answer_items):
            return _wrong_count(gold_items, answer_items)
    repeated = len(gold_items) + len(answer_items) < len(gold.items) + len(answer.items)
    left = list(answer_items)
    for item in gold_items:
        # Structural equality first: most elements are written the same.
        index = left.index(item) if item in left else _find(item, left, compare)
        if index is None:
            return Decision(False, 'lists.unordered', 'an element is missing or different')
        del left[index]
    note = ', repeated elements aside' if repeated else ''
    return Decision(True, 'lists.unordered', f'the same {len(gold_items)} elements{note}')


def _find(item: Value, candidates: list[Value], compare: Compare) -> int | None:
    for index, candidate in enumerate(candidates):
        if compare(item, candidate).equal:
            return index
    return None


def _distinct(items: tuple[Value, ...], compare: Compare) -> tuple[Value, ...]:
    kept: list[Value] = []
    for item in items:
        if not any(compare(item, other).equal for other in kept):
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
            turned = shape[0] == shape[1][::-1]
            reason = 'row against column' if turned and 1 in shape[0] else 'another shape'
            return Decision(False, 'lists.shape', reason)
        cells = [tuple(cell for row in m.rows for cell in row) for m in (gold, answer)]
        return _ordered(cells[0], cells[1], compare)
    for first, second in ((gold, answer), (answer, gold)):
        if isinstance(first, Matrix):
            named = _identity(second, len(first.rows))
            if named is not None:
                return compare(first, named)
    return None


def _identity(value: Value, size: int) -> Matrix | None:
    """``-I`` as the matrix of ``size`` rows that it names."""
    if not is_expression(value) or symbols(value) != {'I'} or exact(value, {'I': 0}) != 0:
        return None
    scale = exact(value, {'I': 1})
    if scale is None:
        return None
    places = range(size)
    return Matrix(tuple(tuple(Number(scale * (r == c)) for c in places) for r in places))
