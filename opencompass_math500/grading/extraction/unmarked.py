"""A sentence that no "therefore" marks: whether it states what the problem asks for.

"The rate is 10." does, of a problem about a rate; "3 boxes are empty." does, where the
problem asks how many boxes are; "The height is 4." is a step where the area is asked for.
"""

from __future__ import annotations

import re
from functools import lru_cache

from opencompass_math500.grading.extraction.asking import (
    asks_for_name,
    asks_for_subject,
    is_asked_formula,
    squeezed,
)
from opencompass_math500.grading.extraction.counts import (
    counted_answer,
    is_given,
    names_agree,
    sets_off,
)
from opencompass_math500.grading.extraction.endings import takes_back
from opencompass_math500.grading.extraction.formulas import formulas_in, masked
from opencompass_math500.grading.extraction.lexicon import lexicon
from opencompass_math500.grading.extraction.sentences import last_sentence
from opencompass_math500.grading.extraction.snippets import (
    has_value,
    is_answer_like,
    lowered,
    starts_with_value,
    tidy,
)
from opencompass_math500.grading.extraction.things import without_counted_things
from opencompass_math500.grading.extraction.unfinished import MAX_UNCUT

__all__ = [
    'EXISTENTIAL',
    'WHICH',
    'counted_in_passing',
    'draws_what_is_asked',
    'given_at_the_end',
    'is_plain_statement',
    'is_surely_asked',
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
_POSSESSIVE = re.compile(r'^(?:Their|Its|His|Her)\s+')
_ALNUM = frozenset('0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ%°')
_BRACKETS = frozenset(')]$')
_SUPPOSES = re.compile(
    r'\s*(?:If|For|When|Since|Let|Case|Suppose|Assume|Consider|Each|Every|Note)\b'
)


def is_plain_statement(statement: str, ending: str, problem: str | None) -> bool:
    """Tell whether an unmarked "The rate is 10." is about what is asked,
    and nothing is taken back.
    """
    statement = _POSSESSIVE.sub('The ', statement)
    if _names_asked_formula(statement, problem):
        return not takes_back(ending[ending.rfind('\n') + 1 :])
    if _ONLY.match(masked(statement, formulas_in(statement))):
        return True
    if _is_foreign_statement(statement, problem):
        return True
    if _PLAIN.match(statement) is None or re.search(r',\s*(?:so\b|and\s+[a-z])', statement):
        return False
    last = ending.rstrip('*_ ')[-1:]
    is_over = last in _ALNUM or (last in _BRACKETS and len(ending) < MAX_UNCUT)
    if not statement or (_FULL_STOP.search(statement) is None and not is_over):
        return False
    if last in _BRACKETS and not (problem and is_surely_asked(statement, problem)):
        return False
    if takes_back(ending[ending.rfind('\n') + 1 :]):
        return False
    plain = masked(statement, formulas_in(statement))
    is_existential = EXISTENTIAL.match(plain) is not None
    if is_existential and re.search(r'\band\s+\d', plain):
        return False  # "There are 3 of size 1 and 3 of size 2": counts to be added up
    if problem is None:
        return WHICH.search(plain) is None
    if _doubts(statement) or _is_set_off(statement, problem):
        return False
    return (
        asks_for_subject(plain, statement, problem) if is_existential else _asks(statement, problem)
    )


_ASKED_LABEL = re.compile(
    r'[\s*_#-]{0,6}(?P<label>[A-Z][A-Za-z]+(?: [a-z]+){0,4})[*_]{0,2}\s?:\s*(?=\S)'
)


def value_of_asked_label(line: str, problem: str | None) -> str | None:
    """Return ``60 mph``, of a last line "Average speed: 60 mph",
    where the problem asks for that.
    """
    label = _ASKED_LABEL.match(line)
    if label is None or problem is None or _STEPS.match(label['label']):
        return None
    words = re.findall(r'[a-z]{3,}', label['label'].lower())
    question = last_sentence(problem).lower()
    value = tidy(line[label.end() :])
    if 'how many' in question and words[:1] in (['number'], ['total']):
        words = words[1:]  # "Number of faces: 6"
    if not words or not all(re.search(rf'\b{word}\b', question) for word in words):
        return None
    is_value = has_value(value) and starts_with_value(value) and is_answer_like(value)
    return without_counted_things(value) if is_value else None


_CONDITION = re.compile(r'(?:In|After|At|With|For|Over|Within)\s+(?:\$|\\\()?(?P<amount>\d[\d,.]*)')


@lru_cache(maxsize=1)
def _hedge() -> re.Pattern[str]:
    return re.compile(lexicon().pattern('hedge'))


def _doubts(statement: str) -> bool:
    return _hedge().search(lowered(masked(statement, formulas_in(statement)))) is not None


# A form or a name, not one of several.
_NO_SUPERLATIVE = re.compile(
    r'\b(?:in|to) (?:its |the )?(?:lowest|simplest)\b|\b(?:least|greatest|lowest|highest) common\b'
)
_ORDERED = re.compile(r'\b(?:first|second|each|every|other|another|odd|even)\b')


@lru_cache(maxsize=1)
def _superlative() -> re.Pattern[str]:
    return re.compile(lexicon().pattern('superlative'))


def _is_set_off(statement: str, problem: str) -> bool:
    """Tell whether the subject is one of several ("The first multiple is 7"),
    and none is asked for.
    """
    subject = lowered(re.split(r'\b(?:is|are|must be|equals?)\b', statement)[0])
    subject = _NO_SUPERLATIVE.sub(' ', subject)
    low = lowered(problem)
    ordered = set(_ORDERED.findall(subject))
    if not all(re.search(rf'\b{word}\b', low) for word in ordered):
        return True
    return bool(_superlative().search(subject)) and not _superlative().search(low)


_STEPS = re.compile(r'(?:Step|Case|Note|Part|Check|Given|Find|Let)\b')


@lru_cache(maxsize=1)
def _copula() -> re.Pattern[str]:
    return re.compile(lexicon().pattern('copula'))


def _is_foreign_statement(statement: str, problem: str | None) -> bool:
    """ "El área del triángulo es 24.", where the problem has all the words of its subject."""
    low = lowered(masked(statement, formulas_in(statement)))
    if problem is None or _FULL_STOP.search(statement) is None or _ARTICLE_HEAD.match(low) is None:
        return False
    head = re.split(r"[\s'’]", low.strip(), maxsplit=1)[0]
    if not {head, f"{head}'", f'{head}’'} & lexicon().words('article'):
        return False
    link = _copula().search(low, len(head))
    words = set(re.findall(r'[^\W\d_]{4,}', low[len(head) : link.start()])) if link else set()
    return bool(words) and all(word in lowered(problem) for word in words)


_ARTICLE_HEAD = re.compile(r"\s*[a-z]{1,3}[\s'’]")


def draws_what_is_asked(clause: str, statement: str, problem: str | None) -> bool:
    """Tell whether a clause after "so" in a sentence that nothing marks may speak
    of what is asked.
    """
    if problem is None or sets_off(clause, problem):
        return False
    if _uses_what_stands_before(clause, statement):
        return True
    if counted_answer(clause, problem) is not None:
        return True
    formulas = formulas_in(clause)
    if formulas and not clause[: formulas[0].start].strip():
        left = tidy(formulas[0].body.partition('=')[0])
        return len(squeezed(left)) > 1 and squeezed(left) in squeezed(problem[-400:])
    left, equals, _ = clause.partition('=')
    if equals and len(squeezed(left)) > 1 and squeezed(left) in squeezed(problem[-400:]):
        return True
    if equals and len(left.strip()) == 1 and left.strip().isalpha():
        return asks_for_name(left.strip(), problem)
    clause = _POSSESSIVE.sub('The ', clause[:1].upper() + clause[1:])
    return _PLAIN.match(clause) is not None and _asks(clause, problem)


def _uses_what_stands_before(clause: str, statement: str) -> bool:
    """Tell whether a sum is of the values just named: "The roots are 2 and 10, and 2 + 10 = 12"."""
    left, equals, _ = clause.partition('=')
    operands = set(re.findall(r'\d+', left))
    before = set(re.findall(r'\d+', statement[: statement.rfind(clause)]))
    return bool(equals) and len(operands) > 1 and operands <= before and not _WORD.search(left)


_WORD = re.compile(r'[A-Za-z]')


def _asks(statement: str, problem: str) -> bool:
    subject = re.split(
        r'\b(?:is|are|must be|equals?)\b', masked(statement, formulas_in(statement))
    )[0]
    return asks_for_subject(subject, statement[: len(subject)], problem)


def counted_in_passing(statement: str, ending: str, problem: str | None) -> str | None:
    """Return the number of the things asked for, in a sentence that nothing marks:
    "3 boxes leak.".
    """
    if problem is None or _SUPPOSES.match(statement) is not None or _doubts(statement):
        return None
    condition = _CONDITION.match(statement)
    if condition is not None and not is_given(condition['amount'], last_sentence(problem)):
        return None  # "In 1 hour it travels 60 miles", where 7 hours are asked for
    if takes_back(ending[ending.rfind('\n') + 1 :]) or not names_agree(statement, problem):
        return None
    value = counted_answer(statement, problem)
    return None if value is None or is_given(value, problem) else value


_SUBJECT_IS = re.compile(r'(?P<formula>x{3,})\s+(?:is|equals|must be|has to be)\b')


def _names_asked_formula(statement: str, problem: str | None) -> bool:
    """ "$x$ is therefore 32.", where the problem asks for x."""
    subject = _SUBJECT_IS.match(masked(statement, formulas_in(statement)))
    if subject is None or problem is None:
        return False
    return is_asked_formula(formulas_in(statement)[0].body, problem)


_GIVES_VALUE = re.compile(
    r'.*\b(?:gives(?:\s+us)?|we get|yields|we obtain|simplifies to|results in)\s+(?P<value>\S.*)$',
    re.DOTALL,
)


def given_at_the_end(statement: str, ending: str) -> str | None:
    """Return 29, of "Plugging in 4 gives 29.", with which a short reply ends:
    a long one may go on.
    """
    found = _GIVES_VALUE.match(statement) if len(ending) < MAX_UNCUT else None
    if found is None or _SUPPOSES.match(statement) or _FULL_STOP.search(statement) is None:
        return None
    value = without_counted_things(tidy(found['value']))
    return value if _PLAIN_VALUE.fullmatch(value) else None


_PLAIN_VALUE = re.compile(r'[-−]?\$?(?:\d[\d,]*(?:\.\d+)?%?|\\[dt]?frac\{\d+\}\{\d+\}|\d+/\d+)')


def is_surely_asked(statement: str, problem: str) -> bool:
    """Tell whether a statement names just what the question does, so that whatever follows adds
    nothing.

    "the perimeter is 26 cm", where the perimeter is asked for; no letter or part on the way.
    """
    formulas = formulas_in(statement)
    if formulas and not statement[: formulas[0].start].strip(' ,'):
        left = re.split(r'=|\\approx', formulas[0].body)[0]
        return is_asked_formula(left, problem)
    if counted_answer(statement, problem) is not None:
        return True
    subject = re.split(r'\b(?:is|are|must be|equals?)\b', masked(statement, formulas))
    names = set(re.findall(r'[a-z]{4,}', subject[0].lower()))
    names = {name for name in names if name.strip('x')}
    question = last_sentence(problem).lower()
    head = re.match(r'\W*(?:the\s+)?([a-z]+)', subject[0].lower())
    if head is not None and head[1] == 'value' and len(names) == 1:
        return True  # "the value is"
    is_named = head is not None and re.search(rf'\b{head[1]}\b', question) is not None
    if len(subject) != 2 or ' of the ' in subject[1]:
        return False  # "is 1/9 of the area of the other"
    return is_named and all(name in problem.lower() for name in names)
