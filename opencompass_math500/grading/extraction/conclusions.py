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
from opencompass_math500.grading.extraction.closed import closed_value
from opencompass_math500.grading.extraction.counts import sets_off
from opencompass_math500.grading.extraction.endings import (
    announcements,
    is_loop,
    without_label,
    without_step,
)
from opencompass_math500.grading.extraction.formulas import formulas_in, has_open_formula, masked
from opencompass_math500.grading.extraction.lexicon import lexicon
from opencompass_math500.grading.extraction.names import (
    compared_subject,
    offered_word,
    superlative_subject,
)
from opencompass_math500.grading.extraction.sentences import first_sentence, last_sentence
from opencompass_math500.grading.extraction.snippets import has_value, lowered, tidy
from opencompass_math500.grading.extraction.statements import stated
from opencompass_math500.grading.extraction.unfinished import (
    before_the_cut,
    counted_before,
    goes_on,
    is_said_whole,
)
from opencompass_math500.grading.extraction.unmarked import (
    counted_in_passing,
    draws_what_is_asked,
    given_at_the_end,
    is_plain_statement,
    is_surely_asked,
    value_of_asked_label,
)

__all__ = ['concluding_sentence', 'opening_sentence']

MAX_REPLY = 600  # characters of a reply that may open with its answer

_CLOSED = re.compile(r'(?:[.!。！।)\]}"”*✓✅✔☑]|\$|\\[)\]])[\s*_]*$')
# "Since the first is 2, the degree must be 3.": the grounds come first.
_GROUNDS = re.compile(
    r'(?:since|because|as)\b.*?,\s+'
    r'(?=(?:(?:the|there (?:is|are))\s|(?-i:[A-Z])[a-z]+\s+(?:is|was|has)\s))',
    re.IGNORECASE,
)
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
        found = counted_before(sentence, earlier, ending[len(earlier) :], problem)
    elif not is_surely_asked(sentence[marker.end() :], problem):
        return None
    else:
        found = _concluded(earlier, problem, was_cut=False)
    return found if found is None or not has_open_formula(earlier) else None  # the dearest look


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
        return stated(statement, problem, is_marked=True)
    statement = without_lead_in(_without_grounds(statement))
    named = superlative_subject(statement) or offered_word(statement, problem)
    if named is not None:
        return named
    if is_plain_statement(statement, ending, problem):
        return stated(statement, problem, is_marked=False)
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
        return stated(rest, problem, is_marked=False)
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
