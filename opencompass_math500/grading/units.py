"""Units: words to exact factors over base dimensions, from reviewed data."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import Final

from opencompass_math500.grading.values import Unit
from opencompass_math500.grading.words import rows

__all__ = [
    'DEGREE',
    'DOLLAR',
    'PERCENT',
    'combine',
    'is_known',
    'is_unit',
    'known_unit',
    'unit_phrase',
]

DEGREE: Final = Unit((('angle', 1),), Fraction(1), 'degree')
DOLLAR: Final = Unit((('usd', 1),), Fraction(1), 'dollar')
PERCENT: Final = Unit((('percent', 1),), Fraction(1), 'percent')

# in.^{2}: the braces and the full stop of an abbreviation say nothing.
_BRACES: Final = re.compile(r'[{}]|\.(?=\s*\^)')
_FILLERS: Final = frozenset(('of', 'a', 'an', 'the', 'each', 'apart'))
_POWERS: Final = {'square': 2, 'sq': 2, 'cubic': 3, 'cu': 3}
_AFTER: Final = {'squared': 2, 'cubed': 3}


@lru_cache(maxsize=1)
def _units() -> dict[str, Unit]:
    table: dict[str, Unit] = {}
    for name, dimensions, factor, *_ in rows('units.tsv'):
        parsed = tuple(
            (base, int(power or 1))
            for base, _, power in (part.partition('^') for part in dimensions.split())
        )
        for word in name.split('|'):
            table[word] = Unit(parsed if dimensions != '-' else (), Fraction(factor), word)
    return table


def known_unit(word: str) -> Unit | None:
    """The unit that ``word`` names, singular or plural; None where the data know none."""
    table = _units()
    if word in table:
        return table[word]
    lower = word.lower().rstrip('.')
    for candidate in (lower, lower.removesuffix('s'), lower.removesuffix('es')):
        if candidate in table:
            return table[candidate]
    return None


def is_unit(word: str) -> bool:
    """Whether a bare word (outside of text mode) names a unit or belongs to a unit phrase."""
    lower = word.lower()
    return lower in _POWERS or lower in _AFTER or lower == 'per' or known_unit(word) is not None


@lru_cache(maxsize=1)
def _bases() -> frozenset[str]:
    return frozenset(base for unit in _units().values() for base, _ in unit.dimensions)


def is_known(unit: Unit) -> bool:
    """Whether every dimension of ``unit`` comes from the data, not from an unknown word."""
    return all(base in _bases() for base, _ in unit.dimensions)


def combine(first: Unit, second: Unit, power: int = 1) -> Unit:
    """``first * second**power``."""
    powers = dict(first.dimensions)
    for base, exponent in second.dimensions:
        powers[base] = powers.get(base, 0) + exponent * power
    dimensions = tuple(sorted((base, exponent) for base, exponent in powers.items() if exponent))
    return Unit(dimensions, first.factor * second.factor**power, first.name or second.name)


@lru_cache(maxsize=1024)
def unit_phrase(phrase: str) -> Unit | None:
    """``square inches``, ``m/s^2``, ``miles per hour``, ``Trinkets``; None for other words.

    A word that the data do not know counts as the name of what is counted, unless it
    could change the value (``or``, ``not``, ``than``, ... in ``prose.tsv``).
    """
    phrase = _BRACES.sub('', phrase).replace('per cent', 'percent')
    parts = re.findall(r"[A-Za-z']+|\^-?[1-9](?!\d)|/|[*°]|\S", phrase)
    result, sign, pending = Unit((), Fraction(1)), 1, 1
    unknown: list[str] = []
    index = 0
    refused = {word for word, kind, *_ in rows('prose.tsv') if kind == 'refused'}
    while index < len(parts):
        part = parts[index]
        lower = part.lower()
        index += 1
        if lower in ('/', 'per'):
            sign = -1
        elif lower in _POWERS:
            pending = _POWERS[lower]
        elif lower == 'times' and index == len(parts):
            continue  # it happens 10 times; but not "10 times as many"
        elif lower in refused or not part[0].isalpha():
            if part in '.*,()':
                continue
            return None
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


def _power_behind(parts: list[str], index: int) -> tuple[int, int]:
    if index < len(parts):
        if parts[index].startswith('^'):
            return int(parts[index][1:]), index + 1
        if parts[index].lower() in _AFTER:
            return _AFTER[parts[index].lower()], index + 1
    return 1, index


def _stem(word: str) -> str:
    return word.removesuffix('s') if len(word) > 3 else word
