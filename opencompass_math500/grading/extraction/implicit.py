r"""What only the ending of a response shows, and what the question says against it.

The one place where the closing value is chosen, in this order::

    bare           the response, or its last line, is only an answer    endings.py
    conclusion     the last sentence states it                          conclusions.py
    display        the formula with which the response ends             closing.py
    opening        the sentence with which a short reply opens          conclusions.py
    objection      the question speaks against it: another person,      objections.py
                   another quantity, a list for a sum
    last value     in place of none, of a refuted or of a wordy one:    final_value.py,
                   what the last sentence leaves                        chosen.py

The first four look at how a sentence speaks and know no question but in doubt; the objections
know nothing but the question, and must be surer than ``chosen.py``, which only prefers one value
of a sentence to the others: "Jill's 11 marbles" is an objection to none, but a reason to prefer.
"""

from __future__ import annotations

import re
from typing import Final

from opencompass_math500.grading.extraction.corrections import without_lure
from opencompass_math500.grading.extraction.endings import bare_answer, ending_of
from opencompass_math500.grading.extraction.fences import last_block, without_code

__all__ = ['IMPLICIT', 'MAX_AFTER_PHRASE', 'MAX_READ', 'Found', 'asked_for', 'implicit']

MAX_READ: Final = 20_000
"""Characters from the end that are read for anything but a box; boxes are found in any length."""

MAX_AFTER_PHRASE: Final = 600
"""Characters that may follow a phrase before it is asked whether the text still stands by it."""

Found = tuple[str, str, str]  # answer, rule, reason

_LOOSE: Final = frozenset(('extract.bare', 'extract.conclusion'))
"""Rules that may take more words with a value than belong to it."""
IMPLICIT: Final = frozenset(('extract.bare', 'extract.conclusion', 'extract.display'))
"""Rules that read how an ending speaks, not what was asked."""


def implicit(text: str, problem: str | None, *, was_cut: bool) -> Found | None:
    """Return the commitment that only the ending shows."""
    # What no reply with a box needs.
    from opencompass_math500.grading.extraction.closing import closing_formula
    from opencompass_math500.grading.extraction.conclusions import (
        concluding_sentence,
        opening_sentence,
    )

    stripped = text[-MAX_READ:].strip()
    bare = bare_answer(stripped)
    if bare is not None and not was_cut:
        return bare, 'extract.bare', 'the response, or its last line, is only an answer'
    if stripped.endswith('```'):  # program code or its output, which nobody commented
        bare = None if was_cut else _in_last_block(stripped)
        return None if bare is None else (bare, 'extract.bare', 'the last block is only an answer')
    ending = without_lure(ending_of(without_code(stripped)))
    if bare is None and not was_cut and not stripped.endswith(ending):
        bare = bare_answer(ending)  # "12", above "This is the final answer."
        if bare is not None and '\n' in ending and '=' not in bare:
            return bare, 'extract.bare', 'the last line before the courtesies is only an answer'
    answer = concluding_sentence(ending, problem, was_cut=was_cut)
    if answer is not None and not _is_one_case(answer, ending, problem):
        answer = _FOR_ALL.sub('', answer) if ' for ' in answer else answer
        return answer, 'extract.conclusion', 'the closing sentence states it'
    answer = closing_formula(ending, problem)
    if answer is not None and not was_cut:
        return answer, 'extract.display', 'the formula with which the response ends'
    answer = opening_sentence(stripped)
    if answer is not None:
        return answer, 'extract.opening', 'the sentence with which a short reply opens'
    return None


# "f(x) = -1 for 1 < x < 2": one case of a function.
_FUNCTION = re.compile(r'[A-Za-z]\s*\(\s*[A-Za-z]\s*\)\s*=')
_WHERE = re.compile(
    r'(?:\b(?:for|when|if|on|whenever)\b|,)(?P<where>[^=]*?(?:[<>≤≥]'
    r'|(?:∈|\\in(?![a-z]))(?!\s*(?:\\mathbb|R\b|ℝ))|\\(?:le|ge|lt|gt|leq|geq)(?![a-z])).*)$',
    re.DOTALL,
)
# "f(x) = x^2 for all x" holds where a function always does.
_FOR_ALL = re.compile(
    r'(?<=\S),?\s+for (?:all(?: (?:real|numbers|values of|complex|integers))*(?:\s+[a-z])?'
    r'|(?:all )?[a-z]\s?(?:\\in|∈)\s?(?:\\mathbb\s?\{?R\}?|ℝ))$'
)


def _is_one_case(answer: str, ending: str, problem: str | None) -> bool:
    """Tell whether a conclusion holds only where it says, and the problem does not ask for that."""
    if '=' not in answer or _FUNCTION.match(answer) is None:
        return False
    said = ending[max(ending.rfind(answer.partition('=')[0]), 0) :]
    case = _WHERE.search(said[:MAX_AFTER_PHRASE])
    if case is None:
        return False
    where = _packed(case['where'])
    return problem is None or where not in _packed(problem)


def _packed(text: str) -> str:
    return re.sub(r'[\s${}.]|\\text', '', text)


_RESULT = re.compile(r'\b(?:result|value|total)\b[^.\n]{0,40}:$|\b(?:is|are|equals)$')


def _in_last_block(text: str) -> str | None:
    """The value of a block in which the text ends, if it is the whole text or is announced."""
    block = last_block(text)
    if block is None:
        return None
    above, _, line = block.rpartition('\n')
    return bare_answer(line if not above or _RESULT.search(above) else block)


def asked_for(
    found: Found | None, text: str, problem: str | None, has_stopped: bool
) -> Found | None:
    """Return what only an ending shows, unless the question speaks against it;
    else its last value.
    """
    # A quarter of what extraction loads, and no reply with a box needs it.
    from opencompass_math500.grading.extraction.final_value import final_value, is_wordy
    from opencompass_math500.grading.extraction.objections import (
        is_refuted,
        is_superseded,
        reals_in,
    )

    if found is not None and found[1] == 'extract.conclusion':
        reals = reals_in(found[0], text)
        if reals is not None:
            return reals, found[1], found[2]
    if found is not None and problem and is_refuted(found[0], text, problem):
        found = None
    is_loose = found is None or (
        found[1] in _LOOSE and (is_wordy(found[0], problem) or is_superseded(found[0], text))
    )
    if not is_loose:
        return found
    last = final_value(text, problem, has_stopped=has_stopped)
    if last is None or (problem and is_refuted(last, text, problem)):
        return found
    return last, 'extract.last_sentence', 'the one value that the last sentence leaves'
