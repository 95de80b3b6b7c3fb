"""Whole answers that are read before the grammar: choices, numerals, words."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Final

from opencompass_math500.grading.parsing.builders import signed
from opencompass_math500.grading.parsing.clock import clock
from opencompass_math500.grading.parsing.grammar import grammar
from opencompass_math500.grading.parsing.hanzi import hanzi
from opencompass_math500.grading.parsing.numbers import number_literal
from opencompass_math500.grading.parsing.numerals import spelled_number
from opencompass_math500.grading.parsing.ranges import in_words
from opencompass_math500.grading.parsing.units import is_known, unit_phrase
from opencompass_math500.grading.parsing.words import (
    announced,
    flatten,
    fraction_words,
    is_cardinal,
    number_words,
    ordered,
    phrases,
    text_value,
)
from opencompass_math500.grading.values import (
    Apply,
    Choice,
    NamedSet,
    Number,
    Numeral,
    Quantity,
    Sequence,
    Symbol,
    Text,
    Value,
)

__all__ = ['FORMS']


_INTEGER: Final = re.compile(r'-?\d+')
_CHOICE: Final = re.compile(
    r'(?:(?:option|choice|answer|graph|letter|figure|statement|part)\s*:?\s*)?\(\s*([A-Z])\s*\)[\s:.]*(.*)'
    r'|(?:option|choice|graph|letter|figure|statement)\s*:?\s*([A-Z])\b[\s:.]*(.*)|([A-Z])[.:)]\s*(.*)',
    re.DOTALL | re.IGNORECASE,
)
_LETTERED: Final = re.compile(
    r'\\(?:text|textbf|mathrm|mathbf|textrm)\s*\{\s*\(\s*([A-H])\s*\)[.:]?\s*\}(?:\s|~|:|\\[ ,;:!]|'
    r'\\q?quad)*'
)
_LISTED: Final = r'(?:\(\s*[A-H]\s*\)|[A-H])'
_CHOICES: Final = re.compile(rf'{_LISTED}(?:\s*(?:,|,?\s*\band\b|,?\s*\bor\b)\s*{_LISTED}){{1,7}}')
_NUMERAL: Final = re.compile(
    r'\(?([0-9A-Za-z]+?)\)?(?:_(?:base)?\(?(?:base)?(\d+|[a-z]+)\)?|\(?(?:in)?base(\d+|[a-z]+)\)?)'
)
_CHOICE_MARKS: Final = (')', '.', ':', 'ption', 'hoice', 'raph', 'etter', 'igure', 'tatement')
_BASE_NAMES: Final = {'hex': 16, 'oct': 8, 'bin': 2, 'dec': 10, 'b': 2}
_SUBSCRIPT_WORD: Final = re.compile(r'\s+')


# (B) and (C) only, (B)(x+1): the letter is not the whole choice.
_GOES_ON: Final = re.compile(
    r'[\^_(+\-=/*,&~]|\\&|\\approx\b|(?:\\(?:text|mathrm)\s*\{\s*)?(?:and|or)\b'
)


def _integer(text: str) -> Value | None:
    return Number(int(text)) if len(text) < 1_500 and _INTEGER.fullmatch(text) else None


_SCIENTIFIC: Final = re.compile(r'(-?)(\d+(?:\.\d+)?[eE][+-]?\d{1,3})')


def _scientific(text: str) -> Value | None:
    """``1e-3`` as a whole answer; inside of an expression it may be 1e - 3."""
    match = _SCIENTIFIC.fullmatch(text)
    if match is None:
        return None
    number = number_literal(match.group(2))
    return Number(-number.value, decimal=True) if match.group(1) else number


def _choice(text: str) -> Value | None:
    r"""``\text{(C)}``, ``(C) 12``, ``Option C``, ``C. Plane``."""
    if not any(mark in text for mark in _CHOICE_MARKS):
        return None
    if (lettered := _LETTERED.match(text)) and text[lettered.end() :].strip():
        # The braces of \textbf{(A)}\ \frac{bx}{h}(h-x) are the value's own.
        rest = text[lettered.end() :]
        return None if _GOES_ON.match(rest.strip()) else Choice(lettered[1], rest.strip())
    match = _CHOICE.fullmatch(flatten(text))
    if match is None:
        return None
    letter = match.group(1) or match.group(3) or match.group(5)
    rest = (match.group(2) or match.group(4) or match.group(6) or '').strip()
    if not letter.isupper() or _GOES_ON.match(rest):
        return None
    if match.group(5) and not (rest[:1].isalnum() or rest[:1] == '\\' or text.endswith(')')):
        return None
    return Choice(letter, rest)


def _choices(text: str) -> Value | None:
    r"""``(A), (C)``, ``\text{B and D}``: several choices, never the first with a remark."""
    if text[-1] not in 'ABCDEFGH)}' or not (',' in text or 'and' in text or 'or' in text):
        return None
    flat = flatten(text)
    if len(flat) > 60 or _CHOICES.fullmatch(flat) is None:
        return None
    letters = tuple(Symbol(letter) for letter in re.findall(r'[A-H]', flat))
    return Sequence(letters, joiner='or' if ' or ' in flat else 'and')


def _numeral(text: str) -> Value | None:
    r"""``52_8``, ``A3_{16}``, ``(52)_8``, ``52_{\text{base }8}``, ``52 base 8``."""
    if '_' not in text and 'base' not in text:
        return None
    match = _NUMERAL.fullmatch(_SUBSCRIPT_WORD.sub('', flatten(text)))
    if match is None:
        return None
    digits, named = match.group(1), match.group(2) or match.group(3)
    base = _BASE_NAMES.get(named) or number_words((named,))
    if named.isdigit():
        base = int(named) if len(named) < 3 else None
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
    spelled = spelled_number(flatten(text))
    if spelled is not None and number_words(words) is None:
        return Number(spelled)
    if 2 < len(words) < 9 and (chance := _chance(words)) is not None:
        return Number(chance)
    counted = _CJK_COUNT.fullmatch(flatten(text))
    if counted is not None:  # 二十分钟
        total, unit = spelled_number(counted['number']), unit_phrase(counted['unit'])
        if total is not None and unit is not None and is_known(unit):
            return Quantity(Number(total), unit)
    exception = _EXCEPT.match(flatten(text))
    if exception:
        # all real numbers except 3
        taken, _ = grammar(exception['rest'])
        if taken is not None:
            items = taken.items if isinstance(taken, Sequence) else (taken,)
            return Apply('minus', (NamedSet('R'), Sequence(items, '{', '}')))
    if len(words) > _MAX_NUMBER_WORDS or not joined.replace(' ', '').isalpha():
        return None
    fraction = fraction_words(words)
    if fraction is not None:
        return Number(fraction)
    number = number_words(words)
    if number is not None:
        is_part = flatten(text)[:2].lower() == 'a ' and len(words) == 1
        return Number((is_part and fraction_words(('one', *words))) or number)  # a third is 1/3
    for split in range(len(words) - 1, 0, -1):
        amount = fraction_words(words[:split]) or number_words(words[:split])
        if amount is not None:
            unit = unit_phrase(' '.join(words[split:]))
            if unit is None or (words[split] in ordered() and not is_cardinal(words[split - 1])):
                return None  # the third power
            return Quantity(Number(amount), unit)
    return None


_CJK_COUNT: Final = re.compile(
    r'(?P<number>[零一二两三四五六七八九十百千万]{1,12})(?P<unit>[\u3400-\u9fff]{1,6})'
)


def _chance(words: tuple[str, ...]) -> Fraction | None:
    """A quarter, of "one in four" and "one out of four"."""
    at = next((at for at, word in enumerate(words) if word in ('in', 'out')), 0)
    rest = words[at + 1 :] if words[at] == 'in' else words[at + 2 :]
    if not at or (words[at] == 'out' and words[at + 1 : at + 2] != ('of',)):
        return None
    above, below = number_words(words[:at]), number_words(rest)
    return Fraction(above, below) if above and below and above < below else None


_MAX_NUMBER_WORDS: Final = 30  # a number in words with its unit
_EXCEPT: Final = re.compile(
    r'(?:the\s+)?(?:set\s+of\s+)?(?:all|any)\s+reals?(?:\s+numbers?)?\s*(?:x\s*)?,?\s*'
    r'(?:except(?:\s+for)?|but|excluding|other\s+than)\s+(?:for\s+)?(?:x\s*=\s*)?(?P<rest>.+)',
    re.IGNORECASE | re.DOTALL,
)


def _meaning(code: str) -> Value:
    kind, _, name = code.lstrip('-').partition(':')
    if kind == 'latex':
        value, _ = grammar(name)
        assert value is not None, f'phrases.tsv: {name}'
        return value
    if kind == 'set':
        return NamedSet(name)
    if kind == 'text':
        return Text((name,), name)
    symbol = Symbol(name)
    return Apply('neg', (symbol,)) if code.startswith('-') else symbol


def _single_word(text: str) -> Value | None:
    r"""``Evelyn``, ``\text{even}``, ``ellipse``: one word, or several in one text command."""
    flat = flatten(text)
    if ' ' in flat and flat[-1:].isalpha() and '=' not in flat and (rest := announced(flat)):
        counted = number_words(text_value(rest).words)
        if counted is not None:
            return Number(counted)  # The answer is forty-two
    if text.startswith(('\\text', '\\mbox', '\\mathrm', '\\textbf')) and text.endswith('}'):
        inner = text[text.index('{') + 1 : -1] if '{' in text else ''
        if '}' not in inner and len(flat) > 1 and all(c.isalpha() or c in " '-." for c in flat):
            return text_value(text)
    if len(flat) > 3 and flat.isalpha() and flat.isascii() and flat.lower() not in _MATH_WORDS:
        return text_value(text)
    return text_value(text) if flat.isalpha() and not flat.isascii() and len(flat) > 1 else None


_NEGATIVE: Final = re.compile(r'(?:negative|minus)\s+(\S.*)', re.IGNORECASE | re.DOTALL)


def _negative(text: str) -> Value | None:
    """``negative seven``, ``minus 7``."""
    match = _NEGATIVE.match(flatten(text)) if text[0] in 'nNmM\\' else None
    if match is None:
        return None
    value = _phrase(match.group(1)) or grammar(match.group(1))[0]
    return None if value is None or isinstance(value, Text) else signed('-', value)


_MATH_WORDS: Final = frozenset(('sqrt', 'infty', 'alpha', 'beta', 'gamma', 'theta', 'infinity'))


FORMS: Final[tuple[Callable[[str], Value | None], ...]] = (
    _integer,
    _scientific,
    _choices,
    _choice,
    clock,
    _numeral,
    hanzi,
    _phrase,
    in_words,
    _negative,
    _single_word,
)
"""The forms in the order in which they are tried."""
