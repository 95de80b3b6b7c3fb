"""Sentences: the first one of a text, and the last.

A formula is one word of its sentence, whatever stops stand in it, but for one at its very end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from opencompass_math500.grading.extraction.formulas import formulas_in, masked

__all__ = ['first_sentence', 'last_sentence']

_STOP = '\x03'  # stands, in hidden text, for a formula that ends its own sentence: "$x = 5.$ Then"
# "42! ends in 9 zeroes": a factorial ends no sentence.
_SENTENCE_END = re.compile(
    rf'[.?](?=[\s*"\')\]]|$)|!(?=[\s*"\')\]]|$)(?!(?<=[\d)}}n]!)\s+[-a-z=+*/\\<])|[。！？।{_STOP}]|(?<=\S)\|'
)
_ABBREVIATION = re.compile(r'\b(?:approx|i\.e|e\.g|vs|no|eq|cf|sq|st|dr|mr|ms|etc)$', re.IGNORECASE)


def first_sentence(text: str) -> str:
    """Return ``text`` up to its first full stop."""
    return text[: next(_sentence_ends(text), len(text))]


@lru_cache(maxsize=64)  # one ending, and one problem, are asked for theirs by many rules
def last_sentence(text: str) -> str:
    """Return the last sentence of ``text``, complete or not."""
    text = text.strip()
    ends = [end for end in _sentence_ends(text) if end < len(text.rstrip('*_ "'))]
    return text[ends[-1] :].strip() if ends else text


def _sentence_ends(text: str) -> Iterator[int]:
    """Where sentences end; a formula hides every full stop in it but its last ("$x = 5.$")."""
    formulas = formulas_in(text)
    plain = masked(text, formulas)
    stops = [one.end - 1 for one in formulas if one.body.endswith(('.', '。'))]
    if stops:
        hidden = list(plain)
        for stop_at in stops:
            hidden[stop_at] = _STOP
        plain = ''.join(hidden)
    for stop in _SENTENCE_END.finditer(plain):
        if not _ABBREVIATION.search(plain, max(0, stop.start() - 8), stop.start()):
            yield stop.end()
