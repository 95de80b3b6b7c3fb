"""What an operator can stand between: numbers, brackets, commands, functions."""

from __future__ import annotations

from typing import Final

from opencompass_math500.grading.arithmetic.rationals import (
    ellipsis_literal,
    number_literal,
    repeating_literal,
)
from opencompass_math500.grading.limits import MAX_TOKENS
from opencompass_math500.grading.parsing.builders import (
    MAX_LETTERS,
    applied,
    grouped,
    modulus,
    signed,
    times,
)
from opencompass_math500.grading.parsing.cursor import ParseError
from opencompass_math500.grading.parsing.lexer import Token
from opencompass_math500.grading.parsing.operators import OPERATOR_COMMANDS, OperatorParser
from opencompass_math500.grading.parsing.progressions import DOTS
from opencompass_math500.grading.parsing.units import DOLLAR
from opencompass_math500.grading.values import (
    Apply,
    NamedSet,
    Number,
    Quantity,
    Sequence,
    SetBuilder,
    Symbol,
    Value,
)

__all__ = ['OperandParser']

_CLOSERS: Final = {'(': ')]', '[': ')]', '{': '}', r'\{': r'\}', '<': '>', '|': '|',
                   'floor': 'floor', 'ceil': 'ceil'}  # fmt: skip


class OperandParser(OperatorParser):
    """Operands; what stands inside of brackets is read by the subclasses."""

    def prefix(self) -> Value:
        """A sign, or an operand with its powers and postfixes."""
        raise NotImplementedError

    def postfix(self, value: Value) -> Value:
        """Powers, factorials, percent and degree marks behind an operand."""
        raise NotImplementedError

    def sequence(self) -> Value:
        """Clauses between commas, ``and`` and ``or``."""
        raise NotImplementedError

    def operand(self) -> Value:
        token = self.next()
        match token.kind:
            case 'number':
                return number_literal(token.text)
            case 'repeating':
                self.accept('dots', '...')  # 0.\overline{36}\ldots says it twice
                return repeating_literal(token.text)
            case 'dots':
                return DOTS
            case 'ellipsis':
                return ellipsis_literal(token.text)
            case 'symbol' | 'letter':
                return Symbol(token.text)
            case 'value':
                return self.mixed
            case 'vector':
                return Symbol(f'vector {token.text}')
            case 'set':
                return NamedSet(token.text)
            case 'function':
                return self.function(token.text)
            case 'open':
                return self.group(token.text)
            case 'bar' if token.text == '|':
                return self.absolute()
            case 'command':
                return self.command(token.text)
            case 'label':
                return self._label()
            case 'word':
                return self._letters(token)
            case 'money':
                return self._money()
            case _:
                at = repr(token.text) if token.text else 'the end'
                raise ParseError(f'cannot read {at}')

    def _money(self) -> Value:
        r"""``\$18.90``, and ``\$18\frac{9}{10}`` with the fraction."""
        amount = self.operand()
        if self.peek().kind == 'command' and self.peek().text == 'frac':
            amount = times(amount, self.operand())
        return Quantity(amount, DOLLAR)

    def _letters(self, token: Token) -> Value:
        """A run of letters: variables side by side (``xy^2``), or a segment's name (``AB``)."""
        word = token.text
        if word.isupper():
            return Symbol(word)
        if len(word) > MAX_LETTERS or not word.isalpha():
            raise ParseError(f'the word {word!r}')
        self.tokens[self.position : self.position] = [Token('symbol', c) for c in word[1:]]
        if len(self.tokens) > MAX_TOKENS:
            raise ParseError(f'more than {MAX_TOKENS} tokens')
        return Symbol(word[0])

    def _label(self) -> Value:
        r"""``\angle APC``: a name of a thing, never a product."""
        if self.peek().kind in ('symbol', 'word'):
            return Symbol(f'angle {self.next().text}')
        return self.operand()

    def group(self, left: str) -> Value:
        """The inside of brackets, which may close with another kind: ``(3,4]``."""
        self.enter()
        bars, self.bars = self.bars, 0
        if left == r'\{':
            value = self._set()
        else:
            if self.peek().kind == 'close' and left in ('{', '('):
                raise ParseError('empty brackets')
            inner = self.sequence()
            right = self._close(left)
            value = grouped(left, inner, right)
        self.bars = bars
        self.depth -= 1
        return value

    def _close(self, left: str) -> str:
        token = self.next()
        if token.kind != 'close' or (token.text not in _CLOSERS[left]):
            raise ParseError(f'{left!r} is not closed')
        return token.text

    def _set(self) -> Value:
        """``\\{1, 2\\}``, ``\\{\\}`` or ``\\{x \\mid x > 2\\}``."""
        if self.accept('close', r'\}'):
            return NamedSet('empty')
        element = self.sequence_until_bar()
        if self.peek().kind == 'bar' or self.peek().text == ':':
            self.next()
            condition = self.sequence()
            self._close(r'\{')
            return SetBuilder(element, condition)
        self._close(r'\{')
        items = element.items if isinstance(element, Sequence) and not element.left else (element,)
        return Sequence(items, r'{', r'}')

    def sequence_until_bar(self) -> Value:
        """A sequence in which ``:`` and ``|`` end the element of a set-builder."""
        self.bars += 1
        colon = self._builder_colon()
        if colon is not None:
            self.tokens[colon] = Token('bar', 'mid', True)
        value = self.sequence()
        self.bars -= 1
        return value

    def _builder_colon(self) -> int | None:
        """The position of the colon of ``\\{x : x > 2\\}``, which is no ratio."""
        for index in range(self.position, min(self.position + 12, len(self.tokens))):
            if self.tokens[index].kind == 'close':
                return None
            if self.tokens[index].text == ':':
                return index
        return None

    def absolute(self) -> Value:
        self.enter()
        self.bars += 1
        inner = self.expression()
        token = self.next()
        if token.kind not in ('bar', 'close') or token.text != '|':
            raise ParseError('a bar is not closed')
        self.bars -= 1
        self.depth -= 1
        return modulus(inner)

    def argument(self) -> Value:
        r"""What a command or ``^`` takes: a group, or one operand (``x^10`` is x to the 10)."""
        token = self.peek()
        if token.kind == 'op' and token.text in ('-', '+'):
            self.next()
            return signed(token.text, self.argument())
        if token.kind == 'function':
            self.next()
            return self.function(token.text)
        return self.operand()

    def _digit(self) -> Value:
        r"""An argument of ``\frac``: TeX takes one digit of ``\frac14``."""
        token = self.peek()
        if token.kind == 'number' and len(token.text) > 1 and token.text.isdigit():
            self.tokens[self.position] = Token('number', token.text[1:], False)
            return Number(int(token.text[0]))
        return self.argument()

    def command(self, name: str) -> Value:
        if name == 'frac':
            if (derivative := self.derivative()) is not None:
                return derivative
            self.enter()
            top = self._digit()
            bottom = self.argument()
            self.depth -= 1
            return Apply('div', (top, bottom))
        if name == 'binom':
            top = self._digit()
            return Apply('binom', (top, self.argument()))
        if name == 'sqrt':
            return self._root()
        if name == 'begin':
            return self.environment()
        if name in OPERATOR_COMMANDS:
            return self.operator(name)
        raise ParseError(f'\\{name} is not part of the grammar')

    def _root(self) -> Value:
        self.enter()
        degree: Value = Number(2)
        if self.accept('open', '['):
            degree = self.expression()
            if not self.accept('close', ']'):
                raise ParseError("'[' is not closed")
        radicand = self.argument()
        self.depth -= 1
        return Apply('root', (degree, radicand))

    def function(self, name: str) -> Value:
        r"""``\sin^2 2x``, ``\log_2 8``, ``\sin^{-1} x``, ``\max(a, b)``."""
        self.enter()
        base: Value | None = None
        exponent: Value | None = None
        while self.peek().text in ('^', '_'):
            if self.next().text == '_':
                base = self.argument()
            else:
                exponent = self.argument()
        if self.peek().kind in ('relation', 'end', 'sep', 'close') and not (base or exponent):
            self.depth -= 1
            return Symbol(name)  # \max = 12
        argument = self._function_argument()
        self.depth -= 1
        inverse = isinstance(exponent, Number) and exponent.value == -1
        if inverse and name.removesuffix('h') in ('sin', 'cos', 'tan', 'cot', 'sec', 'csc'):
            name, exponent = f'arc{name}', None
        value = applied(name, base, argument)
        return value if exponent is None else Apply('pow', (value, exponent))

    def _function_argument(self) -> Value:
        token = self.peek()
        if token.kind == 'open' and token.text in '({[':
            self.next()
            group = self.group(token.text)
            return self.postfix(group) if token.text == '{' else group
        value = self.prefix() if token.kind != 'op' else signed(self.next().text, self.prefix())
        while (token := self.peek()).kind in ('number', 'symbol', 'command') and (
            token.text != 'end' and token.text not in OPERATOR_COMMANDS
        ):
            value = times(value, self.postfix(self.operand()))
        return value


# -- builders: what the operators make of their operands ----------------------------
