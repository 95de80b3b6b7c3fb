"""The sentence with which a response ends, where it concludes.

"Therefore, the area is 12 square units." commits; a sentence that announces work
("now we need to find ...") does not, however many numbers stand in it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from opencompass_math500.grading.closing import is_settled
from opencompass_math500.grading.endings import announcements, is_loop, takes_back, without_step
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

_CLOSED = re.compile(r'(?:[.!。！)\]}"”*✓✅✔☑]|\$|\\[)\]])[\s*_]*$')
_PLAIN = re.compile(r'(?:The|Our|There (?:are|is)|∴)\b')
# "12 is the smallest such number": the value comes first.
_NAMED_FIRST = re.compile(r'\s*(?P<value>\d[\d,.]*|x{3,})\s+(?:is|are)\s+(?:the|our)\b')
_SUPERLATIVE_SUBJECT = r"^(?P<subject>[A-Z][\w.]*(?: [A-Z][\w.]*)?)(?:['’]s [\w ]{1,40}?)?\s+"
_NUMBER = re.compile(r'(?<![\w.])[-−]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:\s*/\s*\d+)?\s*%?')


def concluding_sentence(ending: str, problem: str | None = None) -> str | None:
    """The value that the last sentence states, if it is complete and concludes."""
    if not _CLOSED.search(ending) or is_loop(ending):
        return None
    line = without_step(ending[ending.rfind('\n') + 1 :])
    sentence = last_sentence(line)
    low = lowered(sentence)
    conclude, plan, _ = announcements()
    marker = conclude.match(low)
    statement = sentence[marker.end() :] if marker else sentence
    if plan.search(low) or sentence.rstrip().endswith(('?', '？', ':', '：')):
        return None
    named = _superlative_subject(statement)
    if named is not None:
        return named
    if _denial().search(lowered(masked(statement, formulas_in(statement)))):
        return None
    if marker is None and not _is_plain_statement(statement, ending, problem):
        return None
    return _stated(statement, is_marked=marker is not None)


@lru_cache(maxsize=1)
def _denial() -> re.Pattern[str]:
    """A denial that no later copula turns into a statement ("the values not in it are ...")."""
    words = lexicon()
    return re.compile(rf'{words.pattern("negation")}(?!.*{words.pattern("copula")})')


def _is_plain_statement(statement: str, ending: str, problem: str | None) -> bool:
    """An unmarked "The rate is 10." about what is asked, in a line that takes nothing back."""
    if _PLAIN.match(statement) is None or re.search(r',\s*(?:which\b|so\b|and\s+[a-z])', statement):
        return False
    if takes_back(ending[ending.rfind('\n') + 1 :]):
        return False
    subject = re.split(r'\b(?:is|are)\b', masked(statement, formulas_in(statement)))[0]
    words = re.findall(r'[a-z]{4,}', subject.lower())
    names = {word for word in words if word.strip('x')} - {'there', 'value', 'this'}
    if problem is None or not names or names & {'answer', 'solution', 'result'}:
        return True
    return 2 * sum(name in problem.lower() for name in names) >= len(names)


@lru_cache(maxsize=1)
def _superlative() -> re.Pattern[str]:
    words = lexicon()
    links = f'(?:{words.pattern("copula")}|{words.pattern("verb")})'
    return re.compile(rf'\s*(?:{links})\s+(?:the\s+)?{words.pattern("superlative")}')


def _superlative_subject(statement: str) -> str | None:
    """Evelyn, of "Evelyn has the greatest average speed" and "Evelyn's speed is the largest"."""
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


def _stated(statement: str, *, is_marked: bool) -> str | None:
    named = _NAMED_FIRST.match(masked(statement, formulas_in(statement)))
    if named is not None and is_answer_like(tidy(statement[: named.end('value')])):
        return tidy(statement[: named.end('value')])
    value = value_in(statement)
    if value is not None and value.lower() in lexicon().words('textanswer'):
        return value
    if value is not None and has_value(value) and starts_with_value(value):
        return value if is_settled(value) else None
    is_last = value is not None and tidy(statement).endswith(value)
    if value is not None and is_marked and (is_last or not re.search(r'\d', statement)):
        return value
    return _last_number(statement) if is_marked else None


def _last_number(statement: str) -> str | None:
    """0.87 or 87%, of "together they ate 0.87 or 87% of the pie": numbers to the end of the
    sentence where no copula says which."""
    hidden = masked(statement, formulas_in(statement))
    numbers = list(_NUMBER.finditer(hidden))
    if not numbers or formulas_in(statement):
        return None
    start = numbers[-1].start()
    if len(numbers) > 1 and re.fullmatch(r'\s+or\s+', hidden[numbers[-2].end() : start]):
        start = numbers[-2].start()
    value = tidy(re.split(r'\s+of\b|\s+in\b|\s+to\b|\s+from\b', statement[start:])[0])
    return without_counted_things(value) if is_answer_like(value) else None
