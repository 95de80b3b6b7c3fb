r"""The value of one expression, read independently of the package.

Numbers are exact fractions where they can be, else mpmath numbers of 60 digits;
each letter stands for a fixed fraction of its own, so that two expressions with
different values there are certainly different functions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

import mpmath

__all__ = ['Number', 'Unread', 'apart', 'apply', 'mp', 'times', 'value_of', 'values_of']

DIGITS: Final = 60
mpmath.mp.dps = DIGITS
_TINY: Final = mpmath.mpf(10) ** -45
_HUGE: Final = 4_000  # digits: nothing larger is computed

Number = Any
"""A Fraction, or an mpmath real or complex number; mpmath has no types."""


class Unread(Exception):
    """The notation is outside of what this reader is sure of."""


_TOKEN: Final = re.compile(
    r'\\(?:frac|sqrt|pi|cdot|times|pm|infty|cot|tan|sin|cos|ln)(?![a-zA-Z])'
    r'|[0-9]+(?:\.[0-9]+)?|\.[0-9]+|[a-zA-Z]|[-+*/^(){}\[\]|!]'
)
_LETTERS: Final = {
    letter: (Fraction(1009 + 98 * i, 641 + 6 * i), Fraction(1201 + 76 * i * i, 577 + 10 * i))
    for i, letter in enumerate('abcdfghjklmnopqrstuvwxyzABCDEFGHJKLMNOPQRSTUVWXYZ')
}
_FUNCTIONS: Final = {
    '\\cot': mpmath.cot, '\\tan': mpmath.tan, '\\sin': mpmath.sin, '\\cos': mpmath.cos,
    '\\ln': mpmath.log,
}  # fmt: skip


def mp(value: Number) -> Number:
    if isinstance(value, Fraction):
        return mpmath.mpf(value.numerator) / value.denominator
    return value


def apply(op: Callable[[Number, Number], Number], a: Number, b: Number) -> Number:
    """The operation on fractions where both are, else at 60 digits."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return op(a, b)
    return op(mp(a), mp(b))


def _divide(a: Number, b: Number) -> Number:
    if b == 0:
        raise Unread('a division by zero')
    return apply(lambda x, y: x / y, a, b)


def _power(base: Number, exponent: Number) -> Number:
    if base == 0 or not isinstance(exponent, Fraction):
        raise Unread('a power of zero, or to something irrational')
    size = abs(exponent) * max(1, abs(mpmath.log10(abs(mp(base)))))
    if size > _HUGE:
        raise Unread('too large')
    if isinstance(base, Fraction) and exponent.denominator == 1:
        return base ** int(exponent)
    return mp(base) ** mp(exponent)


class _Expression:
    """One expression over the tokens of the golds; every ± takes the same sign."""

    def __init__(self, text: str, sign: int, point: int) -> None:
        self.tokens: list[str] = []
        if re.search(r'(?<![\\a-zA-Z])[a-zA-Z]{3}', text):
            raise Unread('a word')  # "90 degrees" is no product of letters
        self.at = 0
        self.sign = sign
        self.point = point
        position = 0
        while position < len(text):
            if text[position] == ' ':
                position += 1
                continue
            found = _TOKEN.match(text, position)
            if not found:
                raise Unread(text)
            self.tokens.append(found.group())
            position = found.end()

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ''

    def take(self, wanted: str = '') -> str:
        token = self.peek()
        if not token or (wanted and token != wanted):
            raise Unread(f'{wanted or "anything"} expected')
        self.at += 1
        return token

    def whole(self) -> Number:
        value = self.sum()
        if self.peek():
            raise Unread(self.peek())
        return value

    def sum(self) -> Number:
        total: Number = Fraction(0)
        first = True
        while True:
            sign = 1
            if self.peek() in ('+', '-', '\\pm'):
                token = self.take()
                sign = {'+': 1, '-': -1, '\\pm': self.sign}[token]
            elif not first:
                return total
            first = False
            total = apply(lambda x, y: x + y, total, apply(times, Fraction(sign), self.term()))

    def term(self) -> Number:
        start = self.peek()
        value = self.factor()
        mixed = self._mixed(start)
        if mixed is not None:
            return apply(lambda x, y: x + y, value, mixed)
        slashed = False
        while True:
            token = self.peek()
            if token in ('\\cdot', '\\times', '*', '/'):
                self.take()
                if slashed:
                    raise Unread('a product after a slash')
                slashed = token == '/'
                factor = self.factor()
                value = _divide(value, factor) if slashed else apply(times, value, factor)
            elif token and token not in '+-)}]|\\pm':
                before = self.tokens[self.at - 1]
                if slashed or token[0] in '0123456789.!^' or (token == '(' and before.isalpha()):
                    raise Unread('an ambiguous product')
                if token == '\\frac' and start[0].isdigit():
                    raise Unread('a product that looks like a mixed number')
                value = apply(times, value, self.factor())
            else:
                return value

    def _mixed(self, start: str) -> Number | None:
        r"""``1\frac{4}{5}``: digits, then a proper fraction of digits, then the end."""
        here = self.tokens[self.at :]
        if not (start.isdigit() and self.at and self.tokens[self.at - 1] == start):
            return None
        if len(here) < 7 or here[0] != '\\frac' or here[1] != '{' or not here[2].isdigit():
            return None
        if here[3:5] != ['}', '{'] or not here[5].isdigit() or here[6] != '}' or here[7:]:
            raise Unread('not quite a mixed number')
        self.at += 7
        part = _divide(Fraction(here[2]), Fraction(here[5]))
        if not 0 < part < 1:
            raise Unread('an improper mixed number')
        return part

    def factor(self) -> Number:
        token = self.peek()
        value = self.base()
        if self.peek() == '!':
            self.take()
            if not (token.isdigit() and value < 200):
                raise Unread('a factorial of that')
            value = Fraction(int(mpmath.factorial(int(value))))
        if self.peek() == '^':
            self.take()
            value = _power(value, self.argument())
            if self.peek() in ('^', '!'):
                raise Unread('a tower')
        return value

    def argument(self) -> Number:
        """What follows ``^``, ``\\frac`` or ``\\sqrt`` without braces is one character."""
        token = self.peek()
        if token == '{':
            return self.base()
        if token in ('\\pi',) or (len(token) == 1 and (token.isalnum())):
            return self.base()
        if token.isdigit():
            self.tokens[self.at : self.at + 1] = [token[0], token[1:]]
            return Fraction(self.take())
        raise Unread('an argument')

    def base(self) -> Number:
        token = self.take()
        if token[0].isdigit() or token[0] == '.':
            return Fraction('0' + token if token[0] == '.' else token)
        if token in ('(', '{', '|'):
            value = self.sum()
            self.take({'(': ')', '{': '}', '|': '|'}[token])
            return value if token != '|' else abs(value)
        if token == '\\pi':
            return +mpmath.pi
        if token == 'i':
            return mpmath.mpc(0, 1)
        if token == 'e':
            return +mpmath.e
        if token in _LETTERS:
            return _LETTERS[token][self.point]
        if token == '\\frac':
            top = self.argument()
            return _divide(top, self.argument())
        if token == '\\sqrt':
            return self._root()
        if token in _FUNCTIONS:
            argument = self.factor()
            if argument == 0:
                raise Unread('a function at zero')
            return _FUNCTIONS[token](mp(argument))
        raise Unread(token)

    def _root(self) -> Number:
        index = 2
        if self.peek() == '[':
            self.take()
            index = int(self.take())
            self.take(']')
        radicand = self.argument()
        if isinstance(radicand, mpmath.mpc) or radicand < 0:
            raise Unread('a root of a negative number')
        return mpmath.root(mp(radicand), index)


def times(a: Number, b: Number) -> Number:
    return a * b


def value_of(text: str, sign: int = 1, point: int = 0) -> Number:
    """The value of an expression, or an infinity."""
    plain = text.strip()
    if plain in ('\\infty', '+\\infty', '-\\infty'):
        return mpmath.mpf('-inf') if plain[0] == '-' else mpmath.mpf('inf')
    if not plain or plain.count('\\pm') > 1:
        raise Unread(text)
    try:
        return _Expression(plain, sign, point).whole()
    except (ValueError, ZeroDivisionError, OverflowError) as error:
        raise Unread(text) from error


def values_of(text: str) -> tuple[Number, ...]:
    """Both values of an expression with ±, the one of any other."""
    return tuple(value_of(text, sign) for sign in ((1, -1) if '\\pm' in text else (1,)))


def apart(a: Number, b: Number) -> bool:
    """Whether two numbers are certainly different."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a != b
    a, b = mp(a), mp(b)
    if mpmath.isinf(a) or mpmath.isinf(b):
        return bool(a != b)
    return bool(abs(a - b) > _TINY * max(abs(a), abs(b)))
