"""The formulas of a text: where they stand, and whether the last one is open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

__all__ = ['Formula', 'formulas_in', 'has_open_formula', 'masked']


class Formula(NamedTuple):
    """A formula with its delimiters at ``text[start:end]``; ``body`` is what they enclose.

    A tuple, for they are made by the dozen for every ending: a frozen dataclass takes three times
    as long to make.
    """

    start: int
    end: int
    body: str
    display: bool


_ENVIRONMENTS = ('align', 'equation', 'gather', 'multline')
# Of escapes only those that hide a delimiter: a step for every command would cost as much again.
_DELIMITERS = re.compile(
    rf'\\(?:begin|end)\{{(?:{"|".join(_ENVIRONMENTS)})\*?\}}|\\[()\[\]]|\\[\\$]|\$\$?'
)
_DISPLAYS = tuple(f'{name}{star}' for name in _ENVIRONMENTS for star in ('', '*'))
_CLOSES = {
    **{'\\(': '\\)', '\\[': '\\]', '$': '$', '$$': '$$'},
    **{f'\\begin{{{name}}}': f'\\end{{{name}}}' for name in _DISPLAYS},
}
_IN_TEXT = re.compile(r'\\(?:text|mathrm|textbf|mbox)\s*\{[^{}]*\}')
_PROSE_RUN = re.compile(r'(?<![\\A-Za-z{])[a-z]{3,} +[a-z]{2,} +[a-z]{2,}')


def formulas_in(text: str) -> Sequence[Formula]:
    """Return the delimited formulas of ``text``, in order; linear.

    A dollar that would enclose a sentence is a price ("$5 and he pays $6").
    """
    return _formulas_in(text) if '$' in text or '\\' in text else ()


@lru_cache(maxsize=64)
def _formulas_in(text: str) -> tuple[Formula, ...]:
    """The same; one ending is looked at by many rules."""
    found: list[Formula] = []
    opening: re.Match[str] | None = None
    first = wanted = ''
    for mark in _DELIMITERS.finditer(text):
        token = mark[0]
        # "$...$$" is a slip that real responses make.
        if opening is not None and (token == wanted or first + token == '$$$'):
            body = text[opening.end() : mark.start()]
            if first == '$' and _is_prose_between_dollars(body):
                opening, first = mark, token
                wanted = _CLOSES.get(token, '')
                continue
            display = first not in ('\\(', '$')
            found.append(Formula(opening.start(), mark.end(), body.strip(), display))
            opening = None
        elif (opening is None or token in ('\\(', '\\[')) and (closer := _CLOSES.get(token)):
            opening, first, wanted = mark, token, closer
    return tuple(found)


# A price ("$5 each") opens no formula; "$5 \cdot" does.
_OPENING = re.compile(r'(?<!\\)\\[(\[]|(?<!\\)\$(?!\d[\d,.]*(?:\s+[A-Za-z]|\s*$))|\\$')


def has_open_formula(text: str) -> bool:
    """Tell whether the text breaks off inside a formula or an environment."""
    if text.count('\\begin{') != text.count('\\end{'):
        return True
    formulas = formulas_in(text)
    rest = text[formulas[-1].end :] if formulas else text
    return _OPENING.search(rest) is not None


def _is_prose_between_dollars(body: str) -> bool:
    if '\n\n' in body or body.count(' ') < 2:  # three words have two spaces
        return '\n\n' in body
    return _PROSE_RUN.search(_IN_TEXT.sub('', body)) is not None


def masked(text: str, formulas: Sequence[Formula]) -> str:
    """Return ``text`` with every formula replaced by as many ``x``:
    sentences can be found in it.
    """
    if not formulas:
        return text
    out: list[str] = []
    at = 0
    for formula in formulas:
        out.append(text[at : formula.start])
        out.append('x' * (formula.end - formula.start))
        at = formula.end
    out.append(text[at:])
    return ''.join(out)
