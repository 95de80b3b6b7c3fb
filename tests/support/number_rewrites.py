"""Another writing of one number: signs, decimals, fractions, thousands, numerals in a base."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Final

from layouts import GROUPED, INTEGER, Rule

__all__ = ['NUMBERS']

_FRACTION: Final = re.compile(r'(-?)\\d?frac(?:\{([0-9]+)\}|([0-9]))(?:\{([0-9]+)\}| ?([0-9]))')
_DECIMAL: Final = re.compile(r'[0-9]*\.[0-9]+')
_NUMERAL: Final = re.compile(r'([0-9]+)_\{?([0-9]+)\}?')


def number_forms(gold: str) -> Iterator[str]:
    """An integer with a sign or leading zero, as a decimal, over one, unreduced, with its name."""
    if not INTEGER.fullmatch(gold):
        return
    n = int(gold)
    sign, size = ('-', gold[1:]) if n < 0 else ('', gold)
    yield f'{gold}.0'
    yield f'{gold}.00'
    yield f'\\frac{{{gold}}}{{1}}'
    yield f'{gold}/1'
    yield f'{sign}\\frac{{{2 * abs(n)}}}{{2}}'
    yield f'{3 * n}/3'
    yield f'\\left({gold}\\right)'
    yield f'x = {gold}'
    yield f'n={gold}'
    yield f'{sign}0{size}'
    if n > 0:
        yield f'+{gold}'
        yield f'{gold} \\text{{ units}}'
        yield f'{gold}\\text{{ cm}}'
        yield f'{gold} \\mbox{{ dollars}}'
        yield f'\\${gold}'
        yield f'{gold}^\\circ'
    if abs(n) >= 1000:
        grouped = f'{n:,}'
        for separator in (',', '{,}', ',\\!', '\\,', ',\\! '):
            yield grouped.replace(',', separator)
        yield f'{sign}{size[0]}.{size[1:]} \\times 10^{{{len(size) - 1}}}'
        yield f'{sign}{size[0]}.{size[1:]} \\cdot 10^{len(size) - 1}' if len(size) < 11 else gold
        yield f'{sign}{size[0]}.{size[1:]}e{len(size) - 1}'


def grouped_number(gold: str) -> Iterator[str]:
    """Thousands with another separator, or none."""
    found = GROUPED.search(gold)
    if not found or '(' in gold:
        return
    plain = re.sub(r'[^0-9]', '', found.group())
    for separator in (',', '{,}', ',\\!', '\\,', ''):
        number = f'{int(plain):,}'.replace(',', separator)
        yield gold[: found.start()] + number + gold[found.end() :]
        yield f'{gold[: found.start()]}{number}.00{gold[found.end() :]}'


def fraction_forms(gold: str) -> Iterator[str]:
    """A fraction with a slash, unreduced, with its sign elsewhere, as an exact decimal or mixed."""
    found = _FRACTION.fullmatch(gold)
    if not found:
        return
    sign, top, bottom = found.group(1), found[2] or found[3], found[4] or found[5]
    a, b = int(top), int(bottom)
    yield f'{sign}{a}/{b}'
    yield f'{sign}{a} / {b}'
    yield f'({sign}{a})/({b})'
    yield f'{sign}{a}⁄{b}'
    yield f'{{{sign}{a} \\over {b}}}'
    yield f'{sign}\\frac{{{2 * a}}}{{{2 * b}}}'
    yield f'{sign}{7 * a}/{7 * b}'
    yield f'\\frac{{{sign}{a}}}{{{b}}}'
    yield f'{sign}\\frac{{{a}.0}}{{{b}}}'
    yield f'{sign}\\left(\\frac{{{a}}}{{{b}}}\\right)'
    yield f'{sign}{a} \\div {b}'
    yield f'{sign}\\frac{{1}}{{{b}}} \\cdot {a}'
    yield f'x = {gold}'
    if a > b:
        yield f'{sign}{a // b}\\frac{{{a % b}}}{{{b}}}'
        yield f'{sign}{a // b} \\frac{{{a % b}}}{{{b}}}'
    if sign:
        yield f'\\frac{{{a}}}{{-{b}}}'
    yield from _decimals(sign, Fraction(a, b))


def _decimals(sign: str, value: Fraction) -> Iterator[str]:
    """The decimal of a fraction whose denominator has no primes but 2 and 5."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest == 1 and value.denominator > 1:
        text = f'{Decimal(value.numerator) / Decimal(value.denominator):f}'
        assert Fraction(text) == value
        yield f'{sign}{text}'
        yield f'{sign}{text}0'
        if value < 1:
            yield f'{sign}{text[1:]}'


def decimal_forms(gold: str) -> Iterator[str]:
    """A decimal with or without its leading zero, with trailing zeros, as a fraction."""
    found = _DECIMAL.search(gold)
    if not found:
        return
    text = found.group()
    value = Fraction('0' + text if text[0] == '.' else text)

    def put(new: str) -> str:
        return gold[: found.start()] + new + gold[found.end() :]

    padded = text if text[0] != '.' else '0' + text
    for new in (padded, f'{padded}0', f'{padded}00', padded.removeprefix('0')):
        yield put(new)
    if text == gold:
        yield f'\\frac{{{value.numerator}}}{{{value.denominator}}}'
        yield f'{value.numerator}/{value.denominator}'
        yield f'{value * 10**8} \\times 10^{{-8}}'


def numeral_forms(gold: str) -> Iterator[str]:
    """The base in braces, in words, in ``\\text``, or left out (the problem states it)."""
    found = _NUMERAL.fullmatch(gold)
    if not found:
        return
    digits, base = found.groups()
    yield from (
        f'{digits}_{{{base}}}', f'{digits}_{base}', f'({digits})_{base}', f'{digits}_{{({base})}}',
        f'{digits}_{{\\text{{{base}}}}}', f'{digits}', f'\\text{{{digits}}}_{base}',
        f'{digits} _{base}', f'{digits}_ {base}', f'{{{digits}}}_{{{base}}}',
        f'{digits}_{{\\mathrm{{{base}}}}}',
    )  # fmt: skip


NUMBERS: Final[tuple[Rule, ...]] = (
    number_forms, grouped_number, fraction_forms, decimal_forms, numeral_forms,
)  # fmt: skip
