"""Sets of real numbers: intervals, unions, inequalities, set-builders in one form.

A set is a sorted tuple of disjoint spans. ``(0,36) \\setminus \\{9\\}`` and
``(0,9) \\cup (9,36)`` become the same two spans.
"""

from __future__ import annotations

from collections.abc import Iterator

from opencompass_math500.grading.arithmetic.rationals import exact
from opencompass_math500.grading.equality.linear import linear
from opencompass_math500.grading.equality.relations import is_label, with_variable
from opencompass_math500.grading.equality.spans import (
    LINE,
    NoSetError,
    RealSet,
    Span,
    complement,
    intersection,
    order_of,
    same_spans,
    union,
)
from opencompass_math500.grading.limits import MAX_ITEMS
from opencompass_math500.grading.values import (
    Apply,
    NamedSet,
    Number,
    Quantity,
    Relation,
    Sequence,
    SetBuilder,
    Symbol,
    Value,
    is_expression,
    symbols,
)

__all__ = ['RealSet', 'is_set', 'real_set', 'same_set']

_FLIPPED = {'<': '>', '>': '<', '<=': '>=', '>=': '<=', '=': '=', '!=': '!=', '~': '~'}
_INFINITY = Symbol('infty')


def is_set(value: Value) -> bool:
    """Tell whether ``value`` can only be a set: ``[0,9)``, ``x > 2``, a union; not ``(2,4)``."""
    match value:
        case NamedSet() | SetBuilder() | Apply(op='union' | 'intersection' | 'minus'):
            return True
        case Sequence(items=items, left=left, right=right) if left in ('(', '['):
            if len(items) != 2 or right not in (')', ']'):
                return False
            return (left, right) != ('(', ')') or any(_infinite(item) for item in items)
        case Sequence(items=items, left=''):
            return all(isinstance(i, Relation) and _inequality(i) for i in items)
        case Relation():
            return _inequality(value) or value.ops == ('in',)
        case _:
            return False


def _inequality(relation: Relation) -> bool:
    return any(op in ('<', '>', '<=', '>=', '!=') for op in relation.ops)


def _infinite(value: Value) -> bool:
    return value == _INFINITY or _is_below_all(value)


def _is_below_all(value: Value) -> bool:
    return value == Apply('neg', (_INFINITY,))


def real_set(value: Value) -> RealSet | None:
    """Return the spans of ``value``, or None where it is no set of reals in one variable."""
    try:
        return _convert(value)
    except NoSetError:
        return None


def same_set(first: RealSet, second: RealSet) -> bool | None:
    """Tell whether two sets have the same spans, ends and brackets; None if ends defy order."""
    try:
        return same_spans(first, second)
    except NoSetError:
        return None


# -- conversion ---------------------------------------------------------------------


def _convert(value: Value) -> RealSet:
    match value:
        case NamedSet(name='R'):
            return LINE
        case NamedSet(name='empty'):
            return ()
        case Quantity(value=inner):
            return _convert(inner)
        case Apply(op='union'):
            return union(span for part in _united(value) for span in _convert(part))
        case Apply(op='intersection', args=(a, b)):
            return intersection(_convert(a), _convert(b))
        case Apply(op='minus', args=(a, b)):
            return intersection(_convert(a), complement(_convert(b)))
        case Sequence():
            return _sequence(value)
        case SetBuilder(element=element, condition=condition):
            return _builder(element, condition)
        case Relation():
            return _relation(value)
    raise NoSetError(type(value).__name__)


def _united(value: Value) -> Iterator[Value]:
    """The sets of a chain of unions, so that they are sorted once and not once a sign."""
    if isinstance(value, Apply) and value.op == 'union':
        for part in value.args:
            yield from _united(part)
    else:
        yield value


def _sequence(value: Sequence) -> RealSet:
    items = value.items
    if len(items) > MAX_ITEMS:
        raise NoSetError('too many elements')
    if value.left == '{':
        return union(_point(item) for item in items)
    if value.left == '' and all(isinstance(item, Relation | Sequence | Apply) for item in items):
        return _listed(value)
    if len(items) == 2 and value.left in ('(', '[') and value.right in (')', ']'):
        return _interval(items[0], items[1], value.left == '[', value.right == ']')
    raise NoSetError('no interval')


def _listed(value: Sequence) -> RealSet:
    r"""Conditions on one letter hold together; sets and solutions side by side are united.

    ``(0,1) \\text{ and } (2,3)`` names two intervals, ``x = 1 \\text{ and } x = 2`` two
    solutions: neither says that there is none.
    """
    conditions = [item for item in value.items if isinstance(item, Relation)]
    if conditions and len(conditions) < len(value.items):
        raise NoSetError('conditions and sets side by side')
    if len({symbols(with_variable(item)) for item in conditions}) > 1:
        raise NoSetError('conditions on several letters')
    parts = [_convert(item) for item in value.items]
    together = any(map(_inequality, conditions)) and value.joiner != 'or'
    common = _common(parts) if together else ()
    # "x < 2, x > 3" can only mean the two rays.
    if common or (together and value.joiner == 'and'):
        return common
    return union(span for part in parts for span in part)


def _common(parts: list[RealSet]) -> RealSet:
    common = parts[0]
    for part in parts[1:]:
        common = intersection(common, part)
    return common


def _interval(low: Value, high: Value, low_closed: bool, high_closed: bool) -> RealSet:
    if not (is_expression(low) and is_expression(high)) or symbols(low) or symbols(high):
        raise NoSetError('ends that are no numbers')
    start = None if _infinite(low) else low
    stop = None if _infinite(high) else high
    if low == _INFINITY or high == Apply('neg', (_INFINITY,)):
        raise NoSetError('an interval the wrong way round')
    if start is None or stop is None:
        if (start is None and low_closed) or (stop is None and high_closed):
            raise NoSetError('infinity is no element')
        return (Span(start, low_closed, stop, high_closed),)
    position = order_of(start, stop)
    if position > 0:
        raise NoSetError('an interval the wrong way round')
    if position == 0 and not (low_closed and high_closed):
        # (3,3) is a point of the plane: nobody writes the empty set like that.
        raise NoSetError('an interval without length')
    return (Span(start, low_closed, stop, high_closed),)


def _point(value: Value) -> Span:
    if not is_expression(value) or symbols(value) or _infinite(value):
        raise NoSetError('an element that is no number')
    return Span(value, True, value, True)


def _builder(element: Value, condition: Value) -> RealSet:
    # {x in R | x > 2} and {x | x > 2}
    if isinstance(element, Relation):
        if element.ops != ('in',) or element.sides[1] != NamedSet('R'):
            raise NoSetError('a domain other than the reals')
        element = element.sides[0]
    if not isinstance(element, Symbol):
        raise NoSetError('elements that are no single variable')
    if symbols(condition) != {element.name}:
        raise NoSetError('a condition on another letter')
    return _convert(condition)


def _relation(relation: Relation) -> RealSet:
    """Solve a chain of linear inequalities in one variable: ``-2 \\le x \\le 7``."""
    if relation.ops == ('in',) and is_label(relation.sides[0]):
        return _convert(relation.sides[1])
    relation = with_variable(relation)
    names = symbols(relation)
    if len(names) != 1:
        raise NoSetError('not one variable')
    (name,) = names
    result: RealSet = LINE
    for left, op, right in zip(relation.sides, relation.ops, relation.sides[1:], strict=False):
        if op == 'in':
            # x > 2 with x in R; 2x in [0, 1] is another set
            if not is_label(left):
                raise NoSetError('membership of an expression')
            result = intersection(result, _convert(right))
            continue
        result = intersection(result, _inequation(left, op, right, name))
    return result


def _inequation(left: Value, op: str, right: Value, name: str) -> RealSet:
    for first, second, sign in ((left, right, op), (right, left, _FLIPPED.get(op, op))):
        if isinstance(first, Apply) and first.op == 'abs' and not symbols(second):
            return _absolute(first.args[0], sign, second, name)
    if _infinite(left) or _infinite(right):
        first, second = (left, right) if op in ('<', '<=') else (right, left)
        if op in ('<', '<=', '>', '>=') and (_is_below_all(first) or second == _INFINITY):
            return LINE  # -\infty < x < 3
        raise NoSetError('infinity as a bound from the wrong side')
    difference = Apply('add', (left, Apply('neg', (right,))))
    slope, constant = linear(difference, name)
    steepness = exact(slope)
    if steepness is None or steepness == 0:
        raise NoSetError('no slope')
    bound = Apply('div', (Apply('neg', (constant,)), slope))
    return _ray(bound, op if steepness > 0 else _FLIPPED.get(op, op))


def _absolute(inner: Value, op: str, bound: Value, name: str) -> RealSet:
    """``|x - 3| < 2`` is -2 < x - 3 < 2; ``|x| > 2`` is its complement."""
    if op in ('<', '<='):
        opposite = Apply('neg', (bound,))
        return intersection(
            _inequation(inner, op, bound, name), _inequation(opposite, op, inner, name)
        )
    if op in ('>', '>='):
        return complement(_absolute(inner, '<=' if op == '>' else '<', bound, name))
    raise NoSetError('an equation with an absolute value')


def _ray(bound: Value, op: str) -> RealSet:
    rational = exact(bound)
    end: Value = Number(rational) if rational is not None else bound
    match op:
        case '<' | '<=':
            return (Span(None, False, end, op == '<='),)
        case '>' | '>=':
            return (Span(end, op == '>=', None, False),)
        case '!=':
            return complement((Span(end, True, end, True),))
        case '=':
            return (Span(end, True, end, True),)
    raise NoSetError(op)
