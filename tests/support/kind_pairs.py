r"""Pairs of every kind of value, right and wrong by how they are made.

Each family draws its numbers and yields a gold, texts that say the same, and texts one
change away that do not: another modulus, bracket, unit, range of a parameter; a set in a
set, a point for the empty set, an identity for an equation, a part of a system dropped.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Final, NamedTuple

import opencompass_math500

__all__ = ['FAMILIES', 'Pair', 'pairs']


class Pair(NamedTuple):
    """A gold, an answer, and whether they say the same."""

    family: str
    gold: str
    answer: str
    same: bool


Made = tuple[str, tuple[str, ...], tuple[str, ...]]
"""A gold, what is the same, what is not."""

_BUILDS: Final = re.compile('before|after|money:')
_UNITS: Final = Path(opencompass_math500.__file__).parent / 'data' / 'units.tsv'


def _two(choose: random.Random, low: int = -9, high: int = 30) -> tuple[int, int]:
    a, b = sorted(choose.sample(range(low, high), 2))
    return a, b


def modulus(choose: random.Random) -> Made:
    m = choose.randint(3, 40)
    a = choose.randrange(m)
    return f'x \\equiv {a} \\pmod{{{m}}}', (
        f'{a} \\pmod {m}', f'x ≡ {a} (mod {m})', f'x \\equiv {a + m} \\pmod{{{m}}}', str(a),
        f'x \\equiv {a - m} \\text{{ (mod }}{m})', f'x \\equiv {a} \\mod {m}',
    ), (
        f'x \\equiv {a} \\pmod{{{2 * m}}}', f'x \\equiv {a} \\pmod{{{m + 1}}}',
        f'{a} (mod {m - 1})',
        f'x \\equiv {a + 1} \\pmod{{{m}}}', f'y \\equiv {a + m} \\pmod{{{m}}}', str(a + m),
    )  # fmt: skip


def bracket(choose: random.Random) -> Made:
    a, b = _two(choose)
    return f'[{a},{b})', (
        f'{a} \\le x < {b}', f'x \\in [{a},{b})', f'{b} > x \\ge {a}',
        f'\\{{x \\mid {a} \\le x < {b}\\}}', f'x \\ge {a} \\text{{ and }} x < {b}',
    ), (
        f'({a},{b})', f'[{a},{b}]', f'({a},{b}]', f'{a} < x < {b}', f'{a} \\le x \\le {b}',
        f'\\{{{a},{b}\\}}', f'x \\ge {a}', f'x \\ge {a} \\text{{ or }} x < {b}', f'{a}, {b}',
        f'\\{{x \\mid {a} \\le t < {b}\\}}', f'{a} \\le x < {b}, y < {b}',
    )  # fmt: skip


def half_open_column(choose: random.Random) -> Made:
    a, b = _two(choose)
    return f'\\begin{{pmatrix}} {a} \\\\ {b} \\end{{pmatrix}}', (
        f'({a},{b})', f'\\langle {a}, {b} \\rangle', f'x = {a}, y = {b}', f'y = {b}, x = {a}',
        f'{a}\\mathbf{{i}} + {b}\\mathbf{{j}}',
    ), (
        f'({a},{b}]', f'[{a},{b})', f'\\{{{a},{b}\\}}', f'({b},{a})', f'x \\in [{a},{b}]',
        f'x = {b}, y = {a}', f'x = {a} \\text{{ or }} x = {b}', f'{a} < x < {b}',
        f'\\begin{{pmatrix}} {a} & {b} \\end{{pmatrix}}', f'{b}\\mathbf{{i}} + {a}\\mathbf{{j}}',
    )  # fmt: skip


def nested(choose: random.Random) -> Made:
    a, b = _two(choose)
    return f'\\{{{a},\\{{{b}\\}}\\}}', (f'\\{{\\{{{b}\\}},{a}\\}}',), (
        f'\\{{{a},{b}\\}}', f'\\{{\\{{{a}\\}},{b}\\}}', f'\\{{\\{{{a}\\}},\\{{{b}\\}}\\}}',
        f'{a}, {b}', f'\\{{\\{{{a},{b}\\}}\\}}', f'\\{{{a}\\}}',
    )  # fmt: skip


def no_solution(choose: random.Random) -> Made:
    a, b = _two(choose)
    return '\\text{no solution}', ('\\emptyset', f'x < {a} \\text{{ and }} x > {b}', '\\{\\}'), (
        f'({a},{a})', f'[{a},{a})', f'({a},{a}]', f'[{a},{a}]', f'\\{{{a}\\}}', '\\{\\emptyset\\}',
        f'x = {a} \\text{{ and }} y = {b}', f'x = {a} \\text{{ and }} x = {b}', '0',
        f'({a - 2},{a}) \\text{{ and }} ({b},{b + 1})', f'x > {b} \\text{{ and }} y < {a}',
        f'[{b},{a}]', f'x < {b} \\text{{ and }} x > {a}',
    )  # fmt: skip


def identity(choose: random.Random) -> Made:
    a, b = choose.randint(2, 12), choose.choice((-7, -3, 1, 4, 11))
    k = choose.randint(1, 9)
    line = f'{a}x {b:+d}'
    return f'y = {line}', (
        line, f'f(x) = {line}', f'{a}x - y {b:+d} = 0', f'y - {a}x = {b}',
        f'2y = {2 * a}x {2 * b:+d}',
    ), (
        f'{k} = {k}', 'y = y', f'{line} = {line}', 'x - x = 0', f'{a}({k}) {b:+d} = {a * k + b}',
        f'{a * k + b} = {a}({k}) {b:+d}', '0 = 0', f'y = {a * k + b}', f'x = {k}', f'y > {line}',
        f'y \\approx {line}', f'y = {a}x {-b:+d}', f'x = {a}y {b:+d}', f'y \\ne {line}',
        f'f({k}) = {line}', f'y = {line} = x',
    )  # fmt: skip


def system(choose: random.Random) -> Made:
    a, b = _two(choose)
    return f'x = {a}, y = {b}', (
        f'y = {b}, x = {a}', f'({a},{b})', f'x = {a} \\text{{ and }} y = {b}', f'(x,y) = ({a},{b})',
        f'\\begin{{cases}} x = {a} \\\\ y = {b} \\end{{cases}}',
    ), (
        f'x = {a}', f'y = {b}', f'x = {b}, y = {a}', f'x = {a}, z = {b}', f'({b},{a})', f'{b}, {a}',
        f'x = {a} \\text{{ or }} y = {b}', f'x = y = {b}', f'x \\in ({a},{b})',
        f'{a} = {a}, {b} = {b}',
        f'x = {a}, y = {b}, z = {b}', f'x > {a}, y = {b}', f'x = {a}, x = {b}',
    )  # fmt: skip


def chained(choose: random.Random) -> Made:
    p, q, r = choose.sample('abcmnpuv', 3)
    op = choose.choice(('<', '\\le', '='))
    turned = {'<': '>', '\\le': '\\ge', '=': '='}[op]
    return f'{p} {op} {q} {op} {r}', (f'{r} {turned} {q} {turned} {p}',), (
        f'{p} {op} {r}', f'{p} {op} {q}', f'{q} {op} {r}', f'{p} {op} {q} {op} {q}',
        f'{p} {op} {q} \\ne {r}', *(() if op == '=' else (f'{r} {op} {q} {op} {p}',)),
    )  # fmt: skip


def value_of_a_function(choose: random.Random) -> Made:
    name, other = choose.sample('fg', 2)
    k = choose.randint(2, 9)
    return f'{name}({k}x)', (f'{name}(x \\cdot {k})',), (
        f'{k}{name}(x)', f'{name}(x)', f'{other}({k}x)', f'{name}({k}) x', f'{name}({k + 1}x)',
        f"{name}'({k}x)", f'{name}^{{-1}}({k}x)', f'{name}(-{k}x)', '0', str(k),
    )  # fmt: skip


def function_at_zero(choose: random.Random) -> Made:
    name = choose.choice(('f', 'g', 'h', 'P', 'y', 'u', "f'", 'f^{-1}'))
    k = choose.randint(0, 9)
    return str(k), (f'{name}(0) = {k}',), (
        f'{name}(0)' if not k else f'{name}(0) + {k}', f'{name}({k})', f'{k} + 2{name}(0)',
    )  # fmt: skip


def parameter(choose: random.Random) -> Made:
    a = choose.randint(2, 9)
    return f'{a}k, k \\in \\mathbb{{Z}}', (f'{a}k',), (
        f'{a}k, k \\in \\mathbb{{N}}', f'{a}k, k \\in \\mathbb{{R}}',
        f'{a + 1}k, k \\in \\mathbb{{Z}}',
        f'{a}k + 1, k \\in \\mathbb{{Z}}', f'{2 * a}k, k \\in \\mathbb{{Z}}',
        f'\\{{{a}, {2 * a}\\}}',
    )  # fmt: skip


def excluded(choose: random.Random) -> Made:
    a, b = _two(choose)
    return f'\\mathbb{{R}} \\setminus \\{{{a}\\}}', (
        f'x \\ne {a}', f'(-\\infty,{a}) \\cup ({a},\\infty)', f'\\{{x \\mid x \\ne {a}\\}}',
        f'\\text{{all real numbers except }} {a}',
    ), (
        '\\mathbb{R}', f'x \\ne {b}', f'x = {a}', f'\\mathbb{{Z}} \\setminus \\{{{a}\\}}',
        f'\\{{{a}\\}}',
        f'(-\\infty,{a}] \\cup ({a},\\infty)',
        f'\\mathbb{{R}} \\setminus \\{{{a},{b}\\}}', '\\emptyset',
        f'(-\\infty,{a}) \\cup ({b},\\infty)', f'(-\\infty,{a}) \\cap ({a},\\infty)',
    )  # fmt: skip


def signs(choose: random.Random) -> Made:
    letter = choose.choice(('a', 'k', 'm', 't', 'u', 'w', 'z', '\\theta', '\\alpha', '\\lambda'))
    a = choose.randint(2, 9)
    return f'{a}|{letter}|', (
        f'|{a}{letter}|', f'\\sqrt{{{a * a}{letter}^2}}', f'|-{a}{letter}|',
    ), (
        f'{a}{letter}', f'-{a}{letter}', f'|{letter}| + {a}', f'{a}|{letter}| + 0.001',
    )  # fmt: skip


def ratio(choose: random.Random) -> Made:
    a, b, c = choose.sample(range(1, 30), 3)
    return f'{a}:{b}:{c}', (f'{2 * a}:{2 * b}:{2 * c}', f'{a} : {b} : {c}'), (
        f'{a}:{c}:{b}', f'{a}:{b}', f'{a}:{b}:{c + 1}', f'{a}:{2 * b}:{c}', f'({a},{b},{c})',
        f'0:{b}:{c}', f'{a}, {b}, {c}',
    )  # fmt: skip


def unit(choose: random.Random) -> Made:
    """A number with the words of two rows of the table: another dimension or another factor."""
    first, second = choose.sample(_measures(), 2)
    n = choose.randint(2, 90)
    name = choose.choice(first[0])
    kept = first[1:] == second[1:]
    same = tuple(f'{n} {_shown(word)}' for word in first[0] if word != name)
    other = () if kept else tuple(f'{n} {_shown(word)}' for word in second[0])
    return f'{n} {_shown(name)}', (*same, str(n)), (*other, f'{n + 1} {_shown(name)}')


def _shown(word: str) -> str:
    return f'\\text{{ {word}}}'


def _measures() -> list[tuple[list[str], str, Fraction]]:
    """Rows of the table with their longer words; one letter is a variable as well."""
    found = []
    for line in _UNITS.read_text('utf-8').splitlines():
        if not line.strip() or line.startswith('#'):
            continue
        names, dimensions, factor, *_ = line.split('\t')
        words = [word for word in names.split('|') if len(word) > 3 and ' ' not in word]
        if words and dimensions not in ('-', 'percent', 'per') and not _BUILDS.match(dimensions):
            found.append((words, dimensions, Fraction(factor)))
    return found


Family = Callable[[random.Random], Made]

FAMILIES: Final[tuple[Family, ...]] = (
    modulus, bracket, half_open_column, nested, no_solution, identity, system, chained,
    value_of_a_function, function_at_zero, parameter, excluded, signs, ratio, unit,
)  # fmt: skip


def pairs(rounds: range) -> Iterator[Pair]:
    """The pairs of every family, for each round from its number alone."""
    for family in FAMILIES:
        for number in rounds:
            gold, same, other = family(random.Random(f'{family.__name__} {number}'))
            yield from (Pair(family.__name__, gold, text, True) for text in same)
            yield from (Pair(family.__name__, gold, text, False) for text in other)
