r"""How quantities are typeset: siunitx, ``€5``, ``Rs. 10``, ``5'6"``, ``1 h 20 min``."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import Final

from opencompass_math500.grading.parsing.units import currencies, is_unit, known_unit

__all__ = ['in_words']

# \num{1.2e4}, \ang{45;30;}, \SI{5}{\meter}, \qty[mode=text]{5}{\km\per\hour}, \unit{\km}.
_GROUP: Final = r'(?:\[[^\[\]]{0,80}\]\s*)?\{([^{}]{0,80})\}'
_UNIT_GROUP: Final = r'\{((?:[^{}]|\{[^{}]{0,8}\}){0,120})\}'
_NUM: Final = re.compile(rf'\\num\s*{_GROUP}')
_ANG: Final = re.compile(rf'\\ang\s*{_GROUP}')
_QUANTITY: Final = re.compile(rf'\\(?:SI|qty)\s*{_GROUP}\s*{_UNIT_GROUP}')
_UNIT: Final = re.compile(rf'\\(?:si|unit)\s*(?:\[[^\[\]]{{0,80}}\]\s*)?{_UNIT_GROUP}')
_MACRO: Final = re.compile(r'\\([A-Za-z]+)')
_PREFIX: Final = re.compile(r'\b(kilo|hecto|deci|centi|milli|micro|nano|mega|giga)\s+(?=[A-Za-z])')
_RAISED: Final = re.compile(r'\^\s*\{?\s*(-?\d)\s*\}?')
_CELSIUS: Final = re.compile(r'\bdegreeCelsius\b')

_FOREIGN_DOLLAR: Final = re.compile(
    r'(?:\\text\s*\{\s*)?\b(US|HK|CA|C|AU|A|S|NT|R)\s?\\?\$\s*\}?\s*(?=\d)'
)
_CODE: Final = re.compile(r'(?:\\(?:text|mathrm)\s*\{\s*)?([A-Za-z]{2,4})\.\s*\}?\s*(?=\d)')
# 3 sq. ft, 3 кв. м
_SHORT: Final = re.compile(r'(?<![^\W_])([^\W\d_]{2,6})\.\s?(?=[^\W\d_])')
# 5'6", 100'
_FEET: Final = re.compile(r"(\d{1,6}(?:\.\d+)?)\s*'(?:\s*(\d{1,3}(?:\.\d+)?)\s*(?:''|\"))?")
_STEP: Final = r'(\d{1,9}(?:\.\d{1,9})?)\s*([A-Za-z]{1,7})\.?'
_STEPS: Final = re.compile(rf'{_STEP}\s*{_STEP}(?:\s*{_STEP})?')


def in_words(text: str) -> str:
    """Write each quantity in ``text`` as a number and its unit in text mode."""
    if '\\' in text:
        text = _unpacked(text)
    if '$' in text:
        text = _FOREIGN_DOLLAR.sub(_dollar, text, count=1)
    if '.' in text and (code := _CODE.match(text)) and code[1] in currencies():
        text = f'\\text{{{code[1]}}} {text[code.end() :]}'
    if '.' in text and text[-1:].isalpha():
        text = _SHORT.sub(lambda match: f'{match[1]} ' if is_unit(match[1]) else match[0], text)
    if "'" in text and (feet := _FEET.fullmatch(text)):
        inches = f' {feet[2]}\\text{{ inches}}' if feet[2] else ''
        return f'{feet[1]}\\text{{ feet}}{inches}'
    if text[:1].isdigit() and text[-1:].isalpha() and (steps := _STEPS.fullmatch(text)):
        return _compound(steps) or text
    return text


def _unpacked(text: str) -> str:
    """Without the commands of the package siunitx (Source: its manual, section 4)."""
    if '\\num' in text:
        text = _NUM.sub(lambda match: match[1].replace(' ', ''), text)
    if '\\ang' in text:
        text = _ANG.sub(_angle, text)
    if '\\SI' in text or '\\qty' in text:
        text = _QUANTITY.sub(lambda match: f'{match[1]}\\text{{ {_unit_words(match[2])}}}', text)
    if '\\si' in text or '\\unit' in text:
        text = _UNIT.sub(lambda match: f'\\text{{ {_unit_words(match[1])}}}', text)
    return text


def _angle(match: re.Match[str]) -> str:
    degrees, *rest = match[1].split(';')
    marks = ''.join(f'{part}{mark}' for part, mark in zip(rest, ("'", "''"), strict=False) if part)
    return f'{degrees}^\\circ {marks}'


def _unit_words(macros: str) -> str:
    r"""``\kilo\metre\per\second\squared`` as ``kilometre / second squared``."""
    words = _MACRO.sub(r' \1 ', macros).replace('.', ' ').replace('~', ' ')
    words = _CELSIUS.sub('celsius', _PREFIX.sub(r'\1', _RAISED.sub(r'^\1', words)))
    return ' '.join(words.split())


def _dollar(match: re.Match[str]) -> str:
    """``US\\$10`` and ``HK\\$10`` by the code of the currency."""
    unit = currencies().get(f'{match[1]}$')
    if unit is None:
        return match[0]
    return f'\\text{{{_codes()[unit.dimensions]}}} '


@lru_cache(maxsize=1)
def _codes() -> dict[tuple[tuple[str, int], ...], str]:
    codes = {name: unit for name, unit in currencies().items() if name.isalpha() and name.isupper()}
    return {unit.dimensions: code for code, unit in codes.items()}


def _compound(steps: re.Match[str]) -> str:
    """``1 h 20 m`` with its units in text mode; nothing where they do not go down together."""
    pairs = [(n, w) for n, w in zip(steps.groups()[::2], steps.groups()[1::2], strict=True) if n]
    units = [known_unit(word) for _, word in pairs]
    if any(unit is not None and unit.dimensions == (('time', 1),) for unit in units):
        # Beside hours and seconds m is no metre.
        pairs = [(number, 'min' if word == 'm' else word) for number, word in pairs]
        units = [known_unit(word) for _, word in pairs]
    known = [unit for unit in units if unit is not None]
    factors = [unit.factor for unit in known]
    if (
        len(known) < len(pairs)
        or len({unit.dimensions for unit in known}) > 1
        or any(high <= low for high, low in pairwise(factors))
    ):
        return ''
    return ' '.join(f'{number}\\text{{ {word}}}' for number, word in pairs)
