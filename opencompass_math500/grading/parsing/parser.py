"""Tokens to a typed value: the grammar of whole answers, in one class.

Lists stand around relations, relations around quantities, quantities around expressions, which
a Pratt parser reads: ``\\over``, set operations, ratio, sum, sign, product (written or implied),
power, and the postfixes ``!``, ``%`` and the degree mark, weakest first. All of it calls each
other, so all of it is here; what is made of the parts stands in ``builders``,
``index_ranges`` and ``quantities``, and what only looks at tokens in ``differentials``.
"""

from __future__ import annotations

from typing import Final

from opencompass_math500.grading.bound import binding
from opencompass_math500.grading.limits import MAX_TOKENS
from opencompass_math500.grading.parsing.builders import (
    MAX_LETTERS,
    applied,
    arrangement,
    binary,
    combination,
    grouped,
    is_product,
    listed,
    modulus,
    part_of,
    signed,
    times,
    transposed,
)
from opencompass_math500.grading.parsing.cursor import END, ParseError, TokenStream
from opencompass_math500.grading.parsing.differentials import derivative_part, take_differential
from opencompass_math500.grading.parsing.function_names import (
    FUNCTION_LETTERS,
    always_a_function,
    called,
)
from opencompass_math500.grading.parsing.index_ranges import ranges_of
from opencompass_math500.grading.parsing.lexer import Token
from opencompass_math500.grading.parsing.numbers import (
    ellipsis_literal,
    number_literal,
    repeating_literal,
)
from opencompass_math500.grading.parsing.progressions import DOTS, unrolled
from opencompass_math500.grading.parsing.quantities import measured, together
from opencompass_math500.grading.parsing.units import (
    DOLLAR,
    currencies,
    is_known,
    is_unit,
    known_unit,
    unit_phrase,
)
from opencompass_math500.grading.parsing.words import text_value
from opencompass_math500.grading.values import (
    Apply,
    Joiner,
    Matrix,
    NamedSet,
    Number,
    Numeral,
    Quantity,
    Relation,
    Sequence,
    SetBuilder,
    Symbol,
    Text,
    Value,
    is_expression,
    symbols,
)

__all__ = ['Parser']

_UNIT_KINDS: Final = frozenset(('text', 'word', 'letter', 'symbol'))
_INFIX: Final[dict[str, tuple[int, str]]] = {
    'over': (1, 'div'), 'choose': (1, 'binom'),
    'cup': (4, 'union'), 'setminus': (4, 'minus'), 'cap': (5, 'intersection'),
    ':': (8, 'ratio'), 'mod': (9, 'mod'),
    '+': (10, 'add'), '-': (10, 'sub'), 'pm': (10, 'pm'), 'mp': (10, 'mp'),
    '*': (20, 'mul'), '/': (20, 'div'),
}  # fmt: skip
_BRACKET: Final = ('open', '(')
_STARTS: Final = frozenset(
    ('number', 'repeating', 'ellipsis', 'symbol', 'letter', 'function', 'open', 'command')
) | {'vector', 'set', 'label'}
_OPERATOR_COMMANDS: Final = frozenset(('sum', 'prod', 'int', 'lim', 'differential'))
"""Commands that begin an operand of their own; ``differential`` is what is left of a dx."""
_MULTIPLIED: Final = _OPERATOR_COMMANDS | {'begin', 'frac', 'sqrt', 'binom'}
_ORDINALS: Final = frozenset(('st', 'nd', 'rd', 'th'))
_DEGREE_LETTERS: Final = frozenset(('o', 'deg', 'degree', 'degrees', 'circ'))
_CLOSERS: Final = {'(': ')]', '[': ')]', '{': '}', r'\{': r'\}', '<': '>', '|': '|',
                   'floor': 'floor', 'ceil': 'ceil'}  # fmt: skip
_TERM: Final = 10
_SIGN: Final = 15
_FACTOR: Final = 20
"""The binding power of a product, written or implied: of ``\\sum k^2 + 1`` the 1 is no term."""
_LETTERS: Final = ('symbol', 'letter')


class Parser(TokenStream):
    """The parser of whole answers, from their tokens.

    Args:
        tokens: as from :func:`opencompass_math500.grading.parsing.lexer.tokenize`.
    """

    def __init__(self, tokens: list[Token]) -> None:
        super().__init__(tokens)
        self.bars = 0
        self.mixed: Value = Number(0)

    # == lists, relations, quantities ============================================================

    def answer(self) -> Value:
        """Return the whole token list as one answer; raise ParseError where it is none."""
        value = self._sequence()
        if self.peek() is not END:
            raise ParseError(f'cannot read on at {self.peek().text!r}')
        return unrolled(value) if any(token.kind == 'dots' for token in self.tokens) else value

    def _sequence(self) -> Value:
        """Clauses between commas, ``and`` and ``or``; a single clause stands for itself."""
        items = [self._clause()]
        joiner: Joiner = ','
        while self.peek().kind in ('sep', 'row'):
            joiner = self._separators(joiner)
            if self.peek().kind in ('end', 'close'):
                break
            items.append(self._clause())
        return listed(items, joiner)

    def _separators(self, joiner: Joiner) -> Joiner:
        while self.peek().kind in ('sep', 'row'):
            text = self.next().text
            joiner = 'and' if text == 'and' else 'or' if text == 'or' else joiner
        return joiner

    def _clause(self) -> Value:
        """A chain of sides joined by relation signs; of an arrow the last part counts."""
        sides, ops = [self._side()], []
        while True:
            token = self.peek()
            if token.kind == 'relation':
                ops.append(self.next().text)
                if not (ops[-1] == '=' and self.peek().kind in ('end', 'sep')):
                    sides.append(self._side())
                    if self._is_cut():
                        ops[-1] = '~'
                else:
                    ops.pop()
            elif token.kind == 'arrow':
                # x^2 = 4 \Rightarrow x = 2: the conclusion is the answer, but p \to q a statement.
                sign, side = self.next().text, self._side()
                is_statement = set(ops) <= {'->', '<->'} and all(
                    isinstance(part, Symbol) for part in (*sides, side)
                )
                sides, ops = ([*sides, side], [*ops, sign]) if is_statement else ([side], [])
            else:
                break
        value = Relation(tuple(sides), tuple(ops)) if ops else sides[0]
        if self.peek().kind == 'modulus':
            self.next()
            return Apply('modulo', (value, self._argument()))
        return value

    def _is_cut(self) -> bool:
        r"""Tell whether the side ends in ``0.0535\ldots``: only the beginning of a decimal."""
        before = self.tokens[self.position - 1]
        is_decimal = before.kind == 'number' and '.' in before.text
        return is_decimal and self.accept('dots', '...')

    def _side(self) -> Value:
        """An expression with its unit: ``12 cm``, ``2 hours 30 minutes``, ``\\$18.90``."""
        if self.peek().kind in ('text', 'word'):
            if (money := self._money_before()) is not None:
                return money
            words = self._words()
            if words is not None:
                return words
        value = self._expression()
        if self.peek().kind == 'money':
            self.next()  # 18.90\$
            value = measured(value, DOLLAR)
        parts: list[Value] = []
        while self._at_words():
            unit = unit_phrase(self._phrase())
            if unit is None or (symbols(value) and not is_known(unit)):
                # "La respuesta es 5" is no product of letters with a unit.
                raise ParseError('words that are no unit')
            value = measured(value, unit)
            if self.peek().kind in ('number', 'command'):
                parts.append(value)
                value = self._expression()
                if not self._at_words():
                    raise ParseError('a number behind a quantity')
        return together((*parts, value)) if parts else value

    def _money_before(self) -> Value | None:
        r"""``\text{USD } 5000``, ``Rs 10``: a currency before its amount."""
        named = currencies().get(self.peek().text.strip(' .'), known_unit(self.peek().text.strip()))
        if named is None or named not in currencies().values() or self.peek(1).kind != 'number':
            return None
        self.next()
        found = Quantity(self._expression(), named)
        while self._at_words():
            unit = unit_phrase(self._phrase())
            if unit is None:
                raise ParseError('words that are no unit')
            found = measured(found, unit)
        return found

    def _words(self) -> Text | None:
        r"""Words that fill a whole side: ``\text{red}, \text{blue}``, ``x = \text{Evelyn}``."""
        count = 0
        while self.peek(count).kind in ('text', 'word'):
            count += 1
        if self.peek(count).kind not in ('end', 'sep', 'close', 'relation'):
            return None
        found = self.tokens[self.position : self.position + count]
        # A short run of letters alone may be a product: `ab`, `xyz`.
        if all(token.kind == 'word' and len(token.text) <= MAX_LETTERS for token in found):
            return None
        self.position += count
        return text_value(' '.join(token.text for token in found))

    def _at_words(self) -> bool:
        kind = self.peek().kind
        if self._unit_in_brackets():
            # Only the word counts; the brackets go.
            del self.tokens[self.position + 2], self.tokens[self.position]
            return True
        return kind in ('text', 'word') or (kind == 'letter' and self.position > 0)

    def _phrase(self) -> str:
        """The words of a unit with its powers and slashes."""
        parts: list[str] = []
        while True:
            token = self.peek()
            if token.kind in ('text', 'word', 'letter'):
                parts.append(token.text)
            elif token.text in ('/', '*') and self.peek(1).kind in _UNIT_KINDS:
                parts.append(token.text)
                self.position += 1
                parts.append(self.peek().text)
            elif token.text == '^':
                parts.append(self._unit_power())
                continue
            elif token.kind == 'symbol' and parts and self.peek(1).kind in ('word', 'text'):
                parts.append(token.text)  # "6 in a row"
            else:
                return ' '.join(parts).strip().removesuffix(' and')  # 1 hour and 30 minutes
            self.position += 1

    def _unit_power(self) -> str:
        self.next()
        braced = self.accept('open', '{')
        sign = '-' if self.accept('op', '-') else ''
        token = self.next()
        if token.kind != 'number' or token.text not in '123456789':
            raise ParseError('a unit with an unreadable power')
        if braced and not self.accept('close', '}'):
            raise ParseError('a unit with an unreadable power')
        return f'^{sign}{token.text}'

    # == operators, weakest first ================================================================

    def _expression(self, power: int = 0) -> Value:
        """Read operators that bind at least as tightly as ``power``."""
        left = self._prefix()
        while True:
            token = self.peek()
            infix = _INFIX.get(token.text) if token.kind == 'op' else None
            if infix is not None:
                strength, op = infix
                if strength < power:
                    return left
                self.next()
                left = binary(op, left, self._expression(strength + 1))
            elif power <= _FACTOR and self._multiplies(token, left):
                left = times(left, self._expression(_FACTOR + 1))
            else:
                return left

    def _multiplies(self, token: Token, left: Value) -> bool:
        if token.kind in _STARTS:
            return self._juxtaposed(left)
        if token.kind == 'bar':
            return token.text == '|' and not self.bars
        return token.kind == 'word' and is_product(token)

    def _unit_in_brackets(self) -> bool:
        """``12 (cm)``: a unit in parentheses, not a product of c and m."""
        inner = self.peek(1)
        return (
            self.peek().text == '('
            and inner.kind in ('word', 'text')
            and self.peek(2).text == ')'
            and (inner.kind == 'text' or is_unit(inner.text))
        )

    def _juxtaposed(self, left: Value) -> bool:
        """Tell whether the next token multiplies ``left`` without a sign between them."""
        token = self.peek()
        if token.kind in ('number', 'repeating', 'ellipsis'):
            # "2 3" is no product, and "137 1/2" is a mixed number.
            before = self.tokens[self.position - 1]
            if before.kind == 'number':
                return self._plain_mixed(left)
            return before.kind == 'close' or before.text in ('!', 'pi', 'i')  # 50!50!, \pi 2, i9
        if token.kind == 'letter' or self._unit_in_brackets():
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

    def _prefix(self) -> Value:
        """A sign, or an operand with its powers and postfixes."""
        token = self.peek()
        if token.kind == 'op' and token.text in ('-', '+', 'pm', 'mp'):
            self.next()
            self.enter()
            operand = self._expression(_SIGN)
            self.depth -= 1
            return signed(token.text, operand)
        value = self._postfix(self._operand())
        return self._called(value) if self.peek()[:2] == _BRACKET else value

    def _called(self, value: Value) -> Value:
        """``f(0)``, ``P(16)``, ``f(x)^2``: brackets that hold the argument of a function."""
        name = called(value)
        if name is None or not (always_a_function(name) or self._is_lone(name)):
            return value
        self.next()
        argument = self._group('(')
        if isinstance(argument, Sequence):
            return times(value, argument)
        if not is_expression(argument):
            raise ParseError('a function of something that is no expression')
        return self._postfix(Apply(f'call {name}', (argument,)))

    def _is_lone(self, name: str) -> bool:
        """Tell whether one number or letter stands in the brackets; of most letters, only 0."""
        ahead = 2 if self.peek(1).text == '-' else 1
        inner = self.peek(ahead)
        if self.peek(ahead + 1).text != ')' or inner.kind not in ('number', 'symbol'):
            return False
        return name[0] in FUNCTION_LETTERS or inner.text == '0'

    def _postfix(self, value: Value) -> Value:
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
        exponent = self._argument()
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
            number = self._operand()
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

    # == operands: numbers, brackets, commands, functions ========================================

    def _operand(self) -> Value:
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
                return self._function(token.text)
            case 'open':
                return self._group(token.text)
            case 'bar' if token.text == '|':
                return self._absolute()
            case 'command':
                return self._command(token.text)
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
        amount = self._operand()
        if self.peek().kind == 'command' and self.peek().text == 'frac':
            amount = times(amount, self._operand())
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
        return self._operand()

    def _group(self, left: str) -> Value:
        """The inside of brackets, which may close with another kind: ``(3,4]``."""
        self.enter()
        bars, self.bars = self.bars, 0
        if left == r'\{':
            value = self._set()
        else:
            if self.peek().kind == 'close' and left in ('{', '('):
                raise ParseError('empty brackets')
            inner = self._sequence()
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
        element = self._sequence_until_bar()
        if self.peek().kind == 'bar' or self.peek().text == ':':
            self.next()
            condition = self._sequence()
            self._close(r'\{')
            return SetBuilder(element, condition)
        self._close(r'\{')
        items = element.items if isinstance(element, Sequence) and not element.left else (element,)
        return Sequence(items, r'{', r'}')

    def _sequence_until_bar(self) -> Value:
        """A sequence in which ``:`` and ``|`` end the element of a set-builder."""
        self.bars += 1
        colon = self._builder_colon()
        if colon is not None:
            self.tokens[colon] = Token('bar', 'mid', True)
        value = self._sequence()
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

    def _absolute(self) -> Value:
        self.enter()
        self.bars += 1
        inner = self._expression()
        token = self.next()
        if token.kind not in ('bar', 'close') or token.text != '|':
            raise ParseError('a bar is not closed')
        self.bars -= 1
        self.depth -= 1
        return modulus(inner)

    def _argument(self) -> Value:
        r"""What a command or ``^`` takes: a group, or one operand (``x^10`` is x to the 10)."""
        token = self.peek()
        if token.kind == 'op' and token.text in ('-', '+'):
            self.next()
            return signed(token.text, self._argument())
        if token.kind == 'function':
            self.next()
            return self._function(token.text)
        return self._operand()

    def _digit(self) -> Value:
        r"""An argument of ``\frac``: TeX takes one digit of ``\frac14``."""
        token = self.peek()
        if token.kind == 'number' and len(token.text) > 1 and token.text.isdigit():
            self.tokens[self.position] = Token('number', token.text[1:], False)
            return Number(int(token.text[0]))
        return self._argument()

    def _command(self, name: str) -> Value:
        if name == 'frac':
            if (derivative := self._derivative()) is not None:
                return derivative
            self.enter()
            top = self._digit()
            bottom = self._argument()
            self.depth -= 1
            return Apply('div', (top, bottom))
        if name == 'binom':
            top = self._digit()
            return Apply('binom', (top, self._argument()))
        if name == 'sqrt':
            return self._root()
        if name == 'begin':
            return self._environment()
        if name in _OPERATOR_COMMANDS:
            return self._operator(name)
        raise ParseError(f'\\{name} is not part of the grammar')

    def _root(self) -> Value:
        self.enter()
        degree: Value = Number(2)
        if self.accept('open', '['):
            degree = self._expression()
            if not self.accept('close', ']'):
                raise ParseError("'[' is not closed")
        radicand = self._argument()
        self.depth -= 1
        return Apply('root', (degree, radicand))

    def _function(self, name: str) -> Value:
        r"""``\sin^2 2x``, ``\log_2 8``, ``\sin^{-1} x``, ``\max(a, b)``."""
        self.enter()
        base: Value | None = None
        exponent: Value | None = None
        while self.peek().text in ('^', '_'):
            if self.next().text == '_':
                base = self._argument()
            else:
                exponent = self._argument()
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
            group = self._group(token.text)
            return self._postfix(group) if token.text == '{' else group
        value = self._prefix() if token.kind != 'op' else signed(self.next().text, self._prefix())
        while (token := self.peek()).kind in ('number', 'symbol', 'command') and (
            token.text != 'end' and token.text not in _OPERATOR_COMMANDS
        ):
            value = times(value, self._postfix(self._operand()))
        return value

    # == sums, products, integrals, limits, derivatives ==========================================

    def _operator(self, name: str) -> Value:
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
        body = self._expression(_FACTOR)
        if not isinstance(index, Relation):
            raise ParseError(f'\\{op} without its range')
        for letter, low, high in ranges_of(index, upper):
            body = binding(op, body, letter, low, high)
        return body

    def _index(self) -> Value:
        if not self.accept('open', '{'):
            raise ParseError('a range without braces')
        index = self._clause()
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
        return self._argument()

    # -- integrals ------------------------------------------------------------------

    def _integral(self) -> Value:
        bounds: dict[str, Value] = {}
        while self.peek().text in ('_', '^') and self.peek().kind == 'op':
            side = self.next().text
            bounds[side] = self._bound()
        letter, encloses = take_differential(self)
        if encloses:
            # \int_1^2 \frac{dx}{x} + 3: the integral ends with its fraction.
            body = self._expression(_FACTOR)
        elif self.peek().kind == 'differential':
            self.next()
            body = self._expression(_FACTOR) if self._goes_on() else Number(1)
        else:
            body = self._expression(_TERM)
            if self.next().kind != 'differential':
                raise ParseError('an integral without its differential')
        if not bounds:
            return Apply('antiderivative', (body, letter))
        if len(bounds) != 2:
            raise ParseError('an integral with one bound')
        return binding('integral', body, letter, bounds['_'], bounds['^'])

    def _goes_on(self) -> bool:
        r"""Tell whether the integrand stands behind its differential: ``\int_0^1 dx\, x^2``."""
        kind = self.peek().kind
        return kind in ('number', 'symbol', 'function', 'open', 'command', 'word')

    # -- limits ---------------------------------------------------------------------

    def _limit(self) -> Value:
        r"""``\lim_{x \to 0^+} f``: the letter, the point and the side from which it comes."""
        if not (self.accept('op', '_') and self.accept('open', '{')):
            raise ParseError('a limit without its point')
        letter = self.next()
        if letter.kind not in _LETTERS or self.next().kind != 'arrow':
            raise ParseError('a limit without its point')
        side = self._side_of_limit()
        point = self._expression(_TERM)
        if not self.accept('close', '}'):
            raise ParseError('a limit with an unreadable point')
        body = self._expression(_FACTOR)
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

    def _derivative(self) -> Value | None:
        r"""``\frac{d}{dx}`` or ``\frac{\partial^2}{\partial x \partial y}`` with its operand.

        None, and nothing read, where the fraction that begins here is an ordinary one.
        """
        start = self.position
        top = derivative_part(self)
        if top is not None and len(top[1]) == 1 == top[0]:
            bottom = derivative_part(self)
            if bottom is not None and len(bottom[1]) == 1 == bottom[0]:
                # dy/dx, which is no fraction of products with d.
                return Symbol(f'd{top[1][0][0]}/d{bottom[1][0][0]}')
        elif top is not None and not top[1]:
            bottom = derivative_part(self)
            if bottom is not None and bottom[1] and bottom[0] == top[0] and self._goes_on():
                self.enter()
                body = self._expression(_FACTOR)
                self.depth -= 1
                for letter, order in bottom[1]:
                    body = Apply('derivative', (body, Symbol(letter), Number(order)))
                return body
        self.position = start
        return None

    # == environments: matrices and systems of equations =========================================

    def _environment(self) -> Value:
        """A matrix, the determinant of one, or the equations of a system."""
        name = self.subscript()
        if name.endswith('*') and self.accept('open', '['):
            self._alignment()
        if name == 'array':
            if self.accept('open', '['):
                self._alignment()
            self.subscript()
        if name in ('cases', 'dcases'):
            return self._system(name)
        if not name.rstrip('*').endswith(('matrix', 'array')):
            raise ParseError(f'the environment {name!r} is not part of the grammar')
        return self._matrix(name)

    def _alignment(self) -> None:
        while not self.accept('close', ']'):
            if self.next().kind == 'end':
                raise ParseError("'[' is not closed")

    def _ends(self, name: str) -> bool:
        token = self.peek()
        if token.kind != 'command' or token.text != 'end':
            return False
        self.next()
        if self.subscript() != name:
            raise ParseError('an environment that ends under another name')
        return True

    def _system(self, name: str) -> Value:
        """Equations that hold together; a cell sign shows a function by cases instead."""
        items: list[Value] = []
        while not self._ends(name):
            if self.peek().kind in ('row', 'sep'):
                self.next()
            else:
                items.append(self._clause())
        if not items:
            raise ParseError('a system without equations')
        return Sequence(tuple(items), joiner='and')

    def _matrix(self, name: str) -> Value:
        rows: list[tuple[Value, ...]] = []
        row: list[Value] = []
        while not self._ends(name):
            token = self.peek()
            if token.kind == 'row':
                self.next()
                if row:
                    rows.append(tuple(row))
                row = []
            elif token.text == '&' or token.kind == 'cell':
                self.next()
            else:
                row.append(self._expression())
        if row:
            rows.append(tuple(row))
        if not rows or len({len(r) for r in rows}) != 1:
            raise ParseError('a matrix with rows of different lengths')
        matrix = Matrix(tuple(rows))
        return Apply('det', (matrix,)) if name == 'vmatrix' else matrix


def _is_letters(token: Token) -> bool:
    """Tell whether a word in an exponent is a product of letters: no ``th``, no ``deg``."""
    word = token.text
    short = token.kind == 'word' and len(word) <= MAX_LETTERS and word.isalpha() and word.islower()
    return short and word not in _ORDINALS and word not in _DEGREE_LETTERS
