"""The formulas of a problem's text, and the form in which two formulas are compared."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from opencompass_math500.grading.parsing.latex import parse
from opencompass_math500.grading.values import Apply, Matrix, Relation, Sequence, Value

__all__ = ['form_of', 'given_formulas', 'given_sides']

_MATHEMATICS: Final = re.compile(
    r'\$\$(.+?)\$\$|\$(.+?)\$|\\\[(.+?)\\\]|\\\((.+?)\\\)|\\begin\{align\*?\}(.+?)\\end\{align',
    re.DOTALL,
)
_MAX_FORMULA: Final = 600
_MAX_FORMULAS: Final = 100


@lru_cache(maxsize=64)
def given_formulas(problem: str) -> tuple[Value, ...]:
    """Return every reading of every formula of the problem."""
    found: list[Value] = []
    for count, groups in enumerate(_MATHEMATICS.finditer(problem)):
        text = next(group for group in groups.groups() if group)
        if count >= _MAX_FORMULAS:
            break
        if len(text) <= _MAX_FORMULA:
            found += parse(text).values
    return tuple(found)


def given_sides(problem: str) -> tuple[Value, ...]:
    """Return the formulas of the problem, of an equation or inequality each side."""
    return tuple(
        side
        for given in given_formulas(problem)
        for side in (given.sides if isinstance(given, Relation) else (given,))
    )


def form_of(value: Value) -> object:
    """Return the shape of a value, without the order of terms and factors."""
    if isinstance(value, Apply):
        parts = tuple(form_of(argument) for argument in value.args)
        return (value.op, tuple(sorted(parts, key=repr)) if value.op in ('add', 'mul') else parts)
    if isinstance(value, Sequence):
        return (value.left, tuple(form_of(item) for item in value.items))
    return repr(value) if not isinstance(value, Matrix) else value
