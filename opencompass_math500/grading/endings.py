"""How a response ends: its last characters, and whether they are nothing but an answer."""

from __future__ import annotations

import re
from functools import lru_cache

from opencompass_math500.grading.lexicon import lexicon
from opencompass_math500.grading.snippets import (
    has_open_formula,
    is_answer_like,
    lowered,
    starts_with_value,
    tidy,
    without_counted_things,
)

__all__ = [
    'announcements',
    'bare_answer',
    'ending_of',
    'is_loop',
    'is_unfinished',
    'takes_back',
    'without_step',
]

TAIL = 3000  # characters of the end that are read for a conclusion
MAX_COURTESIES = 3  # sentences like "I hope this helps."
MAX_BARE = 200  # characters of a response that is nothing but its answer

_STEP = re.compile(
    r'^[\s>#*_-]{0,8}(?:(?:step|thought)\s*\d{1,4}\s*[:.)]|\d{1,3}[.)](?=\s))?[\s*_:-]{0,4}'
    r'(?:(?:step)\s*\d{1,4}\s*[:.)]\s*)?',
    re.IGNORECASE,
)


_SENTENCE_OVER = re.compile(r'(?:^|[\n.!?。！？$)\]*])\s*$')


def without_step(line: str) -> str:
    """``line`` without "Step 4:", "Thought 7:", "3." or a list's dash before it."""
    return _STEP.sub('', line, count=1)


def ending_of(text: str) -> str:
    """The last ``TAIL`` characters without courtesy ("I hope it is correct.") and trailing tags."""
    tail = _tail(text.rstrip())
    tail = tail[:-200] + re.sub(r'(?:\s|</?[A-Za-z_]{1,20}>)+$', '', tail[-200:])
    for _ in range(MAX_COURTESIES):
        line_start = tail.rfind('\n') + 1
        starts = [found.start() for found in _courtesy().finditer(lowered(tail), line_start)]
        # The courtesy must open its sentence, else it is part of one.
        cut = next((at for at in starts if _SENTENCE_OVER.search(tail, 0, at)), 0)
        if not tail[:cut].strip():
            break
        tail = tail[:cut].rstrip()
    return tail


def _tail(text: str) -> str:
    """The last ``TAIL`` characters, begun outside a displayed formula."""
    if len(text) <= TAIL:
        return text
    cut = len(text) - TAIL
    if text.count('$$', 0, cut) % 2:  # inside: else every later $$ would seem to open
        close = text.find('$$', cut)
        cut = close + 2 if close >= 0 else cut
    return text[cut:]


@lru_cache(maxsize=1)
def _courtesy() -> re.Pattern[str]:
    return re.compile(lexicon().pattern('courtesy'))


_CLOSED = re.compile(r'(?:[.!?。！？)\]}"”*✓✅✔☑>`]|\$|\\[)\]])[\s*_]*$')


def is_unfinished(text: str) -> bool:
    """Whether the text breaks off: no full stop, bracket or formula's end closes it."""
    return _CLOSED.search(text[-80:]) is None or has_open_formula(_tail(text.rstrip()))


def takes_back(text: str) -> bool:
    """Whether the text withdraws something ("However, ...", "let's try again")."""
    low = lowered(text)
    return any(phrase in low for phrase in lexicon().words('retract'))


def is_loop(ending: str) -> bool:
    """Whether the last line has been said twice before: a model going round in circles."""
    lines = [without_step(line).strip(' .') for line in ending.split('\n')]
    return not ending.endswith('.') and len(lines[-1]) > 3 and lines.count(lines[-1]) > 2


@lru_cache(maxsize=1)
def announcements() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Patterns for lower-cased text: a concluding opening, a plan, a copula at the end."""
    words = lexicon()
    conclude = re.compile(rf'[\s*_]*(?:and\s+)?{words.pattern("conclude")}[\s,，:：]*')
    plan = re.compile(words.pattern('plan'))
    copula_end = re.compile(rf'{words.pattern("copula")}[\s:：*_]*$')
    return conclude, plan, copula_end


def bare_answer(text: str) -> str | None:
    """The answer, where the whole text or its last line is nothing else."""
    whole = text.strip()
    last = whole[whole.rfind('\n') + 1 :]
    if not last or len(last) > MAX_BARE:
        return None
    value = tidy(last)
    if not is_answer_like(value) or re.match(r'\d{1,3}\.\s', value):  # "2. For": a list
        return None
    if last == whole:
        return without_counted_things(value)
    above = whole[: len(whole) - len(last)].rstrip()
    is_alone = (
        above.endswith(('.', '>', '!', '。', '✓')) or '\n\n' in whole[len(above) : -len(last)]
    )
    if not is_alone or _is_list_number(last, above) or has_open_formula(above[-TAIL:]):
        return None
    return value if starts_with_value(value) and not _COMPARISON.search(value) else None


_COMPARISON = re.compile(r'[=<>≤≥≈]|\\(?:le|ge|leq|geq|lt|gt|equiv|approx|in|ne|neq)(?![A-Za-z])')


def _is_list_number(last: str, above: str) -> bool:
    """``6`` or ``6.`` below an item "5. If ...": the next item of a list that was cut."""
    number = re.fullmatch(r'(\d{1,3})\.?', last)
    if number is None:
        return False
    before = int(number[1]) - 1
    return re.search(rf'^\s*(?:\*\*)?{before}\.\s', above[-TAIL:], re.MULTILINE) is not None
