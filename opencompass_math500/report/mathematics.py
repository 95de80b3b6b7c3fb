r"""TeX as MathML: the only room that knows the library that converts it.

The library is math-core (Rust, MathML Core). Its output is not trusted: ``fragment.math``
builds it anew. What it has no word for is rewritten first, here; what it cannot convert is
shown as it was written.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from opencompass_math500.report import fragment
from opencompass_math500.report.mending import (
    MACROS,
    Outline,
    is_sentence,
    mended,
    with_words_as_text,
    without_openers,
)
from opencompass_math500.report.passages import Passage, passages, rows

if TYPE_CHECKING:
    from math_core import LatexToMathML

__all__ = ['MAX_COMMANDS', 'MAX_FORMULAS', 'MAX_NESTING', 'MAX_TEX', 'formula', 'prose']

MAX_TEX: Final = 2_000
"""Characters of an expression that is typeset; the longest of MATH-500's problems has 254."""

MAX_NESTING: Final = 40
"""Groups inside groups of an expression that is typeset."""

MAX_COMMANDS: Final = 150
r"""Commands of it. Each may nest the rest (``\sqrt\sqrt\sqrt x``), and the converter's stack
overflows, which ends the process, at about 300 levels in a thread of half a megabyte."""

MAX_FORMULAS: Final = 500
"""Expressions of one text that are typeset, so that no text costs more than half a second."""


_BLANK: Final = ' \t\r\n'


def formula(tex: str) -> str:
    r"""Typeset a bare expression, such as the answer ``\frac12``, as an HTML fragment.

    Words in it (``12 square units``) are set as words; ``$…$`` around it, or around parts of
    it, are understood.

    Args:
        tex: any text.

    Returns:
        Escaped text, MathML with the source as its annotation, and ``<code class="tex">`` for
        what cannot be typeset: too long, too deep, no mathematics, or a definition of macros.
        Well-formed XML inside an element of XHTML; '' for ''.
    """
    if len(tex) > MAX_TEX:
        return fragment.escaped(tex) if is_sentence(tex) else fragment.source(tex)
    parts = list(passages(tex.strip(_BLANK), inline=True))
    if len(parts) > 1 and any(part.kind == 'text' and '\\' in part.source for part in parts):
        # "\frac12 and $x$": the dollars are no borders of the mathematics.
        return _bare(_without_delimiters(tex.strip(_BLANK)), tex.strip(_BLANK))
    if len(parts) == 1:
        return _bare(parts[0].body, parts[0].body)
    return ''.join(
        _text(part.source) if part.kind == 'text' else _typeset(part.body, part.source)
        for part in parts
    )


def prose(text: str) -> str:
    r"""Typeset a text with mathematics between ``$``, ``\(…\)``, ``\[…\]`` or in environments.

    Args:
        text: any text, such as a problem.

    Returns:
        As of ``formula``, and besides: a ``tabular`` as ``<table class="tex-table">``, the
        program of a drawing (``[asy]``) as ``<pre class="asy">``, bold and italics as ``<b>``
        and ``<i>``. Line ends stay as they are.
    """
    shown = []
    formulas = 0
    for part in passages(text):
        formulas += part.kind != 'text'
        if formulas > MAX_FORMULAS and part.kind != 'text':
            shown.append(fragment.source(part.source))
        else:
            shown.append(_passage(part))
    return ''.join(shown)


def _passage(part: Passage) -> str:
    if part.kind == 'text':
        return _text(part.source)
    if part.kind == 'drawing':
        return fragment.drawing(part.source)
    if part.kind == 'table':
        return _table(part)
    return _typeset(part.body, part.source, display=part.kind == 'display')


_ESCAPE: Final = re.compile(r'\\(?=[$%&#_{}])')
_STYLE: Final = re.compile(
    r'\\(textbf|textit|emph|underline|textrm|text|mbox)\{([^{}\\]*)\}|\\(?:no)?indent(?![A-Za-z]) ?'
)
_ELEMENT_OF: Final = {'textbf': 'b', 'textit': 'i', 'emph': 'em', 'underline': 'u'}


def _text(text: str) -> str:
    """Text outside of mathematics, in which TeX's escapes and styles may still stand."""

    def styled(found: re.Match[str]) -> str:
        element, inner = _ELEMENT_OF.get(found[1] or ''), found[2] or ''
        return f'<{element}>{inner}</{element}>' if element else inner

    return _ESCAPE.sub('', _STYLE.sub(styled, fragment.escaped(text)))


_MAX_CELLS: Final = 1_000


def _table(part: Passage) -> str:
    table = rows(part.body) if len(part.body) <= 10 * MAX_TEX else None
    if not table or sum(map(len, table)) > _MAX_CELLS:
        return fragment.source(part.source)
    lines = []
    for row in table:
        cells = []
        for cell in row:
            span = f' colspan="{cell.columns}"' if cell.columns > 1 else ''
            cells.append(f'<td{span}>{_cell(cell.body)}</td>')
        lines.append(f'<tr>{"".join(cells)}</tr>')
    return f'<table class="tex-table"><tbody>{"".join(lines)}</tbody></table>'


_STYLED: Final = re.compile(r'\\(textbf|textit|emph|underline)\{([^{}]*)\}')


def _cell(text: str) -> str:
    r"""A cell's text; a head such as ``\textbf{$2001$}`` is a style around a formula."""
    styled = _STYLED.fullmatch(text)
    inner = ''.join(map(_passage, passages(styled[2] if styled else text)))
    element = _ELEMENT_OF[styled[1]] if styled else ''
    return f'<{element}>{inner}</{element}>' if element else inner


def _without_delimiters(tex: str) -> str:
    return ''.join(part.body for part in passages(tex, inline=True))


def _bare(tex: str, written: str) -> str:
    """An expression with nothing around it that says where its words end."""
    if not tex.strip() or is_sentence(tex):
        return fragment.escaped(tex)
    typeset = _converted(with_words_as_text(tex), written, display=False)
    return fragment.source(written) if typeset is None else typeset


def _typeset(tex: str, written: str, *, display: bool = False) -> str:
    """The expression as MathML, or with its delimiters as it was written."""
    typeset = _converted(tex, tex, display=display) if len(tex) <= MAX_TEX else None
    return fragment.source(written) if typeset is None else typeset


# What became of \f in a mangled \frac is to be seen; the converter takes it for a space.
_UNSPEAKABLE: Final = re.compile('[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]')


def _converted(tex: str, note: str, *, display: bool) -> str | None:
    """MathML of it, annotated; None where it is beyond a bound or the converter refuses it."""
    if _UNSPEAKABLE.search(tex):
        return None
    rewritten = without_openers(mended(tex))
    if rewritten is None:
        return None
    outline = Outline(rewritten)
    if outline.nesting > MAX_NESTING or outline.commands > MAX_COMMANDS or outline.is_refused:
        return None
    if outline.has_line_breaks:
        rewritten = rf'\begin{{gathered}}{rewritten}\end{{gathered}}'
    mathml = _mathml(rewritten, display=display)
    return None if mathml is None else fragment.math(mathml, note, display=display)


# --- the library ---


@lru_cache(maxsize=1)
def _converter() -> tuple[LatexToMathML, type[Exception]]:
    from math_core import LatexError, LatexToMathML

    converter = LatexToMathML(
        macros=MACROS,
        fancy_error=False,
        allow_unreliable_rendering=True,  # \widetilde: plain in some browsers, but there
        max_expansions=MAX_COMMANDS,
    )
    return converter, LatexError


def _mathml(tex: str, *, display: bool) -> str | None:
    """What the converter makes of it; None where it refuses."""
    converter, refusal = _converter()
    try:
        return converter.convert_with_local_state(tex, displaystyle=display)
    except refusal:
        return None
    except BaseException as error:
        # A mistake inside the library arrives as a panic, which is no Exception; it must not
        # cost the page. Everything else, such as Ctrl-C, is not for here.
        if type(error).__name__ != 'PanicException':
            raise
        return None
