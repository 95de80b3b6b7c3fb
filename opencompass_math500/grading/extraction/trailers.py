"""What stands below an answer and says nothing about its value: "Confidence: 90%"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from opencompass_math500.grading.extraction.lexicon import lexicon
from opencompass_math500.grading.extraction.snippets import lowered

__all__ = ['without_trailer']

MAX_TRAILER: Final = 120  # characters


@lru_cache(maxsize=1)
def _trailer() -> re.Pattern[str]:
    words = lexicon().pattern('trailer')
    return re.compile(
        rf'(?:(?:\n[\s#*_>(-]{{0,8}}|[.;,!$*]\s{{1,3}}[*_(]{{0,3}}|\s\()(?:(?:my|the|overall)\s)?{words}'
        rf'(?:\s(?:level|score))?[*_]{{0,3}}\s?[:：=][^\n]{{1,60}}'
        rf'|<{words}>[^<\n]{{1,40}}(?:</{words}>)?)\s*$'
    )


def without_trailer(text: str) -> str:
    """Return ``text`` without a last line that only says how sure the model is."""
    tail = lowered(text[-MAX_TRAILER:])
    if not any(word in tail for word in lexicon().words('trailer')):
        return text
    found = _trailer().search(tail)
    if found is None:
        return text
    before = text[: len(text) - len(tail) + found.start() + (tail[found.start()] in '.!$*')]
    return before if before.strip() else text
