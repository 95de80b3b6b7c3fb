r"""Layout: rewrites under which any answer, also a wrong one, keeps its meaning.

The typeset page stays the same, or nearly so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

__all__ = ['GROUPED', 'INTEGER', 'LAYOUT', 'Rule']

Rule = Callable[[str], Iterator[str]]

INTEGER: Final = re.compile(r'-?[0-9]+')
GROUPED: Final = re.compile(r'[0-9]{1,3}(?:,(?:\\! ?)?[0-9]{3})+')


_COMMA: Final = re.compile(r'(?<![\\{]), *')
_WORDS: Final = re.compile(r'(?<![\\a-zA-Z])[A-Za-z]{3}|^[A-Z]\)?$')


def spaces(gold: str) -> Iterator[str]:
    """Blanks around and between tokens."""
    yield f'  {gold} '
    yield f'\n{gold}\n'
    yield f'\\, {gold} \\,'
    yield f'{gold}\\;'
    yield f'{gold}\\!'
    yield f'\\ {gold}~'
    yield f'\\quad {gold}'
    if '\\text' not in gold and '\\mbox' not in gold:
        if not GROUPED.search(gold):
            yield re.sub(r'(?<![\\a-z{])([-+=,])', r' \1 ', gold)
        yield re.sub(r' ?([-+=]) ?', r'\\,\1\\,', gold)
        yield re.sub(r'(?<=[^a-zA-Z\\]) (?=[^a-zA-Z\\])', '', gold)
    if ',' in gold and not GROUPED.search(gold):
        yield re.sub(_COMMA, ',\\\\;', gold)
        yield re.sub(_COMMA, ',', gold)
        yield re.sub(_COMMA, ',   ', gold)


def mathematics_mode(gold: str) -> Iterator[str]:
    """Delimiters of mathematics, and the display style."""
    if '$' not in gold.replace('\\$', ''):
        for left, right in (('$', '$'), ('$$', '$$'), ('$ ', ' $')):
            yield f'{left}{gold}{right}'
        yield f'$\\displaystyle {gold}$'
    for left, right in (('\\(', '\\)'), ('\\[', '\\]')):
        yield f'{left}{gold}{right}'
    yield f'\\displaystyle {gold}'


def dress(gold: str) -> Iterator[str]:
    """Braces, boxes, colours, weights: TeX groups that show the same text."""
    yield f'\\boxed{{{gold}}}'
    yield f'\\textcolor{{blue}}{{{gold}}}'
    if '**' not in gold:
        yield f'**{gold}**'
    if _WORDS.search(gold):
        return
    yield f'{{{gold}}}'
    yield f'{{{{{gold}}}}}'
    yield f'\\color{{red}}{{{gold}}}'
    yield f'{{\\color{{blue}}{gold}}}'
    yield f'\\boldsymbol{{{gold}}}'
    yield f'\\mathbf{{{gold}}}'
    yield f'\\bf{{{gold}}}'
    if '$' not in gold.replace('\\$', ''):
        yield f'$\\boxed{{{gold}}}$'
        yield f'\\fbox{{${gold}$}}'
    if INTEGER.fullmatch(gold):
        yield f'\\text{{{gold}}}'
        yield f'\\mathrm{{{gold}}}'
        yield f'\\mbox{{{gold}}}'
        yield f'\\underline{{{gold}}}'
        yield f'{{\\bf {gold}}}'


def full_stop(gold: str) -> Iterator[str]:
    """The end of the sentence that the answer closes."""
    yield f'{gold}.'
    yield f'\\boxed{{{gold}}}.'
    if '$' not in gold.replace('\\$', ''):
        yield f'${gold}$.'
        yield f'${gold}.$'


def fraction_style(gold: str) -> Iterator[str]:
    """``\\dfrac``, ``\\tfrac`` and ``\\cfrac`` are sizes; braces around one digit too."""
    if 'frac' in gold:
        plain = gold.replace('\\dfrac', '\\frac')
        for style in ('\\frac', '\\dfrac', '\\tfrac', '\\cfrac'):
            yield plain.replace('\\frac', style)
        yield re.sub(r'\\frac *([0-9]) *([0-9])(?![0-9])', r'\\frac{\1}{\2}', plain)
        yield re.sub(r'\\frac\{([0-9])\}\{([0-9])\}', r'\\frac\1\2', plain)
        yield re.sub(r'\\frac\{([0-9])\}\{([0-9])\}', r'\\frac \1 \2', plain)
        yield plain.replace('}{', '} {')
    yield re.sub(r'\\sqrt\{([0-9])\}', r'\\sqrt\1', gold)
    yield re.sub(r'\\sqrt\{', r'\\sqrt {', gold)
    yield re.sub(r'\\sqrt([0-9])', r'\\sqrt{\1}', gold)
    yield re.sub(r'\^([0-9])', r'^{\1}', gold)
    yield re.sub(r'\^([0-9])', r'^ \1', gold)
    yield re.sub(r'\^\\circ', r'^{\\circ}', gold)
    yield re.sub(r'_([0-9])', r'_{\1}', gold)
    yield re.sub(r'_\{([0-9])\}', r'_\1', gold)


def bracket_size(gold: str) -> Iterator[str]:
    """``\\left(``, ``\\bigl(`` and ``(`` are sizes of one bracket."""
    plain = re.sub(r'\\(?:left|right)', '', gold)
    if not re.search(r'[(\[]', plain) or '\\text' in plain:
        return
    yield plain
    for left, right in (('left', 'right'), ('bigl', 'bigr'), ('Big', 'Big'), ('big', 'big')):
        sized = re.sub(r'([(\[])', lambda m, x=left: f'\\{x}{m.group()}', plain)  # type: ignore[misc]
        yield re.sub(r'([)\]])', lambda m, x=right: f'\\{x}{m.group()}', sized)  # type: ignore[misc]


_SIGNS: Final = {
    '-': '−', '\\pi': 'π', '\\pm': '±', '\\cup': '∪', '\\infty': '∞', '\\in ': '∈ ', '^\\circ': '°',
}  # fmt: skip


def unicode_signs(gold: str) -> Iterator[str]:
    """The character for the command, full-width digits, superscripts."""
    for command, sign in _SIGNS.items():
        yield re.sub(re.escape(command) + r'(?![a-z])', sign, gold)
    yield gold.replace('-', '–')
    yield re.sub(r'\\sqrt\{?([0-9]+)\}?', r'√\1', gold)
    yield re.sub(r'\\sqrt\{?([0-9]+)\}?', r'√{\1}', gold)
    yield gold.translate(str.maketrans('0123456789', '０１２３４５６７８９'))
    yield re.sub('(?<=[a-zA-Z])\\^2', '²', gold)
    yield re.sub('(?<=[a-zA-Z])\\^3', '³', gold)
    if '\\' not in gold:
        yield gold.translate(str.maketrans('(),=+', '（），＝＋'))
    for text, sign in (('\\frac{1}{2}', '½'), ('\\frac{1}{4}', '¼'), ('\\frac{1}{3}', '⅓')):
        if gold == text:
            yield sign


LAYOUT: Final[tuple[Rule, ...]] = (
    spaces, mathematics_mode, dress, full_stop, fraction_style, bracket_size, unicode_signs,
)  # fmt: skip
