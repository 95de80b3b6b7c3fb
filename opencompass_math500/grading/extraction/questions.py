"""Whether a question in a response is the one that was asked, or another.

A model that reads the question again goes on with its own answer; one that invents the
next problem does not. The two texts are compared by their words and numbers, for the
restatement may be a paraphrase, in part, or in another language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from opencompass_math500.grading.extraction.lexicon import lexicon

__all__ = ['asks_another', 'is_restated']

MAX_QUESTION: Final = 3000  # characters of either text that are compared
MAX_CUE: Final = 160  # characters before a heading that may say that it restates

# Shares of words in common. A next problem is often the last one with other numbers, or with
# one word for another ("odd" for "even"), so a restatement that is not announced is nearly whole.
ANNOUNCED: Final = 0.6
UNANNOUNCED: Final = 0.9
ANOTHER: Final = 0.35
TRANSLATED: Final = 0.15  # names, and words that two languages share

_TOKEN: Final = re.compile(r'[\u3400-\u9fff]|[^\W\d_]{2,}|\d+(?:[.,]\d+)*')
_SOLUTION: Final = re.compile(
    r'\n\s*[#*_>]{0,8}\s?(?:solution|answer|response|assistant|a)\b[*_]{0,3}\s?[:：]', re.IGNORECASE
)
_ASKED: Final = re.compile(
    r'\?|？|^\W{0,6}(?:find|compute|evaluate|simplify|determine|calculate|let)\b', re.IGNORECASE
)
_OWN_VOICE: Final = re.compile(r"\b(?:we|we're|i|let's)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Content:
    """Words without numbers; numbers in their order, those in words among them."""

    words: frozenset[str]
    numbers: tuple[str, ...]


@lru_cache(maxsize=64)
def _content(text: str) -> _Content:
    low = text.lower()
    spelled = lexicon().words('number')
    found = _TOKEN.findall(low)
    numbers = [token for token in found if token[0].isdigit() or token in spelled]
    words = frozenset(token for token in found if not token[0].isdigit()) - spelled
    return _Content(words, tuple(number.replace(',', '') for number in numbers))


def _in_order(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    """Tell whether all of ``part`` stand in ``whole``, one after the other: "3x = 9", "5x = 9"."""
    rest = iter(whole)
    return all(number in rest for number in part)


def _share(part: frozenset[str], whole: frozenset[str]) -> float:
    return len(part & whole) / len(part) if part else 0.0


def is_restated(question: str, before: str, problem: str | None) -> bool:
    """Tell whether what follows a heading asks again what was asked.

    Args:
        question: the text that follows the heading.
        before: the text that precedes it.
        problem: the question asked; where it is not known, the text must say that it
            reads the question again.
    """
    is_announced = _announces(before)
    if not problem:
        return is_announced
    asked = _content(problem[:MAX_QUESTION])
    first = _content(_first_paragraph(question))
    # A whole restatement may run on into the solution: as much as the problem is long.
    longest = min(len(problem) * 6 // 5 + 40, MAX_QUESTION)
    whole = _content(_SOLUTION.split(question[:longest], maxsplit=1)[0])
    least = ANNOUNCED if is_announced else UNANNOUNCED
    if _in_order(first.numbers, asked.numbers) and _share(first.words, asked.words) >= least:
        return True
    if _in_order(asked.numbers, whole.numbers) and _share(asked.words, whole.words) >= least:
        return True
    return _is_translated(first, asked) or _is_translated(whole, asked)


def _is_translated(one: _Content, asked: _Content) -> bool:
    """The same numbers, enough to be no accident, in other words."""
    digits = sorted(number for number in asked.numbers if number[0].isdigit())
    found = sorted(number for number in one.numbers if number[0].isdigit())
    kinds = set(digits)
    is_telling = len(kinds) > 2 or (len(kinds) == 2 and any(len(n) > 1 for n in kinds))
    return digits == found and is_telling and _share(asked.words, one.words) <= TRANSLATED


def _announces(before: str) -> bool:
    """Tell whether the line before a heading says that the question is read again."""
    line = before.rstrip()[-MAX_CUE:].rpartition('\n')[2]
    return _cue().search(line.lower()) is not None


@lru_cache(maxsize=1)
def _cue() -> re.Pattern[str]:
    return re.compile(lexicon().pattern('rereading'))


def asks_another(question: str, problem: str) -> bool:
    """Tell whether a question with which the response opens is plainly not the one asked."""
    paragraph = _first_paragraph(question)
    if _ASKED.search(paragraph) is None or _OWN_VOICE.search(paragraph) is not None:
        return False
    said, asked = _content(paragraph), _content(problem[:MAX_QUESTION])
    return (
        len(said.words) > 3
        and not set(said.numbers) & set(asked.numbers)
        and _share(said.words, asked.words) < ANOTHER
        and _share(asked.words, said.words) < ANOTHER
    )


def _first_paragraph(question: str) -> str:
    text = question[:MAX_QUESTION].lstrip(' \t\r\n*_:：')
    text = _SOLUTION.split(text, maxsplit=1)[0]
    return text.partition('\n\n')[0]
