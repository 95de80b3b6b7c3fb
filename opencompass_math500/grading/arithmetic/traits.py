"""Which operations and letters a value holds: found in one walk, asked by many rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from opencompass_math500.grading.values import Apply, Number, Symbol, Value, walk
from opencompass_math500.grading.work import current

__all__ = ['Traits', 'traits']


@dataclass(frozen=True, slots=True)
class Traits:
    """What stands anywhere in a value.

    Attributes:
        ops: the operations of :class:`Apply`.
        names: the names of all symbols, constants included.
        calls: whether one of the operations is a function that nobody defined.
    """

    ops: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    calls: bool = False


_NONE = Traits()


def traits(value: Value) -> Traits:
    """Return the traits of ``value``, worked out once in a judgement."""
    if isinstance(value, Number):
        return _NONE
    work = current()
    if work is None:
        return _found(value)
    key = ('traits', id(value))
    if key not in work.known:
        work.known[key] = (value, _found(value))
    return cast('Traits', work.known[key][1])


def _found(value: Value) -> Traits:
    ops, names = set[str](), set[str]()
    for node in walk(value):
        if isinstance(node, Apply):
            ops.add(node.op)
        elif isinstance(node, Symbol):
            names.add(node.name)
    return Traits(frozenset(ops), frozenset(names), any(op.startswith('call ') for op in ops))
