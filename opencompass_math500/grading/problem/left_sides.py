r"""What stands left of the equals sign of an answer: a name for it, or an equation left unsolved.

``x = 6``, ``a+b = 7`` and ``6 \cdot 7 = 42`` say 6, 7 and 42. ``2x = 6`` says 3, if anything,
and ``(x-2)^2 + (y-1)^2 = 9`` is a circle. With the problem, its own words decide: ``2x = 6``
answers "What is $2x$?".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from opencompass_math500.grading.equality.calls import is_call
from opencompass_math500.grading.equality.expressions import same_expression
from opencompass_math500.grading.equality.relations import is_equation, is_label
from opencompass_math500.grading.parsing.latex import Reading
from opencompass_math500.grading.problem.given import form_of, given_formulas
from opencompass_math500.grading.values import (
    Apply,
    Matrix,
    Number,
    Quantity,
    Relation,
    Sequence,
    Symbol,
    Text,
    Value,
    is_expression,
    symbols,
    walk,
)

__all__ = ['is_left_unsolved']

# The letters in which equations are written: |x| = 3 has two solutions, |w| = 3 is a length.
_UNKNOWN: Final = frozenset('xyzt')
_COUNTERS: Final = frozenset('nk')
_FUNCTIONS: Final = frozenset('fgh')
# z is complex under a bar, and an angle's function may double it: \cos 2\theta.
_OF_ANGLES: Final = frozenset(('sin', 'cos', 'tan', 'cot', 'sec', 'csc'))
_OF_NAMES: Final = frozenset(
    ('gcd', 'lcm', 'max', 'min', 'det', 'ratio', 'union', 'intersection', 'minus', 'derivative')
)
_POWERS: Final = re.compile(r'\b(?:square|cube)[sd]?\b', re.IGNORECASE)
_MAX_PROBLEM: Final = 20_000
_MANY: Final = 3


def is_left_unsolved(gold: Reading, answer: Reading, problem: str | None) -> bool:
    """Tell whether every reading is an equation whose left side nobody asked for.

    Only where the gold is a value: between two equations their form decides, and of words the
    words.
    """
    if problem is not None and len(problem) > _MAX_PROBLEM:
        problem = None
    # 1, 5 is no answer to 4x = 1, y = 5 either.
    return _is_unsolved(answer, gold, problem) or _is_unsolved(gold, answer, problem)


def _is_unsolved(equations: Reading, value: Reading, problem: str | None) -> bool:
    if not all(any(True for _ in _equations(one)) for one in equations.values):
        return False
    for one in value.values:
        if isinstance(one, Text) or any(isinstance(node, Relation) for node in walk(one)):
            return False  # \text{Yes, because } f(-x) = f(x)
    return all(
        any(not _stands_for_value(equation, problem) for equation in _equations(one))
        for one in equations.values
    )


def _equations(value: Value) -> Iterator[Relation]:
    """The equations that an answer consists of."""
    if isinstance(value, Relation):
        if is_equation(value):
            yield value
    elif isinstance(value, Sequence):
        for item in value.items:
            yield from _equations(item)


def _stands_for_value(equation: Relation, problem: str | None) -> bool:
    """Tell whether the left side of an equation only says what its last side is the value of."""
    left, last = equation.sides[0], equation.sides[-1]
    if any(is_expression(side) and not symbols(side) for side in equation.sides[:-1]):
        return not symbols(last) or _is_name(last)  # 7 = p - q names neither
    if _is_name(left):
        return True
    if _is_read_as_product(left, last):
        return True
    if is_expression(left) and is_expression(last) and symbols(last):
        # (x^2-1)/(x-1) = x+1: the same at every x
        return bool(same_expression(left, last).equal)
    if problem is None:
        return _is_quantity(left, last, _UNKNOWN)
    return _is_asked(left, last, problem)


def _is_read_as_product(left: Value, last: Value) -> bool:
    """Tell whether a product may be a call: ``y(t) = 6t - 5`` speaks of t on its right."""
    match left:
        case Apply(op='mul', args=(Symbol(), Symbol(name=name))):
            return name in symbols(last)
    return False


def _is_name(left: Value) -> bool:
    """``x``, ``(x, y)``, ``m\\angle A``, ``|AB|``, ``f(3)``, ``(f \\circ g)(2)``."""
    match left:
        case Quantity(value=inner) | Apply(op='percent' | 'degree', args=(inner,)):
            return _is_name(inner)
        case Apply(op='abs', args=(Symbol(name=name),)):
            return len(name) > 1
        case Apply() if is_call(left):
            return all(isinstance(one, Symbol) or not symbols(one) for one in left.args)
    return is_label(left) or symbols(left) <= _FUNCTIONS


def _is_asked(left: Value, last: Value, problem: str) -> bool:
    """Tell whether the problem asks for ``left``, or its letters are the solver's own."""
    form = form_of(left)
    given = given_formulas(problem)
    if any(form == form_of(one) for one in given):
        return True
    for one in given:
        if isinstance(one, Relation) and {form, form_of(last)} <= set(map(form_of, one.sides)):
            return False  # x + y = 5, of "If x + y = 5 and ..."
    if _is_quantity(left, last, frozenset()):
        return True
    names = symbols(left)
    if all(isinstance(one, Symbol) for one in _powers_of(left)) and _POWERS.search(problem):
        return True  # x^2 + y^2, of "the sum of the squares"
    used = frozenset(name for one in given for name in symbols(one))
    return not names & (used | _UNKNOWN | _COUNTERS)


def _powers_of(value: Value) -> Iterator[Value]:
    """What is squared in a sum of squares; the term itself where it is none."""
    match value:
        case Apply(op='add' | 'neg', args=args):
            for one in args:
                yield from _powers_of(one)
        case Apply(op='pow', args=(base, Number())):
            yield base
        case _:
            yield Number(0)


def _is_quantity(left: Value, last: Value, unknown: frozenset[str]) -> bool:
    r"""Tell whether ``left`` joins names as questions do: ``a+b``, ``AB \cdot CD``, ``\tan\theta``.

    No coefficients and no powers; of the ``unknown`` letters only sums that are not 0, and
    products of several.
    """
    names = symbols(left)
    match left:
        case Apply(op='add', args=args) if all(isinstance(one, Symbol) for one in args):
            return not names <= unknown or last != Number(0)
        case Apply(op='mul', args=args) if all(isinstance(one, Symbol) for one in args):
            return not names & unknown or len(args) >= _MANY
        case Apply(op='abs', args=(inner,)):
            is_lone = isinstance(inner, Symbol) and inner.name in _UNKNOWN - {'z'}
            return not is_lone and not names & (unknown - {'z'}) and _combines(inner, last)
        case Apply(op='neg' | 'sqrt' | 'root'):
            return False
        case Apply(op='ratio' | 'mod'):
            return True
    return not names & unknown and _combines(left, last)


def _combines(value: Value, last: Value) -> bool:
    """Tell whether only names, sums, products and functions make up ``value``."""
    match value:
        case Symbol() | Text():
            return True
        case Apply(op='pow', args=(Symbol(name=name), _)):
            # AB^2, and the powers of a matrix
            return name[:1].isupper() and (len(name) > 1 or isinstance(last, Matrix))
        case Apply(op=op, args=args) if op in _OF_ANGLES:
            return len(args) == 1 and _is_angle(args[0])
        case Apply(op='log', args=args):
            return all(isinstance(one, Symbol) for one in args)
        case Apply(op='add' | 'neg' | 'mul' | 'div' | 'abs' | 'degree', args=args):
            return all(_combines(one, last) for one in args)
        case Apply(op=op, args=args):
            return is_call(value) or op in _OF_NAMES
        case _:
            return False


def _is_angle(value: Value) -> bool:
    """``\\theta``, ``A + B``, ``2\\alpha``, ``\\frac{x}{2}``: what stands behind ``\\sin``."""
    return all(
        isinstance(node, Symbol | Number)
        or (isinstance(node, Apply) and node.op in ('add', 'neg', 'mul', 'div', 'degree'))
        for node in walk(value)
    )
