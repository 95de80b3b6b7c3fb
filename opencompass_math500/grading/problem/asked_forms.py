r"""The form that a problem asks for: a product where it says "Factor", a sum for "Expand".

``b(a+5)+2(a+5)`` is equal to ``(a+5)(b+2)`` and yet no factorisation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from opencompass_math500.grading.equality.relations import is_equation
from opencompass_math500.grading.policy import Dispute
from opencompass_math500.grading.values import (
    Apply,
    Number,
    Relation,
    Value,
    is_expression,
    symbols,
)

__all__ = ['form_disputes']

# "Factor $x^2-1$.", "Completely factor the following"; not "What is the greatest prime factor".
_FACTOR: Final = re.compile(
    r'(?:^|[.:;?!\n]\s{0,9})(?:Please\s+)?(?:(?:completely|fully)\s+)?factor(?:i[sz]e)?\b'
    r'|\bfactored\s+form\b|\b(?:completely|fully)\s+factored\b',
    re.IGNORECASE,
)
_EXPAND: Final = re.compile(
    r'(?:^|[.:;?!\n]\s{0,9})(?:Please\s+)?(?:(?:completely|fully)\s+)?(?:expand|multiply\s+out)\b'
    r'|\bexpanded\s+form\b',
    re.IGNORECASE,
)


def form_disputes(gold: Value, answer: Value, problem: str) -> Iterator[Dispute]:
    """Yield what is disputed about the form of an answer that is equal to the gold."""
    if _is_unfactored(gold, answer, problem):
        yield 'unfactored'
    if _is_unexpanded(gold, answer, problem):
        yield 'unexpanded'


def _is_unfactored(gold: Value, answer: Value, problem: str) -> bool:
    """Tell whether factors are asked, and the answer is a sum, or has fewer than the gold."""
    gold, answer = _expression(gold), _expression(answer)
    wanted = _factors(gold)
    if not wanted or _is_sum(gold) or _FACTOR.search(problem) is None:
        return False
    return is_expression(answer) and (_is_sum(answer) or _factors(answer) < wanted)


def _is_unexpanded(gold: Value, answer: Value, problem: str) -> bool:
    """Tell whether the answer has a sum as a factor, where it is asked to multiply out."""
    gold, answer = _expression(gold), _expression(answer)
    if not _is_sum(gold) or _has_a_sum_inside(gold) or _EXPAND.search(problem) is None:
        return False
    return is_expression(answer) and _has_a_sum_inside(answer)


def _expression(value: Value) -> Value:
    """Without a label in front and a sign before the whole."""
    if isinstance(value, Relation) and is_equation(value):
        value = value.sides[-1]
    while isinstance(value, Apply) and value.op == 'neg':
        value = value.args[0]
    return value


def _is_sum(value: Value) -> bool:
    return isinstance(value, Apply) and value.op == 'add' and bool(symbols(value))


def _factors(value: Value) -> int:
    """How many factors with a letter stand in a product; 0 where it is none."""
    if not is_expression(value) or not symbols(value):
        return 0
    match value:
        case Apply(op='mul', args=args):
            return sum(map(_factors, args))
        case Apply(op='neg', args=(inner,)):
            return _factors(inner)
        case Apply(op='pow', args=(base, Number(value=int(exponent)))) if exponent > 0:
            return exponent * _factors(base)
        case Apply(op='div', args=(top, bottom)) if not symbols(bottom):
            return _factors(top)
        case _:
            return 1


def _has_a_sum_inside(value: Value) -> bool:
    """Tell whether a sum is multiplied or raised: ``x(x+1)``, ``(x+1)^2 - 3``."""
    match value:
        case Apply(op='add' | 'neg', args=args):
            return any(map(_has_a_sum_inside, args))
        case Apply(op='mul', args=args):
            return any(_is_sum(_expression(part)) or _has_a_sum_inside(part) for part in args)
        case Apply(op='pow', args=(base, Number(value=int(exponent)))) if exponent > 1:
            return _is_sum(base) or _has_a_sum_inside(base)
        case _:
            return False
