"""Markup of the page: escaped text, and MathML of which only known parts are let through."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.entities import html5
from typing import Final
from xml.etree import ElementTree

__all__ = ['MAX_FRAGMENT_DEPTH', 'drawing', 'escaped', 'math', 'source']

MATHML: Final = 'http://www.w3.org/1998/Math/MathML'
XHTML: Final = 'http://www.w3.org/1999/xhtml'

MAX_FRAGMENT_DEPTH: Final = 200
"""Elements inside elements of one formula; browsers lay out deeper ones in quadratic time."""

# What XML cannot hold is shown by its picture (U+2400 onwards), as in an answer in which the
# \b of \boxed became a backspace, or by U+FFFD where there is none.
_PICTURES: Final = {code: 0x2400 + code for code in range(0x20) if code not in (0x9, 0xA)}
_UNSPEAKABLE: Final = re.compile('[\ud800-\udfff\ufffe\uffff]')
_MARKUP: Final = {ord('&'): '&amp;', ord('<'): '&lt;', ord('>'): '&gt;', ord('"'): '&quot;'}
_ESCAPES: Final[Mapping[int, str | int]] = {**_PICTURES, **_MARKUP}
_LINE_END: Final = re.compile('\r\n?')


def escaped(text: str) -> str:
    """Escape text for an element or a quoted attribute of XML or HTML; any str can be."""
    return _UNSPEAKABLE.sub('�', _LINE_END.sub('\n', text)).translate(_ESCAPES)


def source(tex: str) -> str:
    """Return what is not typeset, as it was written."""
    return f'<code class="tex">{escaped(tex)}</code>'


def drawing(program: str) -> str:
    """Show a program that draws a figure, such as Asymptote's; it is never run."""
    return f'<pre class="asy"><code>{escaped(program)}</code></pre>'


def math(converted: str, tex: str, *, display: bool) -> str | None:
    """Build a converter's ``<math>`` anew from what is known to be harmless.

    Args:
        converted: the converter's output, trusted in nothing.
        tex: what was converted; it becomes the annotation, so that it can be copied.
        display: whether the formula stands on a line of its own.

    Returns:
        The element; None where the output is not well-formed, has an element that is not
        known, is too deep or shows nothing at all.
    """
    try:
        root = ElementTree.fromstring(_without_entities(converted))
        content = ''.join(_element(child, 1) for child in root)
    except (ElementTree.ParseError, _Refused):
        return None
    if root.tag != 'math' or not _shows(root):
        return None
    block = ' display="block"' if display else ''
    typeset = (
        f'<math xmlns="{MATHML}"{block}><semantics><mrow>{content}</mrow>'
        f'<annotation encoding="application/x-tex">{escaped(tex)}</annotation></semantics></math>'
    )
    # A box of its own, which scrolls where the formula is wider than a phone.
    return f'<span class="tex-display">{typeset}</span>' if display else typeset


class _Refused(Exception):
    """An element that is not let through."""


_ENTITY: Final = re.compile('&([A-Za-z]+;)')
_XML_ENTITIES: Final = frozenset({'amp;', 'lt;', 'gt;', 'quot;', 'apos;'})


def _without_entities(markup: str) -> str:
    """HTML's names of characters as characters: XML knows only five of them."""
    return _ENTITY.sub(
        lambda found: (
            found[0] if found[1] in _XML_ENTITIES else escaped(html5.get(found[1], found[0]))
        ),
        markup,
    )


_YES_OR_NO: Final = re.compile('true|false')
# Lengths beyond these move a formula over its neighbours, where it could pass for them.
_LENGTH: Final = re.compile(r'[0-3]?(?:\.\d{1,10})?(?:em|ex)?')
_OPERATOR: Final = {
    **dict.fromkeys(('stretchy', 'symmetric', 'largeop', 'movablelimits'), _YES_OR_NO),
    **dict.fromkeys(('lspace', 'rspace', 'minsize', 'maxsize'), _LENGTH),
    'form': re.compile('prefix|infix|postfix'),
}
_STYLED: Final = {'displaystyle': _YES_OR_NO, 'scriptlevel': re.compile(r'[+-]?\d')}
_NOTHING: Final[dict[str, re.Pattern[str]]] = {}

# Elements of MathML Core, each with its attributes. Source: W3C, MathML Core, 3.
_ELEMENTS: Final[dict[str, dict[str, re.Pattern[str]]]] = {
    **dict.fromkeys(
        (
            *('mrow', 'mn', 'mtext', 'msqrt', 'mroot', 'msub', 'msup', 'msubsup'),
            *('mmultiscripts', 'mprescripts', 'mphantom', 'mtr', 'mtd'),
        ),
        _NOTHING,
    ),
    'mi': {'mathvariant': re.compile('normal')},
    'mo': _OPERATOR,
    'mspace': dict.fromkeys(('width', 'height', 'depth'), _LENGTH),
    'mpadded': dict.fromkeys(('width', 'height', 'depth'), re.compile('0')),
    'mfrac': {**_STYLED, 'linethickness': _LENGTH},
    'mstyle': _STYLED,
    'mtable': _STYLED,
    'mover': {'accent': _YES_OR_NO},
    'munder': {'accentunder': _YES_OR_NO},
    'munderover': {'accent': _YES_OR_NO, 'accentunder': _YES_OR_NO},
}
# Inside <mtext>, as elements of HTML.
_INSIDE_TEXT: Final = frozenset({'b', 'i', 'em', 'code'})

# The page's policy allows no style attributes; those that carry meaning become classes.
_CLASS_OF: Final = {
    'text-align:left': 'tex-left',
    'text-align:right': 'tex-right',
    'padding-left:0': 'tex-from-left',
    'padding-right:0': 'tex-to-right',
    'padding-left:1em': 'tex-gap',
    'margin-left:-0.16666667em': 'tex-closer',
    **{
        f'border-{side}:0.05em {line} currentcolor': f'tex-rule-{side}'
        for side in ('left', 'right', 'top', 'bottom')
        for line in ('solid', 'dashed')
    },
}
# <menclose> is not of MathML Core.
_CLASS_OF_NOTATION: Final = {
    'box': 'tex-box',
    'updiagonalstrike': 'tex-strike',
    'downdiagonalstrike': 'tex-strike',
    'updiagonalstrike downdiagonalstrike': 'tex-strike',
}
_DECLARATION: Final = re.compile(r'\s*:\s*')


def _element(element: ElementTree.Element, depth: int) -> str:
    """One element with everything in it."""
    if depth > MAX_FRAGMENT_DEPTH:
        raise _Refused
    if _is_filler(element):
        return ''
    name, attributes = element.tag, element.attrib
    inner = escaped(element.text or '') + ''.join(
        _element(child, depth + 1) + escaped(child.tail or '') for child in element
    )
    if name in _INSIDE_TEXT:
        return f'<{name} xmlns="{XHTML}">{inner}</{name}>'
    if name == 'span':  # a font; the text in it is plain
        return inner
    if name == 'menclose':
        name, classes = 'mrow', [_CLASS_OF_NOTATION.get(attributes.get('notation', ''), '')]
    else:
        classes = _classes(attributes.get('style', ''))
    if name not in _ELEMENTS:
        raise _Refused
    kept = ''.join(
        f' {key}="{value}"'
        for key, value in attributes.items()
        if (pattern := _ELEMENTS[name].get(key)) and pattern.fullmatch(value)
    )
    if any(classes):
        kept += f' class="{" ".join(filter(None, classes))}"'
    return f'<{name}{kept}>{inner}</{name}>'


def _classes(style: str) -> list[str]:
    declared = (_DECLARATION.sub(':', part.strip()) for part in style.split(';'))
    return [_CLASS_OF[one] for one in declared if one in _CLASS_OF]


def _is_filler(element: ElementTree.Element) -> bool:
    """An empty cell that centres a table, where the box around it does so already."""
    return element.tag == 'mtd' and len(element) == 0 and 'width' in element.attrib.get('style', '')


def _shows(element: ElementTree.Element) -> bool:
    if element.tag == 'mphantom':
        return False
    return bool((element.text or '').strip()) or any(
        _shows(child) or (child.tail or '').strip() for child in element
    )
