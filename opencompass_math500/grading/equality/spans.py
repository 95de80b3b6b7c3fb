"""Spans of the real line and their algebra: union, intersection, complement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cmp_to_key

from opencompass_math500.grading.arithmetic.agreement import order
from opencompass_math500.grading.arithmetic.rationals import exact
from opencompass_math500.grading.values import Value

__all__ = [
    'LINE',
    'NoSetError',
    'RealSet',
    'Span',
    'complement',
    'intersection',
    'order_of',
    'same_spans',
    'union',
]


class NoSetError(ValueError):
    """The value is no set of reals that can be brought into spans."""


@dataclass(frozen=True, slots=True)
class Span:
    """An interval; None stands for an infinite end, equal closed ends for a point."""

    low: Value | None
    low_closed: bool
    high: Value | None
    high_closed: bool


RealSet = tuple[Span, ...]
LINE = (Span(None, False, None, False),)


def same_spans(first: RealSet, second: RealSet) -> bool:
    """Tell whether two sets have the same ends, with the same brackets."""
    return len(first) == len(second) and all(
        a.low_closed == b.low_closed
        and a.high_closed == b.high_closed
        and _same_end(a.low, b.low)
        and _same_end(a.high, b.high)
        for a, b in zip(first, second, strict=True)
    )


def _same_end(a: Value | None, b: Value | None) -> bool:
    if a is None or b is None:
        return a is b
    return order_of(a, b) == 0


def order_of(a: Value, b: Value) -> int:
    """Return -1, 0 or 1 as ``a`` is below, equal to or above ``b``.

    Raises:
        NoSetError: nothing proves which.
    """
    left, right = exact(a), exact(b)
    if left is not None and right is not None:
        return (left > right) - (left < right)
    found = order(a, b)
    if found is None:
        raise NoSetError('the ends cannot be ordered')
    return found


def union(spans: Iterable[Span]) -> RealSet:
    """Sort the spans by their lower ends, and make one of those that meet."""
    merged: list[Span] = []
    for span in sorted(spans, key=cmp_to_key(_order_of_starts)):
        if merged and _meet(merged[-1], span):
            last = merged[-1]
            high, high_closed = _further(last, span)
            merged[-1] = Span(last.low, last.low_closed, high, high_closed)
        else:
            merged.append(span)
    return tuple(merged)


def _order_of_starts(a: Span, b: Span) -> int:
    if a.low is None or b.low is None:
        return (b.low is None) - (a.low is None)
    return order_of(a.low, b.low) or b.low_closed - a.low_closed


def _meet(first: Span, second: Span) -> bool:
    """Tell whether ``second``, which does not start before ``first``, leaves no gap."""
    if first.high is None or second.low is None:
        return True
    position = order_of(second.low, first.high)
    return position < 0 or (position == 0 and (second.low_closed or first.high_closed))


def _further(a: Span, b: Span) -> tuple[Value | None, bool]:
    if a.high is None or b.high is None:
        return None, False
    position = order_of(a.high, b.high)
    closed = (a.high_closed or b.high_closed) if position == 0 else None
    if closed is None:
        return (a.high, a.high_closed) if position > 0 else (b.high, b.high_closed)
    return a.high, closed


def complement(spans: RealSet) -> RealSet:
    """Return what is left of the line; ``spans`` are sorted and disjoint."""
    result: list[Span] = []
    low: Value | None = None
    low_closed = False
    for span in spans:
        if span.low is not None:
            result.extend(nonempty(Span(low, low_closed, span.low, not span.low_closed)))
        if span.high is None:
            return tuple(result)
        low, low_closed = span.high, not span.high_closed
    result.append(Span(low, low_closed, None, False))
    return tuple(result)


def intersection(first: RealSet, second: RealSet) -> RealSet:
    """Return what lies in both sets."""
    result: list[Span] = []
    for a in first:
        for b in second:
            low, low_closed = _upper(a.low, a.low_closed, b.low, b.low_closed)
            high, high_closed = _lower(a.high, a.high_closed, b.high, b.high_closed)
            result.extend(nonempty(Span(low, low_closed, high, high_closed)))
    return tuple(result)


def nonempty(span: Span) -> tuple[Span, ...]:
    """Return the span alone, or nothing where no number lies in it."""
    if span.low is None or span.high is None:
        return (span,)
    position = order_of(span.low, span.high)
    if position > 0 or (position == 0 and not (span.low_closed and span.high_closed)):
        return ()
    return (span,)


def _upper(a: Value | None, a_in: bool, b: Value | None, b_in: bool) -> tuple[Value | None, bool]:
    if a is None or b is None:
        return (b, b_in) if a is None else (a, a_in)
    position = order_of(a, b)
    return (a, a_in and b_in) if position == 0 else ((a, a_in) if position > 0 else (b, b_in))


def _lower(a: Value | None, a_in: bool, b: Value | None, b_in: bool) -> tuple[Value | None, bool]:
    if a is None or b is None:
        return (b, b_in) if a is None else (a, a_in)
    position = order_of(a, b)
    return (a, a_in and b_in) if position == 0 else ((a, a_in) if position < 0 else (b, b_in))
