"""A solution whose unknowns stand in lines of their own: "Solution:", "x = 2", "y = -1"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from opencompass_math500.grading.extraction.asking import squeezed
from opencompass_math500.grading.extraction.endings import without_label
from opencompass_math500.grading.extraction.lexicon import lexicon
from opencompass_math500.grading.extraction.sentences import last_sentence
from opencompass_math500.grading.extraction.snippets import has_value, is_answer_like, lowered, tidy

__all__ = ['listed_assignments']

MAX_UNKNOWNS: Final = 4
MAX_LINE: Final = 80  # characters

_ASSIGNMENT: Final = re.compile(
    r'(?:[-*•>]\s)?[\s*_$]{0,4}(?:\\[(\[])?\s*'
    r'(?P<name>[A-Za-z](?:\s?[-+*/]\s?[A-Za-z]){0,3})\s*=\s*(?P<value>[^=<>,]{1,60})'
)
# The problem asks for all of them.
_ALL: Final = re.compile(
    r'ordered (?:pair|triple|quadruple)|\(\s*[a-z]\s*,\s*[a-z]\s*(?:,\s*[a-z]\s*)?\)'
    r'|\bsolve (?:the|this|for the) (?:following )?(?:linear )?(?:system|simultaneous)'
    r'|\b[a-z]\$? and \$?[a-z]\b',
)
_TASK: Final = re.compile(r'\b(?:what|find|compute|determine|calculate|evaluate)\b')


def listed_assignments(text: str, problem: str | None) -> str | None:
    """Return ``x = 2, y = -1``, where the text ends in these lines below a label that names them.

    Of one that the problem asks for its value alone; all, where it asks for all or is not known.
    """
    lines = [line.strip() for line in text[-MAX_LINE * (MAX_UNKNOWNS + 2) :].splitlines()]
    lines = [line for line in lines if line]
    found: dict[str, str] = {}
    while lines and (one := _ASSIGNMENT.fullmatch(lines[-1])) and len(lines[-1]) <= MAX_LINE:
        value = tidy(one['value'].replace('$', '').replace('\\)', '').replace('\\]', ''))
        if one['name'] in found or not has_value(value) or not is_answer_like(value):
            return None
        found[one['name']] = value
        lines.pop()
    if not 1 < len(found) <= MAX_UNKNOWNS or not lines or not _names_solution(lines[-1]):
        return None
    asked = None if problem is None else _asked(found, problem)
    if asked is not None:
        return found[asked]
    if max(map(len, found)) > 1 or (problem and _ALL.search(lowered(problem)) is None):
        return None
    return ', '.join(f'{name} = {found[name]}' for name in reversed(found))


def _asked(names: Iterable[str], problem: str) -> str | None:
    """The one of the names that the problem's last sentence has, sums before their parts."""
    question = last_sentence(problem)
    tasks = list(_TASK.finditer(lowered(question)))  # "If x + y = 7 and x - y = -1, what is y?"
    question = question[tasks[-1].start() :] if tasks else question
    sums = [name for name in names if len(name) > 1 and squeezed(name) in squeezed(question)]
    letters = [
        name
        for name in names
        if len(name) == 1 and re.search(rf'(?<![A-Za-z\\]){name}(?![A-Za-z])', question)
    ]
    asked = sums or letters
    return asked[0] if len(asked) == 1 else None


def _names_solution(line: str) -> bool:
    """Tell whether a line only announces: "Solution:", "So the answer is:", "The solution is"."""
    if not without_label(line).strip():
        return True
    low = lowered(line).rstrip(' *_')
    nouns = lexicon().words('noun')
    is_open = low.endswith((':', '：', ' is', ' are'))
    return is_open and ('solution' in low or any(noun in low for noun in nouns))
