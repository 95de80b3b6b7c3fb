r"""The modulus of a residue in one spelling: ``3 \pmod{7}``, however it was written."""

from __future__ import annotations

import re
from typing import Final

__all__ = ['with_modulus']

_SPACES: Final = re.compile(r'\s+')
# (mod 7), (\bmod 7), (\text{mod } 7), (\text{mod 7})
_BRACKETED: Final = re.compile(
    r'\(\s?(?:\\(?:text|mathrm|operatorname|mbox)\s?\{\s?)?\\?[bp]?mod(?:ulo)?\s?\}?\s?\{?\s?'
    r'(\w{1,9})\s?\}?\s?\)'
)
# \text{ (mod }7), \text{ (mod 7)}
_IN_TEXT: Final = re.compile(
    r'\\(?:text|mathrm|mbox)\s?\{\s?\(\s?mod(?:ulo)?\s?\}?\s?\{?(\w{1,9})\}?\s?\}?\s?\)\s?\}?'
)
# 54 (mod 6) = 0: the modulus of a chain's inner side.
_INNER: Final = re.compile(r'\\pmod\s?\{?\w{1,9}\}?\s?(?==|\\equiv)')
# 1 \text{ mod } 5, 1 mod 5; but 17 \bmod 5 is a number.
_BARE: Final = re.compile(
    r'(?<=\S)\s?(?:\\(?:text|mathrm|operatorname|mbox)\s?\{\s?mod(?:ulo)?\s?\}|(?<!\\)\bmod(?:ulo)?)'
    r'\s?\{?(\d{1,9})\}?$'
)
# x \equiv 3 \bmod 8
_CONGRUENT: Final = re.compile(r'(?<=\S)\s?\\[bp]?mod\s?\{?\s?(\w{1,9})\s?\}?$')


def with_modulus(text: str) -> str:
    r"""Write ``\pmod{m}`` for every way to say that; linear in the length of ``text``."""
    # One space at a time: the many optional parts would share out 1000 of them in 10^10 ways.
    text = _SPACES.sub(' ', text)
    text = _BRACKETED.sub(r'\\pmod{\1}', _IN_TEXT.sub(r'\\pmod{\1}', text))
    text = _INNER.sub('', text)
    if '\\equiv' in text:
        text = _CONGRUENT.sub(r' \\pmod{\1}', text)
    return _BARE.sub(r' \\pmod{\1}', text)
