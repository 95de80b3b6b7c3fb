"""Ratios, which look like times of day, and the fractions that they are written as."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from opencompass_math500.grading.arithmetic.rationals import exact
from opencompass_math500.grading.decision import Decision, disputes_in
from opencompass_math500.grading.equality.expressions import same_expression
from opencompass_math500.grading.values import Apply, Number, Value, is_expression

__all__ = ['ratio_rule']

Compare = Callable[[Value, Value], Decision]


def ratio_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """Compare ratios: ``3:4`` is ``6:8``, but no clock's ``3:30`` is ``1:10``; none is a number."""
    ratios = [v for v in (gold, answer) if isinstance(v, Apply) and v.op == 'ratio']
    if not ratios:
        return None
    if len(ratios) == 1:
        return _fraction(gold, answer) or Decision(False, 'ratio.kind', 'a ratio against a number')
    terms = [_terms(ratio) for ratio in ratios]
    if len(terms[0]) > 2 or len(terms[1]) > 2:
        return _same_proportions(terms[0], terms[1])
    (a, b), (c, d) = ratios[0].args, ratios[1].args
    parts = (compare(a, c), compare(b, d))
    if all(part.equal for part in parts):
        return Decision(True, 'ratio.parts', 'equal part by part', disputes_in(parts))
    if any(exact(part) == 0 for part in (a, b, c, d)):  # 0:00 is no ratio: 0 times anything is 0
        return Decision(False, 'ratio.parts', 'a term that is zero')
    if _may_be_time(b) and _may_be_time(d):  # 5:8 is no time, so 10:16 is none either
        return Decision(False, 'ratio.parts', 'different ratios or times')
    return same_expression(Apply('mul', (a, d)), Apply('mul', (b, c)))


def _may_be_time(second: Value) -> bool:
    """Tell whether what stands behind the colon can be the minutes of a time of day."""
    minutes = exact(second)
    return minutes is None or minutes == 0 or 10 <= minutes < 60


def _fraction(gold: Value, answer: Value) -> Decision | None:
    r"""``\frac{3}{4}`` for the ratio ``3:4``; a ratio for a number may be odds."""
    match gold, answer:
        case Apply(op='ratio', args=(top, bottom)), Apply(op='div') if (
            is_expression(top) and is_expression(bottom) and not _may_be_time(bottom)
        ):
            if same_expression(Apply('div', (top, bottom)), answer).equal:
                same = Decision(True, 'ratio.fraction', 'a ratio as a fraction')
                return same.under('fraction_for_ratio')
    return None


def _terms(ratio: Value) -> tuple[Value, ...]:
    """``2:3:5`` is read as (2:3):5."""
    if isinstance(ratio, Apply) and ratio.op == 'ratio':
        return (*_terms(ratio.args[0]), ratio.args[1])
    return (ratio,)


def _same_proportions(first: tuple[Value, ...], second: tuple[Value, ...]) -> Decision:
    # By neighbours, not by the first term alone: 0:1:2 is not 0:3:4.
    pairs = list(zip(first, second, strict=False))
    equal = len(first) == len(second) and all(
        is_expression(part) for part in (*first, *second)
    ) and all(
        same_expression(Apply('mul', (a, d)), Apply('mul', (c, b))).equal
        for (a, b), (c, d) in pairwise(pairs)
    ) and all(
        same_expression(a, Number(0)).equal == same_expression(b, Number(0)).equal
        for a, b in pairs
    )  # fmt: skip
    return Decision(equal, 'ratio.parts', 'the same ratios' if equal else 'different ratios')
