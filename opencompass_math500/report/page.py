"""The file: the template filled in, guarded by a content policy, written whole or not at all."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from opencompass_math500.report.sheet import Sheet

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ['SCRIPTS', 'STYLES', 'content_policy', 'page', 'visible']

STYLES: Final = (
    'base.css', 'summary.css', 'heat.css', 'charts.css', 'toolbar.css', 'items.css',
    'mathematics.css', 'print.css',
)  # fmt: skip
"""What is the one style of the page, in this order."""

SCRIPTS: Final = (
    'dom.js', 'formula.js', 'bundle.js', 'collection.js', 'filter.js', 'haystack.js',
    'selection.js', 'highlight.js', 'passage.js', 'response.js', 'card.js', 'list.js',
    'toolbar.js', 'address.js', 'keys.js', 'main.js',
)  # fmt: skip
"""What is the one script: modules, each after those that it imports."""

_TEMPLATE: Final = 'report.html.j2'
# What ties modules together is not needed where they are one.
_TIES: Final = re.compile(r'^import .*;\n|^export (?=\S)', re.MULTILINE)

_HIDDEN: Final = re.compile('[^\n\t\x20-\x7e]')
# Characters that would turn the text around them: marks, embeddings, overrides, isolates.
_TURNING: Final = frozenset(
    '\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069'
)


def page(sheet: Sheet, index: str, blocks: Iterable[str]) -> Iterator[bytes]:
    """Return the page in pieces.

    Args:
        sheet: what is shown without JavaScript.
        index, blocks: of a bundle, packed.
    """
    from markupsafe import Markup

    style, script = _joined(STYLES), _TIES.sub('', _joined(SCRIPTS))
    pieces = (
        _environment()
        .get_template(_TEMPLATE)
        .generate(
            sheet=sheet,
            style=Markup(style),
            script=Markup(script),
            csp=content_policy(style, script),
            index=Markup(index),
            blocks=map(Markup, blocks),
        )
    )
    for piece in pieces:
        yield piece.encode('utf-8')


def content_policy(style: str, script: str) -> str:
    """Allow this very style and script alone: no network, no frame, no form, no handler."""
    return '; '.join(
        (
            "default-src 'none'",
            f"script-src '{_digest(script)}'",
            f"style-src '{_digest(style)}'",
            'img-src data:',
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _digest(text: str) -> str:
    return f'sha256-{base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()}'


def visible(text: str) -> str:
    r"""Show what cannot be seen, or turns the line around it, as escapes (``\u202e``)."""
    return _HIDDEN.sub(_shown, text)


def _shown(found: re.Match[str]) -> str:
    character = found.group()
    if character in _TURNING or unicodedata.category(character) in ('Cc', 'Cs'):
        return f'\\u{ord(character):04x}'
    return character


def _joined(names: Iterable[str]) -> str:
    return '\n'.join(map(_packaged, names))


def _packaged(name: str) -> str:
    # A file that was checked out with other line ends has other bytes, and another hash.
    text = (files('opencompass_math500.report') / 'page' / name).read_text('utf-8')
    return text.replace('\r\n', '\n')


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(_packaged),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalized,
    )
    environment.filters.update(
        percent='{:.2f}'.format,
        short='{:.1f}'.format,
        whole='{:,}'.format,
        # Jinja's own fails on a lone surrogate.
        urlencode=lambda text: quote(str(text), safe='', errors='replace'),
        interval=lambda low, high: f'{low:.1f} – {high:.1f}',
    )
    return environment


def _finalized(value: Any) -> Any:
    """Every text of a value that is printed, but for what is markup already."""
    if value is None:
        raise ValueError('a value that is not known is printed')
    return value if hasattr(value, '__html__') else visible(str(value))
