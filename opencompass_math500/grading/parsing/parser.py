"""Tokens to a typed value: lists, relations and quantities around expressions."""

from __future__ import annotations

from typing import Final

from opencompass_math500.grading.parsing.builders import MAX_LETTERS
from opencompass_math500.grading.parsing.cursor import END, ParseError
from opencompass_math500.grading.parsing.pratt import ExpressionParser
from opencompass_math500.grading.parsing.progressions import unrolled
from opencompass_math500.grading.parsing.units import (
    DOLLAR,
    combine,
    currencies,
    is_known,
    known_unit,
    unit_phrase,
)
from opencompass_math500.grading.parsing.words import text_value
from opencompass_math500.grading.values import (
    Apply,
    Number,
    Quantity,
    Relation,
    Sequence,
    Symbol,
    Text,
    Unit,
    Value,
    symbols,
)

__all__ = ['ParseError', 'Parser']

_UNIT_KINDS: Final = frozenset(('text', 'word', 'letter', 'symbol'))


class Parser(ExpressionParser):
    """The parser of whole answers."""

    def answer(self) -> Value:
        """The whole token list as one answer."""
        value = self.sequence()
        if self.peek() is not END:
            raise ParseError(f'cannot read on at {self.peek().text!r}')
        return unrolled(value) if any(token.kind == 'dots' for token in self.tokens) else value

    def sequence(self) -> Value:
        """Clauses between commas, ``and`` and ``or``; a single clause stands for itself."""
        items = [self.clause()]
        joiner = ','
        while self.peek().kind in ('sep', 'row'):
            joiner = self._separators(joiner)
            if self.peek().kind in ('end', 'close'):
                break
            items.append(self.clause())
        if len(items) == 1:
            return items[0]
        last = items[-1]
        if _is_residue(last) and not any(map(_is_residue, items[:-1])):
            # x \equiv 1, 3 \pmod 8: one modulus for all.
            assert isinstance(last, Apply)
            listed = Sequence((*items[:-1], last.args[0]), joiner=joiner)  # type: ignore[arg-type]
            return Apply('modulo', (listed, last.args[1]))
        return Sequence(tuple(items), joiner=joiner)  # type: ignore[arg-type]

    def _separators(self, joiner: str) -> str:
        while self.peek().kind in ('sep', 'row'):
            text = self.next().text
            joiner = text if text in ('and', 'or') else joiner
        return joiner

    def clause(self) -> Value:
        """A chain of sides joined by relation signs; of an arrow the last part counts."""
        sides, ops = [self.side()], []
        while True:
            token = self.peek()
            if token.kind == 'relation':
                ops.append(self.next().text)
                if not (ops[-1] == '=' and self.peek().kind in ('end', 'sep')):
                    sides.append(self.side())
                    if self._is_cut():
                        ops[-1] = '~'
                else:
                    ops.pop()
            elif token.kind == 'arrow':
                # x^2 = 4 \Rightarrow x = 2: the conclusion is the answer, but p \to q a statement.
                sign, side = self.next().text, self.side()
                is_statement = set(ops) <= {'->', '<->'} and all(
                    isinstance(part, Symbol) for part in (*sides, side)
                )
                sides, ops = ([*sides, side], [*ops, sign]) if is_statement else ([side], [])
            else:
                break
        value = Relation(tuple(sides), tuple(ops)) if ops else sides[0]
        if self.peek().kind == 'modulus':
            self.next()
            return Apply('modulo', (value, self.argument()))
        return value

    def _is_cut(self) -> bool:
        r"""Whether the side ends in ``0.0535\ldots``: only the beginning of a decimal."""
        before = self.tokens[self.position - 1]
        is_decimal = before.kind == 'number' and '.' in before.text
        return is_decimal and self.accept('dots', '...')

    def side(self) -> Value:
        """An expression with its unit: ``12 cm``, ``2 hours 30 minutes``, ``\\$18.90``."""
        if self.peek().kind in ('text', 'word'):
            if (money := self._money_before()) is not None:
                return money
            words = self._words()
            if words is not None:
                return words
        value = self.expression()
        if self.peek().kind == 'money':
            self.next()  # 18.90\$
            value = _measured(value, DOLLAR)
        parts: list[Value] = []
        while self._at_words():
            unit = unit_phrase(self._phrase())
            if unit is None or (symbols(value) and not is_known(unit)):
                # "La respuesta es 5" is no product of letters with a unit.
                raise ParseError('words that are no unit')
            value = _measured(value, unit)
            if self.peek().kind in ('number', 'command'):
                parts.append(value)
                value = self.expression()
                if not self._at_words():
                    raise ParseError('a number behind a quantity')
        return _together((*parts, value)) if parts else value

    def _money_before(self) -> Value | None:
        r"""``\text{USD } 5000``, ``Rs 10``: a currency before its amount."""
        named = currencies().get(self.peek().text.strip(' .'), known_unit(self.peek().text.strip()))
        if named is None or named not in currencies().values() or self.peek(1).kind != 'number':
            return None
        self.next()
        found = Quantity(self.expression(), named)
        while self._at_words():
            unit = unit_phrase(self._phrase())
            if unit is None:
                raise ParseError('words that are no unit')
            found = _measured(found, unit)
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
        if self.unit_in_brackets():
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


def _together(parts: tuple[Value, ...]) -> Value:
    """``1 hour 30 minutes`` is a sum, ``6 red and 4 blue`` are two counts."""
    kinds = {part.unit.dimensions for part in parts if isinstance(part, Quantity)}
    return Apply('add', parts) if len(kinds) == 1 else Sequence(parts, joiner='and')


def _measured(value: Value, unit: Unit) -> Quantity:
    r"""``\$5 dollars`` names its unit twice, ``\$5 million`` has two."""
    if not isinstance(value, Quantity):
        return Quantity(value, unit)
    if value.unit.dimensions == unit.dimensions:
        return Quantity(value.value, unit)
    if not unit.dimensions and isinstance(value.value, Number):
        return Quantity(Number(value.value.value * unit.factor), value.unit)
    return Quantity(value.value, combine(value.unit, unit))


def _is_residue(value: Value) -> bool:
    return isinstance(value, Apply) and value.op == 'modulo'
