r"""TeX in the words of the converter: what it lacks is rewritten before it reads it."""

from __future__ import annotations

import re
from typing import Final

__all__ = [
    'MACROS',
    'MAX_OPENERS',
    'Outline',
    'is_sentence',
    'mended',
    'with_words_as_text',
    'without_openers',
]

_TOKEN: Final = re.compile(r'\\(?:begin|end)\{[A-Za-z]*\*?\}|\\[A-Za-z]+|\\.|[{}]', re.DOTALL)
# Definitions make text out of nothing; references point to what is not on the page.
_REFUSED: Final = frozenset(
    rf'\{name}'
    for name in (
        *('def', 'gdef', 'edef', 'xdef', 'let', 'futurelet', 'newcommand', 'renewcommand'),
        *('providecommand', 'DeclareMathOperator', 'newenvironment', 'renewenvironment'),
        *('ref', 'eqref', 'label', 'href', 'url', 'char', 'catcode', 'require', 'input'),
    )
)


MAX_OPENERS: Final = 12
"""Brackets that open in one expression. The converter looks for the end of each and reads the
rest again where there is none: each bracket left open doubles its time and its memory."""

# Every sign and command that opens for math-core 0.9.0, found by trying all of Unicode below
# U+30000 and every word in its binary. Behind \left it knows where to look.
_OPENER: Final = re.compile(
    r'\\(?:left|right|middle|big|Big|bigg|Bigg)(?![A-Za-z])\s*\\?[(\[{]?|\\sqrt\s*\[|'
    r'([(\[⌈⌊⌜⌞⎰❲⟅⟦⟨⟪⟬⟮⦃⦅⦇⦉⦋⦍⦏⦑⦓⦕⦗⧘⧚⧼]|\\\{|'
    r'\\(?:l+(?:[aA]ng|[vV]ert|[bB]rac|ceil|floor|group|[pP]aren|corner|moustache|bag)|ulcorner)'
    r'[A-Za-z]*)|\\[A-Za-z]+|\\.',
    re.DOTALL,
)


def without_openers(tex: str) -> str | None:
    """Return the same with plain brackets as text where there are too many; None if useless.

    As text a bracket has no partner, and looks the same.
    """
    if _openers(tex) <= MAX_OPENERS:
        return tex
    plain = _OPENER.sub(
        lambda found: rf'\text{{{found[1]}}}' if found[1] in ('(', '[') else found[0], tex
    )
    return plain if _openers(plain, of_text=True) <= MAX_OPENERS else None


def _openers(tex: str, *, of_text: bool = False) -> int:
    """How many brackets open; with ``of_text``, besides those that are text."""
    text = tex.replace(r'\text{(}', '').replace(r'\text{[}', '') if of_text else tex
    return sum(1 for found in _OPENER.finditer(text) if found[1])


def _step(token: str) -> int:
    """1 for what opens a group, -1 for what closes one."""
    if token in ('{', r'\left') or token.startswith(r'\begin{'):
        return 1
    return -1 if token in ('}', r'\right') or token.startswith(r'\end{') else 0


class Outline:
    """How an expression nests, without reading it."""

    __slots__ = ('commands', 'has_line_breaks', 'is_refused', 'nesting')

    def __init__(self, tex: str) -> None:
        depth = self.nesting = self.commands = 0
        self.has_line_breaks = self.is_refused = False
        for found in _TOKEN.finditer(tex):
            token = found[0]
            depth = max(depth + _step(token), 0)
            self.nesting = max(self.nesting, depth)
            self.commands += token[0] == '\\'
            self.has_line_breaks |= depth == 0 and token in (r'\\', r'\newline')
            self.is_refused |= token in _REFUSED


# Commands and environments that math-core 0.9.0 lacks, in words that it has.
MACROS: Final = {
    **dict.fromkeys(('dotsm', 'dotsb', 'dotsi'), r'\cdots'),
    **dict.fromkeys(('dotso', 'hdots'), r'\ldots'),
    **dict.fromkeys(('mbox', 'hbox', 'textnormal', 'textup'), r'\text{#1}'),
    **{
        name: rf'\operatorname{{{name}}}'
        for name in (
            *('arccot', 'arcsec', 'arccsc', 'arcsinh', 'arccosh', 'arctanh', 'sech', 'csch'),
            *('cis', 'lcm', 'sgn', 'sign', 'proj', 'Arg', 'rank', 'tr', 'adj', 'range'),
        )
    },
    **dict.fromkeys(('allowbreak', 'hfill', 'par', 'noindent', 'break', 'strut', 'relax'), ''),
    **dict.fromkeys(('wideparen', 'overarc', 'arc'), r'\overparen{#1}'),
    **dict.fromkeys(('ensuremath', 'smash'), '{#1}'),
    'substack': r'\begin{matrix}#1\end{matrix}',
    'tag': r'\qquad\text{(#1)}',
    'pmb': r'\boldsymbol{#1}',
    'textdegree': r'\degree',
    'cents': r'\text{¢}',
    'cent': r'\text{¢}',
    'euro': r'\text{€}',
    'textdollar': r'\$',
    'qed': r'\blacksquare',
}
_ENVIRONMENT_OF: Final = {
    # Numbered ones would show a number that nobody wrote.
    **{name: f'{name}*' for name in ('align', 'equation', 'gather', 'multline')},
    'split': 'aligned',
    'smallmatrix': 'matrix',
}
_ENVIRONMENT: Final = re.compile(r'\\(begin|end)\{([A-Za-z]+\*?)\}(\{\d*\})?')
_COLUMN_SPACE: Final = re.compile(
    r'(\\begin\{array\}(?:\[[a-z]\])?)\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}'
)
_AT: Final = re.compile(r'[@!]\{[^{}]*\}')
# A rule under some columns; what it lines is legible without.
_RULE: Final = re.compile(r'\\cline\{[^{}]*\}')
_OLD_ROW_END: Final = re.compile(r'\\cr(?![A-Za-z])')
_SIGNS: Final = str.maketrans({'√': r'\surd ', '∠': r'\angle ', '∡': r'\measuredangle '})
_UNESCAPED: Final = re.compile(r'(\\.)|%', re.DOTALL)
_UNESCAPED_OUTSIDE: Final = re.compile(r'(\\.)|[&#]', re.DOTALL)
_CHEVRON: Final = re.compile(r'(\\(?:left|right|middle|[bB]igg?[lmr]?))\s*([<>])')
_TEXT_GROUP: Final = re.compile(r'\\(text|mbox|textrm)\{([^{}]*)\}')
_FORMULA_IN_TEXT: Final = re.compile(r'(?<!\\)\$([^$]*)(?<!\\)\$')
_SPECIAL_IN_TEXT: Final = re.compile(r'[$_]')
_BARE_UNDERSCORE: Final = re.compile(r'(?<!\\)_')


def mended(tex: str) -> str:
    """Rewrite an expression in words that the converter knows."""
    # TeX's comment; a model that writes 50% means the sign, and nothing is to be lost.
    tex = _UNESCAPED.sub(_escaped_sign, tex).translate(_SIGNS)
    if r'\begin' in tex:
        tex = _RULE.sub('', _OLD_ROW_END.sub(r'\\\\', tex))
        tex = _ENVIRONMENT.sub(_environment, tex)
        tex = _COLUMN_SPACE.sub(lambda found: f'{found[1]}{{{_AT.sub("", found[2])}}}', tex)
    else:
        tex = _UNESCAPED_OUTSIDE.sub(_escaped_sign, tex)
    tex = _CHEVRON.sub(lambda found: found[1] + {'<': r'\langle ', '>': r'\rangle '}[found[2]], tex)
    return _TEXT_GROUP.sub(_text_group, tex)


def _escaped_sign(found: re.Match[str]) -> str:
    return found[1] or f'\\{found[0]}'


def _environment(found: re.Match[str]) -> str:
    side, name, columns = found[1], found[2], found[3] or ''
    if name in ('eqnarray', 'eqnarray*'):
        return rf'\{side}{{array}}' + ('{rcl}' if side == 'begin' else '')
    if name in ('alignat', 'alignat*', 'alignedat'):
        return rf'\{side}{{aligned}}'  # the number of its columns is of no use
    return rf'\{side}{{{_ENVIRONMENT_OF.get(name, name)}}}{columns}'


def _text_group(found: re.Match[str]) -> str:
    r"""``\text{a $x$ b_c}`` as ``\text{a }x\text{ b\_c}``."""
    if not _SPECIAL_IN_TEXT.search(found[2]):
        return found[0]
    pieces = _FORMULA_IN_TEXT.split(found[2])
    texts = [
        piece if number % 2 else r'\text{' + _BARE_UNDERSCORE.sub(r'\\_', piece) + '}'
        for number, piece in enumerate(pieces)
        if piece
    ]
    return '{' + ''.join(texts) + '}'


# --- words of a bare answer ---

_TEX_SIGN: Final = re.compile(r'[\\^_{}$]')
_WORD: Final = re.compile(r'[A-Za-z]{3,}')
_SENTENCE: Final = 3  # words, from which on a text without any TeX is no formula
_WORDS: Final = re.compile(
    r"\s?(?<![^\s(])[A-Za-z]{2,}(?:(?:[,.;:]? |['’-])[A-Za-z]{2,})*(?=[\s,.;:!?)]|$)\s?"
)


def is_sentence(text: str) -> bool:
    """Tell whether a text has several words and no sign of TeX."""
    return not _TEX_SIGN.search(text) and len(_WORD.findall(text)) >= _SENTENCE


def with_words_as_text(tex: str) -> str:
    r"""Put ``9\sqrt3 square units`` as ``9\sqrt3\text{ square units}``, outside groups only.

    A ``$`` outside of groups is a sign of money.
    """

    def as_text(found: re.Match[str]) -> str:
        return rf'\text{{{found[0]}}}' if _WORD.search(found[0]) else found[0]

    def outside(part: str) -> str:
        return _WORDS.sub(as_text, part).replace('$', r'\$') if depth == 0 else part

    pieces = []
    depth = done = 0
    for token in _TOKEN.finditer(tex):
        pieces += [outside(tex[done : token.start()]), token[0]]
        done = token.end()
        depth += _step(token[0])
    return ''.join([*pieces, outside(tex[done:])])
