"""The values that a sentence holds, each with the words around it.

Digits of any script, formulas, money, percentages, times of day, points, sums that come
down to their result. A light reading, for a sentence of a few hundred characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from opencompass_math500.grading.extraction.formulas import Formula, formulas_in, masked
from opencompass_math500.grading.extraction.lexicon import lexicon
from opencompass_math500.grading.extraction.snippets import has_value, is_answer_like, tidy
from opencompass_math500.grading.parsing.numerals import numeral_words
from opencompass_math500.grading.parsing.units import unit_words

__all__ = ['Candidate', 'candidates_in', 'plain_of', 'words_in']

MAX_EQUALS = 8  # equals signs outside formulas; more are a loop
MAX_UNIT_WORDS = 4  # "cubic centimeters per second"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value in a sentence at ``sentence[start:end]``.

    Attributes:
        start: where it begins; of a sum, where the result does.
        end: where it ends, its unit included.
        value: the text of the answer that it would be.
        bare: the same without unit and sign of money.
        left: what stands before its equals sign, '' without one.
        reach: where its sum begins: the numbers from there on are operands.
        is_result: whether it is what a sum or an equation comes down to.
    """

    start: int
    end: int
    value: str
    bare: str
    left: str
    reach: int
    is_result: bool


_DIGITS = r'(?:\d{1,3}(?:[.,\u00a0\u202f]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)(?!\d)'
_MONEY = r'(?:(?:US|[AC])?\\?\$|[€£¥₹₽])\s?'
_AMOUNT = (
    rf'(?:{_MONEY})?[-−]?(?:{_MONEY})?(?:\d+\s\d+\s?/\s?\d+|{_DIGITS}(?:\s?/\s?{_DIGITS})?)'
    r'(?:\s?\\?[%％٪])?'
)
_TIME = (
    r'\d{1,2}:\d{2}(?::\d{2})?(?:\s?[aApP]\.?\s?[mM]\b\.?)?|\d{1,2}\s?(?:[ap]\.m\.|[aApP][mM]\b)'
)
_POINT = (
    r'[(\[]\s*[-−]?[\d.√π∞][^()\[\]\n,;]{0,30}(?:[,;]\s*[-−]?[\d.√π∞][^()\[\]\n,;]{0,30})+[)\]]'
)
_VALUE = re.compile(
    rf'(?P<point>{_POINT})|(?P<time>(?<![\w:.]){_TIME})|(?P<amount>(?<![A-Za-z0-9_^/.,])(?<!\d[-–]){_AMOUNT})'
    r'|(?P<formula>(?<![A-Za-z])x{3,}(?![A-Za-z]))'
)
_OPERATOR = r'(?:[+*×·÷/:−–^]|-(?=\s)|x(?=\s)|\\times|\\cdot)'
_JOINS = re.compile(rf'\s*(?:[^\W\d_]+\s+){{0,2}}[()]*\s*{_OPERATOR}\s*[()]*\s*')
_EQUALS = re.compile(r'(?:\s+[^\W\d_²³°/%]{1,20}[²³]?){0,2}\s*\)*\s*(?:=|≈)\s*')
_NAMED = re.compile(r'(?P<left>(?:[∠△]\s?)?[^\W\d_][\w\'′()]{0,12})\s*[=≈]\s*$')
_AFTER = re.compile(r'[-–](?:\d|[^\W\d_])|(?:st|nd|rd|th)\b|[!^_(]|\s*[=<>≤≥≈]')
# The letters of one script: of 150km進みます the first two.
_UNIT = re.compile(
    r'[\s\u00a0-]?((?:[A-Za-z]+|[^\W\d_A-Za-z²³]+)(?:/[^\W\d_²³]+)?)(\s?\^?\{?[23²³]\}?(?![0-9A-Za-z]))?'
)
_DEGREES = re.compile(r'\s?°(?:\s?[CF]\b)?')


# "(B + 5)/(Y - 3) = 7/3" outside a formula: which number is a value, only algebra knows.
_ALGEBRA = re.compile(
    r'(?<![A-Za-z\'’])(?!x\s)[A-Za-z]\s*[-+*/^]\s*[\d(]|[\d)]\s*[-+*/^]\s*(?!x\s)[A-Za-z](?![A-Za-z])'
)


def plain_of(sentence: str) -> str:
    """Return the sentence with its formulas hidden."""
    return masked(sentence, formulas_in(sentence))


def candidates_in(sentence: str) -> list[Candidate] | None:
    """Return the values of ``sentence`` from left to right;
    None where algebra stands outside formulas.
    """
    formulas = {formula.start: formula for formula in formulas_in(sentence)}
    plain = masked(sentence, list(formulas.values()))
    if _ALGEBRA.search(plain) or plain.count('=') > MAX_EQUALS:
        return None
    found: list[Candidate] = []
    pending: int | None = None  # where the sum begins that goes on
    is_equal = False
    for value in _VALUE.finditer(plain):
        is_formula = value['formula'] is not None
        if is_formula and value.start() not in formulas:
            continue
        end = _with_unit(plain, value.end()) if not value['time'] else value.end()
        if value['amount'] and end == value.end() and re.match(r'[^\W\d_]', plain[end:], re.ASCII):
            return None  # "3x"
        joined = _JOINS.match(plain, end) or _JOINS.match(plain, value.end())
        goes_on = joined is not None and _VALUE.match(plain, joined.end()) is not None
        equals = (
            None if goes_on else (_EQUALS.match(plain, end) or _EQUALS.match(plain, value.end()))
        )
        one = _read(sentence, plain, value, end, formulas)
        if goes_on or equals is not None:
            pending = value.start() if pending is None else pending
            is_equal = equals is not None
            continue
        if pending is not None and not is_equal:
            pending = None  # "4 + 8 + 15": never added up
            continue
        if one is not None:
            begins = pending if pending is not None else one.reach
            result = one.is_result or pending is not None
            found.append(replace(one, reach=begins, is_result=result))
        pending, is_equal = None, False
    return found


def _read(
    sentence: str, plain: str, value: re.Match[str], end: int, formulas: dict[int, Formula]
) -> Candidate | None:
    start = value.start()
    if value['formula'] is not None:
        return _of_formula(formulas[start], sentence, end)
    if value['point'] is None and _AFTER.match(plain, value.end()) and value.end() == end:
        return None  # "10th", "4-digit", "5!"
    text = sentence[start:end]
    bare = re.sub(r'[^\d.,/:%٪％−-]', '', value[0]) if value['amount'] else value[0]
    named = _NAMED.search(plain, max(0, start - 24), start)
    left = named['left'] if named is not None else ''
    reach = named.start() if named is not None else start
    return Candidate(start, end, tidy(text), bare, left, reach, named is not None)


@lru_cache(maxsize=1)
def _units() -> frozenset[str]:
    return unit_words()


def _with_unit(plain: str, at: int) -> int:
    """Where the unit ends that stands at ``at``, or ``at``."""
    degrees = _DEGREES.match(plain, at)
    if degrees is not None:
        return degrees.end()
    end = at
    for _ in range(MAX_UNIT_WORDS):
        word = _UNIT.match(plain, at)
        if word is None:
            break
        name = word[1].lower()
        if not name.isascii() and len(name) > 1 and not _is_unit(name):
            run = next((n for n in range(min(4, len(name)), 0, -1) if _is_unit(name[:n])), 0)
            return word.start(1) + run if run and _NO_SPACES.match(name) else end
        if name in ('in', 'a', 'at') and not word[2]:
            break
        if not (_is_unit(name) or (word[2] and name in _LENGTHS)):
            break
        at = word.end()
        end = at if name not in ('square', 'cubic', 'per', 'sq', 'cu') else end
    return end


_NO_SPACES = re.compile(r'[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]')


# Letters that are units only where a power or a stroke says so: 9 m², 5 km/h.
_LENGTHS = frozenset({'m'})
_PER = frozenset({'m', 'h', 's', 'l', 'g'})


def _is_unit(name: str) -> bool:
    known = _units()
    return (
        name in known
        or name.removesuffix('s') in known
        or ('/' in name and all(_is_unit(part) or part in _PER for part in name.split('/')))
    )


_WORD = re.compile(r'[^\W\d_]+')
_NUMERALS = re.compile(r'[〇零一二两三四五六七八九十百千万]{2,}')


def words_in(sentence: str, *, wants_day: bool) -> list[Candidate]:
    """Return the numbers, or the days and months, that a sentence spells out."""
    plain = masked(sentence, formulas_in(sentence))
    if wants_day:
        names = lexicon().words('calendar')
        return [_spelled(sentence, m) for m in _WORD.finditer(plain) if m[0].lower() in names]
    found = [_spelled(sentence, m) for m in _NUMERALS.finditer(plain)]
    known = (lexicon().words('number') | numeral_words()) - lexicon().words('ambiguous')
    for word in _WORD.finditer(plain):
        low = word[0].lower()
        if len(low) < 3 or low not in known or not low.isascii():
            continue
        if found and re.fullmatch(r'[ -]|\s+and\s+', plain[found[-1].end : word.start()]):
            start = found.pop().start
            text = sentence[start : word.end()]
            found.append(Candidate(start, word.end(), text, text, '', start, False))
        else:
            found.append(_spelled(sentence, word))
    chance = _CHANCE.search(plain) if ' in ' in plain or ' of ' in plain else None
    if chance is not None and len(found) < 3 and set(chance['both'].lower().split()) & known:
        return [_spelled(sentence, chance)]  # "one in four" is a quarter, not 4
    return found


_CHANCE = re.compile(
    r'\b(?P<both>(?:one|two|three|four|five|six|seven|eight|nine)\s(?:in|out of)\s'
    r'(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|a hundred))\b',
    re.IGNORECASE,
)


def _spelled(sentence: str, word: re.Match[str]) -> Candidate:
    return Candidate(word.start(), word.end(), word[0], word[0], '', word.start(), False)


# -- formulas -------------------------------------------------------------------------

_ROWS = re.compile(r'\\\\(?:\[[^\]]{0,10}\])?')
_MATRIX = re.compile(r'\\begin\{(?:[a-zA-Z]?matrix|cases|array)\}')
_ALIGN = re.compile(
    r'\\(?:begin|end)\{(?:aligned|align|split|gathered|gather|equation|multline)\*?\}'
)
_IMPLIES = re.compile(r'\\(?:implies|Rightarrow|Longrightarrow|iff|therefore|to)(?![A-Za-z])|[⇒→∴]')
_EQUAL = re.compile(r'(?<![<>!\\])=(?!\s*$)|\\equiv(?![a-z])')
_APPROX = re.compile(r'\\approx(?![a-z])|≈')
_MODULUS = re.compile(r'\\p?mod\b.*|\(\\bmod.*|\\bmod.*', re.DOTALL)
# 14 \cdot 7 + 2 is still to be worked out; 3 + 2\sqrt{5} and 2^2 \cdot 3 are values.
_TO_DO = re.compile(
    r'(?<![\w.^}])\d+\s*[-+−]\s*\d+(?![\w.^\\!/])|(?<![\w.^}])\d+\s*(?:\\cdot|\\times|[*×÷])\s*\d+\b(?!\s*\^)'
    r'|\d\^\{?\d\}?\s*[-+]\s*\d'
)


def _of_formula(formula: Formula, sentence: str, end: int) -> Candidate | None:
    body = formula.body
    if not _MATRIX.search(body):
        body = _ALIGN.sub('', body)
        rows = [row for row in _ROWS.split(body) if row.strip(' &.,')]
        body = rows[-1].replace('&', ' ') if rows else ''
    body = _IMPLIES.split(body)[-1]
    exact = _APPROX.split(body)[0]
    body = exact if _EQUAL.search(exact) else body
    if '\\equiv' in body:
        body = _MODULUS.sub('', body)
    sides = _EQUAL.split(body)
    value = bare = tidy(sides[-1])
    left = tidy(sides[0]) if len(sides) > 1 else ''
    if not left and end > formula.end and not _EQUAL.search(body):
        value = tidy(sentence[formula.start : end])
    if not is_answer_like(value) or not (has_value(value) or left) or _TO_DO.search(value):
        return None
    return Candidate(formula.start, end, value, bare, left, formula.start, len(sides) > 1)
