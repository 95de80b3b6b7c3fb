"""Operators and their binding powers, weakest first.

``\\over``, set operations, ratio, sum, sign, product (written or implied), power, and
the postfixes ``!``, ``%`` and the degree mark.
"""

from __future__ import annotations

from typing import Final

from opencompass_math500.grading.equality.calls import FUNCTION_LETTERS, always_a_function, called
from opencompass_math500.grading.parsing.builders import (
    MAX_LETTERS,
    arrangement,
    binary,
    combination,
    is_product,
    part_of,
    signed,
    times,
)
from opencompass_math500.grading.parsing.cursor import ParseError
from opencompass_math500.grading.parsing.environments import transposed
from opencompass_math500.grading.parsing.lexer import Token
from opencompass_math500.grading.parsing.operands import OperandParser
from opencompass_math500.grading.parsing.operators import OPERATOR_COMMANDS
from opencompass_math500.grading.parsing.units import is_unit
from opencompass_math500.grading.values import (
    Apply,
    Matrix,
    NamedSet,
    Number,
    Numeral,
    Sequence,
    Symbol,
    Value,
    is_expression,
)

__all__ = ['ExpressionParser']

_INFIX: Final[dict[str, tuple[int, str]]] = {
    'over': (1, 'div'), 'choose': (1, 'binom'),
    'cup': (4, 'union'), 'setminus': (4, 'minus'), 'cap': (5, 'intersection'),
    ':': (8, 'ratio'), 'mod': (9, 'mod'),
    '+': (10, 'add'), '-': (10, 'sub'), 'pm': (10, 'pm'), 'mp': (10, 'mp'),
    '*': (20, 'mul'), '/': (20, 'div'),
}  # fmt: skip
_BRACKET: Final = ('open', '(')
_IMPLIED: Final = 20
_SIGN: Final = 15
_STARTS: Final = frozenset(
    ('number', 'repeating', 'ellipsis', 'symbol', 'letter', 'function', 'open', 'command')
) | {'vector', 'set', 'label'}
_MULTIPLIED: Final = OPERATOR_COMMANDS | {'begin', 'frac', 'sqrt', 'binom'}
_ORDINALS: Final = frozenset(('st', 'nd', 'rd', 'th'))
_DEGREE_LETTERS: Final = frozenset(('o', 'deg', 'degree', 'degrees', 'circ'))


class ExpressionParser(OperandParser):
    """A Pratt parser for expressions."""

    def expression(self, power: int = 0) -> Value:
        """Read operators that bind at least as tightly as ``power``."""
        left = self.prefix()
        while True:
            token = self.peek()
            infix = _INFIX.get(token.text) if token.kind == 'op' else None
            if infix is not None:
                strength, op = infix
                if strength < power:
                    return left
                self.next()
                left = binary(op, left, self.expression(strength + 1))
            elif power <= _IMPLIED and self._multiplies(token, left):
                left = times(left, self.expression(_IMPLIED + 1))
            else:
                return left

    def _multiplies(self, token: Token, left: Value) -> bool:
        if token.kind in _STARTS:
            return self._juxtaposed(left)
        if token.kind == 'bar':
            return token.text == '|' and not self.bars
        return token.kind == 'word' and is_product(token)

    def unit_in_brackets(self) -> bool:
        """``12 (cm)``: a unit in parentheses, not a product of c and m."""
        inner = self.peek(1)
        return (
            self.peek().text == '('
            and inner.kind in ('word', 'text')
            and self.peek(2).text == ')'
            and (inner.kind == 'text' or is_unit(inner.text))
        )

    def _juxtaposed(self, left: Value) -> bool:
        """Whether the next token multiplies ``left`` without a sign between them."""
        token = self.peek()
        if token.kind in ('number', 'repeating', 'ellipsis'):
            # "2 3" is no product, and "137 1/2" is a mixed number.
            before = self.tokens[self.position - 1]
            if before.kind == 'number':
                return self._plain_mixed(left)
            return before.kind == 'close' or before.text in ('!', 'pi', 'i')  # 50!50!, \pi 2, i9
        if token.kind == 'letter' or self.unit_in_brackets():
            return False
        if token.kind == 'command':
            return token.text in _MULTIPLIED
        return True

    def _plain_mixed(self, left: Value) -> bool:
        top, slash, bottom = self.peek(), self.peek(1), self.peek(2)
        if (
            isinstance(left, Number)
            and not left.decimal
            and slash.text == '/'
            and top.text.isdigit()
            and bottom.text.isdigit()
            and int(top.text) < int(bottom.text)
        ):
            quotient = Apply('div', (Number(int(top.text)), Number(int(bottom.text))))
            self.tokens[self.position : self.position + 3] = [Token('value', '', True)]
            self.mixed = quotient
            return True
        raise ParseError('two numbers side by side')

    def prefix(self) -> Value:
        """A sign, or an operand with its powers and postfixes."""
        token = self.peek()
        if token.kind == 'op' and token.text in ('-', '+', 'pm', 'mp'):
            self.next()
            self.enter()
            operand = self.expression(_SIGN)
            self.depth -= 1
            return signed(token.text, operand)
        value = self.postfix(self.operand())
        return self._called(value) if self.peek()[:2] == _BRACKET else value

    def _called(self, value: Value) -> Value:
        """``f(0)``, ``P(16)``, ``f(x)^2``: brackets that hold the argument of a function."""
        name = called(value)
        if name is None or not (always_a_function(name) or self._is_lone(name)):
            return value
        self.next()
        argument = self.group('(')
        if isinstance(argument, Sequence):
            return times(value, argument)
        if not is_expression(argument):
            raise ParseError('a function of something that is no expression')
        return self.postfix(Apply(f'call {name}', (argument,)))

    def _is_lone(self, name: str) -> bool:
        """Whether one number or letter stands in the brackets; of most letters, only 0."""
        ahead = 2 if self.peek(1).text == '-' else 1
        inner = self.peek(ahead)
        if self.peek(ahead + 1).text != ')' or inner.kind not in ('number', 'symbol'):
            return False
        return name[0] in FUNCTION_LETTERS or inner.text == '0'

    def postfix(self, value: Value) -> Value:
        """Powers, factorials, percent and degree marks behind an operand."""
        while True:
            token = self.peek()
            if token.kind != 'op':
                return value
            if token.text == '^':
                value = self._raised(value)
            elif token.text == '_':
                value = self._subscripted(value)
            elif token.text == '!':
                self.next()
                value = Apply('factorial', (value,))
            elif token.text == '%':
                self.next()
                value = Apply('percent', (value,))
            elif token.text == 'deg':
                self.next()
                value = self._with_minutes(Apply('degree', (value,)))
            elif token.text == "'" and isinstance(value, Symbol):
                self.next()
                value = Symbol(value.name + "'")
            else:
                return value

    def _raised(self, value: Value) -> Value:
        self.next()
        if isinstance(value, NamedSet):
            return part_of(value, self._set_mark())
        mark = self._mark()
        if mark is not None:
            if mark in _ORDINALS:
                return value
            if mark in _DEGREE_LETTERS and not isinstance(value, Symbol):
                return self._with_minutes(Apply('degree', (value,)))
            return Symbol(f'{value.name}^{mark}') if isinstance(value, Symbol) else value
        exponent = self.argument()
        if self.peek().text == '^' and 'deg' not in (self.peek(1).text, self.peek(2).text):
            # 2^3^2 is 2^(3^2), here as in every programming language.
            self.enter()
            exponent = self._raised(exponent)
            self.depth -= 1
        if isinstance(value, Symbol) and value.name.startswith('C_') and len(value.name) > 2:
            return combination(value.name[2:], exponent)
        if (turned := transposed(value, exponent)) is not None:
            return turned
        if (arranged := arrangement(value, exponent)) is not None:
            return arranged
        if isinstance(value, Matrix) and exponent == Number(1):
            return value
        if not isinstance(value, Number | Symbol | Apply | Matrix):
            raise ParseError('a power of something that is no expression')
        return Apply('pow', (value, exponent))

    def _with_minutes(self, degrees: Apply) -> Value:
        r"""``30^\circ 15'`` and its seconds: minutes and seconds of arc."""
        total: list[Value] = [degrees.args[0]]
        for part, marks in ((60, 1), (3600, 2)):
            ticks = 0
            raised = self.peek(1).text == '^'
            while self.peek(1 + raised + ticks).text == "'":
                ticks += 1
            if self.peek().kind != 'number' or ticks != marks:
                break
            number = self.operand()
            self.position += raised + ticks
            total.append(Apply('div', (number, Number(part))))
        return degrees if len(total) == 1 else Apply('degree', (Apply('add', tuple(total)),))

    def _mark(self) -> str | None:
        """What stands in an exponent without being one: a degree sign, ``th``, a prime."""
        token = self.peek()
        if _is_letters(token) or (token.text == '{' and _is_letters(self.peek(1))):
            return None  # e^{xy}
        if token.kind in ('text', 'word', 'letter') or token.text in ('deg', "'"):
            self.next()
            return token.text.strip().lower()
        if token.kind == 'symbol' and token.text == 'o':
            self.next()
            return 'o'
        inner = self.peek(1)
        if token.text == '{' and self.peek(2).text == '}' and (
            inner.kind in ('text', 'word', 'letter')
            or inner.text in ('deg', "'", 'o')
        ):  # fmt: skip
            self.position += 3
            return inner.text.strip().lower()
        return None

    def _set_mark(self) -> str:
        braced = self.accept('open', '{')
        mark = self.next().text
        if braced and not self.accept('close', '}'):
            raise ParseError('an unreadable mark on a set')
        return mark

    def _subscripted(self, value: Value) -> Value:
        self.next()
        name = self.subscript()
        if isinstance(value, NamedSet):
            return part_of(value, name)
        if isinstance(value, Number):
            digits, base = str(value.value), name.replace('base', '').strip(' ()')
            if not isinstance(value.value, int) or not base.isdigit() or not 2 <= int(base) <= 36:
                raise ParseError('a number with an unreadable base')
            return Numeral(digits, int(base))
        if isinstance(value, Symbol):
            return Symbol(f'{value.name}_{name}')
        raise ParseError('a subscript on an expression')


def _is_letters(token: Token) -> bool:
    """Whether a word in an exponent is a product of letters: no ``th``, no ``deg``."""
    word = token.text
    short = token.kind == 'word' and len(word) <= MAX_LETTERS and word.isalpha() and word.islower()
    return short and word not in _ORDINALS and word not in _DEGREE_LETTERS
