"""What a problem asks for, as far as it tells an answer from a step on the way to it.

"The height of the triangle is 4." answers nothing where the area is asked for, nor does
``a = 8`` where ``a + b`` is. A light reading of the question's words, never a proof:
where nothing speaks against it, a value counts as asked for.
"""

from __future__ import annotations

import re
from functools import lru_cache

from opencompass_math500.grading.extraction.counts import asked_nouns, singular
from opencompass_math500.grading.extraction.formulas import formulas_in
from opencompass_math500.grading.extraction.lexicon import lexicon
from opencompass_math500.grading.extraction.sentences import last_sentence
from opencompass_math500.grading.extraction.snippets import tidy

__all__ = ['asked_letter', 'asks_for_name', 'asks_for_subject', 'is_asked_formula', 'squeezed']

_DRAWING = re.compile(r'\[asy\].*?\[/asy\]', re.DOTALL)
_ASKS = re.compile(
    r'\b(?:find|compute|evaluate|determine|what is)\s+(?:the\s+value\s+of\s+)?[$\\]', re.IGNORECASE
)
_RELATION = re.compile(r'[=<>≈≡]|\\(?:approx|equiv|le|ge|leq|geq)(?![a-z])')

_COUNTS = re.compile(
    r'\bhow many\b|\bnumbers? of\b|\bwhat number\b|\bthe number\b|\bways\b|\btotal\b|\bcount\b'
)
_HEAD = re.compile(r'(?:The|Our)\s+(?:[\w-]+\s+){0,3}?([a-z]{4,})\s+of\b')


def squeezed(formula: str) -> str:
    """Return ``formula`` without any space."""
    return re.sub(r'\s', '', formula)


def _question_of(problem: str) -> str:
    """The problem's last sentence, without the code of its drawing."""
    return last_sentence(_DRAWING.sub('', problem).strip())


def asks_for_subject(subject: str, labels: str, problem: str) -> bool:
    """Tell whether the problem may ask for what a sentence speaks of.

    Args:
        subject: the sentence up to its verb, formulas hidden ("The area of xxxxx").
        labels: the same with its formulas, whose figures (``ABC``) must be the question's.
        problem: the problem's text.
    """
    found = re.findall(r'[a-z]{4,}', subject.lower())
    names = {word for word in found if word.strip('x')} - lexicon().words('unspecific')
    if not names or names & lexicon().words('concluding'):
        return True
    letters = set(_question_of(problem))
    if not all(set(figure) <= letters for figure in re.findall(r'[A-Z]{2,}', labels)):
        return False
    low = problem.lower()
    head = _HEAD.match(subject)
    if head is not None and head[1] not in low and head[1] not in lexicon().words('generalhead'):
        return False
    if head is not None and head[1] == 'number' and not _COUNTS.search(low):
        return False  # "The number of even outcomes is 3", where a probability is asked for
    things = asked_nouns(problem)
    return 2 * sum(name in low or singular(name) in things for name in names) >= len(names)


def asks_for_name(left: str, problem: str | None) -> bool:
    """Tell whether the left side of an equation may be what is asked for: ``d = 75`` is else a
    step.

    A letter counts where the problem speaks of it, or where it abbreviates what is asked
    for (``d`` for "the distance"); a function's value where no other one is asked for.
    """
    if problem is None:
        return True
    call = re.fullmatch(r'([A-Za-z])\([^()]*\d[^()]*\)', left)
    if call is not None:
        asked = re.findall(rf'(?<![A-Za-z]){call[1]}\([^()]*\d[^()]*\)', _question_of(problem))
        return not asked or squeezed(left) in map(squeezed, asked)
    name = re.fullmatch(r'\\?([A-Za-z])(?:_\{?\w+\}?)?', left)
    if name is None:
        return True
    if re.search(rf'(?<![A-Za-z\\]){re.escape(left)}(?![A-Za-z])', problem):
        return not _is_part(left, problem)
    question = problem[-200:].lower()
    abbreviated = rf'\b(?:what|find|compute|how many)\b.*\b{name[1].lower()}[a-z]{{3,}}'
    return re.search(abbreviated, question) is not None


def _is_part(letter: str, problem: str) -> bool:
    """Tell whether the question asks for an expression (``|w|``,
    ``a + b``) that holds the letter.
    """
    question = _question_of(problem)
    ask = _ASKS.search(question)
    at = ask.start() if ask is not None else 0
    asked = [formula.body for formula in formulas_in(question) if formula.start >= at]
    if any(tidy(body) == letter for body in asked) or any(map(_RELATION.search, asked[:1])):
        return False
    holds = re.compile(rf'(?<![A-Za-z\\]){re.escape(letter)}(?![A-Za-z])')
    return ask is not None and any(map(holds.search, asked[:1]))


def is_asked_formula(left: str, problem: str | None) -> bool:
    """Tell whether the question asks for just this: ``k``, of "Find $k$."."""
    if problem is None:
        return False
    question = _question_of(problem)
    ask = _ASKS.search(question)
    if ask is None:
        return False
    asked = (formula for formula in formulas_in(question) if formula.end > ask.end())
    first = next(asked, None)
    is_whole = first is not None and not _RELATION.search(first.body)
    return is_whole and first is not None and squeezed(tidy(first.body)) == squeezed(tidy(left))


@lru_cache(maxsize=256)
def asked_letter(problem: str) -> str | None:
    """Return the one letter that the question asks for: ``y``, of "find $y$";
    None for anything else.
    """
    question = _question_of(problem)
    ask = _ASKS.search(question)
    if ask is None:
        return None
    after = [formula for formula in formulas_in(question) if formula.end > ask.end()]
    body = tidy(after[0].body) if after else ''
    return body if len(body) == 1 and body.isalpha() and len(after) == 1 else None
