"""The value that one statement states, be it a number, a count, the end of a chain or a name."""

from __future__ import annotations

import re

from opencompass_math500.grading.extraction.closed import is_settled
from opencompass_math500.grading.extraction.counts import counted_answer
from opencompass_math500.grading.extraction.formulas import formulas_in, masked
from opencompass_math500.grading.extraction.lexicon import lexicon
from opencompass_math500.grading.extraction.names import is_bold_name
from opencompass_math500.grading.extraction.phrases import value_in
from opencompass_math500.grading.extraction.recalled import is_foreign, is_given_again
from opencompass_math500.grading.extraction.snippets import (
    has_value,
    is_answer_like,
    lowered,
    starts_with_value,
    tidy,
)
from opencompass_math500.grading.extraction.things import (
    is_measure,
    last_number,
    last_of_steps,
    value_side,
)
from opencompass_math500.grading.extraction.unmarked import EXISTENTIAL, WHICH

__all__ = ['stated']

# "12 is the smallest such number": the value comes first.
_NAMED_FIRST = re.compile(r'\s*(?P<value>\d[\d,.]*|x{3,})\s+(?:is|are)\s+(?:the|our)\b')
# "It must be an integer", "we have followed": a word there is no answer.
_NO_WORD_AFTER = re.compile(
    r'\b(?:must|should|can|could|may) be$|\b(?:have|has|had|gets?|make|makes)$'
)
_GIVEN_BY = re.compile(r'\b(?:is|are) given by\b')
_IS_VALUE = re.compile(r'\b(?:is|are)\s+(?:an?\s+)?\**$')


def stated(statement: str, problem: str | None, *, is_marked: bool) -> str | None:
    """Return the value that a statement states; None where that is no answer to the problem."""
    named = _NAMED_FIRST.match(masked(statement, formulas_in(statement)))
    if named is not None and is_answer_like(tidy(statement[: named.end('value')])):
        return tidy(statement[: named.end('value')])
    if not is_marked and _GIVEN_BY.search(statement):
        return None  # a formula to be used
    value = value_side(_value_of(statement) or '') or None
    if value is not None and value.lower().removesuffix(' function') in lexicon().words(
        'textanswer'
    ):
        return value[: -len(' function')] if value.lower().endswith(' function') else value
    counted = None
    if problem is not None and (value is None or not has_value(value) or not is_measure(value)):
        counted = counted_answer(statement, problem)
    if counted is not None:
        return counted
    if value is not None and problem is not None and not is_marked:
        if _is_list_for_a_count(value, problem) or is_foreign(value, statement, problem):
            return None
        if is_given_again(value, statement, problem):
            return None
    if value is not None and has_value(value) and starts_with_value(value):
        return _last_side(value) if is_settled(value) else None
    if value is not None and _is_in_words(value, statement, problem, is_marked=is_marked):
        return value
    return last_number(statement) if is_marked else None


def _is_in_words(value: str, statement: str, problem: str | None, *, is_marked: bool) -> bool:
    """Tell whether a name or word is the answer that a statement gives."""
    if is_bold_name(value, statement, problem):
        return True
    is_offered = problem is not None and value.lower() in problem.lower()
    if is_offered and is_marked and _IS_VALUE.search(statement.rpartition(value)[0]):
        return not statement.rpartition(value)[2].strip(' .!*')  # "91 is composite"
    return (is_marked or is_offered) and _is_stated_in_words(value, statement)


def _is_list_for_a_count(value: str, problem: str) -> bool:
    """Tell whether the things are listed ("The divisors are 1, 2,
    4.") whose number is asked for.
    """
    is_list = re.search(r'\d\s*,\s*[-−]?\d+\s*(?:,|\band\b)', value) is not None
    return is_list and 'how many' in lowered(problem)


def _last_side(value: str) -> str:
    """``10``, of ``p(1) + q(1) = 5 + 5 = 10``: a chain comes down to its last side."""
    value = last_of_steps(value)
    last = tidy(value.rpartition('=')[2])
    is_chain = value.count('=') > 1 and not re.search(r',|\\begin|\b(?:and|or)\b', value)
    return last if is_chain and has_value(last) and is_answer_like(last) else value


def _value_of(statement: str) -> str | None:
    """The value of the statement's main clause; of "A is B, which is 5" that of the relative."""
    plain = masked(statement, formulas_in(statement))
    aside = WHICH.search(plain)
    value = value_in(statement[: aside.start()] if aside else statement)
    if aside is not None and (value is None or not has_value(value)):
        value = value_in(statement[aside.end() :])
    existential = EXISTENTIAL.match(plain)
    if existential is None or (
        value is not None and value.startswith(existential['number'].rstrip('x') or '\0')
    ):
        return value
    return tidy(statement[existential.start('number') : existential.end('number')])


def _is_stated_in_words(value: str, statement: str) -> bool:
    """Tell whether a name or word is what the statement says ("... is an ellipse."), alone."""
    text = tidy(statement)
    if has_value(value) or not text.endswith(value):
        return text.endswith(value) or not re.search(r'\d', statement)
    before = lowered(text[: -len(value)]).rstrip(' *_')
    before = re.sub(r'\s(?:the|an?)$', '', before)
    if _NO_WORD_AFTER.search(before):
        return False
    return value[0].isupper() or not re.search(r'\d', masked(statement, formulas_in(statement)))
