"""What the value alone does not settle: restated problems, roundings, percent signs."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import Final

from opencompass_math500.grading.arithmetic.balls import (
    NoValueError,
    UnsupportedError,
    ball,
    precision,
)
from opencompass_math500.grading.arithmetic.rationals import exact
from opencompass_math500.grading.bound import operators_in
from opencompass_math500.grading.parsing.latex import Reading
from opencompass_math500.grading.parsing.words import rows
from opencompass_math500.grading.problem.given import form_of, given_sides
from opencompass_math500.grading.values import (
    Apply,
    Matrix,
    Number,
    Quantity,
    Relation,
    Sequence,
    Symbol,
    Value,
    is_expression,
    symbols,
    walk,
)

__all__ = [
    'approximates',
    'asks_for_percent',
    'copies',
    'is_number',
    'is_unevaluated',
    'restates',
]

_TASK: Final = re.compile(
    r'\b(?:evaluate|simplify|compute|calculate|factor|expand|express|rationali[sz]e|convert|'
    r'write|find|determine|reduce|what is|what does|what value)\b',
    re.IGNORECASE,
)

_LAYOUT: Final = re.compile(r'\s|\\(?:left|right|displaystyle|[,;!:])|\$')


def asks_for_percent(problem: str) -> bool:
    """Tell whether the problem speaks of a percentage."""
    low = problem.lower()
    return '%' in low or any(word in low for word in _percent())


@lru_cache(maxsize=1)
def _percent() -> tuple[str, ...]:
    return tuple(word for word, kind, *_ in rows('prose.tsv') if kind == 'percent')


def restates(answer: Reading, gold: Reading, problem: str) -> bool:
    r"""Tell whether the answer copies what the problem asks to evaluate, simplify or factor.

    ``\tan 100^\circ + 4 \sin 100^\circ`` is equal to ``-\sqrt{3}`` and yet no answer
    to "Simplify $\tan 100^\circ + 4 \sin 100^\circ$". The form is compared, not the
    value: order of terms and factors aside, the two must be written the same.
    """
    value = _last_side(answer.values[0])
    if not _is_task_like(value) or _TASK.search(problem) is None:
        return False
    form = form_of(value)
    if any(form == form_of(_last_side(other)) for other in gold.values):
        return False
    return any(form == form_of(side) for side in given_sides(problem))


def is_unevaluated(gold: Value, answer: Value) -> bool:
    r"""Tell whether the answer, equal to the gold, leaves work where the gold is plain numbers.

    ``5!`` for 120, ``6 \times 7`` for 42, also inside lists. Another notation of a
    number is no work: ``2/4``, ``3\frac12``, ``4.31 \times 10^{-5}``. Nor is a factor
    before a vector. A sum or an integral for its value is, whatever letters it holds.
    """
    if isinstance(answer, Number | Symbol):
        return False
    gold, answer = _bare(gold), _bare(answer)
    if operators_in(answer) and not operators_in(gold):
        return True
    if isinstance(gold, Sequence) and isinstance(answer, Sequence):
        golds, answers = gold.items, answer.items
    else:
        golds, answers = (gold,), (answer,)
    return all(is_number(_bare(item)) for item in golds) and any(
        _leaves_work(_bare(item)) for item in answers
    )


def _bare(value: Value) -> Value:
    """Without a label in front and a unit behind."""
    if isinstance(value, Relation) and all(op in ('=', '~') for op in value.ops):
        value = value.sides[-1]
    return value.value if isinstance(value, Quantity) else value


def _leaves_work(value: Value) -> bool:
    """Numbers under an operation that is more than a notation; no letters, no units."""
    return (
        is_expression(value)
        and not is_number(value)
        and all(is_expression(node) or isinstance(node, Matrix) for node in walk(value))
        and not symbols(value)
    )


def is_number(value: Value) -> bool:
    """Tell whether ``value`` is a rational number as it may be written when all is done."""
    match value:
        case Number():
            return True
        case Apply(op='neg' | 'percent' | 'degree' | 'div' | 'pm' | 'mp', args=args):
            return all(is_number(argument) for argument in args)
        case Apply(op='add', args=(Number(), Apply(op='div', args=(Number(), Number())))):
            return True  # a mixed number
        case Apply(op='mul', args=(Number(), power)):
            return _is_power_of_ten(power)
        case Apply():
            return _is_power_of_ten(value)
        case _:
            return False


def _is_power_of_ten(value: Value) -> bool:
    return (
        isinstance(value, Apply)
        and value.op == 'pow'
        and value.args[0] == Number(10)
        and isinstance(value.args[1], Number)
    )


def copies(answer: str, problem: str) -> bool:
    """Tell whether the text of an answer that we cannot read stands in the problem as it is."""
    squeezed = _LAYOUT.sub('', answer)
    return len(squeezed) > 4 and squeezed in _LAYOUT.sub('', problem)


def _last_side(value: Value) -> Value:
    return value.sides[-1] if isinstance(value, Relation) else value


def _is_task_like(value: Value) -> bool:
    """An operation, not a mere number, letter or fraction of two integers."""
    if not isinstance(value, Apply):
        return False
    if value.op in ('neg', 'percent', 'degree'):
        return _is_task_like(value.args[0])
    return value.op != 'div' or not all(isinstance(part, Number) for part in value.args)


def approximates(gold: Value, answer: Value) -> bool:
    """Tell whether ``answer`` is a decimal rounding of an exact ``gold``.

    Both are compared after rounding to the decimals that the answer shows.
    """
    gold, answer = _last_side(gold), _last_side(answer)
    if not (is_expression(gold) and is_expression(answer)) or symbols(gold) or symbols(answer):
        return False
    decimals = [n for n in walk(answer) if isinstance(n, Number) and n.decimal]
    if not decimals or any(isinstance(n, Number) and n.decimal for n in walk(gold)):
        return False
    rounded = exact(answer)
    if rounded is None:
        return False
    step = min(_last_place(number) for number in decimals)
    try:
        with precision(256):
            distance = abs(ball(gold) - ball(Number(rounded)))
            return bool(distance < float(step)) and rounded != 0
    except (NoValueError, UnsupportedError):
        return False


def _last_place(number: Number) -> Fraction:
    """The weight of the last decimal that is not zero: 1/100 for 37.68."""
    places = 1
    while (10**places) % Fraction(number.value).denominator and places < 400:
        places += 1
    return Fraction(1, 10**places)
