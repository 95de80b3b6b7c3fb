r"""Notations that TeX and school books spell in a way of their own: ``{}^5P_3``, ``\root 3 \of 4``.

Each is rewritten to the spelling that the grammar reads. A rewrite never drops a digit,
sign or bracket of the answer.
"""

from __future__ import annotations

import re
from typing import Final

from opencompass_math500.grading.parsing.declarations import declared, divided
from opencompass_math500.grading.parsing.units import is_unit

__all__ = ['rewrite']

# {}_8C_3, _8C_3, ^8C_3, 8C3 and ^5P_3: combinations and permutations.
_CHOSEN: Final = re.compile(
    r'(?:\{\s*\}|(?<![\w.)\]}]))(?:[_^]\{?(\w{1,4})\}?|(\d{1,4}))\s*'
    r'(?:\\(?:mathrm|text)\s*)?\{?([CP])\}?\s*(?:_\{?(\w{1,4})\}?|(\d{1,4})(?![\w.]))'
)
# ]-1,2[ is how French and German school books write (-1,2).
_TURNED: Final = re.compile(r'([\[\](])([^\[\](),;]{1,120}[,;][^\[\](),;]{1,120})([\[\])])')
# {}^3/_4 and the Unicode 3⁄4 with a raised 3.
_SLANTED: Final = re.compile(r'(?:\{\s*\}|(?<![\w.)\]}]))\^\{?(\d{1,9})\}?\s*/\s*_\{?(\d{1,9})\}?')
_ROOT_OF: Final = re.compile(r'\\root\s*\{?\s*(\w+)\s*\}?\s*\\of(?![A-Za-z])')
# A braced sign gets no spacing: {-}7, 10{:}30.
_BRACED_SIGN: Final = re.compile(r'(?<![\^_A-Za-z}])\{\s*([-+=<:])\}')
# 0.1(6) is how Russian school books write 0.1666...
_PERIOD: Final = re.compile(r'(-?\d*\.\d*)\((\d{1,12})\)')
_TEXT: Final = r'\\(?:text|mathrm|mbox|textrm)\s*\{\s*([A-Za-z.]+)\s*\}(\^\{?[23]\}?)?'
_UNIT_FRACTION: Final = re.compile(
    rf'\\[dt]?frac\s*\{{\s*{_TEXT}\s*\}}\s*\{{\s*{_TEXT}\s*\}}'
)
# \left\{ \begin{array}{l} x=1 \\ y=2 \end{array} \right.
_CASES: Final = re.compile(
    r'(?:\\left\s*)?\\\{\s*\\begin\{(?:array\}\s*\{[lcr ]*|aligned|matrix)\}((?:(?!\\end).){0,600})'
    r'\\end\{(?:array|aligned|matrix)\}\s*(?:\\right\s*\.?)?$',
    re.DOTALL,
)
# f(x) = 2x for all x: the condition excludes nothing.
_FOR_ALL: Final = re.compile(
    r',?\s*(?:\\text\s*\{,?\s*for\s+(?:all|every|any)(?:\s+real(?:\s+numbers?)?)?\s*\}'
    r'|(?:\\(?:quad|[,; ])\s*)?\\forall)\s*\$?([a-z])\$?\s*(?:\\in\s*\\mathbb\s*\{?R\}?)?$'
)
# \frac{x+2}{x-3} \text{ for } x \ne 3
_EXCLUDED: Final = re.compile(
    r',?\s*(?:\\text\s*\{[ ,]*(?:for|where|with|if)\s*\}\s*|(?=\())\(?'
    r'\s*([a-z]\s*\\neq?\s*-?[\d.]{1,9}(?:\s*,\s*-?[\d.]{1,9})?)\s*\)?$'
)
_DEGREE: Final = re.compile(r'\\(?:mathrm|text|rm)\s*\{\s*\^\s*\\circ\s*\}')
_LETTER_TIMES: Final = re.compile(r'(?<=\d)\s*[xX]\s*(?=10\s*\^)')
# 6 x 3 x 5 = 90; 5x2 stays open.
_LETTER_BETWEEN: Final = re.compile(r'(?<=\d) [xX] (?=\d)|(?<=\d)[xX](?=\d+(?:[xX]\d+)*\s*=)')
# 10 \text{ choose } 3, 3 \text{ out of } 28
_IN_WORDS: Final = re.compile(r'(\d{1,6})\s*(?:\\text\s*\{\s*)?(choose|out of)\s*\}?\s*(\d{1,6})')
# 68^\circ F
_SCALE: Final = re.compile(r'(\^\s*\{?\s*\\circ\s*\}?)\s*([CF])$')
# \frac{dy}{dx} = ... as y' = ...
_DERIVATIVE: Final = re.compile(
    r'(?:\\[dt]?frac\s*\{\s*d\s*(y)\s*\}\s*\{\s*d\s*x\s*\}|^d(y)\s*/\s*dx)(?=\s*=)'
)
# Python's imaginary unit as sympy prints it: 6 + 9*I.
_SYMPY_I: Final = re.compile(r'(?<=\*)\s*I(?![A-Za-z_])')


def rewrite(text: str) -> str:
    """Give each of these notations one spelling; linear in the length of ``text``."""
    if 'integer' in text or 'constant' in text or 'where' in text:
        text = declared(text)
    if 'mid' in text or '|' in text or 'multiple' in text or 'divisible' in text:
        text = divided(text)
    if 'C' in text or 'P' in text:
        text = _CHOSEN.sub(_chosen, text)
    if '[' in text or ']' in text:
        text = _turned(text)
    if ('choose' in text or 'out of' in text) and (worded := _IN_WORDS.fullmatch(text)):
        kind = 'binom' if worded[2] == 'choose' else 'frac'
        return f'\\{kind}{{{worded[1]}}}{{{worded[3]}}}'
    if text.endswith(('C', 'F')) and '\\circ' in text:
        text = _SCALE.sub(r'\1\\text{\2}', text)
    if '=' in text and 'd' in text:
        text = _DERIVATIVE.sub("y'", text)
    if '/' in text and '_' in text:
        text = _SLANTED.sub(r'\\frac{\1}{\2}', text)
    if '\\root' in text:
        text = _ROOT_OF.sub(r'\\sqrt[\1]', text)
    if '{' in text:
        text = _braced(text)
    if '.' in text and text.endswith(')') and (match := _PERIOD.fullmatch(text)):
        text = f'{match[1]}\\overline{{{match[2]}}}'
    if 'x10' in text or 'x 10' in text or 'X' in text:
        text = _LETTER_TIMES.sub(r'\\times ', text)
    if ' x ' in text or '=' in text:
        text = _LETTER_BETWEEN.sub(r' \\times ', text)
    if '*I' in text or '* I' in text:
        text = _SYMPY_I.sub('i', text)
    return text


def _braced(text: str) -> str:
    if '-}' in text or '+}' in text or ':}' in text or '=}' in text or '<}' in text:
        text = _BRACED_SIGN.sub(r'\1', text)
    if 'frac{\\' in text or 'frac {\\' in text:
        text = _UNIT_FRACTION.sub(_unit_fraction, text)
    if '\\begin' in text:
        text = _CASES.sub(_system, text)
    if '\\ne' in text:
        start = max(0, len(text) - 60)
        text = text[:start] + _EXCLUDED.sub(r', \1', text[start:])
    if '\\circ' in text:
        text = _DEGREE.sub(r'^\\circ', text)
    if '\\forall' in text or ' for ' in text or '{for ' in text:
        start = max(0, len(text) - 100)
        text = text[:start] + _FOR_ALL.sub('', text[start:])
    return text


def _system(match: re.Match[str]) -> str:
    """The equations of a system, without the signs that align them."""
    return f'\\begin{{cases}}{match[1].replace("&", "")}\\end{{cases}}'


def _chosen(match: re.Match[str]) -> str:
    raised, plain, kind, lowered, second = match.groups()
    if (plain is None) != (second is None):
        return match.group()  # 3C_1 is a product, 8C3 a combination
    upper, lower = raised or plain, lowered or second
    if kind == 'C':
        return f'\\binom{{{upper}}}{{{lower}}}'
    return f'\\frac{{({upper})!}}{{({upper}-{lower})!}}'


def _unit_fraction(match: re.Match[str]) -> str:
    top, top_power, bottom, bottom_power = match.groups()
    if not (is_unit(top.rstrip('.')) and is_unit(bottom.rstrip('.'))):
        return match.group()
    # unit_phrase drops the braces of the powers.
    return f'\\text{{ {top}{top_power or ""}/{bottom}{bottom_power or ""}}}'


def _turned(text: str) -> str:
    """Turned brackets, where the first or the last of the text shows that they are."""
    opening, closing = text.find('['), text.find(']')
    if '\\sqrt[' in text or (0 <= opening < closing and text.rfind('[') < text.rfind(']')):
        return text
    return _TURNED.sub(_straight, text)


def _straight(match: re.Match[str]) -> str:
    left, inside, right = match.groups()
    return f'{"(" if left == "]" else left}{inside}{")" if right == "[" else right}'
