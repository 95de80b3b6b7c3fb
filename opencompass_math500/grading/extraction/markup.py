"""Answers that markup points at: ``{"answer": 5}``, ``#### 5``."""

from __future__ import annotations

import json
import re

from opencompass_math500.grading.extraction.boxes import affirmed, answer_of, boxes_in
from opencompass_math500.grading.extraction.repair import repair
from opencompass_math500.grading.extraction.snippets import has_value, is_answer_like, tidy

__all__ = [
    'hash_answer',
    'json_answer',
]

_KEY = re.compile(r'["\'](?:final[ _]?)?answer["\']\s{0,4}:\s{0,4}', re.IGNORECASE)
# In an object with which the response ends, other names for the answer count as well.
_ANY_KEY = re.compile(
    r'["\'](?:(?:final[ _]?)?(?:answer|result|solution)|ans)["\']\s{0,4}:\s{0,4}', re.IGNORECASE
)
_QUOTED = re.compile(r'(["\'])((?:(?!\1)[^\n\\]|\\[^\n]){1,400})\1|([-\w./^+*\\]{1,80})')


def json_answer(text: str) -> str | None:
    """Return the value of the last ``"answer"`` key of a JSON object, well-formed or nearly so."""
    key = None
    keys = _ANY_KEY if _ANY_KEY.search(text, _start_of_last_object(text)) else _KEY
    for key in keys.finditer(text):  # noqa: B007  the last one is what is wanted
        pass
    if key is None:
        return None
    try:
        value, _ = json.JSONDecoder().raw_decode(text[key.end() : key.end() + 4000])
    except (ValueError, RecursionError):
        loose = _QUOTED.match(text, key.end())
        value = (loose[2] or loose[3]) if loose else None
    if isinstance(value, list) and all(isinstance(v, str | int | float) for v in value):
        value = ', '.join(str(v) for v in value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    # "\frac" is valid JSON for a form feed and "rac".
    answer = tidy(repair(str(value)))
    boxes = boxes_in(answer)
    answer = answer_of(affirmed(boxes, answer) or boxes, answer) if boxes else answer
    return answer if is_answer_like(answer) else None


# At the head of a line, or behind the sentence that it sums up: "= $44. #### 44".
def _start_of_last_object(text: str) -> int:
    """Where the object begins with which the text ends; its end where it ends otherwise."""
    is_last = text.rstrip(' \n`').endswith('}')
    return max(text.rfind('{'), 0) if is_last else len(text)


_HASHES = re.compile(r'(?:^|(?<=[.!?)\]$\d%°*] ))####[ \t]*([^\n#]{1,200})$', re.MULTILINE)


def hash_answer(text: str) -> str | None:
    """Return the value after the last ``####`` (Source: GSM8K,
    Cobbe et al. 2021, arXiv:2110.14168).
    """
    if '####' not in text:
        return None
    for found in reversed(list(_HASHES.finditer(text))):
        answer = tidy(found[1])
        # "#### 3x3 squares" above a paragraph is a heading.
        is_last = not text[found.end() :].strip()
        if has_value(answer) and is_answer_like(answer) and (is_last or not _has_word(answer)):
            return answer
    return None


def _has_word(answer: str) -> bool:
    return re.search(r'(?<!\\)(?<![A-Za-z])[A-Za-z]{2,}', answer) is not None
