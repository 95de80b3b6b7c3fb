"""Words in answers: reviewed data files, number words, and text in one normal form."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from opencompass_math500.grading.values import Text

__all__ = [
    'DATA_FILES',
    'announced',
    'connectives',
    'counters',
    'flatten',
    'fraction_words',
    'is_cardinal',
    'negations',
    'number_words',
    'ordered',
    'phrases',
    'refused',
    'rows',
    'text_value',
]

DATA_FILES: Final = (
    'units.tsv',
    'number_words.tsv',
    'numerals.tsv',
    'phrases.tsv',
    'prose.tsv',
)
"""The data that grading reads; part of the grader's version."""


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """Return the entries of a data file: tab-separated, ``#`` for comments, the reason last."""
    text = (files('opencompass_math500') / 'data' / name).read_text(encoding='utf-8')
    return tuple(
        tuple(cell.strip() for cell in line.split('\t'))
        for line in text.splitlines()
        if line.strip() and not line.startswith('#')
    )


@lru_cache(maxsize=1)
def phrases() -> dict[str, str]:
    """Return whole answers in words and what they mean: ``no solution`` is ``set:empty``."""
    return {phrase: meaning for phrase, meaning, *_ in rows('phrases.tsv')}


@lru_cache(maxsize=1)
def _number_words() -> dict[str, tuple[str, int]]:
    table = {word: (kind, int(value)) for word, kind, value, *_ in rows('number_words.tsv')}
    return {word: found for word, found in table.items() if found[0] in _KINDS}


def number_words(words: tuple[str, ...]) -> int | None:
    """Return the number that ``('one', 'hundred', 'twenty', 'one')`` spells, or None."""
    table = _number_words()
    total = current = 0
    seen = False
    for word in words:
        if word == 'and' and seen:
            continue
        if word not in table:
            return None
        kind, value = table[word]
        seen = True
        if kind == 'unit':
            current += value
        elif kind == 'hundred':
            current = max(current, 1) * value
        else:  # scale
            total += max(current, 1) * value
            current = 0
    return total + current if seen else None


_KINDS: Final = ('unit', 'hundred', 'scale')
_PARTS: Final = {'half': 2, 'halve': 2, 'quarter': 4}


def fraction_words(words: tuple[str, ...]) -> Fraction | None:
    """Read ``one half``, ``two thirds``, ``three quarters``; a bare ``third`` is an ordinal."""
    if not words:
        return None
    if 'and' in words[1:-1]:
        # two and three eighths
        at = words.index('and')
        whole, rest = number_words(words[:at]), fraction_words(words[at + 1 :])
        return whole + rest if whole is not None and rest is not None and rest < 1 else None
    plural = words[-1].endswith('s')
    part = words[-1].removesuffix('s')
    kind, below = _number_words().get(part, ('', 0))
    denominator = _PARTS.get(part, below if kind == 'unit' and part.endswith(_ORDINAL_ENDS) else 0)
    top = number_words(words[:-1]) if len(words) > 1 else int(part in _PARTS)
    if not denominator or not top or not (plural or top == 1):
        return None
    return Fraction(top, denominator)


_ORDINAL_ENDS: Final = ('th', 'third')
_WRAPPED: Final = re.compile(
    r'\\(?:text|mbox|mathrm|textbf|textit|textrm|mathbf|textsf|operatorname|emph|underline)\s*\{'
)
_NOT_WORDS: Final = re.compile(r"[^\w\s.%'+/^=<>|-]|_|(?<!\d)\.|\.(?!\d)")
# eight-hour, x-axis, 3-digit, "Yes - it is"; but x - 1 is a difference.
_HYPHEN: Final = re.compile(
    r'(?<=[^\W\d_]{2})\s*-\s*(?=[^\W\d_]{2})|(?<=\w)-(?=[^\W\d_]{2})|(?<=[^\W\d_]{2})-(?=[^\W\d_])'
)
_OPERATOR: Final = re.compile(r'[-+/^=<>|]')
_ARTICLES: Final = frozenset(('the', 'a', 'an'))


def flatten(text: str) -> str:
    r"""Drop text commands and braces: ``\text{(C)}`` is ``(C)``."""
    flat = _WRAPPED.sub('{', text) if '\\' in text else text
    flat = flat.replace('{', ' ').replace('}', ' ') if '{' in flat else flat
    return re.sub(r'\\[ ,;:!]|~|\$|\\quad|\s+', ' ', flat).strip()


def text_value(text: str) -> Text:
    """Return the normal form in which two texts are compared; operators count as words."""
    flat = flatten(text)
    plain = _NOT_WORDS.sub(' ', _HYPHEN.sub(' ', flat.casefold()))
    found = tuple(_OPERATOR.sub(lambda sign: f' {sign.group()} ', plain).split())
    kept = tuple(word for word in found if word not in _ARTICLES)
    return Text(kept or found, flat)


@lru_cache(maxsize=1)
def connectives() -> dict[str, str]:
    """Return the words that join the values of a list, as ``and`` or ``or``."""
    return {word: kind for word, kind, *_ in rows('prose.tsv') if kind in ('and', 'or')}


@lru_cache(maxsize=1)
def counters() -> frozenset[str]:
    """Return what may follow a number in scripts without spaces and say no more: 个, です."""
    return frozenset(word for word, kind, *_ in rows('prose.tsv') if kind == 'counter')


@lru_cache(maxsize=1)
def refused() -> frozenset[str]:
    """Return words that change the value behind which they stand: no unit, nothing counted."""
    return frozenset(word for word, kind, *_ in rows('prose.tsv') if kind == 'refused')


def is_cardinal(word: str) -> bool:
    """Tell whether a word for a number counts, as ``three`` does; ``third`` names a place."""
    return not word.endswith(('first', 'second', 'third', 'th'))


@lru_cache(maxsize=1)
def ordered() -> frozenset[str]:
    """Return the words that say an operation or a kind behind an ordinal: the third ``power``."""
    return frozenset(word for word, kind, *_ in rows('prose.tsv') if kind == 'ordered')


@lru_cache(maxsize=1)
def negations() -> frozenset[str]:
    """Return the words by which a sentence denies what it names."""
    return frozenset(word for word, kind, *_ in rows('prose.tsv') if kind == 'negation')


def announced(text: str) -> str | None:
    """Return what ``The answer is 5`` announces; None where nothing is, or it is denied."""
    match = _lead_in().match(text)
    if match is None:
        return None
    before = match['before'].split()[-2:]
    if negations() & {word.lower().strip(',.') for word in before}:
        return None  # La respuesta no es 5
    if match['before'].endswith(('不', '非')):
        return None
    return match['rest']


@lru_cache(maxsize=1)
def _lead_in() -> re.Pattern[str]:
    """Matches ``The answer is 5``, ``答案是5``: what stands ``before``, and the ``rest``."""
    words = [re.escape(word) for word, kind, *_ in rows('prose.tsv') if kind == 'copula']
    latin = '|'.join(word for word in words if ord(word[0]) < 0x3000)
    cjk = '|'.join(word for word in words if ord(word[0]) >= 0x3000)
    return re.compile(
        rf'^(?=[^=<>]*?[^\W\d_])(?P<before>[^=<>\d]{{0,300}})(?:\b(?:{latin})\b|{cjk})[\s:}}]*(?P<rest>\S.*)$',
        re.DOTALL | re.IGNORECASE,
    )
