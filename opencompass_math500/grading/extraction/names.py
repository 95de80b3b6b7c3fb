"""A name or a word as the answer: "Evelyn is the fastest.", "Tia earned more.", "It is odd."."""

from __future__ import annotations

import re
from functools import lru_cache

from opencompass_math500.grading.extraction.lexicon import lexicon
from opencompass_math500.grading.extraction.sentences import last_sentence
from opencompass_math500.grading.extraction.snippets import lowered

__all__ = ['compared_subject', 'is_bold_name', 'offered_word', 'superlative_subject']

_SUPERLATIVE_SUBJECT = r"^(?P<subject>[A-Z][\w.]*(?: [A-Z][\w.]*)?)(?:['’]s [\w ]{1,40}?)?\s+"


@lru_cache(maxsize=1)
def _superlative() -> re.Pattern[str]:
    words = lexicon()
    links = f'(?:{words.pattern("copula")}|{words.pattern("verb")})'
    return re.compile(rf'\s*(?:{links})\s+(?:the\s+)?{words.pattern("superlative")}')


def superlative_subject(statement: str) -> str | None:
    """Return Evelyn, of "Evelyn has the greatest average speed" and "Evelyn's
    speed is the largest".
    """
    statement = re.sub(r'^\*\*([^*\n]{1,60})\*\*', r'\1', statement)
    subject = re.match(_SUPERLATIVE_SUBJECT, statement)
    if subject is None or subject['subject'].lower() in lexicon().words('prose'):
        return None
    if subject['subject'] in ('The', 'A', 'An'):
        return None
    rest = lowered(statement[subject.end('subject') :])
    rest = re.sub(r"^['’]s [\w ]{1,40}?(?=\s+(?:is|was)\b)", '', rest)
    return subject['subject'] if _superlative().match(rest) else None


def is_bold_name(value: str, statement: str, problem: str | None) -> bool:
    """Tell whether a sentence stresses a name after its verb
    ("the fastest student is **Evelyn**").
    """
    before, stressed, _ = statement.partition(f'**{value}**')
    if not stressed or not value[:1].isupper() or not before.rstrip().endswith((' is', ' was')):
        return False
    return problem is not None or _superlative_word().search(statement) is not None


@lru_cache(maxsize=1)
def _superlative_word() -> re.Pattern[str]:
    return re.compile(lexicon().pattern('superlative'))


_ASKS_WHO = re.compile(r'\b(?:who|which)\b[^.?]*?\b(?P<than>more|less|fewer|[a-z]{2,}er)\b[^.?]*\?')
_ACTS = re.compile(r'\s*\**(?P<name>[A-Z][a-z]+)\**\s+(?P<rest>[^,.]{1,80})')


def compared_subject(statement: str, problem: str | None) -> str | None:
    """Return Tia, of "Tia earned more, since 132 > 126", where the problem asks who earned more."""
    acts = _ACTS.match(statement)
    asked = _ASKS_WHO.search(last_sentence(problem).lower()) if acts and problem else None
    if acts is None or asked is None or problem is None or acts['name'] not in problem:
        return None
    if re.search(rf'\b{acts["name"].lower()}\b', problem) is not None:
        return None  # "The"
    is_said = re.search(rf'\b{asked["than"]}\b', acts['rest']) is not None
    return acts['name'] if is_said and ' not ' not in f' {acts["rest"]} ' else None


_ALTERNATIVES = re.compile(
    r'\b(?P<first>[a-z]+)(?:,\s+(?P<second>[a-z]+),?)?\s+or\s+(?P<last>[a-z]+)\b'
)
_IS_WORD = re.compile(r'\b(?:is|are)\s+(?:an?\s+)?\**"?(?P<word>[a-z]+)"?\**[.!]?\**\s*$')


def offered_word(statement: str, problem: str | None) -> str | None:
    """Return ``odd``, of "The function is odd.", where the problem asks "even, odd, or neither"."""
    said = _IS_WORD.search(lowered(statement))
    if said is None or problem is None or not statement[:1].isupper():
        return None
    asked = lowered(problem[-400:]).replace('"', '')
    offered = {word for found in _ALTERNATIVES.finditer(asked) for word in found.groups() if word}
    return said['word'] if said['word'] in offered else None
