"""Vectors, points and matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from opencompass_math500.grading.arithmetic.rationals import exact
from opencompass_math500.grading.arithmetic.traits import traits
from opencompass_math500.grading.decision import Decision
from opencompass_math500.grading.equality.labels import coordinates
from opencompass_math500.grading.equality.lists import in_order
from opencompass_math500.grading.values import (
    ZERO_VECTOR,
    Apply,
    Matrix,
    Number,
    Sequence,
    Symbol,
    Value,
    is_expression,
    symbols,
)

__all__ = ['matrix_rule', 'point_rule', 'vector_rule', 'zero_rule']

Compare = Callable[[Value, Value], Decision]

_AXES: Final = ('vector i', 'vector j', 'vector k')
_AXES_NAMED: Final = frozenset(_AXES)
_VECTOR_BRACKETS: Final = ('()', '<>', '[]', '')


def point_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """Compare ``P(3,-2)``, a point with its name, and ``[[1,0],[0,1]]``, a matrix in a program."""
    for first, second in ((gold, answer), (answer, gold)):
        plain: Value | None = None
        if isinstance(first, Apply) and first.op[:5] == 'call ' and first.op[5:].isupper():
            listed = isinstance(second, Sequence) and coordinates(second) is not None
            plain = Sequence(first.args, '(', ')') if listed else None
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


def zero_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    r"""Take ``\mathbf{0}`` for the vector or the matrix of zeros, whatever its size."""
    for first, second in ((gold, answer), (answer, gold)):
        if first == ZERO_VECTOR and isinstance(second, Matrix | Sequence):
            zero = all(exact(part) == 0 for part in _entries(second))
            return Decision(zero, 'lists.zero', 'the zero vector' if zero else 'no zero vector')
    return None


def _entries(value: Matrix | Sequence) -> tuple[Value, ...]:
    """The entries of a matrix row by row, or the coordinates of a point."""
    if isinstance(value, Matrix):
        return tuple(cell for row in value.rows for cell in row)
    return value.items if value.left in ('(', '<', '[') else (ZERO_VECTOR,)


def vector_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    r"""Compare a column with the tuple of its coordinates, ``a\mathbf i + b\mathbf j``."""
    axes = [_on_axes(value) for value in (gold, answer)]
    if not any(axes) and isinstance(gold, Matrix) == isinstance(answer, Matrix):
        return None
    width = 3 if any('vector k' in found for found in axes) else 2
    for value in (gold, answer):
        found = _coordinates(value, 0)
        if found is not None:
            width = max(width, len(found))
    first = _coordinates(gold, width)
    second = _coordinates(answer, width)
    if first is None or second is None:
        return None
    return in_order(first, second, compare)


def _on_axes(value: Value) -> frozenset[str]:
    return traits(value).names & _AXES_NAMED if is_expression(value) else frozenset()


def _coordinates(value: Value, width: int) -> tuple[Value, ...] | None:
    """The coordinates of a vector; ``width`` of them where axes are named, if not 0."""
    if isinstance(value, Matrix):
        if len(value.rows[0]) == 1:
            return tuple(row[0] for row in value.rows)
        return value.rows[0] if len(value.rows) == 1 else None
    if isinstance(value, Apply) and value.op == 'binom':
        return value.args  # \binom{1}{2} for a column of two
    if isinstance(value, Sequence):
        # (2,3] is an interval and no vector.
        return coordinates(value) if value.left + value.right in _VECTOR_BRACKETS else None
    if width and _is_along_axes(value):
        return tuple(_component(value, axis) for axis in _AXES[:width])
    return None


def _is_along_axes(value: Value) -> bool:
    r"""Tell whether ``value`` is a sum of multiples of axes: not ``3\mathbf i + 2``, no product."""
    if not _on_axes(value):
        return False
    match value:
        case Symbol():
            return True
        case Apply(op='add' | 'neg', args=args):
            return all(map(_is_along_axes, args))
        case Apply(op='mul', args=args):
            vectors = [argument for argument in args if _on_axes(argument)]
            return len(vectors) == 1 and _is_along_axes(vectors[0])
        case Apply(op='div', args=(top, bottom)):
            return _is_along_axes(top) and not _on_axes(bottom)
        case _:
            return False


def _component(value: Value, axis: str) -> Value:
    if isinstance(value, Symbol) and value.name in _AXES:
        return Number(int(value.name == axis))
    if isinstance(value, Apply):
        return Apply(value.op, tuple(_component(argument, axis) for argument in value.args))
    return value


def matrix_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """Compare cell by cell; ``-I`` is the matrix that it names."""
    if isinstance(gold, Matrix) and isinstance(answer, Matrix):
        shape = [(len(m.rows), len(m.rows[0])) for m in (gold, answer)]
        if shape[0] != shape[1]:
            if shape[0] != shape[1][::-1] or 1 not in shape[0]:
                return Decision(False, 'lists.shape', 'another shape')
            decision = in_order(_cells(gold), _cells(answer), compare)
            return decision.under('row_against_column') if decision.equal else decision
        return in_order(_cells(gold), _cells(answer), compare)
    for first, second in ((gold, answer), (answer, gold)):
        if isinstance(first, Matrix):
            named = _identity(second, len(first.rows))
            if named is not None:
                return compare(first, named)
    return None


def _cells(matrix: Matrix) -> tuple[Value, ...]:
    return tuple(cell for row in matrix.rows for cell in row)


def _identity(value: Value, size: int) -> Matrix | None:
    """``-I`` or ``-I_2`` as the matrix of ``size`` rows that it names."""
    if not is_expression(value) or len(names := symbols(value)) != 1:
        return None
    (name,) = names
    if name not in ('I', f'I_{size}') or exact(value, {name: 0}) != 0:
        return None
    scale = exact(value, {name: 1})
    if scale is None:
        return None
    places = range(size)
    return Matrix(tuple(tuple(Number(scale * (r == c)) for c in places) for r in places))
