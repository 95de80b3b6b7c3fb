"""Plus-minus: one expression that stands for the list of its values."""

from __future__ import annotations

from typing import Final

from opencompass_math500.grading.arithmetic.traits import traits
from opencompass_math500.grading.limits import MAX_SIGNS
from opencompass_math500.grading.values import (
    Apply,
    Matrix,
    Quantity,
    Relation,
    Sequence,
    Value,
    walk,
)

__all__ = ['expand', 'has_sign']


_SIGNS: Final = frozenset(('pm', 'mp'))


def has_sign(value: Value) -> bool:
    """Tell whether ``value`` contains a plus-minus sign."""
    return not traits(value).ops.isdisjoint(_SIGNS)


def expand(value: Value) -> Value:
    r"""Write ``1 \pm \sqrt{19}`` as the list of its two values.

    Signs of one expression vary independently, except where ``\mp`` shows that they
    are coupled. In a list or set every element is expanded by itself.
    """
    if not has_sign(value):
        return value
    if isinstance(value, Sequence) and value.is_unordered:
        items: list[Value] = []
        for item in value.items:
            expanded = expand(item)
            if isinstance(expanded, Sequence) and expanded != item and not expanded.left:
                items.extend(expanded.items)
            else:
                items.append(expanded)
        return Sequence(tuple(items), value.left, value.right, value.joiner)
    count = sum(isinstance(node, Apply) and node.op in ('pm', 'mp') for node in walk(value))
    coupled = any(isinstance(node, Apply) and node.op == 'mp' for node in walk(value))
    if count > MAX_SIGNS:
        return value
    choices = (0, (1 << count) - 1) if coupled else range(1 << count)
    return Sequence(tuple(_resolved(value, _Signs(choice)) for choice in choices))


class _Signs:
    """The signs of one variant, taken one by one in reading order."""

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def is_negative(self) -> bool:
        negative = bool(self.bits & 1)
        self.bits >>= 1
        return negative


def _resolved(value: Value, signs: _Signs) -> Value:
    match value:
        case Apply(op='pm' | 'mp' as op, args=args):
            parts = tuple(_resolved(argument, signs) for argument in args)
            negative = signs.is_negative() != (op == 'mp')
            last = Apply('neg', (parts[-1],)) if negative else parts[-1]
            return last if len(parts) == 1 else Apply('add', (*parts[:-1], last))
        case Apply(op=op, args=args):
            return Apply(op, tuple(_resolved(argument, signs) for argument in args))
        case Sequence(items=items, left=left, right=right, joiner=joiner):
            return Sequence(tuple(_resolved(i, signs) for i in items), left, right, joiner)
        case Relation(sides=sides, ops=ops):
            return Relation(tuple(_resolved(side, signs) for side in sides), ops)
        case Quantity(value=inner, unit=unit):
            return Quantity(_resolved(inner, signs), unit)
        case Matrix(rows=rows):
            return Matrix(tuple(tuple(_resolved(cell, signs) for cell in row) for row in rows))
        case _:
            return value
