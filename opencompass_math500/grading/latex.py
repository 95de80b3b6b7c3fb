"""Answer text to typed value: :func:`parse`, the only way in.

A text has one or two *readings*. ``1,234`` is a number whose comma groups thousands,
or a list of two: both are kept, and the comparison takes the one that fits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from opencompass_math500.grading.cleaning import clean
from opencompass_math500.grading.lexer import LexError, tokenize
from opencompass_math500.grading.limits import MAX_CHARS
from opencompass_math500.grading.parser import ParseError, Parser
from opencompass_math500.grading.units import unit_phrase
from opencompass_math500.grading.values import (
    Apply,
    Choice,
    NamedSet,
    Number,
    Numeral,
    Quantity,
    Symbol,
    Text,
    Value,
)
from opencompass_math500.grading.words import (
    flatten,
    lead_in,
    number_words,
    phrases,
    text_value,
)

__all__ = ['Reading', 'is_symbolic', 'parse']


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


@lru_cache(maxsize=4096)
def parse(text: str) -> Reading:
    """Read ``text`` as a final answer. Never raises; bounded in time and memory."""
    if len(text) > MAX_CHARS:
        return Reading('', (), f'longer than {MAX_CHARS} characters')
    if '\x00' in text or any('\ud800' <= char <= '\udfff' for char in text):
        return Reading('', (), 'control characters')
    cleaned = clean(text)
    if not cleaned:
        return Reading('', (), 'empty')
    values, problem = _read(cleaned)
    if not values:
        values = _prose(cleaned)
    return Reading(cleaned, values, '' if values else problem)


def _read(text: str) -> tuple[tuple[Value, ...], str]:
    """The values of a text without prose, and why there is none."""
    for rule in _WHOLE:
        value = rule(text)
        if value is not None:
            return (value,), ''
    values: list[Value] = []
    problem = ''
    for variant in _groupings(text):
        value, problem = _grammar(variant)
        if value is not None and value not in values:
            values.append(value)
    return tuple(values), problem


_GROUPED: Final = re.compile(r'(?<![\d.,_^])\d{1,3}(?:, ?\d{3})+(?!\d|, ?\d)')


def _groupings(text: str) -> tuple[str, ...]:
    """The text with its commas as thousands and as list separators, where both can be."""
    if ',' not in text:
        return (text,)
    # (45,300) is a pair, whatever 45,300 is.
    groups = [m for m in _GROUPED.finditer(text) if not _is_pair(text, m)]
    if not groups:
        return (text,)
    grouped = _GROUPED.sub(
        lambda m: m.group() if _is_pair(text, m) else re.sub(r'[, ]', '', m.group()), text
    )
    if any(' ' in match.group() for match in groups):
        return (text, grouped)
    # 10,080 and 12,345.67 cannot be lists.
    certain = any(
        any(part.startswith('0') for part in match.group().split(',')[1:])
        or text[match.end() : match.end() + 1] == '.'
        for match in groups
    )
    return (grouped,) if certain else (grouped, text)


def _is_pair(text: str, match: re.Match[str]) -> bool:
    return text[: match.start()].endswith(('(', '[')) and text[match.end() :].startswith((')', ']'))


def _grammar(text: str) -> tuple[Value | None, str]:
    try:
        tokens = tokenize(text)
        if not tokens:
            return None, 'nothing but spaces'
        return Parser(tokens).answer(), ''
    except (LexError, ParseError, ValueError) as error:
        return None, str(error)
    except RecursionError:
        # The caller's own stack was nearly used up.
        return None, 'nested too deeply'


# -- whole answers: forms that are read before the grammar ----------------------------


_INTEGER: Final = re.compile(r'-?\d+')
_CHOICE: Final = re.compile(
    r'(?:(?:option|choice|answer)\s*:?\s*)?\(\s*([A-Z])\s*\)[\s:.]*(.*)'
    r'|(?:option|choice|Option|Choice)\s*:?\s*([A-Z])\b[\s:.]*(.*)|([A-Z])[.:)]\s*(.*)',
    re.DOTALL | re.IGNORECASE,
)
_NUMERAL: Final = re.compile(
    r'\(?([0-9A-Za-z]+)\)?(?:_(?:base)?\(?(?:base)?(\d+|[a-z]+)\)?|\(?(?:in)?base(\d+|[a-z]+)\)?)'
)
_HEX: Final = re.compile(r'[0-9]*[0-9A-Fa-f]*')
_SUBSCRIPT_WORD: Final = re.compile(r'\s+')


def _integer(text: str) -> Value | None:
    return Number(int(text)) if len(text) < 1_500 and _INTEGER.fullmatch(text) else None


def _choice(text: str) -> Value | None:
    r"""``\text{(C)}``, ``(C) 12``, ``Option C``, ``C. Plane``."""
    if not any(mark in text for mark in (')', '.', ':', 'ption', 'hoice')):
        return None
    match = _CHOICE.fullmatch(flatten(text))
    if match is None:
        return None
    letter = match.group(1) or match.group(3) or match.group(5)
    rest = (match.group(2) or match.group(4) or match.group(6) or '').strip()
    if not letter.isupper() or rest[:1] in ('^', '_', '(', '+', '-', '=', '/', '*', ','):
        return None
    if match.group(5) and not (rest[:1].isalnum() or text.endswith(')')):
        return None
    return Choice(letter, rest)


def _numeral(text: str) -> Value | None:
    r"""``52_8``, ``A3_{16}``, ``(52)_8``, ``52_{\text{base }8}``, ``52 base 8``."""
    if '_' not in text and 'base' not in text:
        return None
    match = _NUMERAL.fullmatch(_SUBSCRIPT_WORD.sub('', flatten(text)))
    if match is None:
        return None
    digits, named = match.group(1), match.group(2) or match.group(3)
    base = int(named) if named.isdigit() and len(named) < 3 else number_words((named,))
    if base is None or not 2 <= base <= 36 or not (digits[0].isdigit() or len(digits) > 1):
        return None
    highest = max(int(digit, 36) for digit in digits)
    return Numeral(digits.upper().lstrip('0') or '0', base) if highest < max(base, 10) else None


def _phrase(text: str) -> Value | None:
    """``no solution``, ``all real numbers``, ``twenty-one``, ``Four treeks``."""
    if not (text[0].isalpha() or text[0] in '\\{'):
        return None
    if text[0] in '\\{' and not text.startswith(('\\text', '\\mbox', '\\mathrm', '{')):
        return None
    words = text_value(text).words
    joined = ' '.join(words)
    meaning = phrases().get(joined)
    if meaning is not None:
        return _meaning(meaning)
    if not joined.replace(' ', '').isalpha():
        return None
    number = number_words(words)
    if number is not None:
        return Number(number)
    for split in range(len(words) - 1, 0, -1):
        number = number_words(words[:split])
        if number is not None:
            unit = unit_phrase(' '.join(words[split:]))
            return None if unit is None else Quantity(Number(number), unit)
    return None


def _meaning(code: str) -> Value:
    kind, _, name = code.lstrip('-').partition(':')
    if kind == 'set':
        return NamedSet(name)
    if kind == 'text':
        return Text((name,), name)
    symbol = Symbol(name)
    return Apply('neg', (symbol,)) if code.startswith('-') else symbol


def _single_word(text: str) -> Value | None:
    r"""``Evelyn``, ``\text{even}``, ``ellipse``: one word, or several in one text command."""
    flat = flatten(text)
    if text.startswith(('\\text', '\\mbox', '\\mathrm', '\\textbf')) and text.endswith('}'):
        inner = text[text.index('{') + 1 : -1] if '{' in text else ''
        if '}' not in inner and len(flat) > 1 and all(c.isalpha() or c in " '-." for c in flat):
            return text_value(text)
    if len(flat) > 3 and flat.isalpha() and flat.isascii() and flat.lower() not in _MATH_WORDS:
        return text_value(text)
    return text_value(text) if flat.isalpha() and not flat.isascii() and len(flat) > 1 else None


_MATH_WORDS: Final = frozenset(('sqrt', 'infty', 'alpha', 'beta', 'gamma', 'theta', 'infinity'))
_WHOLE: Final = (_integer, _choice, _numeral, _phrase, _single_word)


# -- prose ----------------------------------------------------------------------------


_CALCULUS: Final = re.compile(r'\\(?:int|iint|oint|sum|prod|lim|partial)(?![A-Za-z])|\\frac\{d')
_WORD: Final = re.compile(r'[^\W\d_]{2,}')
_TEXT_PREFIX: Final = re.compile(r'^\\(?:text|mbox|mathrm)\s*\{([^{}]*)\}(?P<rest>.+)$', re.DOTALL)


def is_symbolic(text: str) -> bool:
    """Whether ``text`` holds an integral, sum, product, limit or derivative."""
    return _CALCULUS.search(text) is not None


def _prose(text: str) -> tuple[Value, ...]:
    """A sentence that ends in its answer, or text."""
    if is_symbolic(text):
        return ()
    match = lead_in().match(text)
    rest = match['rest'].rstrip(' .') if match else ''
    if rest:
        values, _ = _read(rest)
        if values:
            return values
    match = _TEXT_PREFIX.match(text)
    if match and ('=' in match['rest'] or '\\in' in match['rest']):
        # \text{Range of }f(x)=[0, 1]
        values, _ = _read(match['rest'])
        if values:
            return values
    flat = flatten(text)
    if _WORD.search(re.sub(r'\\[A-Za-z]+', ' ', flat)):
        return (text_value(text),)
    return ()
