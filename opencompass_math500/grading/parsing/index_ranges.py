"""Ranges of sums and products: the letters below a sum, with their bounds."""

from __future__ import annotations

from opencompass_math500.grading.parsing.cursor import ParseError
from opencompass_math500.grading.values import Apply, Number, Relation, Symbol, Value

__all__ = ['ranges_of']


def ranges_of(index: Relation, upper: Value | None) -> list[tuple[Symbol, Value, Value]]:
    r"""Return the letters of an index with their bounds, the inmost first.

    ``k=1`` with its upper bound, ``n \ge 1`` without one, ``1 \le i < j \le n`` as two.
    """
    sides, ops = index.sides, index.ops
    if ops == ('=',) and isinstance(sides[0], Symbol) and upper is not None:
        return [(sides[0], sides[1], upper)]
    strict = ops == ('>',)
    if (strict or ops == ('>=',)) and isinstance(sides[0], Symbol) and upper is None:
        return [(sides[0], _next(sides[1], strict), Symbol('infty'))]
    letters = [side for side in sides[1:-1] if isinstance(side, Symbol)]
    inside = upper is None and 0 < len(letters) == len(sides) - 2 <= 3
    if not inside or any(op not in ('<', '<=') for op in ops):
        raise ParseError('an unreadable range')
    ranges, high = list[tuple[Symbol, Value, Value]](), _next(sides[-1], ops[-1] == '<', -1)
    low = _next(sides[0], ops[0] == '<')
    for place in range(len(letters) - 1, -1, -1):
        ranges.insert(0, (letters[place], low, high))
        high = _next(letters[place], ops[place] == '<', -1)
    return ranges


def _next(value: Value, strict: bool, step: int = 1) -> Value:
    return Apply('add', (value, Number(step))) if strict else value
