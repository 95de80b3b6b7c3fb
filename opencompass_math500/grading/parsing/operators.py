r"""Sums, products, integrals, limits and derivatives, as they are written in LaTeX."""

from __future__ import annotations

import re
from typing import Final

from opencompass_math500.grading.arithmetic.bound import binding
from opencompass_math500.grading.limits import MAX_TOKENS
from opencompass_math500.grading.parsing.cursor import ParseError
from opencompass_math500.grading.parsing.environments import EnvironmentParser
from opencompass_math500.grading.parsing.lexer import Token
from opencompass_math500.grading.values import Apply, Number, Relation, Symbol, Value

__all__ = ['OPERATOR_COMMANDS', 'OperatorParser']

OPERATOR_COMMANDS: Final = frozenset(('sum', 'prod', 'int', 'lim', 'differential'))
"""Commands that begin an operand of their own; ``differential`` is what is left of a dx."""

_INFINITY: Final = Symbol('infty')
_FACTOR: Final = 20
"""The binding power of a product: of ``\\sum k^2 + 1`` the 1 is no term of the sum."""
_TERM: Final = 10
_DIFFERENTIALS: Final = re.compile(r'([A-Za-z]*?)((?:d[A-Za-z])+)')
_LETTERS: Final = ('symbol', 'letter')
_WORDS: Final = ('word', 'text')
_MAX_ORDER: Final = 12


class OperatorParser(EnvironmentParser):
    """Operators that bind a letter; their operands are read by the subclasses."""

    def argument(self) -> Value:
        """What a command or ``^`` takes: a group, or one operand."""
        raise NotImplementedError

    def operator(self, name: str) -> Value:
        """The value of ``\\sum``, ``\\prod``, ``\\int`` or ``\\lim``, read up to its end."""
        self.enter()
        if name == 'differential':
            value: Value = Number(1, decimal=True)  # no part of a mixed number
        elif name == 'int':
            value = self._integral()
        elif name == 'lim':
            value = self._limit()
        else:
            value = self._summed(name)
        self.depth -= 1
        return value

    # -- sums and products ----------------------------------------------------------

    def _summed(self, op: str) -> Value:
        index: Value | None = None
        upper: Value | None = None
        while self.peek().text in ('_', '^') and self.peek().kind == 'op':
            if self.next().text == '_':
                index = self._index()
            else:
                upper = self._bound()
        body = self.expression(_FACTOR)
        if not isinstance(index, Relation):
            raise ParseError(f'\\{op} without its range')
        for letter, low, high in _ranges(index, upper):
            body = binding(op, body, letter, low, high)
        return body

    def _index(self) -> Value:
        if not self.accept('open', '{'):
            raise ParseError('a range without braces')
        index = self.clause()
        if not self.accept('close', '}'):
            raise ParseError('an unreadable range')
        return index

    def _bound(self) -> Value:
        r"""A bound of an integral or sum: of ``\int_0^12x\,dx`` TeX takes the 1 alone."""
        token, after = self.peek(), self.peek(1)
        if token.kind == 'number' and token.text[1:].isdigit() and token.text[1] != '0' and (
            after.kind in ('symbol', 'word', 'function', 'open') and not after.spaced
        ):  # fmt: skip
            self.tokens[self.position] = Token('number', token.text[1:], False)
            return Number(int(token.text[0]))
        return self.argument()

    # -- integrals ------------------------------------------------------------------

    def _integral(self) -> Value:
        bounds: dict[str, Value] = {}
        while self.peek().text in ('_', '^') and self.peek().kind == 'op':
            side = self.next().text
            bounds[side] = self._bound()
        letter, encloses = self._differential()
        if encloses:
            # \int_1^2 \frac{dx}{x} + 3: the integral ends with its fraction.
            body = self.expression(_FACTOR)
        elif self.peek().kind == 'differential':
            self.next()
            body = self.expression(_FACTOR) if self._goes_on() else Number(1)
        else:
            body = self.expression(_TERM)
            if self.next().kind != 'differential':
                raise ParseError('an integral without its differential')
        if not bounds:
            return Apply('antiderivative', (body, letter))
        if len(bounds) != 2:
            raise ParseError('an integral with one bound')
        return binding('integral', body, letter, bounds['_'], bounds['^'])

    def _goes_on(self) -> bool:
        r"""Whether the integrand stands behind its differential: ``\int_0^1 dx\, x^2``."""
        kind = self.peek().kind
        return kind in ('number', 'symbol', 'function', 'open', 'command', 'word')

    def _differential(self) -> tuple[Symbol, bool]:
        r"""The letter of the integral that begins here; its ``dx`` is marked or taken out.

        Inner integrals stand before it with theirs. Within ``\frac{dx}{x}`` it is a factor
        1; else it ends the integrand.
        """
        open_integrals, depth, index = 1, 0, self.position
        while index < len(self.tokens):
            token = self.tokens[index]
            if token.kind == 'open':
                depth += 1
            elif token.kind == 'close':
                depth -= 1
                if depth < 0:
                    break
            elif token.kind == 'command' and token.text == 'int':
                open_integrals += 1
            elif self._splits(index):
                continue
            elif length := self._differential_at(index):
                open_integrals -= 1
                if not open_integrals:
                    return Symbol(self._taken(index, length, depth > 0)), depth > 0
            index += 1
        raise ParseError('an integral without its differential')

    def _splits(self, index: int) -> bool:
        """Cut a run of letters such as ``xdx`` or ``dxdy`` into its parts, where it is one."""
        token = self.tokens[index]
        match = _DIFFERENTIALS.fullmatch(token.text) if token.kind == 'word' else None
        if match is None or (not match[1] and len(match[2]) == 2):
            return False
        parts = [match[1]] if match[1] else []
        parts += [match[2][at : at + 2] for at in range(0, len(match[2]), 2)]
        kinds = ('symbol' if len(part) == 1 else 'word' for part in parts)
        self.tokens[index : index + 1] = [
            Token(kind, part, token.spaced and not at)
            for at, (kind, part) in enumerate(zip(kinds, parts, strict=True))
        ]
        if len(self.tokens) > MAX_TOKENS:
            raise ParseError(f'more than {MAX_TOKENS} tokens')
        return True

    def _differential_at(self, index: int) -> int:
        """How many tokens from ``index`` on are a differential: ``dx`` is one, ``d\\theta`` two."""
        token = self.tokens[index]
        if token.kind in _WORDS:
            return int(len(token.text) == 2 and token.text[0] == 'd')
        if token.kind in _LETTERS and token.text == 'd' and index + 1 < len(self.tokens):
            return 2 * (self.tokens[index + 1].kind in _LETTERS)
        return 0

    def _taken(self, index: int, length: int, encloses: bool) -> str:
        letter = self.tokens[index + length - 1].text[-1 if length == 1 else 0 :]
        mark = Token('command', 'differential') if encloses else Token('differential', letter)
        self.tokens[index : index + length] = [mark]
        return letter

    # -- limits ---------------------------------------------------------------------

    def _limit(self) -> Value:
        r"""``\lim_{x \to 0^+} f``: the letter, the point and the side from which it comes."""
        if not (self.accept('op', '_') and self.accept('open', '{')):
            raise ParseError('a limit without its point')
        letter = self.next()
        if letter.kind not in _LETTERS or self.next().kind != 'arrow':
            raise ParseError('a limit without its point')
        side = self._side_of_limit()
        point = self.expression(_TERM)
        if not self.accept('close', '}'):
            raise ParseError('a limit with an unreadable point')
        body = self.expression(_FACTOR)
        return binding('limit', body, Symbol(letter.text), point, Number(side))

    def _side_of_limit(self) -> int:
        """1 or -1 as the point is marked ``0^+`` or ``0^-``; the mark is taken out."""
        end, depth = self.position, 0
        while end < len(self.tokens) and depth >= 0:
            kind = self.tokens[end].kind
            depth += (kind == 'open') - (kind == 'close')
            end += 1
        end -= 1  # the brace that closes
        marks = ''.join(token.text for token in self.tokens[max(0, end - 4) : end])
        for mark, side in (('^{+}', 1), ('^{-}', -1), ('^+', 1), ('^-', -1), ('+', 1), ('-', -1)):
            if marks.endswith(mark):
                start = end - len(mark)
                if start <= self.position:
                    break
                del self.tokens[start:end]
                return side
        return 0

    # -- derivatives ----------------------------------------------------------------

    def derivative(self) -> Value | None:
        r"""``\frac{d}{dx}`` or ``\frac{\partial^2}{\partial x \partial y}`` with its operand.

        None, and nothing read, where the fraction that begins here is an ordinary one.
        """
        start = self.position
        top = self._orders()
        if top is not None and len(top[1]) == 1 == top[0]:
            bottom = self._orders()
            if bottom is not None and len(bottom[1]) == 1 == bottom[0]:
                # dy/dx, which is no fraction of products with d.
                return Symbol(f'd{top[1][0][0]}/d{bottom[1][0][0]}')
        elif top is not None and not top[1]:
            bottom = self._orders()
            if bottom is not None and bottom[1] and bottom[0] == top[0] and self._goes_on():
                self.enter()
                body = self.expression(_FACTOR)
                self.depth -= 1
                for letter, order in bottom[1]:
                    body = Apply('derivative', (body, Symbol(letter), Number(order)))
                return body
        self.position = start
        return None

    def _orders(self) -> tuple[int, list[tuple[str, int]]] | None:
        r"""``{d^2}`` as (2, []), ``{dx^2}`` as (2, [('x', 2)]); None for anything else."""
        if not self.accept('open', '{'):
            return None
        total, letters = 0, list[tuple[str, int]]()
        while self.peek().kind != 'close':
            token = self.next()
            letter = ''
            if token.kind in _WORDS and len(token.text) == 2 and token.text[0] == 'd':
                letter = token.text[1]
            elif token.text not in ('d', 'partial'):
                return None
            elif self.peek().kind in _LETTERS:
                letter = self.next().text
            order = self._order()
            if not order:
                return None
            total += order
            if letter:
                letters.append((letter, order))
            elif self.peek().kind != 'close':
                return None
        self.next()
        return (total, letters) if 0 < total <= _MAX_ORDER else None

    def _order(self) -> int:
        """The power behind a d; 1 where there is none, 0 where it is no small number."""
        if not self.accept('op', '^'):
            return 1
        braced = self.accept('open', '{')
        token = self.next()
        if braced and not self.accept('close', '}'):
            return 0
        return int(token.text) if token.kind == 'number' and token.text.isdigit() else 0


def _ranges(index: Relation, upper: Value | None) -> list[tuple[Symbol, Value, Value]]:
    r"""The letters of an index with their bounds, the inmost first.

    ``k=1`` with its upper bound, ``n \ge 1`` without one, ``1 \le i < j \le n`` as two.
    """
    sides, ops = index.sides, index.ops
    if ops == ('=',) and isinstance(sides[0], Symbol) and upper is not None:
        return [(sides[0], sides[1], upper)]
    strict = ops == ('>',)
    if (strict or ops == ('>=',)) and isinstance(sides[0], Symbol) and upper is None:
        return [(sides[0], _next(sides[1], strict), _INFINITY)]
    letters = [side for side in sides[1:-1] if isinstance(side, Symbol)]
    inside = upper is None and 0 < len(letters) == len(sides) - 2 <= 3
    if not inside or any(op not in ('<', '<=') for op in ops):
        raise ParseError('an unreadable range')
    ranges, high = list[tuple[Symbol, Value, Value]](), _next(sides[-1], ops[-1] == '<', -1)
    low = _next(sides[0], ops[0] == '<')
    for place in range(len(letters) - 1, -1, -1):
        ranges.insert(0, (letters[place], low, high))
        high = _next(letters[place], ops[place] == '<', -1)
    return ranges


def _next(value: Value, strict: bool, step: int = 1) -> Value:
    return Apply('add', (value, Number(step))) if strict else value
