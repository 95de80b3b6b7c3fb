r"""Sets of integers that a condition bounds: ``\{x \in \mathbb{Z} : |x| \le 1\}`` is {-1, 0, 1}."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Final

from opencompass_math500.grading.arithmetic.rationals import exact
from opencompass_math500.grading.decision import Decision
from opencompass_math500.grading.equality.sets import real_set
from opencompass_math500.grading.values import (
    NamedSet,
    Number,
    Relation,
    Sequence,
    SetBuilder,
    Symbol,
    Value,
)

__all__ = ['integers_rule']

Compare = Callable[[Value, Value], Decision]

_MAX_LISTED: Final = 48


def integers_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """Compare a set-builder over the integers with a set in braces: its elements, written out."""
    for first, second in ((gold, answer), (answer, gold)):
        if isinstance(first, SetBuilder) and isinstance(second, Sequence) and second.left == '{':
            listed = _listed(first)
            if listed is not None:
                return compare(listed, second) if first is gold else compare(second, listed)
    return None


def _listed(builder: SetBuilder) -> Sequence | None:
    """The integers of a bounded condition on a letter; None where they are not few."""
    match builder:
        case SetBuilder(
            element=Relation(sides=(Symbol() as letter, NamedSet(name='Z')), ops=('in',)),
            condition=condition,
        ):
            pass
        case SetBuilder(
            element=Symbol() as letter,
            condition=Sequence(
                items=(
                    Relation(sides=(Symbol() as other, NamedSet(name='Z')), ops=('in',)),
                    *rest,
                ),
                left='',
            ),
        ) if other == letter and rest:
            condition = rest[0] if len(rest) == 1 else Sequence(tuple(rest), joiner='and')
        case _:
            return None
    spans = real_set(SetBuilder(letter, condition))
    if spans is None:
        return None
    found: list[int] = []
    for span in spans:
        low, high = _end(span.low), _end(span.high)
        if low is None or high is None or high - low > _MAX_LISTED:
            return None
        start, stop = math.ceil(low), math.floor(high)
        start += start == low and not span.low_closed
        stop -= stop == high and not span.high_closed
        found += range(start, stop + 1)
    return Sequence(tuple(map(Number, found)), '{', '}') if found else None


def _end(value: Value | None) -> Fraction | None:
    number = exact(value) if value is not None else None
    return None if number is None else Fraction(number)
