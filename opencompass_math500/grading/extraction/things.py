"""Numbers with what they count or measure: "9 divisors" counts, "12 square feet" measures."""

from __future__ import annotations

import re
from functools import lru_cache

from opencompass_math500.grading.extraction.formulas import formulas_in, masked
from opencompass_math500.grading.extraction.lexicon import lexicon
from opencompass_math500.grading.extraction.snippets import (
    MAX_ANSWER,
    has_value,
    is_answer_like,
    lowered,
    tidy,
)
from opencompass_math500.grading.parsing.numerals import is_numeral

__all__ = ['is_measure', 'last_number', 'last_of_steps', 'value_side', 'without_counted_things']

_COUNTED = re.compile(
    r'(?P<number>[-−]?\d+(?:,\d{3})*(?:\.\d+)?(?:/\d+)?)\s+'
    r'(?P<things>[^\W\d_][\w\'’-]*(?:\s+[^\W\d_][\w\'’-]*)*)'
)


def without_counted_things(value: str) -> str:
    """Return ``9``, of "9 positive whole-number divisors":
    things counted are no unit of measure.
    """
    counted = _COUNTED.fullmatch(value)
    if counted is None:
        return _without_counter(value) if not value.isascii() else _numeral_alone(value)
    things = counted['things'].lower().split()
    if any(word.rstrip('²³') in lexicon().words('unit') for word in things):
        return value
    return counted['number']


@lru_cache(maxsize=1)
def _counter() -> re.Pattern[str]:
    counters = '|'.join(sorted(lexicon().words('counter'), key=len, reverse=True))
    return re.compile(rf'(?P<number>[-−]?\d[\d,.]*)\s*(?:{counters})')


def _without_counter(value: str) -> str:
    """``19``, of "19개" and "19 本": a counter is no unit of measure."""
    counted = _counter().fullmatch(value)
    return counted['number'] if counted is not None else _numeral_alone(value)


def _numeral_alone(value: str) -> str:
    """``diecinueve``, of "diecinueve bolígrafos"."""
    first, _, rest = value.partition(' ')
    if not rest or len(first) < 3 or value[:1].isdigit() or is_numeral(value):
        return value
    words = value.split(' ')
    units = lexicon().words('unit')
    if len(words) > 6 or any(word.lower() in units for word in words) or not is_numeral(first):
        return value
    if not all(word.isalpha() for word in words):
        return value
    known = (n for n in range(len(words) - 1, 0, -1) if is_numeral(' '.join(words[:n])))
    return ' '.join(words[: next(known, len(words))])


_UNKNOWNS = re.compile(
    r'(?<![A-Za-z\\])[A-Za-z]\s*[-+*/^]\s*[\dA-Za-z(]|\d\s*[-+*/^]\s*[A-Za-z](?![A-Za-z])'
)
_NAMED_IN_WORDS = re.compile(r'\\text\s*\{|(?<![\\A-Za-z{])[A-Za-z]{3,}')


_ROWS = re.compile(r'\\begin\{align(?:ed|\*)?\}(?P<rows>.*)\\end\{align(?:ed|\*)?\}', re.DOTALL)
_HOW = re.compile(r'^[A-Z][a-z]+ing,\s+')


def value_side(value: str) -> str:
    """Return ``75 degrees``, of "Angle C = 180 - 40 - 65 = 75 degrees": what is named in words
    goes.

    Of aligned rows the last, where they derive it: not of ``x &= 2 \\\\ y &= 3``, two values.
    """
    aligned = _ROWS.fullmatch(value)
    if aligned is not None and '&' in value:
        rows = [
            row.replace('&', '').strip() for row in aligned['rows'].split('\\\\') if row.strip()
        ]
        is_pair = (
            len(rows) > 1 and re.match(r'[A-Za-z]\s*=', rows[-2]) and rows[-2][0] != rows[-1][0]
        )
        return value if is_pair or not rows or rows[-1].startswith('=') else rows[-1]
    value = _HOW.sub('', value)
    left, equals, _ = value.partition('=')
    if not equals or ',' in value or ' and ' in value or _NAMED_IN_WORDS.search(left) is None:
        return value
    if _UNKNOWNS.search(left):
        return value  # "ratio is (B + 5)/(Y - 3) = 7/3": still to be solved
    last = tidy(value.rpartition('=')[2])
    return last if has_value(last) and is_answer_like(last) else value


_PLAIN_WORD = re.compile(r'(?<![\\A-Za-z{])[A-Za-z]{3,}')


# "16 dimes and 8 quarters" are two counts, "1 hour and 10 minutes" is one time.
_AND_MORE = re.compile(r'\d\s+[A-Za-z]+\s*(?:,|\band\b|\().*\d')
_COMPOUND = re.compile(
    r'\b(?:hours?|days?|weeks?|minutes?|feet|foot|yards?|pounds?|dollars?|degrees)\s*,?\s*(?:and\s+)?\d+\s+'
    r'(?:minutes?|seconds?|hours?|days?|inch(?:es)?|ounces?|cents)\b'
)


def is_measure(value: str) -> bool:
    """Tell whether the words of ``value`` are units of measure, or there are none:
    "12 square feet".
    """
    if _AND_MORE.search(value) and not _COMPOUND.search(value):
        return False
    known = lexicon()
    kept = known.words('unit') | known.words('textanswer')
    return all(word.lower() in kept for word in _PLAIN_WORD.findall(value))


_STEPS = re.compile(
    r'(?:[\d\s+*/×÷·().^−-]+=[\s\d./−-]+[,;]\s*)+[\d\s+*/×÷·().^−-]+=\s*(?P<last>[-−]?\d[\d./]*)'
)


def last_of_steps(value: str) -> str:
    """Return ``5``, of "2 + 2 = 4, 4 + 1 = 5": sums one after the other;
    other values as they are.
    """
    if value.count('=') < 2 or len(value) > MAX_ANSWER:
        return value
    steps = _STEPS.fullmatch(value)
    return value if steps is None else steps['last']


_NUMBER = re.compile(r'(?<![A-Za-z0-9_.])[-−]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:\s*/\s*\d+)?\s*%?')


@lru_cache(maxsize=1)
def _operation() -> re.Pattern[str]:
    verbs = lexicon().pattern('operation')
    return re.compile(rf'(?:(?:we|i|you|one|let us)\s+(?:\w+\s+)?)?{verbs}')


_NUMBERED = re.compile(r'\b(?:case|step|part|equation|section|line|problem)\s+\(?$', re.IGNORECASE)


def last_number(statement: str) -> str | None:
    """Return ``0.87 or 87%``, of "together they ate 0.87 or 87% of the pie": numbers to the end of
    the sentence where no copula says which.
    """
    hidden = masked(statement, formulas_in(statement))
    numbers = list(_NUMBER.finditer(hidden))
    if not numbers or formulas_in(statement) or re.search(r'\bbetween\b', hidden):
        return None
    if _operation().match(lowered(statement)) or _NUMBERED.search(hidden[: numbers[-1].start()]):
        return None  # "we divide both sides by 3", "it comes down to case 2"
    start = numbers[-1].start()
    if len(numbers) > 1 and re.fullmatch(r'\s+or\s+', hidden[numbers[-2].end() : start]):
        start = numbers[-2].start()
    if re.match(r'[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]', hidden[numbers[-1].end() :]):
        return numbers[-1][0] if len(numbers) == 1 else None  # "一共有42种方法"
    value = tidy(re.split(r'\s+of\b|\s+in\b|\s+to\b|\s+from\b', statement[start:])[0])
    return without_counted_things(value) if is_answer_like(value) else None
