"""The typed values that an answer can be.

``Value`` is a closed union of frozen dataclasses; structural equality (``==``)
means "written the same up to notation", never "mathematically equal": that is the
business of :mod:`opencompass_math500.grading.equality.equivalence`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from operator import attrgetter
from typing import Any, Final, Literal

__all__ = [
    'ZERO_VECTOR',
    'Apply',
    'Choice',
    'Joiner',
    'Matrix',
    'NamedSet',
    'Number',
    'Numeral',
    'Quantity',
    'Relation',
    'Sequence',
    'SetBuilder',
    'Symbol',
    'Text',
    'Unit',
    'Value',
    'height',
    'is_expression',
    'symbols',
    'walk',
]

Joiner = Literal[',', 'and', 'or']
"""What stands between the items of a list."""


@dataclass(frozen=True, slots=True)
class Number:
    """An exact rational as it was written; ``decimal`` tells ``0.5`` from ``1``."""

    value: int | Fraction
    decimal: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A letter or a named constant (``pi``, ``e``, ``i``, ``infty``), with its subscript."""

    name: str


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator or function applied to its arguments: ``add``, ``div``, ``sin``, ..."""

    op: str
    args: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Sequence:
    """Several values: a bare list (no brackets), a set, a tuple or an interval.

    ``(2,4)`` is a point or an open interval: which one, the comparison decides.
    """

    items: tuple[Value, ...]
    left: str = ''
    right: str = ''
    joiner: Joiner = field(default=',', compare=False)

    @property
    def is_unordered(self) -> bool:
        """Tell whether it is a bare list or a set in braces."""
        return self.left in ('', '{')


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of equal length."""

    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """A chain ``sides[0] ops[0] sides[1] ops[1] ...``: equations, inequalities, membership."""

    sides: tuple[Value, ...]
    ops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetBuilder:
    """``{ element | condition }``."""

    element: Value
    condition: Value


@dataclass(frozen=True, slots=True)
class NamedSet:
    """``R``, ``Z``, ``Q``, ``N``, ``C`` or ``empty``."""

    name: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A product of powers of base dimensions, times an exact factor.

    ``inches^2`` is ``(('length', 2),)`` times (254/10000)**2. A word that the data
    do not know is a dimension of its own (``'trinket'``).
    """

    dimensions: tuple[tuple[str, int], ...]
    factor: Fraction
    name: str = field(default='', compare=False)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value with a unit."""

    value: Value
    unit: Unit


@dataclass(frozen=True, slots=True)
class Text:
    """Words: casefolded, without articles and punctuation; ``raw`` keeps the original."""

    words: tuple[str, ...]
    raw: str = field(default='', compare=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """A multiple-choice letter; ``rest`` is what stood after it, as in ``(C) 12``."""

    letter: str
    rest: str = field(default='', compare=False)


@dataclass(frozen=True, slots=True)
class Numeral:
    """Digits in a stated base; never converted, for the base is part of the answer."""

    digits: str
    base: int


Value = (
    Number
    | Symbol
    | Apply
    | Sequence
    | Matrix
    | Relation
    | SetBuilder
    | NamedSet
    | Quantity
    | Text
    | Choice
    | Numeral
)

ZERO_VECTOR = Symbol('vector 0')
"""``\\mathbf{0}``, of any number of coordinates."""

_STRUCTURES = frozenset({'union', 'intersection', 'minus', 'ratio', 'clock', 'modulo'})
_NO_NAMES: frozenset[str] = frozenset()
CONSTANTS = frozenset({'pi', 'e', 'i', 'infty'})


def walk(value: Value) -> Iterator[Value]:
    """Yield ``value`` and everything inside it, parents first."""
    stack: list[Value] = [value]
    while stack:
        node = stack.pop()
        yield node
        if (parts := _PARTS.get(type(node))) is not None:
            stack.extend(parts(node))


def _cells(matrix: Matrix) -> tuple[Value, ...]:
    return tuple(cell for row in matrix.rows for cell in row)


# What a value is made of, by its type: one look where a ``match`` tries every case on every leaf.
_PARTS: Final[Mapping[type, Callable[[Any], tuple[Value, ...]]]] = {
    Apply: attrgetter('args'),
    Sequence: attrgetter('items'),
    Matrix: _cells,
    Relation: attrgetter('sides'),
    SetBuilder: attrgetter('element', 'condition'),
    Quantity: lambda quantity: (quantity.value,),
}


def height(value: Value) -> int:
    """Return how deep the tree of ``value`` is; without recursion."""
    deepest, stack = 0, [(value, 1)]
    while stack:
        node, level = stack.pop()
        deepest = max(deepest, level)
        if (parts := _PARTS.get(type(node))) is not None:
            stack += [(child, level + 1) for child in parts(node)]
    return deepest


def symbols(value: Value) -> frozenset[str]:
    """Return the names of the free symbols: no constants, no bound letters (``#1``)."""
    if isinstance(value, Number):
        return _NO_NAMES
    return frozenset(
        node.name
        for node in walk(value)
        if isinstance(node, Symbol) and node.name not in CONSTANTS and not node.name.startswith('#')
    )


def is_expression(value: Value) -> bool:
    """Tell whether ``value`` is a number, a symbol or an operation, not a structure."""
    if isinstance(value, Apply):
        return value.op not in _STRUCTURES
    return isinstance(value, Number | Symbol)
