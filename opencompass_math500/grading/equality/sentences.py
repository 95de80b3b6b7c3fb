"""Answers in words: the same words, or a sentence that names the gold and nothing else."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from opencompass_math500.grading.decision import Decision
from opencompass_math500.grading.equality.relations import is_equation
from opencompass_math500.grading.parsing.words import (
    announced,
    flatten,
    negations,
    phrases,
    rows,
    text_value,
)
from opencompass_math500.grading.values import Choice, Relation, Sequence, Text, Value

__all__ = ['same_text']

_NAME: Final = re.compile(r'\b[A-Z][a-z]+')
_SIGNS: Final = re.compile(r'[+^<>=\\]')
_MAX_GOLD_WORDS: Final = 4
_NEITHER_NOR: Final = 3


def same_text(gold_text: str, answer_text: str, gold: Value, answer: Value) -> Decision:
    """Compare where at least one side is words; the other is taken by its text."""
    first = gold if isinstance(gold, Text) else text_value(gold_text)
    second = answer if isinstance(answer, Text) else text_value(answer_text)
    signs = {side.raw.startswith('-') for side in (first, second)}
    if _bare(first.words) == _bare(second.words) and len(signs) == 1:
        return Decision(True, 'text.words', 'the same words')
    if isinstance(answer, Choice) and text_value(answer.rest).words == first.words:
        return Decision(True, 'text.words', 'the same words behind a letter')
    if {first.words, second.words} <= _particles() or _same_date(first, second):
        equal = first.words == second.words or _same_date(first, second)
        return Decision(equal, 'text.words', 'the same date' if equal else 'other words')
    if isinstance(gold, Text) and _is_words(answer) and _names_only(first, second):
        return Decision(True, 'text.sentence', f'a sentence about {first.raw}')
    if isinstance(gold, Text) and (_says(first, answer_text) or _ends_in(first, second)):
        return Decision(True, 'text.sentence', f'a sentence about {first.raw}')
    announced = _announced(answer_text, answer), _announced(gold_text, gold)
    if first.words in announced[0] or second.words in announced[1]:
        return Decision(True, 'text.announced', 'the same words behind an announcement')
    kind = 'other words' if isinstance(gold, Text) else 'words where a value is asked for'
    return Decision(False, 'text.words', kind)


@lru_cache(maxsize=1)
def _particles() -> frozenset[tuple[str, ...]]:
    """Yes and no, in whatever language they were said."""
    return frozenset((('yes',), ('no',)))


_PARTICLE: Final = re.compile(r'([^\W\d_]+)(?:\s*[,;.:!—–]|\s+(?=(?:because|since|as)\b))')


def _says(gold: Text, text: str) -> bool:
    """``No, it does not`` for a gold ``No``: the first word answers, the rest repeats it."""
    flat = flatten(text)
    first = _PARTICLE.match(flat)
    if gold.words not in _particles() or first is None:
        return False
    meaning = phrases().get(first[1].casefold(), '').removeprefix('text:')
    others = {phrases().get(word, '').removeprefix('text:') for word in text_value(flat).words[1:]}
    return (meaning,) == gold.words and not others & ({'yes', 'no'} - {meaning})


def _ends_in(gold: Text, answer: Text) -> bool:
    """``The series converges`` for a gold ``converges``: before it only what it is said of."""
    before = answer.words[: -len(gold.words)]
    return (
        bool(before)
        and answer.words[-len(gold.words) :] == gold.words
        and set(before) <= _kind('subject')
    )


def _same_date(first: Text, second: Text) -> bool:
    """``March 14`` and ``14th of March``."""
    sides = ([w for w in side.words if w != 'of'] for side in (first, second))
    dates = [sorted(map(_ordinal, words)) for words in sides]
    return dates[0] == dates[1] and len(dates[0]) in (2, 3) and bool(_kind('month') & set(dates[0]))


def _ordinal(word: str) -> str:
    return re.sub(r'^(\d{1,2})(?:st|nd|rd|th)$', r'\1', word)


@lru_cache(maxsize=8)
def _kind(kind: str) -> frozenset[str]:
    return frozenset(word for word, found, *_ in rows('prose.tsv') if found == kind)


@lru_cache(maxsize=1)
def _fillers() -> frozenset[str]:
    return _kind('filler')


def _bare(words: tuple[str, ...]) -> tuple[str, ...]:
    """``on Wednesday`` and ``Wednesday``: without the words that only lead in."""
    start = 0
    while start < len(words) - 1 and words[start] in _fillers():
        start += 1
    return words[start:]


def _announced(text: str, value: Value) -> tuple[tuple[str, ...], ...]:
    """The words behind ``x =`` or ``The answer is``."""
    found: list[tuple[str, ...]] = []
    last = value.sides[-1] if isinstance(value, Relation) and is_equation(value) else None
    if isinstance(last, Text):
        found.append(last.words)
    if rest := announced(text):
        found.append(text_value(rest).words)
    if isinstance(value, Text) and value.raw.count(':') == 1:
        found.append(text_value(value.raw.partition(':')[2]).words)  # Student: Evelyn
    return tuple(found)


def _is_words(value: Value) -> bool:
    """Text, or text with commas in it: ``Yes, it is.``"""
    if isinstance(value, Sequence):
        # \\text{red}, \\text{blue} are two answers.
        followers = _fillers() | _continuations()
        return all(isinstance(item, Text) for item in value.items) and all(
            isinstance(item, Text) and item.words and item.words[0] in followers
            for item in value.items[1:]
        )
    return isinstance(value, Text)


@lru_cache(maxsize=1)
def _continuations() -> frozenset[str]:
    return frozenset(word for word, kind, *_ in rows('prose.tsv') if kind == 'continues')


def _goes_on(gold: Text, word: str) -> bool:
    """Tell whether ``word`` begins what is said of the gold; behind a name most verbs do."""
    is_name = gold.raw[:1].isupper() and len(gold.words) == 1
    is_verb = len(word) > 3 and word.endswith(('s', 'ed'))
    return word in _fillers() or word in _continuations() or (is_name and is_verb)


def _names_only(gold: Text, answer: Text) -> bool:
    """``Navin earns the most after an eight-hour day.`` for a gold ``Navin``."""
    size = len(gold.words)
    if not 0 < size <= _MAX_GOLD_WORDS or answer.words[:size] != gold.words:
        return False
    rest = answer.words[size:]
    if re.search(rf'\b{re.escape(gold.words[-1])}-\w', answer.raw, re.IGNORECASE):
        return False  # east-west
    if not rest or len(rest[0]) == 1 or _SIGNS.search(answer.raw):
        return False  # \\text{Evelyn} + 1
    if gold.words == ('neither',) and len(rest) == _NEITHER_NOR and rest[1] == 'nor':
        return True  # Neither even nor odd
    if negations() & set(rest) or 'and' in rest or not _goes_on(gold, rest[0]):
        return False  # \\text{north east}, \\text{heads then tails}
    named = set(flatten(gold.raw).split())
    return all(name in named for name in _NAME.findall(flatten(answer.raw))[1:])
