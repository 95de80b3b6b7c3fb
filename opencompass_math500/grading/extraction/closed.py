"""An equation that is done with, and the value to which it comes down.

``d = 3\\sqrt{13}`` has one; ``x^2 - 4 = 0`` is still to be solved, ``7 \\cdot 301`` to be computed.
"""

from __future__ import annotations

import re
from itertools import islice

from opencompass_math500.grading.extraction.asking import asks_for_name, squeezed
from opencompass_math500.grading.extraction.lexicon import lexicon
from opencompass_math500.grading.extraction.snippets import has_value, is_answer_like, tidy
from opencompass_math500.grading.extraction.things import without_counted_things

__all__ = ['RELATION', 'closed_value', 'is_settled']

RELATION = re.compile(r'(?:[=≈≡]|\\approx|\\equiv|\\doteq)(?!\s*$)')
_ALIGNMENT = re.compile(r'\\(?:begin|end)\{align(?:ed|\*)?\}|(?<!\\)&\s*$')
_LETTERS = re.compile(r'[A-Za-z]+')
_KEPT_COMMANDS = re.compile(
    r'\\(?:text|mathrm|mbox|textbf|operatorname)\s*\{[^{}]*\}|\\[^A-Za-z]'
    r'|\\(?!(?:alpha|beta|gamma|delta|theta|phi|omega|lambda|mu|sigma|rho|psi|tau)(?![a-z]))[A-Za-z]+'
    r'|(?<![A-Za-z])(?:sqrt|pi|sin|cos|tan|log|ln)(?![A-Za-z])'
)
_FIGURE = re.compile(r'\\(?:angle|triangle|overline|overrightarrow|widehat)|∠|△')
# A step from one relation to another, or two of them side by side: none is the conclusion.
_SEVERAL = re.compile(
    r'\\(?:implies|Rightarrow|ne|neq|quad|qquad)(?![a-z])|≠|\\text\s*\{\s*(?:or|and)\s*\}'
)


def closed_value(formula: str, problem: str | None) -> str | None:
    """Return the last side of an equation that is done with and says what the problem asks for."""
    body = formula.strip()
    parts = RELATION.split(body)
    if len(parts) < 2 or _SEVERAL.search(body):
        return None
    value = tidy(_ALIGNMENT.sub('', parts[-1]))
    left = tidy(_ALIGNMENT.sub('', parts[0]))
    # "p2 = 7, a2 = 2" assigns; it does not conclude.
    if not left or ',' in re.sub(r'\([^()]*\)', '', parts[-2]):
        return None
    if not is_answer_like(value) or not has_value(value) or _FIGURE.search(value):
        return None
    if len(parts) > 4 and len({tidy(part) for part in parts}) < len(parts) - 2:
        return None  # going round in circles
    if not _is_closed(value) or not _is_evaluated(value) or not _can_equal(left, value, problem):
        return None
    return without_counted_things(value) if asks_for_name(left, problem) else None


def _is_closed(value: str) -> bool:
    """No free letters: a number, a radical, a multiple of pi, a complex number, a unit."""
    letters = _LETTERS.findall(_KEPT_COMMANDS.sub(' ', value))
    greek = re.search(r'\\(?:alpha|beta|gamma|delta|theta|phi|omega|lambda|mu|sigma|rho)', value)
    units = lexicon().words('unit')
    products = [run for run in letters if len(run) < 3 and run.lower() not in units]  # "bh", "DE"
    return greek is None and all(run in ('i', 'e') for run in products)


_WORD = re.compile(r'(?<![\\A-Za-z])[A-Za-z]{4,}')


def _can_equal(left: str, value: str, problem: str | None) -> bool:
    """Not an equation still to be solved (``x^2 - 4 = 0``), nor a contradiction (``0 = -107``)."""
    if re.fullmatch(r'[-−]?[\d.,]+', left):
        return False
    if _is_closed(left):
        return True
    words = list(_WORD.finditer(left))
    if words:  # "We can write this as 0.02x": only what follows the words is an expression
        left = left[words[-1].end() :]
    if re.search(r'\d\s*(?:\\?[A-Za-z]|\()|[-+^]|\\frac', left) is None:
        return True  # a name, a function's value, a product of names
    return value != '0' and problem is not None and _stands_alone(left, problem)


def _stands_alone(left: str, problem: str) -> bool:
    """Tell whether the problem has the expression, not as a part of another
    (``3x`` in ``3x + 4``).
    """
    spaced = r'\s*'.join(re.escape(char) for char in squeezed(left)[:MAX_LEFT])
    end = problem[-MAX_PROBLEM:]
    return any(
        _CONTINUES.search(end[max(0, at.start() - 3) : at.start()]) is None
        and _CONTINUED.match(end[at.end() : at.end() + 3]) is None
        for at in islice(re.finditer(spaced, end), 20)
    )


MAX_LEFT = 200  # characters of a left side
MAX_PROBLEM = 2000  # characters of a problem's end
_CONTINUES = re.compile(r'(?:[A-Za-z0-9]|[-+*/^=]\s*)$')
_CONTINUED = re.compile(r'[A-Za-z0-9]|\s*[-+*/^=(]')
# Arithmetic of plain numbers: 2 + 10, 7 \cdot 301, (1 + i)(2 - i), 100(1 + 99).
_TO_DO = re.compile(
    r'(?<![\w.^}])\d+\s*(?:[-+−]|\\pm)\s*\d+(?![\w.^\\!])|\d\s*(?:\\cdot|\\times|[*×÷])\s*\d'
    r'|\)\s*(?:\\left)?\s*\(|\d\s*(?:\\left)?\((?![a-z])'
    r'|\d\s*[-+−]\s*\(\s*[-−]?\d+\s*\)|(?:\\cdot|\\times)\s*(?:\\left)?\('
    r'|\\[dt]?frac\{\d+\}\{0\}|\\(?:gcd|lcm)(?![a-z])'
)


def _is_evaluated(value: str) -> bool:
    """Tell whether no arithmetic of plain numbers is left to be done: ``3 + 2\\sqrt{5}``,
    ``1 / 6``.
    """
    division = re.fullmatch(r'[-−]?\s*(\d{1,15})\s*/\s*(\d{1,15})', value)
    if division is not None:
        return int(division[2]) != 0 and int(division[1]) % int(division[2]) != 0
    return _TO_DO.search(value) is None


def is_settled(value: str) -> bool:
    """Tell whether a value is no relation between two unknowns of a figure
    (``\\angle B = \\angle C``).
    """
    return not (_FIGURE.search(value) and not _is_closed(value.rpartition('=')[2]))
