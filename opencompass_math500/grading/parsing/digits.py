"""How digits are grouped: ``1'000'000``, ``1_000_000``, ``1.234,56``, ``12,34,56,789``.

Only what can be read in one way is rewritten. ``2,5`` may be a list: whether it is 2.5
is a setting of the policy.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ['grouped_in_twos', 'in_plain_digits', 'ungrouped', 'with_point']

# The zeros of Arabic, Persian, N'Ko, Devanagari, Bengali, Gurmukhi, Gujarati, Odia, Tamil, Telugu,
# Kannada, Malayalam, Thai, Lao, Tibetan, Burmese, Khmer, Mongolian, and the full-width one.
# Source: Unicode 15, general category Nd, the scripts in living use.
_ZEROS: Final = (
    '\u0660\u06f0\u07c0\u0966\u09e6\u0a66\u0ae6\u0b66\u0be6\u0c66\u0ce6\u0d66\u0e50\u0ed0\u0f20\u1040'
    '\u17e0\u1810\uff10'
)
_PLAIN: Final = {ord(zero) + value: str(value) for zero in _ZEROS for value in range(10)}
_PLAIN.update({0x66A: '%', 0x66B: '.', 0x66C: ','})  # ARABIC PERCENT SIGN, DECIMAL, THOUSANDS
_OTHER: Final = re.compile(f'[{"".join(map(chr, _PLAIN))}]')

# Switzerland: 1'000'000. A base after a numeral has one or two digits.
_MARKED: Final = re.compile(r"(?<![\d.,'_^])\d{1,3}(?:'\d{3})+(?![\d'])")
_UNDERSCORED: Final = re.compile(r'(?<![\d.,_^{])\d{1,3}(?:\\?_\d{3})+(?![\d_])')
# Germany, Spain, Brazil, ...: 1.234,56 and 1.234.567.
_POINTED: Final = re.compile(r'(?<![\d.,])\d{1,3}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,})(?![\d.,])')
# India: the last three digits, then pairs.
_PAIRED: Final = re.compile(r'(?<![\d.,_^])[1-9]\d?(?:,\d{2}){1,6},\d{3}(?![\d,])')
_DECIMAL: Final = re.compile(
    r'([-+]?\d{1,15}),(\d{1,15})(\s*(?:\\?%|(?:\\text\s*\{)?[a-zA-Z ]{0,24}\}?))'
)


def in_plain_digits(text: str) -> str:
    """Return ``text`` with the digits of other scripts as 0 to 9: ``१२`` and ``১২`` are ``12``."""
    if text.isascii() or _OTHER.search(text) is None:
        return text
    return text.translate(_PLAIN)


def ungrouped(text: str) -> str:
    """Join the groups of Swiss, German and programmers' numbers in ``text``."""
    if "'" in text:
        text = _MARKED.sub(lambda match: match[0].replace("'", ''), text)
    if '_' in text:
        text = _UNDERSCORED.sub(lambda match: re.sub(r'\\?_', '', match[0]), text)
    if text.count('.') > 1 or ('.' in text and ',' in text):
        text = _POINTED.sub(lambda match: match[0].replace('.', '').replace(',', '.'), text)
    return text


def grouped_in_twos(text: str) -> str | None:
    """Join Indian groups, ``12,34,56,789``; None where there are none."""
    joined = _PAIRED.sub(lambda match: match[0].replace(',', ''), text)
    return joined if joined != text else None


def with_point(text: str) -> str | None:
    """Write ``2,5 kg`` as ``2.5 kg``; None where the text is not one number with one comma."""
    match = _DECIMAL.fullmatch(text)
    return f'{match[1]}.{match[2]}{match[3]}' if match else None
