"""Cleaned LaTeX or plain text to tokens."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from opencompass_math500.grading.limits import MAX_DEPTH, MAX_TOKENS
from opencompass_math500.grading.parsing.commands import (
    COLOURS,
    COMMANDS,
    STYLES,
    TEXTS,
    VECTORS,
    WORDS_AS_STYLE,
)
from opencompass_math500.grading.parsing.units import is_unit, known_unit, pieces
from opencompass_math500.grading.parsing.words import connectives

__all__ = ['LexError', 'Token', 'tokenize']


class LexError(ValueError):
    """The text is no sequence of tokens: too long, or a brace is missing."""


class Token(NamedTuple):
    """One token: its kind, its normalised text, and whether a space preceded it."""

    kind: str
    text: str
    spaced: bool = False


_TOKEN: Final = re.compile(
    r"""
    (?P<space>(?:\s|~|\\[,:;!>\ /]|\\(?:left|right)\s*\.
        |\\(?:quad|qquad|displaystyle|textstyle|limits|left|right|[bB]igg?[lrm]?|dstyle|strut|hfill
        |nolimits|displaylimits|thinspace|scriptstyle|mathstrut|nonumber|notag)(?![A-Za-z])
        |\\[hv]space\*?\{[^{}]*\}|\$)+)
  | (?P<repeating>\d*\.\d*(?:\\(?:overline|bar|dot)\s*\{?\s*\d+\s*\}?)(?:\d*\\dot\s*\{?\d\}?)?)
  | (?P<ellipsis>\d*\.(?:\d{0,12}?(?P<period>\d{1,6}?)(?P=period){2,40}
          |(?P<twice>\d{1,6})(?P=twice)|\d{1,12}(?P<tail>\d)(?P=tail))
      (?:\.\.\.|\\[lc]?dots(?![A-Za-z])))
  | (?P<number>\d+(?:\.\d+)?[eE](?:[+-]\d{2,}|\d+)(?![\dA-Za-z])
      | \d+\.\d+[eE][+-]?\d+(?![\dA-Za-z])
      | \d+(?:\.\d*)? | \.\d+)
  | (?P<row>\\\\(?:\s*\[[^\]]*\])?|\\cr(?![A-Za-z])|\\tabularnewline)
  | (?P<command>\\(?:operatorname\*|[A-Za-z]+|.))
  | (?P<word>[A-Za-z]+(?:'(?=[a-z]))?[A-Za-z]*(?![^\W\d_])
      | [^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u064b-\u065f\u0900-\u0dff])*)
  | (?P<dots>\.{3,6})
  | (?P<op><=|>=|!=|==|\*\*|->|=>|:=|.)
    """,
    re.VERBOSE | re.DOTALL,
)

_PLAIN_MATH: Final = re.compile(r'[\d\s.,()+\-*/=<>^{}:\[\]%$|!_]+')
_LETTER: Final = re.compile(r'\([A-Z]\)')
_SINGLE: Final[dict[str, tuple[str, str]]] = {
    **{char: ('op', char) for char in "+-*/^_!%:'"},
    **{char: ('relation', char) for char in '<>='},
    **{char: ('open', char) for char in '([{'},
    **{char: ('close', char) for char in ')]}'},
    '**': ('op', '^'), '<=': ('relation', '<='), '>=': ('relation', '>='),
    '!=': ('relation', '!='), '==': ('relation', '='), ':=': ('relation', '='),
    '->': ('arrow', '->'), '=>': ('arrow', '->'), ',': ('sep', ','), ';': ('sep', ','),
    '|': ('bar', '|'), '&': ('cell', '&'),
}  # fmt: skip
# \mathrm{cm^2}, \mathrm{m/s}: a unit, not a product of letters.
_UNIT: Final = re.compile(
    r'[A-Za-z]+\.?\s?(?:\^\s?\{?-?[1-9]\}?)?(?:\s?/\s?[A-Za-z]+\s?(?:\^\s?\{?[1-9]\}?)?)?'
    r'|[A-Za-z]+(?:\s?\^\s?\{?-?[1-9]\}?)?(?:\s[A-Za-z]+(?:\s?\^\s?\{?-?[1-9]\}?)?){1,3}'
)
_WORDS: Final = re.compile(r'[A-Za-z]+')
_MEASURABLE: Final = frozenset(('number', 'repeating', 'close', 'symbol', 'text'))
# \overline{3-4i} and \bar{z} are conjugates, \overline{AB} is a segment, \bar{x} a mean.
_CONJUGATE: Final = re.compile(
    r'\{[^{}]*(?:\di|i\d|[-+]\s*\w{0,3}i(?![a-z]))[^{}]*\}|\{?\s*[zw](?:_\{?\w\}?)?\s*(?:\}|(?![A-Za-z{]))'
)
# \mathrm{\,cm}
_SPACES: Final = re.compile(r'(?:\\[,;:! ]|~|\s)+')
_BRACE: Final = re.compile('[{}]')
_PREFIXED: Final = re.compile(r'(sin|cos|tan|cot|sec|csc|ln|log)([a-z])$')


def tokenize(text: str) -> list[Token]:
    """Split cleaned text into tokens; raise :class:`LexError` where that cannot be done."""
    tokens: list[Token] = []
    position, end, spaced = 0, len(text), False
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:  # pragma: no cover - `.` under DOTALL matches anything
            raise LexError('unreadable character')
        kind, found = match.lastgroup, match.group()
        position = match.end()
        if kind == 'space':
            spaced = True
            continue
        if kind == 'command':
            position = _command(found[1:], text, position, tokens, spaced)
        elif kind == 'word':
            _word(found, tokens, spaced)
        elif kind == 'dots':
            tokens.append(Token('dots', '...', spaced))
        elif kind == 'op':
            if found not in _SINGLE:
                raise LexError(f'unexpected {found!r}')
            tokens.append(Token(*_SINGLE[found], spaced))
        else:
            tokens.append(Token(kind or '', found, spaced))
        if len(tokens) > MAX_TOKENS:
            raise LexError(f'more than {MAX_TOKENS} tokens')
        spaced = False
    return _unions(tokens) if 'U' in text else tokens


def _unions(tokens: list[Token]) -> list[Token]:
    """``(0,1) U (2,3)``: a letter between brackets stands for the union sign."""
    for index in range(1, len(tokens) - 1):
        before, token, after = tokens[index - 1 : index + 2]
        if token.text == 'U' and before.kind == 'close' and after.kind == 'open':
            tokens[index] = Token('op', 'cup', True)
    return tokens


def _command(name: str, text: str, position: int, tokens: list[Token], spaced: bool) -> int:
    """Append what the command ``name`` means; return the position behind it."""
    name = name.rstrip('*')
    if name in COMMANDS:
        tokens.append(Token(*COMMANDS[name], spaced))
        return position
    if name in TEXTS:
        content, position = _braced(text, position)
        _text(content, tokens, spaced)
        return position
    if name == 'mathbb':
        content, position = _braced(text, position)
        tokens.append(Token('set', content.strip(), spaced))
        return position
    if name in COLOURS:
        return _braced(text, position)[1]
    if name in STYLES:
        return _style(name, text, position, tokens, spaced)
    if name in ('cents', 'cent', 'euro', 'pounds'):
        tokens.append(Token('text', 'cents' if name.startswith('cent') else name, spaced))
        return position
    tokens.append(Token('command', name, spaced))
    return position


def _style(name: str, text: str, position: int, tokens: list[Token], spaced: bool) -> int:
    stripped = text[position : position + 40].lstrip()
    if name in ('overline', 'bar') and _CONJUGATE.match(stripped):
        tokens.append(Token('function', 'conj', spaced))
        return position
    if name in VECTORS:
        match = re.match(r'\{\s*\\?([ijk])(?:math)?\s*\}|([ijk])(?![A-Za-z])', stripped)
        if match:
            tokens.append(Token('vector', match.group(1) or match.group(2), spaced))
            return text.index(stripped, position) + match.end()
    if name in WORDS_AS_STYLE and stripped.startswith('{'):
        content, after = _braced(text, position)
        content = _SPACES.sub(' ', content).strip()
        word = content.rstrip('.')
        if word == 'o' and tokens and tokens[-1].text in ('^', '{'):
            tokens.append(Token('letter', 'o', spaced))  # 30^{\mathrm{o}}
            return after
        if word == 'd' and not _is_unit_phrase(word, spaced, tokens):
            tokens.append(Token('symbol', 'd', spaced))  # \mathrm{d}x
            return after
        if _is_unit_phrase(word, spaced, tokens):
            tokens.append(Token('letter' if len(word) == 1 else 'text', word, spaced))
            return after
        if word in COMMANDS and COMMANDS[word][0] in ('function', 'symbol'):
            tokens.append(Token(*COMMANDS[word], spaced))
            return after
        if len(word) > 1 and word.replace(' ', '').replace('~', '').replace('-', '').isalpha():
            _text(content, tokens, spaced)
            return after
    return position


def _is_unit_phrase(word: str, spaced: bool, tokens: list[Token]) -> bool:
    r"""Tell whether ``\mathrm{...}`` behind a number is a unit; a lone letter must stand apart."""
    measurable = bool(tokens) and tokens[-1].kind in _MEASURABLE
    if len(tokens) > 1 and tokens[-1].text in ('/', '*'):
        measurable = spaced = tokens[-2].kind in ('text', 'letter')  # \mathrm{~m} / \mathrm{s}
    match = _UNIT.fullmatch(word) if measurable else None
    if match is None or not all(map(known_unit, _WORDS.findall(word))):
        return False
    return len(word) > 1 or spaced


def _braced(text: str, position: int) -> tuple[str, int]:
    """The content of the brace group at ``position`` and the position behind it."""
    while position < len(text) and text[position].isspace():
        position += 1
    if position >= len(text):
        raise LexError('a command without its argument')
    if text[position] != '{':
        return text[position], position + 1
    depth = 0
    for brace in _BRACE.finditer(text, position):
        depth += 1 if brace.group() == '{' else -1
        if not depth:
            return text[position + 1 : brace.start()], brace.end()
        if depth > MAX_DEPTH:
            raise LexError(f'nested deeper than {MAX_DEPTH} groups')
    raise LexError('a closing brace is missing')


def _text(content: str, tokens: list[Token], spaced: bool) -> None:
    r"""Text mode: a connective, plain mathematics (``\text{13}``), or words."""
    words = content.replace('~', ' ').replace('\\ ', ' ').replace('$', ' ').strip()
    bare = words.strip(' ,.;').lower()
    if not bare.strip('!'):  # 42\text{!}
        if ',' in words or ';' in words:
            tokens.append(Token('sep', ',', spaced))
        return
    if bare in connectives():
        tokens.append(Token('sep', connectives()[bare], True))
    elif bare == 'to':  # 3 to 4
        tokens.append(Token('op', ':', True))
    elif bare in COMMANDS and COMMANDS[bare][0] == 'function' and not is_unit(bare):
        tokens.append(Token(*COMMANDS[bare], spaced))  # \text{cis}
    elif _is_mathematics(words, bare):
        if '\\text' in words:
            raise LexError('nested text')
        inner = tokenize(words)
        if len(bare) == 1 and len(inner) == 1 and inner[0].kind == 'symbol':
            # Text mode: \text{m} behind a number is a metre, \text{A} elsewhere a letter.
            letter = words.strip(' .')
            inner = [Token('letter' if known_unit(letter) else 'symbol', letter, spaced)]
        tokens.extend(inner)
    elif words.lstrip('-')[:1].isdigit() and (counted := _counted(words)):
        tokens.extend(counted)
    else:
        tokens.append(Token('text', words, spaced))


def _counted(words: str) -> list[Token] | None:
    r"""The tokens of ``\text{6 ways}``; None for ``\text{3:30 p.m.}``, which is no formula."""
    try:
        return tokenize(words)
    except LexError:
        return None


def _is_mathematics(words: str, bare: str) -> bool:
    if len(bare) == 1:
        return bare != 'o' and bare.isascii()  # 145^{\\text{o}}
    return bool(_PLAIN_MATH.fullmatch(words) or '\\' in words or _LETTER.fullmatch(words))


def _word(word: str, tokens: list[Token], spaced: bool) -> None:
    """A run of letters outside of text mode."""
    if not word.isascii():
        _foreign(word, tokens, spaced)
    elif len(word) == 1:
        tokens.append(Token('symbol', word, spaced))
    elif word in connectives() and (spaced or word == 'and'):
        tokens.append(Token('sep', connectives()[word], True))
    elif word == 'to' and tokens and tokens[-1].kind == 'number':
        tokens.append(Token('op', ':', True))
    elif word == 'union' and tokens and tokens[-1].kind == 'close':
        tokens.append(Token('op', 'cup', spaced))
    elif word == 'sqrt' or (word in COMMANDS and COMMANDS[word][0] in ('function', 'symbol')):
        tokens.append(Token(*COMMANDS[word], spaced))
    elif word in ('inf', 'oo', 'Infinity', 'INF'):
        tokens.append(Token('symbol', 'infty', spaced))
    elif word in ('frac', 'dfrac', 'choose'):
        tokens.append(Token(*COMMANDS[word], spaced))
    elif match := _PREFIXED.match(word):
        tokens.append(Token('function', match.group(1), spaced))
        tokens.append(Token('symbol', match.group(2), False))
    else:
        tokens.append(Token('word', word, spaced))


def _foreign(word: str, tokens: list[Token], spaced: bool) -> None:
    """A word of another alphabet: a connective or a unit; never a letter, nor what is counted."""
    if word in connectives():
        tokens.append(Token('sep', connectives()[word], True))
    elif is_unit(word) or pieces(word):
        tokens.append(Token('text', word, spaced))
    else:
        raise LexError(f'unexpected {word!r}')
