r"""Differentials among the tokens: the ``dx`` of an integral, the ``d^2`` over ``dx^2``.

A ``dx`` may be a token or a part of one (``xdx``), and stand before the integrand, behind
it or inside of its fraction: so it is looked for, and marked, before the integrand is read.
"""

from __future__ import annotations

import re
from typing import Final

from opencompass_math500.grading.limits import MAX_TOKENS
from opencompass_math500.grading.parsing.cursor import ParseError, TokenStream
from opencompass_math500.grading.parsing.lexer import Token
from opencompass_math500.grading.values import Symbol

__all__ = ['derivative_part', 'take_differential']

_DIFFERENTIALS: Final = re.compile(r'([A-Za-z]*?)((?:d[A-Za-z])+)')
_LETTERS: Final = ('symbol', 'letter')
_WORDS: Final = ('word', 'text')
_MAX_ORDER: Final = 12


def take_differential(stream: TokenStream) -> tuple[Symbol, bool]:
    r"""Return the letter of the integral that begins here; mark its ``dx``.

    Inner integrals stand before it with theirs. True where it is a factor 1, as within
    ``\frac{dx}{x}``; else it ends the integrand.
    """
    open_integrals, depth, index = 1, 0, stream.position
    while index < len(stream.tokens):
        token = stream.tokens[index]
        if token.kind == 'open':
            depth += 1
        elif token.kind == 'close':
            depth -= 1
            if depth < 0:
                break
        elif token.kind == 'command' and token.text == 'int':
            open_integrals += 1
        elif _cut_apart(stream, index):
            continue
        elif length := _length_at(stream, index):
            open_integrals -= 1
            if not open_integrals:
                return Symbol(_taken(stream, index, length, depth > 0)), depth > 0
        index += 1
    raise ParseError('an integral without its differential')


def _cut_apart(stream: TokenStream, index: int) -> bool:
    """Cut a run of letters such as ``xdx`` or ``dxdy`` into its parts; tell whether it was one."""
    token = stream.tokens[index]
    match = _DIFFERENTIALS.fullmatch(token.text) if token.kind == 'word' else None
    if match is None or (not match[1] and len(match[2]) == 2):
        return False
    parts = [match[1]] if match[1] else []
    parts += [match[2][at : at + 2] for at in range(0, len(match[2]), 2)]
    kinds = ('symbol' if len(part) == 1 else 'word' for part in parts)
    stream.tokens[index : index + 1] = [
        Token(kind, part, token.spaced and not at)
        for at, (kind, part) in enumerate(zip(kinds, parts, strict=True))
    ]
    if len(stream.tokens) > MAX_TOKENS:
        raise ParseError(f'more than {MAX_TOKENS} tokens')
    return True


def _length_at(stream: TokenStream, index: int) -> int:
    """How many tokens from ``index`` on are a differential: ``dx`` is one, ``d\\theta`` two."""
    token = stream.tokens[index]
    if token.kind in _WORDS:
        return int(len(token.text) == 2 and token.text[0] == 'd')
    if token.kind in _LETTERS and token.text == 'd' and index + 1 < len(stream.tokens):
        return 2 * (stream.tokens[index + 1].kind in _LETTERS)
    return 0


def _taken(stream: TokenStream, index: int, length: int, encloses: bool) -> str:
    letter = stream.tokens[index + length - 1].text[-1 if length == 1 else 0 :]
    mark = Token('command', 'differential') if encloses else Token('differential', letter)
    stream.tokens[index : index + length] = [mark]
    return letter


def derivative_part(stream: TokenStream) -> tuple[int, list[tuple[str, int]]] | None:
    r"""Take ``{d^2}`` as (2, []), ``{dx^2}`` as (2, [('x', 2)]); None for anything else."""
    if not stream.accept('open', '{'):
        return None
    total, letters = 0, list[tuple[str, int]]()
    while stream.peek().kind != 'close':
        token = stream.next()
        letter = ''
        if token.kind in _WORDS and len(token.text) == 2 and token.text[0] == 'd':
            letter = token.text[1]
        elif token.text not in ('d', 'partial'):
            return None
        elif stream.peek().kind in _LETTERS:
            letter = stream.next().text
        order = _order(stream)
        if not order:
            return None
        total += order
        if letter:
            letters.append((letter, order))
        elif stream.peek().kind != 'close':
            return None
    stream.next()
    return (total, letters) if 0 < total <= _MAX_ORDER else None


def _order(stream: TokenStream) -> int:
    """The power behind a d; 1 where there is none, 0 where it is no small number."""
    if not stream.accept('op', '^'):
        return 1
    braced = stream.accept('open', '{')
    token = stream.next()
    if braced and not stream.accept('close', '}'):
        return 0
    return int(token.text) if token.kind == 'number' and token.text.isdigit() else 0
