"""The sentence with which a response ends, where it concludes.

"Therefore, the area is 12 square units." commits; a sentence that announces work
("now we need to find ...") does not, however many numbers stand in it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from opencompass_math500.grading.asking import asks_for_subject
from opencompass_math500.grading.closing import is_settled
from opencompass_math500.grading.endings import (
    announcements,
    is_loop,
    takes_back,
    without_label,
    without_step,
)
from opencompass_math500.grading.lexicon import lexicon
from opencompass_math500.grading.phrases import first_sentence, last_sentence, value_in
from opencompass_math500.grading.snippets import (
    formulas_in,
    has_value,
    is_answer_like,
    lowered,
    masked,
    starts_with_value,
    tidy,
    without_counted_things,
)

__all__ = ['concluding_sentence', 'opening_sentence']

MAX_REPLY = 600  # characters of a reply that may open with its answer

_CLOSED = re.compile(r'(?:[.!。！।)\]}"”*✓✅✔☑]|\$|\\[)\]])[\s*_]*$')
_ONLY = re.compile(
    r'\s*(?P<value>\d[\d,.]*|x{3,})\s+(?:is|are)\s+(?:the|our)\s+(?:only|smallest|largest|least'
    r'|greatest|final|correct|desired|required)\b'
)
_PLAIN = re.compile(r'(?:The|Our|There (?:are|is)|∴)\b')
# "12 is the smallest such number": the value comes first.
_NAMED_FIRST = re.compile(r'\s*(?P<value>\d[\d,.]*|x{3,})\s+(?:is|are)\s+(?:the|our)\b')
# "There are 729 ways the cars can stack up so that all lanes are occupied."
_EXISTENTIAL = re.compile(
    r'there\s+(?:is|are|were|will be|would be)\s+(?:(?:only|exactly|a total of|in total)\s+)?'
    r'(?P<number>\d[\d,]*|x{3,})\s+[a-z]',
    re.IGNORECASE,
)
# "Since the first is 2, the degree must be 3.": the grounds come first.
_GROUNDS = re.compile(r'(?:since|because|as)\b.*?,\s+(?=(?:the|there (?:is|are))\s)', re.IGNORECASE)
_WHICH = re.compile(r',\s*which\s+(?=(?:is|are|equals|gives)\b)')
# "It must be an integer", "we have followed": a word there is no answer.
_NO_WORD_AFTER = re.compile(
    r'\b(?:must|should|can|could|may) be$|\b(?:have|has|had|gets?|make|makes)$'
)
_SUPERLATIVE_SUBJECT = r"^(?P<subject>[A-Z][\w.]*(?: [A-Z][\w.]*)?)(?:['’]s [\w ]{1,40}?)?\s+"
_GIVEN_BY = re.compile(r'\b(?:is|are) given by\b')
_FULL_STOP = re.compile(r'[.!。](?:\$|\\[)\]])?[\s*_✓✅]*$')
_NUMBER = re.compile(r'(?<![A-Za-z0-9_.])[-−]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:\s*/\s*\d+)?\s*%?')


def concluding_sentence(ending: str, problem: str | None = None) -> str | None:
    """The value that the last sentence states, if it is complete and concludes."""
    if not _CLOSED.search(ending[-80:]) or is_loop(ending):
        return None
    line = without_step(ending[ending.rfind('\n') + 1 :])
    labelled = without_label(line)
    sentence = last_sentence(labelled)
    low = lowered(sentence)
    conclude, plan, _ = announcements()
    marker = conclude.match(low)
    is_marked = marker is not None or (sentence == labelled != line)
    statement = sentence[marker.end() :] if marker else sentence
    if plan.search(low) or sentence.rstrip().endswith(('?', '？', ':', '：')):
        return None
    named = _superlative_subject(statement) or (_known_ending(statement) if is_marked else None)
    if named is not None:
        return named
    if _denial().search(lowered(masked(statement, formulas_in(statement)))):
        return None
    if not is_marked:
        statement = _without_grounds(statement)
        if not _is_plain_statement(statement, ending, problem):
            return None
    return _stated(statement, problem, is_marked=is_marked)


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


def _is_plain_statement(statement: str, ending: str, problem: str | None) -> bool:
    """An unmarked "The rate is 10." about what is asked, in a line that takes nothing back."""
    if _ONLY.match(masked(statement, formulas_in(statement))):
        return True
    if _PLAIN.match(statement) is None or re.search(r',\s*(?:so\b|and\s+[a-z])', statement):
        return False
    if _FULL_STOP.search(statement) is None:
        return False
    if takes_back(ending[ending.rfind('\n') + 1 :]):
        return False
    plain = masked(statement, formulas_in(statement))
    is_existential = _EXISTENTIAL.match(plain) is not None
    if is_existential and re.search(r'\band\s+\d', plain):
        return False  # "There are 3 of size 1 and 3 of size 2": counts to be added up
    if problem is None:
        return _WHICH.search(plain) is None
    subject = plain if is_existential else re.split(r'\b(?:is|are|must be)\b', plain)[0]
    return asks_for_subject(subject, statement[: len(subject)], problem)


@lru_cache(maxsize=1)
def _superlative() -> re.Pattern[str]:
    words = lexicon()
    links = f'(?:{words.pattern("copula")}|{words.pattern("verb")})'
    return re.compile(rf'\s*(?:{links})\s+(?:the\s+)?{words.pattern("superlative")}')


def _superlative_subject(statement: str) -> str | None:
    """Evelyn, of "Evelyn has the greatest average speed" and "Evelyn's speed is the largest"."""
    statement = re.sub(r'^\*\*([^*\n]{1,60})\*\*', r'\1', statement)
    subject = re.match(_SUPERLATIVE_SUBJECT, statement)
    if subject is None or subject['subject'].lower() in lexicon().words('prose'):
        return None
    if subject['subject'] in ('The', 'A', 'An'):
        return None
    rest = lowered(statement[subject.end('subject') :])
    rest = re.sub(r"^['’]s [\w ]{1,40}?(?=\s+(?:is|was)\b)", '', rest)
    return subject['subject'] if _superlative().match(rest) else None


def opening_sentence(text: str) -> str | None:
    """The name with which a short reply opens: "Evelyn has the greatest speed, because ..."."""
    paragraph = text.strip()
    if '\n\n' in paragraph or len(paragraph) > MAX_REPLY:
        return None
    return _superlative_subject(first_sentence(paragraph))


def _stated(statement: str, problem: str | None, *, is_marked: bool) -> str | None:
    named = _NAMED_FIRST.match(masked(statement, formulas_in(statement)))
    if named is not None and is_answer_like(tidy(statement[: named.end('value')])):
        return tidy(statement[: named.end('value')])
    if not is_marked and _GIVEN_BY.search(statement):
        return None  # a formula to be used
    value = _value_of(statement)
    if value is not None and value.lower().removesuffix(' function') in lexicon().words(
        'textanswer'
    ):
        return value[: -len(' function')] if value.lower().endswith(' function') else value
    if value is not None and has_value(value) and starts_with_value(value):
        return _last_side(value) if is_settled(value) else None
    is_offered = value is not None and problem is not None and value.lower() in problem.lower()
    if value is not None and (is_marked or is_offered) and _is_stated_in_words(value, statement):
        return value
    return _last_number(statement) if is_marked else None


def _last_side(value: str) -> str:
    """``10``, of ``p(1) + q(1) = 5 + 5 = 10``: a chain comes down to its last side."""
    last = tidy(value.rpartition('=')[2])
    is_chain = value.count('=') > 1 and not re.search(r',|\\begin|\b(?:and|or)\b', value)
    return last if is_chain and has_value(last) and is_answer_like(last) else value


def _value_of(statement: str) -> str | None:
    """The value of the statement's main clause; of "A is B, which is 5" that of the relative."""
    plain = masked(statement, formulas_in(statement))
    aside = _WHICH.search(plain)
    value = value_in(statement[: aside.start()] if aside else statement)
    if aside is not None and (value is None or not has_value(value)):
        value = value_in(statement[aside.end() :])
    existential = _EXISTENTIAL.match(plain)
    if existential is None or (
        value is not None and value.startswith(existential['number'].rstrip('x') or '\0')
    ):
        return value
    return tidy(statement[existential.start('number') : existential.end('number')])


def _is_stated_in_words(value: str, statement: str) -> bool:
    """Whether a name or word is what the statement says ("... is an ellipse."), alone."""
    text = tidy(statement)
    if has_value(value) or not text.endswith(value):
        return text.endswith(value) or not re.search(r'\d', statement)
    before = lowered(text[: -len(value)]).rstrip(' *_')
    before = re.sub(r'\s(?:the|an?)$', '', before)
    if _NO_WORD_AFTER.search(before):
        return False
    return value[0].isupper() or not re.search(r'\d', masked(statement, formulas_in(statement)))


def _last_number(statement: str) -> str | None:
    """0.87 or 87%, of "together they ate 0.87 or 87% of the pie": numbers to the end of the
    sentence where no copula says which."""
    hidden = masked(statement, formulas_in(statement))
    numbers = list(_NUMBER.finditer(hidden))
    if not numbers or formulas_in(statement) or re.search(r'\bbetween\b', hidden):
        return None
    start = numbers[-1].start()
    if len(numbers) > 1 and re.fullmatch(r'\s+or\s+', hidden[numbers[-2].end() : start]):
        start = numbers[-2].start()
    if re.match(r'[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]', hidden[numbers[-1].end() :]):
        return numbers[-1][0] if len(numbers) == 1 else None  # "一共有42种方法"
    value = tidy(re.split(r'\s+of\b|\s+in\b|\s+to\b|\s+from\b', statement[start:])[0])
    return without_counted_things(value) if is_answer_like(value) else None
