r"""Operators with a letter of their own: the k of ``\sum_{k=1}^{n} k``, the x of an integral.

A bound letter is renamed to ``#1``, ``#2``, ... by how deep operators nest inside its
scope, so that ``\int_0^1 x\,dx`` and ``\int_0^1 t\,dt`` are one value, and the i of
``\sum_{i=1}^{5} i`` is not the imaginary unit. The letter of a derivative or of an
indefinite integral stays: their value is a function of it.

``sum``, ``prod`` and ``integral`` hold (body, letter, lower, upper), ``limit`` holds (body,
letter, point, side), ``derivative`` (body, letter, order), ``antiderivative`` (body, letter).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from opencompass_math500.grading.values import (
    Apply,
    Matrix,
    Number,
    Relation,
    Sequence,
    Symbol,
    Value,
    walk,
)

__all__ = [
    'OPERATORS',
    'binding',
    'finite_parts',
    'holds',
    'keeps_its_letter',
    'operators_in',
    'rebuilt',
    'with_values',
]

OPERATORS: Final = frozenset(('sum', 'prod', 'integral', 'limit', 'derivative', 'antiderivative'))
"""The operations whose first argument is evaluated more than once, or not at all."""

_MARK: Final = '#'
_MARKED: Final = re.compile(r'([^_^]*)([_^]?(.*))', re.DOTALL)


def binding(op: str, body: Value, letter: Symbol, *rest: Value) -> Apply:
    """Apply the operator ``op`` to ``body``, with the letter that it binds renamed."""
    level = 1 + max((_level(node) for node in walk(body)), default=0)
    name = Symbol(f'{_MARK}{level}')
    return Apply(op, (_renamed(body, letter.name, name), name, *rest))


def _level(node: Value) -> int:
    bound = isinstance(node, Symbol) and node.name.startswith(_MARK)
    return int(node.name[1:]) if bound and isinstance(node, Symbol) else 0


def _renamed(body: Value, letter: str, name: Symbol) -> Value:
    """``body`` with ``name`` for the letter; of ``a_i`` the letter is the argument."""
    if isinstance(body, Symbol):
        if body.name == letter:
            return name
        head, mark, index = _MARKED.match(body.name).groups()  # type: ignore[union-attr]
        if head == letter and mark == '^deg':
            return Apply('degree', (name,))  # \sum \sin k^\circ
        if not (index and letter in index):
            return body
        return Apply(f'call {head}{mark.replace(letter, _MARK)}', (name,))
    return rebuilt(body, lambda part: _renamed(part, letter, name))


def with_values(value: Value, values: Mapping[str, Value]) -> Value:
    """Return ``value`` with other values for the symbols named."""
    if isinstance(value, Symbol):
        return values.get(value.name, value)
    return rebuilt(value, lambda part: with_values(part, values))


def keeps_its_letter(value: Value) -> bool:
    r"""Tell whether a letter of ``value`` takes no number: the x of ``\frac{d}{dx}``."""
    return isinstance(value, Apply) and value.op in ('derivative', 'antiderivative')


def rebuilt(value: Value, change: Callable[[Value], Value]) -> Value:
    """Return ``value`` with each of its parts changed."""
    match value:
        case Apply(args=args):
            return replace(value, args=tuple(change(part) for part in args))
        case Sequence(items=items):
            return replace(value, items=tuple(change(part) for part in items))
        case Matrix(rows=rows):
            return Matrix(tuple(tuple(change(cell) for cell in row) for row in rows))
        case Relation(sides=sides):
            return replace(value, sides=tuple(change(part) for part in sides))
        case _:
            return value


def holds(value: Value, name: str) -> bool:
    """Tell whether the symbol ``name`` stands anywhere in ``value``."""
    return any(isinstance(node, Symbol) and node.name == name for node in walk(value))


def operators_in(value: Value) -> int:
    """Count the sums, integrals, limits and the like in ``value``."""
    return sum(isinstance(node, Apply) and node.op in OPERATORS for node in walk(value))


def finite_parts(value: Value) -> Value:
    """Put 0 for the infinite bounds of the operators in ``value``, which are no numbers."""
    if isinstance(value, Apply) and value.op in OPERATORS:
        args = (value.args[0], value.args[1], *(_finite(end) for end in value.args[2:]))
        value = Apply(value.op, args)
    return rebuilt(value, finite_parts)


def _finite(end: Value) -> Value:
    infinite = end in (Symbol('infty'), Apply('neg', (Symbol('infty'),)))
    return Number(0) if infinite else end
