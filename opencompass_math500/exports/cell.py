"""Text that a spreadsheet shows and does not run."""

from __future__ import annotations

import re
from typing import Final

__all__ = ['LIMIT', 'fitted', 'inert', 'printable']

LIMIT: Final = 32_767
"""Characters in a cell, in units of UTF-16.

Source: Microsoft, "Excel specifications and limits": total number of characters that a
cell can contain.
"""

# What XML 1.0 forbids, and DEL and the C1 controls, which no program shows.
_UNPRINTABLE: Final = re.compile('[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]')

# Source: OWASP, "CSV Injection": cells beginning with = + - @ tab, carriage return, line
# feed, or the full-width forms of the signs. Some programs strip spaces before they look.
# The quotes make the prefix reversible: one is there iff one of the signs follows.
_ACTIVE: Final = re.compile(r"['\s]*[=+\-@\t\r\n＝＋－＠]")
# A negative number stays one: whatever is made of it, it is that number.
_NEGATIVE: Final = re.compile(r'-(0|[1-9][0-9]{0,14})(\.[0-9]*[1-9])?')


def printable(text: str) -> str:
    r"""Return the text with control characters and half surrogate pairs as ``\u0000``."""
    return _UNPRINTABLE.sub(lambda found: f'\\u{ord(found[0]):04x}', text)


def fitted(text: str, place: str, limit: int = LIMIT) -> str:
    """Cut a text to fit into a cell: of a longer one the beginning, and where the whole is.

    Args:
        text: the text.
        place: where the whole stands.
        limit: characters that are allowed, in units of UTF-16.
    """
    if len(text) <= limit // 2:
        return text
    units = text.encode('utf-16-le', 'surrogatepass')
    if len(units) <= 2 * limit:
        return text
    mark = f' … [cut: {len(text):,} characters; the whole: {place[:300]}]'
    room = limit - len(mark.encode('utf-16-le', 'surrogatepass')) // 2
    # Half of a pair at the end is dropped.
    return units[: 2 * room].decode('utf-16-le', 'ignore') + mark


def inert(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, in a format without types.

    One that would be has an apostrophe before it; a negative number is left as it is. To
    have the text back, drop the apostrophe of a cell that begins with apostrophes or
    spaces and then one of the signs.
    """
    if _ACTIVE.match(text) and not _NEGATIVE.fullmatch(text):
        return f"'{text}"
    return text
