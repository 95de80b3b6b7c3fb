r"""Answers typeset by commands of their own: ``\left< 1,2 \right>``, ``\pounds 5``, ``(3|-2)``.

Each is rewritten to the spelling that the grammar reads, before any unit is looked for. A
rewrite never drops a digit, sign or bracket of the answer.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ['plainly_set', 'without_evaluation']

_LEFT_ANGLE: Final = re.compile(r'\\left\s*<')
_RIGHT_ANGLE: Final = re.compile(r'\\right\s*>')
# \text{\textbf{17}}: the outer command says no more.
_NESTED: Final = re.compile(
    r'\\(?:text|textrm|mbox|mathrm|textup)\s*\{\s*'
    r'(\\(?:textbf|textit|textrm|textsf|texttt|emph|text|mathbf|mathrm|boldsymbol)\s*'
    r'\{[^{}]{0,200}\})\s*\}'
)
# \text{\textbf{17} apples}
_STYLED: Final = re.compile(
    r'(\\(?:text|textrm|mbox)\s*\{[^{}\\]{0,200})\\(?:textbf|textit|textrm|textsf|texttt|emph|text)'
    r'\s*\{([^{}]{0,200})\}'
)
_CURRENCY: Final = re.compile(
    r'\\(pounds|textsterling|texteuro|textyen|yen)(?![A-Za-z])\s*(?:\{\})?'
)
_CURRENCIES: Final = {
    'pounds': 'pounds sterling', 'textsterling': 'pounds sterling', 'texteuro': 'euros',
    'textyen': 'yen', 'yen': 'yen',
}  # fmt: skip
# (3|-2) is how German school books write a point: between numbers, for a | b divides.
_PART: Final = (
    r'\s*(?:\+|-)?\s*(?:\d[\d./]{0,30}|\\[dt]?frac\s*\{-?\d{1,9}\}\s*\{\d{1,9}\}'
    r'|\d{0,9}\\sqrt\s*\{\d{1,9}\})\s*'
)
_POINT: Final = re.compile(
    rf'(?P<name>[A-Z]?)\s*(?:\\left)?\(({_PART})\\?\|({_PART})(?:\\?\|({_PART}))?(?:\\right)?\)'
)
_PRIMED: Final = re.compile(r'(-?\d{1,9}(?:\.\d{1,9})?)\s*\^\s*(?:\\prime|\{\s*\\prime\s*\})')
# 4 squared, 2\text{ cubed}; but 4 cm squared is a unit.
_POWER: Final = re.compile(r'(\d{1,9})\s*(?:\\text\s*\{\s*)?(squared|cubed)\s*\}?')
_EVALUATED: Final = re.compile(
    r'(?:\]|\||\\rvert|\\vert)\s*(?:[_^]\s*(?:\{[^{}]{1,60}\}|\\?\w{1,10}|-?\d{1,9})\s*){1,2}$'
)


def plainly_set(text: str) -> str:
    """Give each of these notations one spelling; linear in the length of ``text``."""
    if '\\left' in text and '<' in text and '\\right' in text:
        text = _RIGHT_ANGLE.sub(r'\\rangle ', _LEFT_ANGLE.sub(r'\\langle ', text))
    if '{\\' in text or '{ \\' in text:
        text = _STYLED.sub(r'\1\2', _NESTED.sub(r'\1', text))
    if '\\pounds' in text or 'sterling' in text or 'euro' in text or 'yen' in text:
        text = _CURRENCY.sub(lambda match: f'\\text{{ {_CURRENCIES[match[1]]}}} ', text)
    if '|' in text and text.rstrip().endswith(')') and (point := _POINT.fullmatch(text)):
        inside = ','.join(part for part in point.groups()[1:] if part)
        return f'{point["name"]}({inside})'
    if '\\prime' in text and (primed := _PRIMED.fullmatch(text)):
        return f"{primed[1]}'"
    if text.rstrip('} ').endswith('ed') and (power := _POWER.fullmatch(text)):
        return f'{power[1]}^{2 if power[2] == "squared" else 3}'
    return text


def without_evaluation(text: str) -> str | None:
    """Drop the sides ``[F(x)]_0^1`` of a chain, the step from an integral to its value.

    None where there is none, or where it is the last side.
    """
    *steps, last = text.split('=')
    if not steps or _EVALUATED.search(last[-200:]):
        return None
    kept = [step for step in steps if not _EVALUATED.search(step[-200:].rstrip())]
    return None if len(kept) == len(steps) else '='.join((*kept, last)).strip()
