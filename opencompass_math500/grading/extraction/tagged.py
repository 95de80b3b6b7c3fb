r"""The value in an answer tag, however the tag's content is written.

A tag is a commitment by itself, so its content is read more willingly than a sentence in
the open: a formula with half of its delimiters (``\( 3 \``), a statement without a
"therefore" ("The remainder is 1"), a count with what is counted.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from opencompass_math500.grading.extraction.endings import announcements
from opencompass_math500.grading.extraction.lexicon import lexicon
from opencompass_math500.grading.extraction.phrases import value_in
from opencompass_math500.grading.extraction.snippets import (
    is_answer_like,
    lowered,
    starts_with_value,
    tidy,
)
from opencompass_math500.grading.parsing.cleaning import clean
from opencompass_math500.grading.parsing.grammar import grammar
from opencompass_math500.grading.parsing.words import flatten
from opencompass_math500.grading.values import Sequence

__all__ = ['boxed_statement', 'computed', 'counted', 'mended', 'stated', 'whole_list']

MAX_STATED: Final = 300  # characters of a statement in a tag

_DELIMITERS: Final = (('\\(', '\\)'), ('\\[', '\\]'))
_NUMBER: Final = re.compile(
    r'(?<![\w.\\^])[-−]?(?:\\?\$)?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:\s?/\s?\d+)?(?:\s?\\?%)?(?![\w^])'
)
# "9 multiples of 10 between 11 and 103", "1320 ordered ways to choose the balls"
_COUNT: Final = re.compile(
    r'(?P<number>[-−]?\d[\d,]*(?:\.\d+)?)\s+'
    r'(?:\[[\w ]{1,30}\]|(?P<things>[a-z]{3,}(?:\s+[\w\',.-]+)*))'
)
# "= 12 · 11 · 10 = 1320 ordered ways": sides that only compute, and the last with its things
_CHAIN: Final = re.compile(
    r'(?:=[^=,;]{1,80}|^[\d\s×x*·+/().−-]{1,80})=\s*(?P<value>[-−]?\d[\d,]*(?:\.\d+)?)'
    r'(?P<rest>\s[^=]*|\.?)$'
)
_THERE: Final = re.compile(r'\bthere (?:is|are|were|will be)\b')
_DENIAL: Final = re.compile(r"\b(?:not|cannot|can't|unable|unknown|n't|no)\b|\?")


def mended(text: str) -> str:
    r"""Return ``text`` without delimiters of a formula whose partner is missing.

    >>> mended('\\( 3 \\'), mended('$-4'), mended('4 \\]')
    ('3', '-4', '4')
    """
    text = text.strip()
    if text.endswith('\\') and not text.endswith('\\\\'):
        text = text[:-1].rstrip()
    for left, right in _DELIMITERS:
        if text.count(left) > text.count(right) and text.startswith(left):
            text = text[len(left) :].strip()
        elif text.count(right) > text.count(left) and text.rstrip('.').endswith(right):
            text = text.rstrip('.')[: -len(right)].strip()
    if (text.count('$') - text.count('\\$')) % 2 and '\\$' not in text:
        if text.startswith('$'):
            text = text.lstrip('$').strip()
        elif text.rstrip('.').endswith('$'):
            text = text.rstrip('.').rstrip('$').strip()
    return text


def counted(value: str) -> str:
    """Return the number of a count with its things and more numbers; any other value as it is."""
    found = _COUNT.fullmatch(value)
    if found is None:
        return value
    things = found['things']
    first = things.split()[0].lower() if things else ''
    is_unit = first in lexicon().words('unit') or first in ('and', 'or', 'mod')
    return value if is_unit else found['number']


def _leads(sentence: str) -> bool:
    """Tell whether the sentence says which of several numbers it is: "72 has 12 divisors"."""
    value = value_in(sentence)
    return value is not None and starts_with_value(value)


def computed(text: str) -> str | None:
    """Return 90, of ``6 x 3 x 5 = 90 [outfits]``: the last side of a chain that computes."""
    chain = _CHAIN.search(text) if '=' in text and len(text) <= MAX_STATED else None
    if chain is None or re.search(r'\d|\band\b', chain['rest']):
        return None
    return chain['value']


# Words that a list of values may hold; any other belongs to a sentence ("5 or so").
_LISTING: Final = frozenset(('and', 'or', 'inf', 'infty', 'infinity', 'sqrt', 'pi', 'frac'))
_LETTERS: Final = re.compile(r'[^\W\d_]{2,}')


def whole_list(text: str) -> str | None:
    """Return a content that is one list, tuple or interval as it stands: ``x = 4 or x = -3``.

    The grammar of answers decides: a sentence, or a value alone, is for the other readers.
    """
    if not (' or ' in text or ' and ' in text or ',' in text) or len(text) > MAX_STATED:
        return None
    if not _LISTING.issuperset(word.lower() for word in _LETTERS.findall(text)):
        return None
    value = tidy(text)
    read, _ = grammar(clean(value))
    return value if isinstance(read, Sequence) and len(read.items) > 1 else None


def stated(text: str, problem: str | None) -> str | None:
    """Return the value that a statement in a tag makes ("After 4 bounces"); None where none.

    It must not deny, plan or ask; where no copula leads to the value, the only number is it.
    """
    sentence = ' '.join(text.split())
    if not sentence or len(sentence) > MAX_STATED:
        return None
    low = lowered(sentence)
    if _DENIAL.search(low) or announcements()[1].search(low):
        return None
    numbers = _NUMBER.findall(sentence)
    if len(numbers) > 1 and not _THERE.search(low) and not _leads(sentence):
        return None  # "We moved 5 times with 3 boxes."
    from opencompass_math500.grading.extraction.conclusions import (
        concluding_sentence,  # no box needs it
    )

    closed = sentence if sentence.endswith(('.', '!', '$')) else f'{sentence}.'
    found = concluding_sentence(f'Therefore, {closed}', problem)
    if found is not None:
        return counted(found)
    if len(numbers) == 1 and not re.search(r'[\\=^]', sentence):
        value = tidy(numbers[0])
        return value if is_answer_like(value) else None
    return None


_BOXED_SENTENCE: Final = re.compile(r'[A-Za-z]+(?: [^ ]+){2,}')
_PLAIN_NUMBER: Final = re.compile(r'[-−]?(?:\\?\$)?\d[\d,]*(?:\.\d+)?(?:/\d+)?(?:\s?\\?%)?')


def boxed_statement(content: str, problem: str | None) -> str:
    r"""Return 6, of ``\text{A cube has 6 faces.}``: a sentence in a box, with one number.

    Any other content as it is: what is measured keeps its unit, and words stay words.
    """
    if 'text' not in content and not content[:1].isalpha():
        return content
    if content.count(' ') < 3 or len(content) > MAX_STATED:
        return content
    flat = flatten(content).strip()
    low = lowered(flat)
    if _BOXED_SENTENCE.match(flat) is None or _bound().search(low) or not _says(low):
        return content
    if len(_NUMBER.findall(flat)) != 1:
        return content
    value = stated(flat, problem)
    return value if value is not None and _PLAIN_NUMBER.fullmatch(value) else content


def _says(low: str) -> bool:
    """Tell whether a sentence has a verb: a copula, or one that takes a value."""
    return any(word in _verbs() for word in low.split())


@lru_cache(maxsize=1)
def _bound() -> re.Pattern[str]:
    return re.compile(lexicon().pattern('bound'))


@lru_cache(maxsize=1)
def _verbs() -> frozenset[str]:
    return lexicon().words('copula') | lexicon().words('verb')
