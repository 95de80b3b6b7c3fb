"""The formula with which a response ends, where it concludes.

A derivation that ends in a displayed ``d = 3\\sqrt{13}`` has answered. One that stops in
mid-air, goes in circles, or ends on an equation still to be solved has not.
"""

from __future__ import annotations

import re

from opencompass_math500.grading.endings import MAX_BARE, announcements, is_loop, without_step
from opencompass_math500.grading.phrases import last_sentence
from opencompass_math500.grading.snippets import (
    Formula,
    formulas_in,
    has_open_formula,
    has_value,
    is_answer_like,
    lowered,
    tidy,
    without_counted_things,
)

__all__ = ['closing_formula', 'is_settled']

_RELATION = re.compile(r'(?:[=≈≡]|\\approx|\\equiv|\\doteq)(?!\s*$)')
_ALIGNMENT = re.compile(r'\\(?:begin|end)\{align(?:ed|\*)?\}|(?<!\\)&\s*$')
_LETTERS = re.compile(r'[A-Za-z]+')
_KEPT_COMMANDS = re.compile(
    r'\\(?:text|mathrm|mbox|textbf|operatorname)\s*\{[^{}]*\}|\\[^A-Za-z]'
    r'|\\(?!(?:alpha|beta|gamma|delta|theta|phi|omega|lambda|mu|sigma|rho|psi|tau)(?![a-z]))[A-Za-z]+'
    r'|(?<![A-Za-z])(?:sqrt|pi|sin|cos|tan|log|ln)(?![A-Za-z])'
)
_FIGURE = re.compile(r'\\(?:angle|triangle|overline|overrightarrow|widehat)|∠|△')
# 33, of "\[ c = 33 \": only the closing bracket is missing.
_ENDED_IN_ITS_DELIMITER = re.compile(r'\\[\[(](?P<formula>\s*[A-Za-z]\s*=[^\[\]()]{1,80}[^\\])\\$')


def closing_formula(ending: str, problem: str | None) -> str | None:
    """The value of the formula with which the text ends, if it concludes.

    It must be complete and come down to a closed value (no free letters), unless the
    words before it announce the conclusion ("Thus the quotient is:").
    """
    if is_loop(ending):
        return None
    cut = _ENDED_IN_ITS_DELIMITER.search(ending)
    if cut is not None:
        return _value_asked(cut['formula'], problem)
    if has_open_formula(ending):
        return None
    formulas = formulas_in(ending)
    last = formulas[-1] if formulas else None
    if last is not None:
        rest = ending[last.end :]
        if not rest.strip(' \n.*✓✅。'):
            return _from_formula(ending, last, problem)
        if _is_begun_conclusion(rest):
            return _value_asked(last.body, problem)
    line = _last_equation(ending)
    if not formulas_in(line) and not line.rstrip().endswith((',', ';', ':')):
        return _closed_value(line.rpartition(': ')[2], problem)
    return None


def _from_formula(ending: str, formula: Formula, problem: str | None) -> str | None:
    line_start = ending.rfind('\n', 0, formula.start) + 1
    lead = without_step(ending[line_start : formula.start]).strip()
    if formula.display and not lead:
        lead = ending[: formula.start].rstrip().rpartition('\n')[2]
    if _announces(lead):
        value = tidy(formula.body)
        if is_answer_like(value) and is_settled(value) and '\\\\' not in value:
            return value
    if not formula.display and _is_in_passing(lead):
        return None
    return _closed_value(formula.body, problem)


def _is_in_passing(lead: str) -> bool:
    """Whether the words before an inline formula make it no conclusion."""
    sentence = lowered(last_sentence(lead))
    return (
        # an aside: "the sum of these two areas, which is $...$"
        re.search(r'\bwhich\b[^,.]*$', sentence) is not None
        # the last of several: "where $A = 6$ and $C = -24$"
        or re.search(r'[$)]\s*,?\s*(?:and|or|,)$', sentence) is not None
        # work to do: "we need to check the value at $x = 7.5$"
        or announcements()[1].search(re.split(r'[,:;]', sentence)[-1]) is not None
    )


def _announces(lead: str) -> bool:
    """Whether the words before a formula make it a conclusion: "So, the sum is:"."""
    low = lowered(last_sentence(lead))
    conclude, plan, copula_end = announcements()
    if plan.search(low):
        return False
    return conclude.match(low) is not None and (
        copula_end.search(low) is not None or low.rstrip().endswith((':', '：', ','))
    )


def _value_asked(formula: str, problem: str | None) -> str | None:
    """The value of a cut response's last formula, if it says by name what the problem asks."""
    name = tidy(formula.partition('=')[0])
    is_text = re.fullmatch(r'\\text\s*\{[^{}]*\}', name) is not None
    is_letter = problem is not None and re.fullmatch(r'[A-Za-z]', name) is not None
    return _closed_value(formula, problem) if is_text or is_letter else None


def _is_begun_conclusion(rest: str) -> bool:
    """ "Thus, the" after the formula that already gave the answer: the cap cut the sentence."""
    opened = rest.strip()
    low = lowered(opened)
    return (
        '\n' not in opened
        and len(opened) <= MAX_BARE
        and opened[-1:].isalnum()
        and (announcements()[0].match(low) is not None and formulas_in(opened) == [])
    )


def _last_equation(ending: str) -> str:
    """The last line, with the lines above it where it goes on from them (``= 25``)."""
    lines = ending.split('\n')
    first = len(lines) - 1
    while first > 0 and lines[first].lstrip().startswith('='):
        first -= 1
    return without_step(' '.join(lines[first:]))


def _closed_value(formula: str, problem: str | None) -> str | None:
    body = formula.strip()
    parts = _RELATION.split(body)
    if len(parts) < 2 or re.search(r'\\(?:implies|Rightarrow|ne|neq)(?![a-z])|≠', body):
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
    return without_counted_things(value) if _is_asked(left, problem) else None


def _is_closed(value: str) -> bool:
    """No free letters: a number, a radical, a multiple of pi, a complex number, a unit."""
    letters = _LETTERS.findall(_KEPT_COMMANDS.sub(' ', value))
    greek = re.search(r'\\(?:alpha|beta|gamma|delta|theta|phi|omega|lambda|mu|sigma|rho)', value)
    singles = [run for run in letters if len(run) == 1]
    return greek is None and all(run in ('i', 'e') for run in singles)


def _can_equal(left: str, value: str, problem: str | None) -> bool:
    """Not an equation still to be solved (``x^2 - 4 = 0``), nor a contradiction (``0 = -107``)."""
    if re.fullmatch(r'[-−]?[\d.,]+', left):
        return False
    if _is_closed(left) or re.search(r'[A-Za-z]{4,}', _KEPT_COMMANDS.sub(' ', left)):
        return True
    if re.search(r'\d\s*(?:\\?[A-Za-z]|\()|[-+^]|\\frac', left) is None:
        return True  # a name, a function's value, a product of names
    squeezed = re.sub(r'\s', '', left)
    return value != '0' and problem is not None and squeezed in re.sub(r'\s', '', problem)


def _is_asked(left: str, problem: str | None) -> bool:
    """Whether a letter on the left is one that the problem speaks of: ``d = 75`` is else a step.

    It may also abbreviate what is asked for (``d`` for "the distance").
    """
    name = re.fullmatch(r'\\?([A-Za-z])(?:_\{?\w+\}?)?', left)
    if problem is None or name is None:
        return True
    if re.search(rf'(?<![A-Za-z\\]){re.escape(left)}(?![A-Za-z])', problem):
        return True
    question = problem[-200:].lower()
    return (
        re.search(rf'\b(?:what|find|compute|how many)\b.*\b{name[1].lower()}[a-z]{{3,}}', question)
        is not None
    )


# Arithmetic of plain numbers: 2 + 10, 7 \cdot 301, (1 + i)(2 - i), 100(1 + 99).
_TO_DO = re.compile(
    r'(?<![\w.^}])\d+\s*[-+−]\s*\d+(?![\w.^\\!])|\d\s*(?:\\cdot|\\times|[*×÷])\s*\d'
    r'|\)\s*(?:\\left)?\s*\(|\d\s*(?:\\left)?\((?![a-z])'
)


def _is_evaluated(value: str) -> bool:
    """Whether no arithmetic of plain numbers is left to be done: ``3 + 2\\sqrt{5}``, ``1 / 6``."""
    division = re.fullmatch(r'[-−]?\s*(\d{1,15})\s*/\s*(\d{1,15})', value)
    if division is not None:
        return int(division[2]) != 0 and int(division[1]) % int(division[2]) != 0
    return _TO_DO.search(value) is None


def is_settled(value: str) -> bool:
    """Not a relation between two unknowns of a figure (``\\angle B = \\angle C``)."""
    return not (_FIGURE.search(value) and not _is_closed(value.rpartition('=')[2]))
