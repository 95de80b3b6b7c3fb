"""What the operators make of their operands."""

from __future__ import annotations

from typing import Final

from opencompass_math500.grading.limits import MAX_COPIES
from opencompass_math500.grading.parsing.cursor import ParseError
from opencompass_math500.grading.parsing.lexer import Token
from opencompass_math500.grading.parsing.units import is_unit
from opencompass_math500.grading.values import (
    Apply,
    Joiner,
    Matrix,
    NamedSet,
    Number,
    Quantity,
    Relation,
    Sequence,
    SetBuilder,
    Symbol,
    Value,
    is_expression,
    walk,
)

__all__ = [
    'MAX_LETTERS',
    'applied',
    'arrangement',
    'binary',
    'combination',
    'grouped',
    'is_product',
    'listed',
    'modulus',
    'part_of',
    'scaled',
    'signed',
    'times',
    'transposed',
]

MAX_LETTERS: Final = 3
"""Letters side by side that are still a product of variables."""


def is_product(token: Token) -> bool:
    """Tell whether a run of letters behind a factor is ``3xy`` rather than ``3 men``."""
    word = token.text
    if len(word) > MAX_LETTERS or is_unit(word) or not word.isalpha():
        return False
    return not token.spaced or (len(word) == 2 and word not in ('am', 'pm'))


def signed(sign: str, value: Value) -> Value:
    """Put a sign before ``value``."""
    if sign == '+':
        return value
    if sign in ('pm', 'mp'):
        return Apply(sign, (value,))
    if sign != '-':
        raise ParseError(f'cannot read {sign!r}')
    if isinstance(value, Number):
        return Number(-value.value, value.decimal)
    if isinstance(value, Matrix):
        return scaled(Number(-1), value)
    if isinstance(value, Quantity):
        return Quantity(signed('-', value.value), value.unit)
    return Apply('neg', (value,))


def binary(op: str, left: Value, right: Value) -> Value:
    """Apply a written operator to what stands on its two sides."""
    if op in ('add', 'sub') and isinstance(left, Matrix) and isinstance(right, Matrix):
        return _matrix_sum(op, left, right)
    if op == 'sub' and isinstance(right, Sequence) and right.left == '{':
        return Apply('minus', (left, right))  # R - {0}
    if op == 'union' and _is_finite(left) and _is_finite(right):
        assert isinstance(left, Sequence) and isinstance(right, Sequence)
        return Sequence((*left.items, *right.items), '{', '}')
    if op == 'sub':
        return Apply('add', (*_parts('add', left), signed('-', right)))
    if op in ('add', 'mul'):
        if op == 'mul' and isinstance(right, Matrix):
            return times(left, right)
        return Apply(op, (*_parts(op, left), right))
    if op == 'div' and isinstance(left, Matrix) and is_expression(right):
        return scaled(Apply('div', (Number(1), right)), left)
    return Apply(op, (left, right))


def _is_finite(value: Value) -> bool:
    return isinstance(value, Sequence) and value.left in ('{', '')  # {1,2} \cup {3}


def _matrix_sum(op: str, left: Matrix, right: Matrix) -> Matrix:
    if len(left.rows) != len(right.rows) or len(left.rows[0]) != len(right.rows[0]):
        raise ParseError('a sum of matrices of two shapes')
    return Matrix(
        tuple(
            tuple(binary(op, a, b) for a, b in zip(first, second, strict=True))
            for first, second in zip(left.rows, right.rows, strict=True)
        )
    )


def _parts(op: str, value: Value) -> tuple[Value, ...]:
    return value.args if isinstance(value, Apply) and value.op == op else (value,)


def times(left: Value, right: Value) -> Value:
    """Make an implied product, a mixed number, a scaled vector or a call."""
    if isinstance(right, Apply) and right.op in ('percent', 'degree'):
        # 66\frac{2}{3}\% is a percentage, not 66 and two thirds of a percent.
        return Apply(right.op, (times(left, right.args[0]),))
    if _is_mixed(left, right):
        return Apply('add', (left, right))
    if isinstance(right, Matrix | Sequence) and any(
        isinstance(node, Matrix | Sequence) for node in walk(left)
    ):
        # (0,1)(0,1)(0,1)... and 2(0,1)2(0,1)... would double with each pair.
        raise ParseError('a product of lists')
    if isinstance(right, Matrix):
        return scaled(left, right)
    if isinstance(right, Sequence):
        if left == Symbol('C') and len(right.items) == 2:
            return Apply('binom', right.items)
        if isinstance(left, Symbol):
            return Apply(f'call {left.name}', right.items)
        if right.left in ('(', '<') and right.right in (')', '>'):
            _refuse_copies(left, list(right.items))
            items = tuple(Apply('mul', (left, item)) for item in right.items)
            return Sequence(items, right.left, right.right)
        raise ParseError('a product with a list')
    if isinstance(right, NamedSet | SetBuilder | Relation):
        raise ParseError('a product with a set')
    return Apply('mul', (*_parts('mul', left), right))


def _is_mixed(left: Value, right: Value) -> bool:
    r"""``3\frac12`` is three and a half; ``2\frac{x}{3}`` is a product.

    An improper fraction does not make a product: ``1\frac{9}{5}`` is not nine fifths.
    """
    match left, right:
        case (
            Number(value=int(whole), decimal=False),
            Apply(op='div', args=(Number(value=int(top)), Number(value=int(bottom)))),
        ):
            return whole >= 0 and top >= 0 and bottom > 0
    return False


def scaled(factor: Value, matrix: Matrix) -> Matrix:
    """Multiply every cell of ``matrix`` by ``factor``."""
    _refuse_copies(factor, [cell for row in matrix.rows for cell in row])
    return Matrix(tuple(tuple(Apply('mul', (factor, cell)) for cell in row) for row in matrix.rows))


def _refuse_copies(factor: Value, items: list[Value]) -> None:
    """Raise where a factor in every element makes a large tree: ``A/2/2/2/2/...``."""
    nodes = sum(1 for _ in walk(factor)) + sum(1 for _ in walk(items[0]))
    if nodes * len(items) > MAX_COPIES:
        raise ParseError(f'a list multiplied out to more than {MAX_COPIES} parts')


def grouped(left: str, inner: Value, right: str) -> Value:
    """Return what brackets make of their inside: itself, a list, an interval, ``|x|``."""
    if left in ('floor', 'ceil'):
        return Apply(left, (inner,))
    if left == '|':
        return modulus(inner)
    bare = isinstance(inner, Sequence) and not inner.left
    if left == '{':
        return inner
    if bare:
        assert isinstance(inner, Sequence)
        return Sequence(inner.items, left, right, inner.joiner)
    if (left, right) in (('(', ')'), ('[', ']'), ('<', '>')):
        return inner
    raise ParseError('an interval with one end')


def modulus(inner: Value) -> Value:
    r"""Make ``|x|``, or a determinant of ``\left|\begin{array}...``."""
    square = isinstance(inner, Matrix) and len(inner.rows) == len(inner.rows[0])
    return Apply('det' if square else 'abs', (inner,))


_OF_SEVERAL: Final = frozenset(('max', 'min', 'gcd', 'lcm'))


def applied(name: str, base: Value | None, argument: Value) -> Value:
    r"""Apply a function; ``\log(1,2)`` and ``\sin_2 x`` are functions nobody knows."""
    arguments = argument.items if isinstance(argument, Sequence) else (argument,)
    if name not in _OF_SEVERAL and (len(arguments) > 1 or (base is not None and name != 'log')):
        return Apply(f'call {name}', arguments if base is None else (base, *arguments))
    if name == 'ln':
        return Apply('ln', arguments)
    if name == 'lg':
        return Apply('log', (Number(10), *arguments))
    if name == 'log':
        if base is None and len(arguments) == 1:
            # Base 10, but not said so: an explicit \log_{10} is never taken for \ln.
            return Apply('log', arguments)
        return Apply('log', (base if base is not None else Number(10), *arguments))
    if name == 'exp':
        return Apply('pow', (Symbol('e'), *arguments))
    return Apply(name, arguments)


def combination(lower: str, upper: Value) -> Value:
    """Make ``C_n^3``: three out of n, as written in Chinese and Russian school books."""
    bottom: Value = Number(int(lower)) if lower.isdigit() else Symbol(lower)
    return Apply('binom', (bottom, upper))


def arrangement(value: Value, exponent: Value) -> Value | None:
    """Make ``A_5^3``: three out of five in order, as in Chinese school books; else None."""
    if not (isinstance(value, Symbol) and isinstance(exponent, Number)):
        return None
    letter, _, lower = value.name.partition('_')
    if letter not in ('A', 'P') or not lower.isdigit() or len(lower) > 4:
        return None
    left = int(lower) - exponent.value
    if left < 0:
        return None
    return Apply('div', tuple(Apply('factorial', (Number(n),)) for n in (int(lower), left)))


def part_of(named: NamedSet, mark: str) -> Value:
    r"""Return the part of a set that a mark names: ``\mathbb{R}^+``, ``\mathbb{R}_{\ge 0}``."""
    zero, infinity = Number(0), Symbol('infty')
    if named.name == 'Z' and mark in ('+', '>0'):
        return NamedSet('N')
    if named.name == 'R':
        match mark:
            case '+' | '>0' | '++':
                return Sequence((zero, infinity), '(', ')')
            case '>=0':
                return Sequence((zero, infinity), '[', ')')
            case '-' | '<0':
                return Sequence((Apply('neg', (infinity,)), zero), '(', ')')
            case '<=0':
                return Sequence((Apply('neg', (infinity,)), zero), '(', ']')
            case '*' | '!=0':
                return Apply('minus', (named, Sequence((zero,), '{', '}')))
    raise ParseError('an unreadable mark on a set')


def transposed(value: Value, exponent: Value) -> Matrix | None:
    r"""Make the column of ``[1, 2]^T`` or ``\begin{pmatrix} 1 & 2 \end{pmatrix}^T``; else None."""
    if exponent not in (Symbol('T'), Symbol('t')):
        return None
    if isinstance(value, Sequence) and value.left in ('(', '[', '<'):
        return Matrix(tuple((item,) for item in value.items))
    if isinstance(value, Matrix):
        return Matrix(tuple(zip(*value.rows, strict=True)))
    return None


def listed(items: list[Value], joiner: Joiner) -> Value:
    """Return the clauses of an answer as one value; a single clause stands for itself."""
    if len(items) == 1:
        return items[0]
    first, last = items[:-1], items[-1]
    if isinstance(last, Apply) and last.op == 'modulo' and not any(map(_is_residue, first)):
        # x \equiv 1, 3 \pmod 8: one modulus for all.
        residue, modulo = last.args
        return Apply('modulo', (Sequence((*first, residue), joiner=joiner), modulo))
    return Sequence(tuple(items), joiner=joiner)


def _is_residue(value: Value) -> bool:
    return isinstance(value, Apply) and value.op == 'modulo'
