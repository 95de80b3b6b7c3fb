"""Answer text to typed value: :func:`parse`, the only way in.

A text has one or two *readings*. ``1,234`` is a number whose comma groups thousands,
or a list of two: both are kept, and the comparison takes the one that fits.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from opencompass_math500.grading.limits import MAX_CHARS, MAX_REMEMBERED
from opencompass_math500.grading.parsing.cleaning import clean
from opencompass_math500.grading.parsing.digits import grouped_in_twos
from opencompass_math500.grading.parsing.forms import FORMS
from opencompass_math500.grading.parsing.grammar import grammar
from opencompass_math500.grading.parsing.remarks import without_remarks
from opencompass_math500.grading.parsing.typesetting import without_evaluation
from opencompass_math500.grading.parsing.words import (
    announced,
    flatten,
    negations,
    text_value,
)
from opencompass_math500.grading.values import (
    ZERO_VECTOR,
    Choice,
    Number,
    Relation,
    Sequence,
    Symbol,
    Text,
    Value,
    is_expression,
)

__all__ = ['Reading', 'parse']


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text can mean.

    Attributes:
        text: the cleaned text.
        values: the possible values, the likeliest first; empty where there is none.
        problem: why there is none, in a few words.
    """

    text: str
    values: tuple[Value, ...]
    problem: str = ''


def parse(text: str) -> Reading:
    """Read ``text`` as a final answer. Never raises; bounded in time and memory."""
    # 4,000 trees of 4,000 characters each would hold a gigabyte.
    return _remembered(text) if len(text) <= MAX_REMEMBERED else _parsed(text)


@lru_cache(maxsize=2048)
def _remembered(text: str) -> Reading:
    return _parsed(text)


def _parsed(text: str) -> Reading:
    if len(text) > MAX_CHARS or (
        # One character can stand for eighteen: U+FDFA is a whole sentence.
        not text.isascii() and len(unicodedata.normalize('NFKC', text)) > MAX_CHARS
    ):
        return Reading('', (), f'longer than {MAX_CHARS} characters')
    if '\x00' in text or any('\ud800' <= char <= '\udfff' for char in text):
        return Reading('', (), 'control characters')
    cleaned = clean(text)
    if not cleaned:
        return Reading('', (), 'empty')
    if _ZERO_VECTOR.fullmatch(cleaned):
        return Reading(cleaned, (Number(0), ZERO_VECTOR))
    values, problem = _read(cleaned)
    if not values and 0 < (lost := _lost_braces(cleaned)) < 5:
        values, _ = _read(cleaned + '}' * lost)  # 2\sqrt{3
    if not values and cleaned.count('=') and (chain := without_evaluation(cleaned)):
        values, _ = _read(chain)
    if not values:
        values = _prose(cleaned)
    elif isinstance(values[0], Text) and _DIGIT.search(cleaned):
        values = (*_without_remarks(cleaned), *values)  # \text{after 17 days}
    return Reading(cleaned, values, '' if values else problem)


def _read(text: str) -> tuple[tuple[Value, ...], str]:
    """The values of a text without prose, and why there is none."""
    if not text:
        return (), 'empty'  # what is left of \dots + \theta_7 =
    for rule in FORMS:
        value = rule(text)
        if value is not None:
            return (value,), ''
    if (letter := _BRACKETED.fullmatch(text)) is not None:
        # (b): the letter, or a choice in small.
        return (Symbol(letter[1]), Choice(letter[1].upper())), ''
    if ',0' in text and _MISGROUPED.search(text):
        return (), 'digits grouped wrongly'
    values: list[Value] = []
    problem = ''
    for variant in _groupings(text):
        value, problem = grammar(variant)
        if value is not None and value not in values:
            values.append(value)
    if not values and _SPACED_LIST.fullmatch(text):
        return (Sequence(tuple(Number(int(part)) for part in text.split())),), ''
    return tuple(values), problem


_DIGIT: Final = re.compile(r'[0-9]')
_BRACKETED: Final = re.compile(r'\(\s*([a-h])\s*\)')
# 3 5 7: two numbers side by side may be a fraction that lost its line.
_SPACED_LIST: Final = re.compile(r'-?\d{1,9}(?: -?\d{1,9}){2,40}')
_ZERO_VECTOR: Final = re.compile(
    r'\\(?:mathbf|vec|boldsymbol|bm|pmb|overrightarrow|bold)\s*\{?\s*0\s*\}?'
)
# No thousands begin with 0: "\{0, 284\}" is no 284.
_GROUPED: Final = re.compile(r'(?<![\d.,_^])[1-9]\d{0,2}(?:, ?\d{3})+(?!\d|, ?\d)')
# 58,0500 is neither 58,500 nor the numbers 58 and 500.
_MISGROUPED: Final = re.compile(r'\d,0\d{3}')


def _groupings(text: str) -> tuple[str, ...]:
    """The text with its commas as thousands and as list separators, where both can be."""
    if ',' not in text:
        return (text,)
    if (paired := grouped_in_twos(text)) is not None:
        return (text, paired)
    # (45,300) is a pair, whatever 45,300 is.
    groups = [m for m in _GROUPED.finditer(text) if not _is_pair(text, m)]
    if not groups:
        return (text,)
    grouped = _GROUPED.sub(
        lambda m: m.group() if _is_pair(text, m) else re.sub(r'[, ]', '', m.group()), text
    )
    if any(' ' in match.group() for match in groups):
        return (text, grouped)
    # 10,080 and 12,345.67 cannot be lists, nor can \$31,200.
    certain = any(
        any(part.startswith('0') for part in match.group().split(',')[1:])
        or text[match.end() : match.end() + 1] == '.'
        or text[: match.start()].rstrip().endswith('\\$')
        for match in groups
    )
    return (grouped,) if certain else (grouped, text)


# \log_{10}(10,000): a function of one number, whose argument is no pair.
_ARGUMENT: Final = re.compile(
    r'\\?(?:log|ln|lg|exp|sin|cos|tan|cot|sec|csc|arc[a-z]{3})\s*(?:_\s*\{?\s*\w{1,6}\s*\}?)?\s*'
    r'(?:\\left\s*)?\($'
)


def _is_pair(text: str, match: re.Match[str]) -> bool:
    start, end = match.span()
    if not (text[:start].endswith(('(', '[')) and text[end:].startswith((')', ']', '\\right'))):
        return False
    return _ARGUMENT.search(text[max(0, start - 40) : start]) is None


def _without_remarks(text: str) -> tuple[Value, ...]:
    """The value that stands between words that say nothing about it."""
    for candidate in without_remarks(text):
        values, _ = _read(candidate)
        if values and not any(isinstance(one, Text | Choice) for one in values):
            return values
    return ()


_DOTTED: Final = re.compile(r'\\(?:[lc]?dots|dotsb)(?![A-Za-z])')


def _summed(text: str) -> tuple[Value, ...]:
    r"""``\theta_1 + \dots + \theta_7 = 1305^\circ``: a sum whose terms are names, and its value."""
    left, equals, right = text.rpartition('=')
    if not equals or _DOTTED.search(left) is None:
        return ()
    values, _ = _read(right.strip())
    label = Text((left.strip(),), left)
    return tuple(Relation((label, value), ('=',)) for value in values if is_expression(value))


def _lost_braces(text: str) -> int:
    """How many braces a text leaves open."""
    return text.count('{') - text.count('\\{') - text.count('}') + text.count('\\}')


# -- prose ----------------------------------------------------------------------------


_CALCULUS: Final = re.compile(
    r'\\(?:int|iint|oint|sum|prod|lim|partial)(?![A-Za-z])|\\d?frac\{d[^{}]{0,8}\}\{d'
)
_WORD: Final = re.compile(r'[^\W\d_]{2,}')
_TEXT_PREFIX: Final = re.compile(r'^\\(?:text|mbox|mathrm)\s*\{([^{}]*)\}(?P<rest>.+)$', re.DOTALL)


def _is_symbolic(text: str) -> bool:
    """Tell whether ``text`` holds an integral, sum, product, limit or derivative."""
    return _CALCULUS.search(text) is not None


# It is false that x = 10; but P(not A) = 1/3 names an event.
_DENIED: Final = re.compile(r'\b(?:is|are)\s+(?:not|false|wrong|impossible)\b|\bno\s+such\b')
_NUMBER_OF: Final = re.compile(r'\bno\.?\s+of\b')


def _answers(words: str) -> bool:
    r"""Tell whether the words of a prefix are an answer already: ``\text{No, because } 2+3=5``."""
    said = _NUMBER_OF.sub(' ', words.lower())
    found = [word.strip(' ,.;:') for word in said.split()]
    if _DENIED.search(said) is not None:
        return True
    return bool(found) and found[0] in negations() | {'yes', 'true'}


def _prose(text: str) -> tuple[Value, ...]:
    """A sentence that ends in its answer, or text."""
    if _is_symbolic(text):
        return ()
    for spelling in (text, flatten(text)):
        # \text{There are 5 ways} has its brace at the end.
        rest = (announced(spelling) or '').rstrip(' .')
        values, _ = _read(rest) if rest else ((), '')
        if values := values or _without_remarks(rest):
            return values
    match = _TEXT_PREFIX.match(text)
    if match and ('=' in match['rest'] or '\\in' in match['rest']) and not _answers(match[1]):
        # \text{Range of }f(x)=[0, 1]
        values, _ = _read(match['rest'])
        if values:
            return values
    if values := _without_remarks(text) or _summed(text):
        return (*values, text_value(text))
    flat = flatten(text)
    if _WORD.search(re.sub(r'\\[A-Za-z]+', ' ', flat)):
        return (text_value(text),)
    return ()
