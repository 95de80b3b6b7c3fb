r"""What an answer says of its own letters: ``k\pi \text{ where } k \text{ is an integer}``."""

from __future__ import annotations

import re
from typing import Final

from opencompass_math500.grading.parsing.words import flatten

__all__ = ['declared', 'divided']

_LONGEST: Final = 110
_OPENING: Final = re.compile(
    r'[,;\s]*(?:\\(?:quad|qquad|[,; ])\s*)*(?:\\(?:text|mbox|mathrm|textrm)\s*\{[\s,;(~]*)?'
    r'[(\s]*(?<![A-Za-z])(?:where|with|for)(?![A-Za-z])'
)
_INTEGER: Final = r'(?:arbitrary\s+)?integers?'
_ANY: Final = r'(?:(?:an|any|all|some|each|every)\s+)?'
_SENTENCE: Final = re.compile(
    rf'(?:where|with|for)\s+(?:{_ANY}{_INTEGER}\s+(?:values\s+of\s+)?(?P<late>[A-Za-z])'
    rf'|{_ANY}(?P<early>[A-Za-z])\s*(?:is|being|are|an|any|some|[\s,])*\s*'
    rf'(?:{_INTEGER}|\\in\s*\\(?:mathbb|mathbf)\s*Z|\\in\s*\\Z)'
    r'|(?P<constant>[A-Za-z](?:_\d)?)\s+(?:is|are)\s+(?:an?|the|any)\s+(?:arbitrary\s+|real\s+)*'
    r'constants?(?:\s+of\s+integration)?)\s*[.)]*'
)
_DIVIDES: Final = re.compile(r'(\d{1,9})\s*(?:\\mid(?![A-Za-z])|\|)\s*([a-zA-Z])')
_MULTIPLE: Final = re.compile(
    r'(?:([a-zA-Z])\s+(?:is|must be)\s+)(?:an?\s+)?(?:multiple\s+of|divisible\s+by)\s+(\d{1,9})'
)


def declared(text: str) -> str:
    r"""Write a clause on a letter as ``, k \in \mathbb{Z}``; a constant needs none."""
    start = max(0, len(text) - _LONGEST)
    for opening in list(_OPENING.finditer(text, start))[-3:]:
        said = _SENTENCE.fullmatch(flatten(text[opening.start() :]).lstrip(' ,;('))
        if said is not None:
            letter = said['late'] or said['early']
            condition = f', {letter} \\in \\mathbb{{Z}}' if letter else ''
            return text[: opening.start()] + condition
    return text


def divided(text: str) -> str:
    r"""Write ``4 \mid n`` and "n is a multiple of 4" as ``n \equiv 0 \pmod{4}``."""
    if (match := _DIVIDES.fullmatch(text)) is not None:
        return f'{match[2]} \\equiv 0 \\pmod{{{match[1]}}}'
    if ('multiple' in text or 'divisible' in text) and (
        match := _MULTIPLE.fullmatch(flatten(text))
    ):
        return f'{match[1]} \\equiv 0 \\pmod{{{match[2]}}}'
    return text
