"""Words around a value that say nothing about it: "the point (2,-3)", "5 (reject -3)".

Tried only on what is no value as it stands. The words are data: ``lead`` may stand
before a value, ``remark`` opens what comments on it, ``clause`` what describes the
things that it counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from opencompass_math500.grading.parsing.units import is_unit
from opencompass_math500.grading.parsing.words import negations, number_words, refused, rows

__all__ = ['without_remarks']

_LONGEST: Final = 600
_TEXT: Final = re.compile(r'\\(?:text|mbox|textrm|textbf|textit|mathrm)\s*\{([^{}]*)\}')
_SPACES: Final = re.compile(r'(?:\s|~|\\[ ,;:!]|\\q?quad(?![A-Za-z]))+')
# 7 is the units digit; not "5 is not enough", nor "5 is the sum of 2 and 3".
_IS_THE: Final = re.compile(
    r'^([^=<>]{0,80}?\d[^A-Za-z]{0,80}|[a-z]\s?=\s?\S{1,80})\sis\s(?:the|a|an|our)\s([^\d\\]*)$'
)
_COUNT: Final = re.compile(r'^(-?\d[\d,]*)\s+([A-Za-z][A-Za-z\s-]{0,80})\s*(.*)$', re.DOTALL)


@lru_cache(maxsize=1)
def _words(kind: str) -> frozenset[str]:
    return frozenset(word for word, found, *_ in rows('prose.tsv') if found == kind)


@lru_cache(maxsize=1)
def _lead() -> re.Pattern[str]:
    words = '|'.join(sorted(map(re.escape, _words('lead')), key=len, reverse=True))
    behind = r'(?=[^A-Za-z\s]|[a-z]\s*=|[a-z]\b)'
    return re.compile(rf'^(?:(?:{words})\b[\s:,]*){{1,6}}{behind}', re.IGNORECASE)


@lru_cache(maxsize=1)
def _remark() -> re.Pattern[str]:
    words = '|'.join(sorted(map(re.escape, _words('remark')), key=len, reverse=True))
    return re.compile(rf'[\s,;:]*[(\[]?\s*(?<![A-Za-z\\])(?:{words})(?![A-Za-z])', re.IGNORECASE)


def without_remarks(text: str) -> Iterator[str]:
    """Return what may be the value of ``text`` alone, the likeliest first."""
    if len(text) > _LONGEST:
        return
    plain = _SPACES.sub(' ', _TEXT.sub(r' \1 ', text)).strip()
    start = (lead.end() if (lead := _lead().match(plain)) else 0)
    bare = plain[start:]
    for spelling in dict.fromkeys((bare, plain)):
        yield from _shortened(spelling)
    if start:
        yield bare


def _shortened(text: str) -> Iterator[str]:
    remark = _remark().search(text, 1) if len(text) > 1 else None
    if remark is not None and (value := text[: remark.start()].strip(' ,;:')):
        rest = text[remark.end() :].strip(' ).]')
        if rest or 'ject' not in remark.group():
            yield value  # but not of "5 (reject)"
    if (named := _IS_THE.match(text)) and not negations() & set(named[2].lower().split()):
        yield named[1].strip()
    if (counted := _COUNT.match(text)) and _describes(counted[2].lower().split(), counted[3]):
        yield counted[1]


def _describes(words: list[str], rest: str) -> bool:
    """Tell whether ``words`` say what is counted, and then describe it: "integers less"."""
    openers = _words('clause') | _words('bound')
    at = next((i for i, word in enumerate(words) if word in openers), len(words))
    things = words[:at]
    if not 1 <= len(things) <= 6 or at == len(words):
        return False
    if words[at] not in _words('bound') and any(char.isdigit() for char in rest):
        return False  # 5 apples to 7 apples, 5 who play chess and 3 who do not
    return not any(
        word in refused() or is_unit(word) or number_words((word,)) is not None for word in things
    ) and not negations() & (set(words) - {'than'}) and '=' not in rest
