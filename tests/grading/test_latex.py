"""parse(): what kind of value a text is."""

from __future__ import annotations

from fractions import Fraction

import pytest

from opencompass_math500.grading.limits import MAX_CHARS, MAX_DEPTH
from opencompass_math500.grading.parsing.latex import parse
from opencompass_math500.grading.values import (
    Apply,
    Choice,
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
    symbols,
)

TWO = Number(2)


@pytest.mark.parametrize(
    ('text', 'value'),
    [
        ('2', TWO),
        ('−2', Number(-2)),
        ('.25', Number(Fraction(1, 4))),
        ('0.1\\overline{6}', Number(Fraction(1, 6))),
        ('x_1', Symbol('x_1')),
        ("f'", Symbol("f'")),
        ('\\frac12', Apply('div', (Number(1), TWO))),
        ('2x', Apply('mul', (TWO, Symbol('x')))),
        ('2^10', Apply('pow', (TWO, Number(10)))),
        ('3\\frac12', Apply('add', (Number(3), Apply('div', (Number(1), TWO))))),
        ('52_8', Numeral('52', 8)),
        ('\\text{(C)}', Choice('C')),
        ('\\text{Evelyn}', Text(('evelyn',))),
        ('\\text{the even}', Text(('even',))),
        ('\\mathbb{R}', NamedSet('R')),
        ('\\{\\}', NamedSet('empty')),
        ('(2,4]', Sequence((TWO, Number(4)), '(', ']')),
        ('2, 4', Sequence((TWO, Number(4)))),
        ('x=2', Relation((Symbol('x'), TWO), ('=',))),
        ('\\begin{pmatrix} 2 & x \\end{pmatrix}', Matrix(((TWO, Symbol('x')),))),
        ('twenty-one', Number(21)),
        ('six hundred and two', Number(602)),
        ('|x|', Apply('abs', (Symbol('x'),))),
    ],
)
def test_value(text: str, value: Value) -> None:
    assert parse(text).values == (value,)


def test_thousands_have_two_readings() -> None:
    assert parse('1,234').values == (Number(1234), Sequence((Number(1), Number(234))))
    assert parse('10,080').values == (Number(10080),)
    assert parse('(1,234)').values == (Sequence((Number(1), Number(234)), '(', ')'),)


def test_quantity_keeps_its_unit() -> None:
    (value,) = parse('864 \\mbox{ inches}^2').values
    assert isinstance(value, Quantity)
    assert value.unit.dimensions == (('length', 2),)
    assert value.unit.factor == Fraction(127, 5000) ** 2


def test_set_builder() -> None:
    (value,) = parse('\\{x : x > 2\\}').values
    assert isinstance(value, SetBuilder)
    assert value.element == Symbol('x')


def test_symbols_leave_constants_out() -> None:
    (value,) = parse('2\\pi r + e^x - i').values
    assert symbols(value) == {'r', 'x'}


@pytest.mark.parametrize(
    ('text', 'problem'),
    [
        ('', 'empty'),
        ('\\frac{1', 'not closed'),
        ('2 3', 'side by side'),
        ('()', 'empty brackets'),
        ('\\frac{1}2 3{4', 'side by side'),
        ('1' * (MAX_CHARS + 1), 'longer than'),
        ('(' * (MAX_DEPTH + 1), 'nested deeper'),
        ('+,' * 1_500, 'tokens'),
        ('5\x00', 'control'),
    ],
)
def test_unreadable(text: str, problem: str) -> None:
    reading = parse(text)
    assert not reading.values
    assert problem in reading.problem
