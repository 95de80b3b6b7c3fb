"""HTML in answers: ``<b>42</b>``, ``x<sup>2</sup>``, ``x &lt; 5``."""

from __future__ import annotations

import re
from typing import Final

__all__ = ['MAX_HTML', 'without_entities', 'without_html']

MAX_HTML: Final = 50_000
"""Characters from the end that are freed of elements."""

_BLOCK: Final = (
    'p', 'div', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'li', 'ul', 'ol', 'center', 'section',
)  # fmt: skip
_INLINE: Final = ('b', 'i', 'u', 'em', 'strong', 'span', 'mark', 'font', 'big', 'code')
_HTML: Final = re.compile(
    rf'<(?P<slash>/?)(?P<name>{"|".join((*_BLOCK, *_INLINE, "sup", "sub", "br"))})'
    r'(?:\s[^<>]{0,200})?\s?/?>'
)
_POWER_OF_UNIT: Final = re.compile(
    r'(?<=\d)([ \u00a0])(m|cm|mm|km|dm|ft|in|yd|mi)\^\{([23])\}(?!\w)'
)
_ENTITY: Final = re.compile(r'&(?:[A-Za-z]{2,8}\d{0,2}|#\d{2,5}|#x[0-9A-Fa-f]{2,5});')


def without_html(text: str) -> str:
    """Drop HTML elements that are closed somewhere; a block stands in lines of its own.

    ``a<b>c`` is an inequality: it closes nothing.
    """
    if '</' not in text and '<br' not in text:
        return text
    if len(text) > MAX_HTML:
        return text[:-MAX_HTML] + without_html(text[-MAX_HTML:])
    closed = {tag['name'] for tag in _HTML.finditer(text) if tag['slash']} | {'br'}

    def plain(tag: re.Match[str]) -> str:
        name = tag['name']
        if name not in closed:
            return tag[0]
        if name in ('sup', 'sub'):
            return '}' if tag['slash'] else ('^{' if name == 'sup' else '_{')
        return '\n' if name in _BLOCK or name == 'br' else ''

    text = _HTML.sub(plain, text)
    # "<b>12</b> m<sup>2</sup>" measures: letters of a formula stand in italics, beside the number.
    return _POWER_OF_UNIT.sub(r'\1\\text{ \2}^\3', text) if '^{' in text else text


def without_entities(text: str) -> str:
    """Write ``x &lt; 5`` with the character of each entity; a lone ``&`` parts cells."""
    if '&' not in text:
        return text
    from html import unescape  # two thousand names, which few answers hold one of

    return _ENTITY.sub(lambda match: unescape(match[0]), text)
