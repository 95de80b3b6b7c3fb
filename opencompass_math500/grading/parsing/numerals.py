"""Number words of other languages: ``cinco``, ``fünfundzwanzig``, ``四分之三``.

A text is a number where every word of it is one of a single language; where several
languages read it and differ, it is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Final

from opencompass_math500.grading.parsing.words import rows

__all__ = ['is_numeral', 'numeral_words', 'spelled_number']

MAX_NUMERAL: Final = (
    80  # characters; "neunhundertneunundneunzigtausendneunhundertneunundneunzig" has 57
)

_Words = Mapping[str, tuple[str, int]]

_NOT_WORDS: Final = re.compile(r'[\d=+*/^_\\{}()<>$]')
# "四分之三" and "四分の三" name the lower part first; "二又四分之三" a whole before it.
_CJK_FRACTION: Final = re.compile(r'(?:(?P<whole>.+?)又)?(?P<below>.+?)分[之の](?P<above>.+)')
_CJK_SIGN: Final = re.compile(r'[负負](?=.)|マイナス(?=.)')


@lru_cache(maxsize=1)
def _languages() -> dict[str, _Words]:
    tables: dict[str, dict[str, tuple[str, int]]] = {}
    for language, word, kind, value, *_ in rows('numerals.tsv'):
        tables.setdefault(language, {})[word] = (kind, int(value))
    return dict(tables)


@lru_cache(maxsize=1)
def numeral_words() -> frozenset[str]:
    """Return every word that is a number by itself, of any language; no characters of a place."""
    joined = ('and', 'minus', 'part')
    return frozenset(
        word
        for table in _languages().values()
        for word, (kind, _) in table.items()
        if kind not in joined
    )


def is_numeral(text: str) -> bool:
    """Tell whether ``text`` is a number in words of one of the languages."""
    return spelled_number(text) is not None


def spelled_number(text: str) -> Fraction | None:
    """Return the number that ``text`` spells, or None."""
    low = text.strip(' .。।!！').casefold()
    if not low or len(low) > MAX_NUMERAL or _NOT_WORDS.search(low):
        return None
    if low.isascii() and len(low) < 3:
        return None  # "un" may be a product
    return _spelled(low)


@lru_cache(maxsize=512)  # one snippet is asked about by several rules
def _spelled(low: str) -> Fraction | None:
    chinese = _chinese(low)
    if chinese is not None:
        return chinese
    words = low.replace('quatre-vingt', 'quatrevingt').replace('-', ' ').split()
    values = {
        value
        for language in _languages()
        if language != 'zh' and words and (value := _in_words(words, language)) is not None
    }
    return values.pop() if len(values) == 1 else None


def _in_words(words: list[str], language: str) -> Fraction | None:
    table = _languages()[language]
    if len(words) > 1 and words[0] not in table:
        return None  # as of nearly every sentence, in nearly every language
    if len(words) > 1 and table.get(words[0], ('', 0))[0] == 'minus':
        value = _in_words(words[1:], language)
        return None if value is None else -value
    kind, below = table.get(words[-1], ('', 0))
    if kind == 'part' and len(words) > 1:
        above = _whole(words[:-1], table)
        return None if above is None else Fraction(above, below)
    whole = _whole(words, table)
    if whole is None and len(words) == 1:
        whole = _compound(words[0], language)
    return None if whole is None else Fraction(whole)


def _whole(words: list[str], table: _Words) -> int | None:
    """Words that add up: a hundred multiplies the digits before it, a scale the whole group."""
    total = group = last = 0
    seen = False
    if len(words) == 1 and words[0] in ('cent', 'cents'):
        return None  # a coin
    for word in words:
        kind, value = table.get(word, ('', 0))
        if kind in ('', 'part', 'minus') or (kind == 'and' and not seen):
            return None
        if kind == 'unit':
            if last and value >= last:
                return None  # "dos tres" is no number
            group += value
        elif kind == 'teen':
            group += value
        elif kind in ('ten', 'hundred'):
            digit = group % 10 if kind == 'ten' else group % 100
            group = group - digit + max(digit, 1) * value
        elif kind == 'scale':
            total += max(group, 1) * value
            group = 0
        last = value if kind != 'and' else last
        seen = seen or kind != 'and'
    return total + group if seen and table.get(words[-1], ('', 0))[0] != 'and' else None


@lru_cache(maxsize=32)
def _joints(language: str) -> tuple[str, str, str] | None:
    """The words for 100, 1000 and "and", where a language writes its numbers as one word."""
    words = _languages()[language].items()
    hundred = next((w for w, (kind, _) in words if kind == 'hundred'), None)
    thousand = next((w for w, (kind, size) in words if kind == 'scale' and size == 1000), None)
    joint = next((w for w, (kind, _) in words if kind == 'and'), None)
    if hundred is None or thousand is None or joint is None or len(joint) < 2:
        return None
    return hundred, thousand, joint


def _compound(word: str, language: str) -> int | None:
    """``fünfundzwanzig``, ``zweihundertfünf``: one word of German or Dutch, taken apart."""
    joints = _joints(language)
    if joints is None or not any(part in word for part in joints):
        return None
    hundred, thousand, joint = joints
    table = _languages()[language]

    def below_hundred(part: str) -> int | None:
        kind, value = table.get(part, ('', 0))
        if kind == 'unit':
            return value
        for at in range(len(part) - len(joint)):
            if part.startswith(joint, at):
                first, second = table.get(part[:at]), table.get(part[at + len(joint) :])
                if (
                    first
                    and second
                    and first[0] == second[0] == 'unit'
                    and first[1] < 10 <= second[1]
                ):
                    return first[1] + second[1]
        return None

    def parted(part: str, mark: str, size: int) -> int | None:
        before, found, after = part.partition(mark)
        inner = below_hundred if size == 100 else below_thousand
        first = inner(before) if before else 1
        second = inner(after.removeprefix(joint)) if after else 0
        return None if not found or first is None or second is None else first * size + second

    def below_thousand(part: str) -> int | None:
        return parted(part, hundred, 100) if hundred in part else below_hundred(part)

    return parted(word, thousand, 1000) if thousand in word else below_thousand(word)


def _chinese(text: str) -> Fraction | None:
    sign = _CJK_SIGN.match(text)
    rest = text[sign.end() :] if sign else text
    fraction = _CJK_FRACTION.fullmatch(rest)
    if fraction is not None:
        whole = _chinese_whole(fraction['whole']) if fraction['whole'] else 0
        below, above = _chinese_whole(fraction['below']), _chinese_whole(fraction['above'])
        if whole is None or not below or above is None:
            return None
        value = whole + Fraction(above, below)
    else:
        number = _chinese_whole(rest)
        if number is None:
            return None
        value = Fraction(number)
    return -value if sign else value


def _chinese_whole(text: str) -> int | None:
    """``一百零五`` by places, ``二〇二四`` digit by digit."""
    table = _languages()['zh']
    found = [table.get(char) for char in text]
    known = [entry for entry in found if entry is not None]
    if not known or len(known) != len(found):
        return None
    if all(kind == 'digit' for kind, _ in known):
        return int(''.join(str(value) for _, value in known))
    total = group = digit = 0
    for kind, value in known:
        if kind == 'digit':
            digit = value
        elif kind == 'place':
            group += (digit or 1) * value
            digit = 0
        else:
            below = group + digit
            total = ((total + below) or 1) * value if total < value else total + below * value
            group = digit = 0
    return total + group + digit
