"""A sentence that no "therefore" marks: whether it states what the problem asks for.

"The rate is 10." does, of a problem about a rate; "3 boxes are empty." does, where the
problem asks how many boxes are; "The height is 4." is a step where the area is asked for.
"""

from __future__ import annotations

import re

from opencompass_math500.grading.asking import asks_for_subject, squeezed
from opencompass_math500.grading.counts import counted_answer, is_given, names_agree, sets_off
from opencompass_math500.grading.endings import takes_back
from opencompass_math500.grading.phrases import last_sentence
from opencompass_math500.grading.snippets import (
    formulas_in,
    has_value,
    is_answer_like,
    masked,
    starts_with_value,
    tidy,
)
from opencompass_math500.grading.things import without_counted_things

__all__ = [
    'EXISTENTIAL',
    'WHICH',
    'counted_in_passing',
    'draws_what_is_asked',
    'is_plain_statement',
    'value_of_asked_label',
]

_ONLY = re.compile(
    r'\s*(?P<value>\d[\d,.]*|x{3,})\s+(?:is|are)\s+(?:the|our)\s+(?:only|smallest|largest|least'
    r'|greatest|final|correct|desired|required)\b'
)
_PLAIN = re.compile(r'(?:The|Our|There (?:are|is)|∴)\b')
# "There are 729 ways the cars can stack up so that all lanes are occupied."
EXISTENTIAL = re.compile(
    r'there\s+(?:is|are|were|will be|would be)\s+(?:(?:only|exactly|a total of|in total)\s+)?'
    r'(?P<number>\d[\d,]*|x{3,})\s+[a-z]',
    re.IGNORECASE,
)
WHICH = re.compile(r',\s*which\s+(?=(?:is|are|equals|gives)\b)')
_FULL_STOP = re.compile(r'[.!。](?:\$|\\[)\]])?[\s*_✓✅]*$')
# "so their sum is 9"
_POSSESSIVE = re.compile(r'^(?:Their|Its|His|Her|This|That)\s+')
_ALNUM = frozenset('0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ%°')
_SUPPOSES = re.compile(
    r'\s*(?:If|For|When|Since|Let|Case|Suppose|Assume|Consider|Each|Every|Note)\b'
)


def is_plain_statement(statement: str, ending: str, problem: str | None) -> bool:
    """An unmarked "The rate is 10." about what is asked, in a line that takes nothing back."""
    if _ONLY.match(masked(statement, formulas_in(statement))):
        return True
    if _PLAIN.match(statement) is None or re.search(r',\s*(?:so\b|and\s+[a-z])', statement):
        return False
    if not statement or (
        _FULL_STOP.search(statement) is None and ending.rstrip('*_ ')[-1:] not in _ALNUM
    ):
        return False
    if takes_back(ending[ending.rfind('\n') + 1 :]):
        return False
    plain = masked(statement, formulas_in(statement))
    is_existential = EXISTENTIAL.match(plain) is not None
    if is_existential and re.search(r'\band\s+\d', plain):
        return False  # "There are 3 of size 1 and 3 of size 2": counts to be added up
    if problem is None:
        return WHICH.search(plain) is None
    return (
        asks_for_subject(plain, statement, problem) if is_existential else _asks(statement, problem)
    )


_ASKED_LABEL = re.compile(
    r'[\s*_#-]{0,6}(?P<label>[A-Z][A-Za-z]+(?: [a-z]+){0,4})[*_]{0,2}\s?:\s*(?=\S)'
)


def value_of_asked_label(line: str, problem: str | None) -> str | None:
    """``60 mph``, of a last line "Average speed: 60 mph", where the problem asks for that."""
    label = _ASKED_LABEL.match(line)
    if label is None or problem is None or _STEPS.match(label['label']):
        return None
    words = re.findall(r'[a-z]{3,}', label['label'].lower())
    question = last_sentence(problem).lower()
    value = tidy(line[label.end() :])
    if not words or not all(re.search(rf'\b{word}\b', question) for word in words):
        return None
    is_value = has_value(value) and starts_with_value(value) and is_answer_like(value)
    return without_counted_things(value) if is_value else None


_STEPS = re.compile(r'(?:Step|Case|Note|Part|Check|Given|Find|Let)\b')


def draws_what_is_asked(clause: str, problem: str | None) -> bool:
    """Whether a clause after "so" in a sentence that nothing marks may speak of what is asked."""
    if problem is None or sets_off(clause, problem):
        return False
    if counted_answer(clause, problem) is not None:
        return True
    formulas = formulas_in(clause)
    if formulas and not clause[: formulas[0].start].strip():
        left = tidy(formulas[0].body.partition('=')[0])
        return len(squeezed(left)) > 1 and squeezed(left) in squeezed(problem[-400:])
    left, equals, _ = clause.partition('=')
    if equals and len(squeezed(left)) > 1 and squeezed(left) in squeezed(problem[-400:]):
        return True
    clause = _POSSESSIVE.sub('The ', clause[:1].upper() + clause[1:])
    return _PLAIN.match(clause) is not None and _asks(clause, problem)


def _asks(statement: str, problem: str) -> bool:
    subject = re.split(
        r'\b(?:is|are|must be|equals?)\b', masked(statement, formulas_in(statement))
    )[0]
    return asks_for_subject(subject, statement[: len(subject)], problem)


def counted_in_passing(statement: str, ending: str, problem: str | None) -> str | None:
    """The number of the things asked for, in a sentence that nothing marks: "3 boxes leak."."""
    if problem is None or _SUPPOSES.match(statement) is not None:
        return None
    if takes_back(ending[ending.rfind('\n') + 1 :]) or not names_agree(statement, problem):
        return None
    value = counted_answer(statement, problem)
    return None if value is None or is_given(value, problem) else value
