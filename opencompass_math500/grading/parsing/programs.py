r"""Values as programs print them: ``Fraction(1, 2)``, ``math.sqrt(3)/2``, ``0b1011``, ``3+4j``.

Each is rewritten to the LaTeX that the grammar reads; nothing is evaluated.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ['from_program']

_MODULE: Final = re.compile(
    r'\b(?:math|cmath|np|numpy|sp|sympy|fractions|mpmath|Math|torch|scipy)\.(?=[A-Za-z])'
)
_ARGUMENT: Final = r'\s*(-?[\w.*/+]{1,60})\s*'
_FRACTION: Final = re.compile(
    rf'(?:\\(?:text|mathrm|operatorname|mathtt|texttt)\s*\{{\s*)?\b(?:Fraction|Rational)\s*\}}?\s*'
    rf'\({_ARGUMENT},{_ARGUMENT}\)'
)
# Matrix([[1, 0], [0, 1]]), np.array([1, 2]): the brackets alone say it.
_ARRAY: Final = re.compile(
    r'(?:ImmutableMatrix|ImmutableDenseMatrix|MutableDenseMatrix|Matrix|array|matrix|tensor)\s*'
    r'\(\s*(\[.*\])\s*(?:,\s*dtype=[\w.]+\s*)?\)',
    re.DOTALL,
)
_SET: Final = re.compile(
    r'FiniteSet\s*\(([^()]*)\)|(?:set|frozenset)\s*\(\s*[\[{]([^()]*)[\]}]\s*\)'
)
_EQUATION: Final = re.compile(r'Eq\s*\(([^(),]{1,200}),([^(),]{1,200})\)')
_INTERVAL: Final = re.compile(
    r'Interval(?:\.(open|Lopen|Ropen))?\s*\(([^(),]+),([^(),]+)((?:,[^(),]{1,40}){0,2})\)'
)
_ENDS: Final = {'': '[]', 'open': '()', 'Lopen': '(]', 'Ropen': '[)'}
_OPEN: Final = re.compile(r'\s*(?:(left|right)\\?_open\s*=\s*)?(True|False|true|false)\s*')
_EMPTY: Final = re.compile(r'(?:EmptySet|S\.EmptySet|set\(\))(?:\(\))?')
_CUBE_ROOT: Final = re.compile(r'\bcbrt\s*(?=\()')
_LOGARITHM: Final = re.compile(r'(?<![\\A-Za-z])log(2|10)\s*(?=\()')
_BASES: Final = {'b': 2, 'o': 8, 'x': 16}
_NUMERAL: Final = re.compile(r'0([bB][01]+|[oO][0-7]+|[xX][0-9A-Fa-f]+)')
# (3+4j): Python's imaginary unit, where no other letter stands; 4j alone is 4 times j.
_COMPLEX: Final = re.compile(r'\(?-?\d[\d.]*\s*[-+]\s*\d[\d.]*\s*\*?\s*j\)?')


def from_program(text: str) -> str:
    """Give each of these notations one spelling; linear in the length of ``text``."""
    if '.' in text:
        text = _MODULE.sub('', text)
    if '0' in text and (numeral := _NUMERAL.fullmatch(text)):
        kind, digits = numeral[1][0].lower(), numeral[1][1:]
        return f'{digits.upper()}_{{{_BASES[kind]}}}'
    if text[-1] in 'j)' and 'j' in text and _COMPLEX.fullmatch(text):
        return text.replace('j', 'i')
    if '(' not in text:
        return text
    if 'Fraction' in text or 'Rational' in text:
        text = _FRACTION.sub(r'\\frac{\1}{\2}', text)
    if 'cbrt' in text:
        text = _CUBE_ROOT.sub(r'\\sqrt[3]', text)
    if 'log' in text:
        text = _LOGARITHM.sub(r'\\log_{\1}', text)
    if array := _ARRAY.fullmatch(text):
        return array[1]
    if 'Set' in text or 'set(' in text:
        if _EMPTY.fullmatch(text):
            return r'\emptyset'
        text = _SET.sub(lambda match: f'\\{{{match[1] or match[2]}\\}}', text)
    if 'Eq' in text and (equation := _EQUATION.fullmatch(text)):
        return f'{equation[1]}={equation[2]}'
    if 'Interval' in text:
        text = _INTERVAL.sub(_interval, text)
        if text.startswith('Union(') and text.endswith(')'):
            text = re.sub(r'([\])])\s*,\s*(?=[\[(])', r'\1 \\cup ', text[6:-1])
    return text


def _interval(match: re.Match[str]) -> str:
    left, right = tuple(_ENDS[match[1] or ''])
    for place, flag in enumerate(match[4].split(',')[1:]):
        found = _OPEN.fullmatch(flag)
        if found is None:
            return match[0]
        if found[2].lower() == 'true':
            is_left = (found[1] or ('left', 'right')[place]) == 'left'
            left, right = ('(', right) if is_left else (left, ')')
    # sympy opens the end at infinity by itself.
    left = '(' if match[2].strip() == '-oo' else left
    right = ')' if match[3].strip() == 'oo' else right
    return f'{left}{match[2]},{match[3]}{right}'
