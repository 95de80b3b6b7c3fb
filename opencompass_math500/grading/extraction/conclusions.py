"""The sentence with which a response ends, where it concludes.

"Therefore, the area is 12 square units." commits; a sentence that announces work
("now we need to find ...") does not, however many numbers stand in it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from opencompass_math500.grading.extraction.clauses import (
    last_clause,
    simplest_form,
    total_named,
    without_afterwords,
    without_contrast,
    without_lead_in,
    without_opening,
    without_sign,
)
from opencompass_math500.grading.extraction.closing import closed_value, is_settled
from opencompass_math500.grading.extraction.counts import counted_answer, sets_off
from opencompass_math500.grading.extraction.endings import (
    announcements,
    is_loop,
    without_label,
    without_step,
)
from opencompass_math500.grading.extraction.lexicon import lexicon
from opencompass_math500.grading.extraction.names import (
    compared_subject,
    is_bold_name,
    offered_word,
    superlative_subject,
)
from opencompass_math500.grading.extraction.phrases import first_sentence, last_sentence, value_in
from opencompass_math500.grading.extraction.snippets import (
    formulas_in,
    has_value,
    is_answer_like,
    lowered,
    masked,
    starts_with_value,
    tidy,
)
from opencompass_math500.grading.extraction.things import (
    is_measure,
    last_number,
    last_of_steps,
    value_side,
)
from opencompass_math500.grading.extraction.unfinished import (
    before_the_cut,
    counted_before,
    goes_on,
    is_said_whole,
)
from opencompass_math500.grading.extraction.unmarked import (
    EXISTENTIAL,
    WHICH,
    counted_in_passing,
    draws_what_is_asked,
    given_at_the_end,
    is_foreign,
    is_given_again,
    is_plain_statement,
    is_surely_asked,
    value_of_asked_label,
)

__all__ = ['concluding_sentence', 'opening_sentence']

MAX_REPLY = 600  # characters of a reply that may open with its answer

_CLOSED = re.compile(r'(?:[.!。！।)\]}"”*✓✅✔☑]|\$|\\[)\]])[\s*_]*$')
# "12 is the smallest such number": the value comes first.
_NAMED_FIRST = re.compile(r'\s*(?P<value>\d[\d,.]*|x{3,})\s+(?:is|are)\s+(?:the|our)\b')
# "Since the first is 2, the degree must be 3.": the grounds come first.
_GROUNDS = re.compile(
    r'(?:since|because|as)\b.*?,\s+'
    r'(?=(?:(?:the|there (?:is|are))\s|(?-i:[A-Z])[a-z]+\s+(?:is|was|has)\s))',
    re.IGNORECASE,
)
# "It must be an integer", "we have followed": a word there is no answer.
_NO_WORD_AFTER = re.compile(
    r'\b(?:must|should|can|could|may) be$|\b(?:have|has|had|gets?|make|makes)$'
)
_GIVEN_BY = re.compile(r'\b(?:is|are) given by\b')
_IS_VALUE = re.compile(r'\b(?:is|are)\s+(?:an?\s+)?\**$')
_RUN = re.compile(r'\s{2,}')
_ARITHMETIC = re.compile(r'\s*[-(]?\d[\d\s,.()+*/×÷·^-]*=')


def concluding_sentence(
    ending: str, problem: str | None = None, *, was_cut: bool = False
) -> str | None:
    """Return the value that the last sentence states, if it is complete and concludes.

    Sentences that only look back ("We can verify this by ...") may follow it, cut or not.
    """
    if is_loop(ending):
        return None
    found = _concluded(ending, problem, was_cut=was_cut)
    if found is not None:
        return found
    earlier = without_afterwords(ending)
    if earlier != ending:
        return _concluded(earlier, problem, was_cut=False)
    return _concluded_before_the_cut(ending, problem)


def _concluded_before_the_cut(ending: str, problem: str | None) -> str | None:
    """26, of "Therefore, the perimeter is 26. Now we", where the perimeter is asked for."""
    earlier = None if problem is None or _CLOSED.search(ending[-80:]) else before_the_cut(ending)
    if earlier is None or problem is None:
        return None
    sentence = last_sentence(without_step(earlier[earlier.rfind('\n') + 1 :]))
    marker = announcements()[0].match(lowered(sentence))
    if marker is None:
        return counted_before(sentence, earlier, ending[len(earlier) :], problem)
    if not is_surely_asked(sentence[marker.end() :], problem):
        return None
    return _concluded(earlier, problem, was_cut=False)


def _concluded(ending: str, problem: str | None, *, was_cut: bool) -> str | None:
    is_closed = _CLOSED.search(ending[-80:]) is not None
    if not is_closed and goes_on(ending):
        return None
    line = without_step(ending[ending.rfind('\n') + 1 :])
    labelled = without_label(line)
    sentence = last_sentence(labelled)
    is_labelled = sentence == labelled != line
    asked_for = None if was_cut else value_of_asked_label(line, problem)
    if asked_for is not None:
        return asked_for
    # One space for a run of them: patterns that open with spaces were tried from each of 2,000.
    sentence, has_sign = without_sign(_RUN.sub(' ', sentence))
    low = lowered(sentence)
    conclude, plan, _ = announcements()
    marker = conclude.match(low)
    statement = sentence[marker.end() :] if marker else sentence
    if plan.search(low) or sentence.rstrip().endswith(('?', '？', ':', '：')):
        return None
    is_marked = marker is not None or is_labelled or has_sign
    value = _value_stated(statement, ending, problem, is_marked=is_marked)
    if value is None or is_closed:
        return value
    return value if is_said_whole(value, statement, ending, problem, was_cut=was_cut) else None


def _value_stated(
    statement: str, ending: str, problem: str | None, *, is_marked: bool
) -> str | None:
    """The value of a sentence, its opening word taken off; None where it concludes nothing."""
    named = superlative_subject(statement) or (_known_ending(statement) if is_marked else None)
    named = named or simplest_form(statement) or compared_subject(statement, problem)
    if named is not None:
        return named
    clause = last_clause(statement)
    if clause is not None and (is_marked or draws_what_is_asked(clause, statement, problem)):
        value = _value_stated(clause, ending, problem, is_marked=True)
        if value is not None and has_value(value):
            return value
    total = total_named(statement)
    if total is not None and (is_marked or problem is None or not sets_off(statement, problem)):
        return total
    statement = without_contrast(statement)
    if _denial().search(lowered(masked(statement, formulas_in(statement)))):
        return counted_in_passing(statement, ending, problem)
    if is_marked:
        return _stated(statement, problem, is_marked=True)
    statement = without_lead_in(_without_grounds(statement))
    named = superlative_subject(statement) or offered_word(statement, problem)
    if named is not None:
        return named
    if is_plain_statement(statement, ending, problem):
        return _stated(statement, problem, is_marked=False)
    opened = _after_opening(statement, ending, problem) or given_at_the_end(statement, ending)
    return opened or counted_in_passing(statement, ending, problem)


def _after_opening(statement: str, ending: str, problem: str | None) -> str | None:
    """Return what "We find that the total is 4" or "This gives 720 - 240 = 480" states,
    if it is asked.
    """
    rest, is_opened = without_opening(statement)
    if not is_opened or (problem is not None and sets_off(rest, problem)):
        return None
    rest = rest[:1].upper() + rest[1:]
    if is_plain_statement(rest, ending, problem):
        return _stated(rest, problem, is_marked=False)
    if formulas_in(rest) or _ARITHMETIC.match(rest) is None:
        return None
    return closed_value(rest, problem)


def _without_grounds(statement: str) -> str:
    """ "The degree must be 3.", of "Since the first is 2, the degree must be 3."."""
    grounds = _GROUNDS.match(masked(statement, formulas_in(statement)))
    if grounds is None:
        return statement
    return statement[grounds.end()].upper() + statement[grounds.end() + 1 :]


def _known_ending(statement: str) -> str | None:
    """ "does not exist", of "the limit does not exist.": words that deny and yet answer."""
    text = tidy(statement)
    low = lowered(text)
    known = [words for words in lexicon().words('textanswer') if low.endswith(' ' + words)]
    longest = max(known, key=len, default='')
    return text[-len(longest) :] if ' ' in longest else None


@lru_cache(maxsize=1)
def _denial() -> re.Pattern[str]:
    """A denial that no later copula turns into a statement ("the values not in it are ...")."""
    words = lexicon()
    return re.compile(rf'{words.pattern("negation")}(?!.*{words.pattern("copula")})')


def opening_sentence(text: str) -> str | None:
    """Return the name with which a short reply opens: "Evelyn has the greatest speed,
    because ...".
    """
    paragraph = text.strip()
    if '\n\n' in paragraph or len(paragraph) > MAX_REPLY:
        return None
    return superlative_subject(first_sentence(paragraph))


def _stated(statement: str, problem: str | None, *, is_marked: bool) -> str | None:
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
