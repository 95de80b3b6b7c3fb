"""Units: words to exact factors over base dimensions, from reviewed data."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

from opencompass_math500.grading.parsing.words import refused, rows
from opencompass_math500.grading.values import Unit

__all__ = [
    'DEGREE',
    'DOLLAR',
    'PERCENT',
    'combine',
    'currencies',
    'is_known',
    'is_unit',
    'known_unit',
    'pieces',
    'scale_in',
    'unit_phrase',
    'unit_words',
]

DEGREE: Final = Unit((('angle', 1),), Fraction(1), 'degree')
DOLLAR: Final = Unit((('money:usd', 1),), Fraction(1), 'dollar')
PERCENT: Final = Unit((('percent', 1),), Fraction(1), 'percent')

_BEFORE, _AFTER, _PER = 'before', 'after', 'per'
_MONEY: Final = 'money:'
# in.^{2}: the braces and the full stop of an abbreviation say nothing.
_BRACES: Final = re.compile(r'[{}]|\.(?=\s*\^)')
_HYPHEN: Final = re.compile(r'(?<=[A-Za-z])-(?=[A-Za-z])')
_FILLERS: Final = frozenset(('of', 'a', 'an', 'the', 'each', 'apart'))
# A letter, then letters and the marks that belong to them in Indian and Arabic scripts.
_LETTERS: Final = r"[^\W\d_](?:[^\W\d_]|['\u0300-\u036f\u064b-\u065f\u0900-\u0dff])*"
_PARTS: Final = re.compile(rf'{_LETTERS}|\^-?[1-9](?!\d)|/|[*°]|\S')
_ENGLISH: Final = re.compile('[A-Za-z]+')


@dataclass(frozen=True, slots=True)
class _Table:
    """The unit words of the data.

    Attributes:
        units: each by all of its spellings.
        builders: words that make units of units, and the power that they stand for:
            ``square`` before one, ``cubed`` behind it; ``per`` has -1.
    """

    units: dict[str, Unit]
    builders: dict[str, tuple[str, int]]


@lru_cache(maxsize=1)
def _table() -> _Table:
    units: dict[str, Unit] = {}
    builders: dict[str, tuple[str, int]] = {}
    for name, dimensions, factor, *_ in rows('units.tsv'):
        kind, _, power = dimensions.partition('^')
        if kind in (_BEFORE, _AFTER, _PER):
            builders.update(dict.fromkeys(name.split('|'), (kind, int(power or -1))))
            continue
        parsed = tuple(
            (base, int(exponent or 1))
            for base, _, exponent in (part.partition('^') for part in dimensions.split())
        )
        for word in name.split('|'):
            units[word] = Unit(parsed if dimensions != '-' else (), Fraction(factor), word)
            if ' ' in word:
                units[word.lower()] = units[word]
    return _Table(units, builders)


def known_unit(word: str) -> Unit | None:
    """Return the unit that ``word`` names, singular or plural; None where the data know none."""
    table = _table().units
    if word in table:
        return table[word]
    lower = word.lower().rstrip('.')
    if len(lower) == 1:
        return table.get(word.rstrip('.'))
    for candidate in (lower, lower.removesuffix('s'), lower.removesuffix('es')):
        if candidate in table and (candidate == lower or len(candidate) > 1):
            return table[candidate]
    return None


def is_unit(word: str) -> bool:
    """Tell whether a bare word (outside of text mode) names a unit or is part of a unit phrase."""
    return word.lower() in _table().builders or known_unit(word) is not None


@lru_cache(maxsize=1)
def unit_words() -> frozenset[str]:
    """Return every word of a unit in lower case, for prose: English plurals too, no letters."""
    table = _table()
    names = {word.lower() for name in (*table.units, *table.builders) for word in name.split()}
    plurals = {f'{name}s' for name in names if _ENGLISH.fullmatch(name)}
    return frozenset(name for name in names | plurals if len(name) > 1 or not name.isascii())


@lru_cache(maxsize=1)
def currencies() -> dict[str, Unit]:
    """Return the units of money by their spellings: what may stand before its amount."""
    return {name: unit for name, unit in _table().units.items() if _is_money(unit)}


def _is_money(unit: Unit) -> bool:
    return len(unit.dimensions) == 1 and unit.dimensions[0][0].startswith(_MONEY)


@lru_cache(maxsize=1)
def _bases() -> frozenset[str]:
    return frozenset(base for unit in _table().units.values() for base, _ in unit.dimensions)


def is_known(unit: Unit) -> bool:
    """Tell whether every dimension of ``unit`` comes from the data, not from an unknown word."""
    return all(base in _bases() for base, _ in unit.dimensions)


def combine(first: Unit, second: Unit, power: int = 1) -> Unit:
    """Return ``first * second**power``."""
    powers = dict(first.dimensions)
    for base, exponent in second.dimensions:
        powers[base] = powers.get(base, 0) + exponent * power
    dimensions = tuple(sorted((base, exponent) for base, exponent in powers.items() if exponent))
    return Unit(dimensions, first.factor * second.factor**power, first.name or second.name)


@lru_cache(maxsize=1024)
def unit_phrase(phrase: str) -> Unit | None:
    """Read ``square inches``, ``m/s^2``, ``miles per hour``, ``Trinkets``; None for other words.

    A word that the data do not know counts as the name of what is counted, unless it
    could change the value (``or``, ``not``, ``than``, ... in ``prose.tsv``).
    """
    if '-' in phrase:
        phrase = _HYPHEN.sub(' ', phrase)  # US-Dollar, kilowatt-hours
    parts = _joined(_PARTS.findall(_BRACES.sub('', phrase)))
    result, sign, pending = Unit((), Fraction(1)), 1, 1
    unknown: list[str] = []
    builders = _table().builders
    index = 0
    while index < len(parts):
        part = parts[index]
        lower = part.lower()
        index += 1
        kind, power = builders.get(lower, ('', 1))
        if lower == '/' or kind == _PER:
            sign = -1
        elif kind == _BEFORE:
            pending = power
        elif lower == 'times' and index == len(parts):
            continue  # it happens 10 times; but not "10 times as many"
        elif lower in refused() or not part[0].isalpha():
            if part in '.*,()':
                continue
            return None
        elif kind == _AFTER and not unknown and 'unit' not in phrase:
            return None  # "5 squared" is 25
        elif lower in ('a', 'an') and result.dimensions and known_unit(''.join(parts[index:][:1])):
            sign = -1  # miles an hour
        elif lower in _FILLERS or (lower == 'in' and (result.dimensions or unknown)):
            continue  # "60 in" are inches, "3 feet in all" are feet
        else:
            power, index = _power_behind(parts, index)
            unit = known_unit(part)
            if unit is None:
                unknown.append(_stem(lower))
                continue
            result = combine(result, unit, sign * pending * power)
            sign = pending = 1
    if len(unknown) > 5:
        return None
    # "12 feet tall", "864 square inches total": a known unit beats the words around it.
    if unknown and not result.dimensions and result.factor == 1 and pending == 1:
        return Unit(((' '.join(unknown), 1),), Fraction(1), phrase)
    return Unit(result.dimensions, result.factor, phrase)


def scale_in(unit: Unit) -> Fraction:
    """Return the number by which a unit's words multiply: a million, of ``million dollars``."""
    if not unit.dimensions or ' ' not in unit.name:
        return Fraction(1)
    known = (known_unit(word) for word in unit.name.split())
    factors = (one.factor for one in known if one is not None and not one.dimensions)
    return math.prod(factors, start=Fraction(1))


def _joined(parts: list[str]) -> list[str]:
    """Names of two words as one (``fluid ounces``), and words without spaces in pieces."""
    found: list[str] = []
    for part in parts:
        if found and part[0].isalpha() and known_unit(pair := f'{_single(found[-1])} {part}'):
            found[-1] = pair
        elif part.isascii() or known_unit(part) is not None:
            found.append(part)
        else:
            found.extend(pieces(part) or (part,))
    return found


def _single(word: str) -> str:
    """``degrees`` of "degrees Celsius": the plural is inside of the name."""
    return word[:-1].lower() if word.endswith('s') and word[:-1].lower() == 'degree' else word


def pieces(run: str) -> tuple[str, ...]:
    """Split a run of letters without spaces into unit words: 平方厘米; () if it is none."""
    table = _table()
    found: list[str] = []
    start = 0
    while start < len(run) and len(found) < 8:
        for end in range(min(len(run), start + 8), start, -1):
            piece = run[start:end]
            if not piece.isascii() and (piece in table.units or piece in table.builders):
                found.append(piece)
                start = end
                break
        else:
            return ()
    return tuple(found) if start == len(run) else ()


def _power_behind(parts: list[str], index: int) -> tuple[int, int]:
    if index < len(parts):
        if parts[index].startswith('^'):
            return int(parts[index][1:]), index + 1
        kind, power = _table().builders.get(parts[index].lower(), ('', 1))
        if kind == _AFTER:
            return power, index + 1
    return 1, index


def _stem(word: str) -> str:
    return word.removesuffix('s') if len(word) > 3 else word
