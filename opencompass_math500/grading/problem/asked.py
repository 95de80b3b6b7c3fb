"""What the problem says about its answer: the choices that it lists, the unit that it asks for.

Asked only where the two answers are not equal as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Final

from opencompass_math500.grading.decision import Decision
from opencompass_math500.grading.parsing.digits import with_point
from opencompass_math500.grading.parsing.latex import Reading, parse
from opencompass_math500.grading.parsing.units import is_known, known_unit, pieces, unit_phrase
from opencompass_math500.grading.values import (
    Apply,
    Choice,
    Quantity,
    Sequence,
    Symbol,
    Unit,
    Value,
    is_expression,
    symbols,
    walk,
)

__all__ = ['listed', 'second_look', 'units_asked']

Compare = Callable[[Reading, Reading], Decision]

_MAX_PROBLEM: Final = 20_000
_MAX_CHOICE: Final = 200
_MIN_CHOICES: Final = 3


def second_look(
    gold: Reading, answer: Reading, problem: str | None, compare: Compare
) -> Decision | None:
    """Decide in the light of the problem, or of a comma; None where the two are not equal."""
    if ',' in answer.text and (pointed := with_point(answer.text)) is not None:
        found = compare(gold, parse(pointed))
        if found.equal:
            return found.under('decimal_comma')
    if not problem or len(problem) > _MAX_PROBLEM:
        return None
    return _by_choice(gold, answer, problem, compare) or _by_unit(gold, answer, problem, compare)


# -- choices --------------------------------------------------------------------------

_BOLD: Final = r'\\(?:textbf|text|mathrm|textrm|mathbf|rm)\s*\{\s*\(?([A-H])\)?[.:]?\s*\}\s*\)?'
_MARKS: Final = tuple(
    re.compile(mark) for mark in (_BOLD, r'\(([A-H])\)', r'(?:^|(?<=\s))([A-H])[.)](?=\s)')
)
_SPACE: Final = r'(?:[\s~$&:,;]|\\[ ,;:!\\]|\\q?quad)+'
_SPACING: Final = re.compile(rf'^{_SPACE}|{_SPACE}$')


@lru_cache(maxsize=256)
def listed(problem: str) -> dict[str, str]:
    r"""Return each choice's text by its letter: ``\textbf{(A)}\ 9 \qquad \textbf{(B)}\ 12 ...``."""
    for mark in _MARKS:
        marks = list(mark.finditer(problem))
        first = next((i for i, one in enumerate(marks) if one[1] == 'A'), None)
        run = marks[first:] if first is not None else []
        if len(run) < _MIN_CHOICES or [one[1] for one in run] != list('ABCDEFGH')[: len(run)]:
            continue
        ends = [one.start() for one in run[1:]] + [len(problem)]
        texts = [problem[one.end() : end] for one, end in zip(run, ends, strict=True)]
        texts[-1] = texts[-1].strip().partition('\n')[0]
        if all(text.strip() and len(text) <= _MAX_CHOICE for text in texts):
            return {one[1]: _SPACING.sub('', text) for one, text in zip(run, texts, strict=True)}
    return {}


def _by_choice(
    gold: Reading, answer: Reading, problem: str, compare: Compare
) -> Decision | None:
    """The letter of a choice for its value, or the reverse."""
    letters = [_letter(side.values[0]) for side in (gold, answer)]
    if (letters[0] is None) == (letters[1] is None):
        return None
    choices = listed(problem)
    named = choices.get(letters[0] or letters[1] or '')
    if not named:
        return None
    value = parse(named)
    if not value.values or any(isinstance(one, Choice) for one in value.values):
        return None
    found = compare(value, answer) if letters[0] else compare(gold, value)
    if not found.equal:
        return None
    reason = f'choice {letters[0] or letters[1]} of the problem: {found.reason}'
    return Decision(True, 'choice.listed', reason, found.disputed)


def _letter(value: Value) -> str | None:
    """The letter of an answer that is nothing but a choice."""
    if isinstance(value, Choice):
        return None if value.rest.strip() else value.letter
    is_letter = isinstance(value, Symbol) and len(value.name) == 1 and value.name in 'ABCDEFGH'
    return value.name if is_letter and isinstance(value, Symbol) else None


# -- units ----------------------------------------------------------------------------

_UNIT_ASKED: Final = re.compile(
    r'\b(?:how many|number of|in)\s+((?:square|cubic)\s+)?([a-z]{3,}(?:\s+per\s+[a-z]{3,})?)\b',
    re.IGNORECASE,
)


@lru_cache(maxsize=256)
def units_asked(problem: str) -> tuple[Unit, ...]:
    """Return the units of "how many minutes" and "in square feet"."""
    found = []
    for power, name in _UNIT_ASKED.findall(problem):
        unit = unit_phrase(f'{power}{name}')
        if unit is not None and unit.dimensions and is_known(unit) and unit not in found:
            found.append(unit)
    return tuple(found[:4])


_USED: Final = re.compile(r'\d\s?\$?\s?((?:square|cubic)\s+)?([^\W\d_]{1,16})')


@lru_cache(maxsize=256)
def units_used(problem: str) -> tuple[Unit, ...]:
    """Return the units of a problem's own quantities that are the only one of their dimension."""
    found: dict[object, set[Unit]] = {}
    for power, name in _USED.findall(problem):
        unit = _unit_in(name) if not power else unit_phrase(f'{power}{name}')
        if unit is not None and unit.dimensions and is_known(unit):
            found.setdefault(unit.dimensions, set()).add(unit)
    return tuple(next(iter(units)) for units in found.values() if len(units) == 1)


def _unit_in(name: str) -> Unit | None:
    """The unit that ``name`` is or, in scripts without spaces, begins with: 分かかります."""
    ends = range(len(name), 0, -1) if not name.isascii() else (len(name),)
    starts = (name[:end] for end in ends)
    known = next((start for start in starts if known_unit(start) or pieces(start)), None)
    return unit_phrase(known) if known is not None else None


def _by_unit(gold: Reading, answer: Reading, problem: str, compare: Compare) -> Decision | None:
    """``1 hour 10 minutes`` for 70, where the problem asks how many minutes."""
    value = gold.values[0]
    if not is_expression(value) or symbols(value) or not any(map(_may_measure, answer.values)):
        return None
    for measured in _measured(value, problem):
        found = compare(replace(gold, values=(measured,)), answer)
        if found.equal:
            reason = f'{found.reason}; the problem counts in {measured.unit.name}'
            return Decision(True, 'units.asked', reason, found.disputed)
    return None


def _measured(value: Value, problem: str) -> Iterator[Quantity]:
    asked = units_asked(problem)
    dimensions = {unit.dimensions for unit in asked}
    used = (unit for unit in units_used(problem) if unit.dimensions not in dimensions)
    return (Quantity(value, unit) for unit in (*asked, *used))


def _may_measure(value: Value) -> bool:
    """Tell whether a unit stands in the value, or a letter at its end that may be one."""
    if isinstance(value, Apply) and value.op == 'mul':
        return any(isinstance(node, Symbol) for node in walk(value.args[-1]))
    return any(isinstance(node, Quantity) for node in walk(value)) or isinstance(value, Sequence)
