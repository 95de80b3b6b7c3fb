r"""Random trees of values printed as LaTeX: every kind of value in every argument's place.

A function of a tuple, a power of a list, the root of an interval, the floor of a relation:
what nobody writes and a model may. A text depends on its seed alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

__all__ = ['pair', 'tree']

_LEAVES: Final = (
    '0', '1', '-1', '7', '12', '1,000', '10,000', '1{,}234', '0.5', '.5', '2.', '0.\\overline{3}',
    '1e5', '9e4000', '10^{10^{10}}', '\\frac12', '3\\frac{1}{4}', '12:30', '52_8', 'A3_{16}', '1_2',
    'x', 'n', 'i', 'e', '\\pi', '\\infty', 'AB', '\\angle A', '\\theta', 'I', 'f', '\\mathbf{j}',
    '\\text{cm}', '\\text{ or }', '\\text{not } 5', '\\text{(C)}', '\\text{six}', 'Evelyn', '米',
    '5\\text{ cm}', '\\$3', '4\\%', '90^\\circ', '3\\text{ p.m.}', '3 \\pmod 7', '17 \\bmod 5',
    '\\mathbb{R}', '\\emptyset', '\\{\\}', '\\mathbb{Z}^+', '', ' ', '\\', '\\ldots', '\\pm 2',
    '\\text{no solution}', '10^{-4000}', '2^{2^{64}}', '1000000!', '\\frac{0}{0}', '\\ln 0',
)  # fmt: skip
_SHAPES: Final = (
    '({0},{1})', '[{0},{1}]', '({0},{1}]', '\\{{{0},{1}\\}}', '\\langle {0},{1} \\rangle',
    '{0},{1}', '{0},{1},{2}', '({0},{1},{2})', '{0} \\text{{ or }} {1}', '{0} \\text{{ and }} {1}',
    '{0} = {1}', '{0} < {1}', '{0} \\le {1} < {2}', '{0} \\ne {1}', '{0} \\in {1}', '{0} \\sim {1}',
    '{0} \\equiv {1} \\pmod{{{2}}}', '\\{{{0} \\mid {1}\\}}', '\\{{{0} : {1}\\}}', '{0} \\to {1}',
    '{0} + {1}', '{0} - {1}', '{0} {1}', '{0} \\cdot {1}', '{0} / {1}', '{0} : {1}', '{0}:{1}:{2}',
    '{0} \\pm {1}', '{0} \\cup {1}', '{0} \\cap {1}', '{0} \\setminus {1}', '{0} \\mod {1}',
    '\\frac{{{0}}}{{{1}}}', '\\frac {0} {1}', '\\binom{{{0}}}{{{1}}}', '{{{0} \\choose {1}}}',
    '\\sqrt{{{0}}}', '\\sqrt[{0}]{{{1}}}', '({0})^{{{1}}}', '{0}^{{{1}}}', '{0}_{{{1}}}', '{0}!',
    '|{0}|', '\\left|{0}\\right|', '\\lfloor {0} \\rfloor', '\\lceil {0} \\rceil', '-{0}', '+{0}',
    '{0}\\%', '{0}^\\circ', "{0}^\\circ {1}'", "{0}'", '\\$ {0}', '{0} \\text{{ m}}^{{{1}}}',
    '{0} \\text{{ per }} {1}', '\\text{{{0}}}', '\\mathrm{{{0}}}', '\\overline{{{0}}}', '({0})',
    '\\boxed{{{0}}}', '{0} \\text{{ for }} {1}', '{0}, {1} \\in \\mathbb{{Z}}', '{0}, {1} \\ne {2}',
    '\\begin{{pmatrix}} {0} & {1} \\\\ {2} & {0} \\end{{pmatrix}}',
    '\\begin{{pmatrix}} {0} \\\\ {1} \\end{{pmatrix}}',
    '\\begin{{vmatrix}} {0} & {1} \\end{{vmatrix}}',
    '\\begin{{cases}} {0} \\\\ {1} \\end{{cases}}',
    '\\begin{{array}}{{cc}} {0} & {1} \\end{{array}}',
    '\\sum_{{{0}}}^{{{1}}} {2}', '\\sum_{{n={0}}}^{{{1}}} {2}', '\\prod_{{k=1}}^{{{0}}} {1}',
    '\\int_{{{0}}}^{{{1}}} {2} \\, dx', '\\int {0} \\, d{1}', '\\lim_{{x \\to {0}}} {1}',
    '\\lim_{{{0}}} {1}', '\\frac{{d}}{{dx}} {0}', '\\frac{{d{0}}}{{d{1}}}',
    'f({0})', 'f({0},{1})', 'f^{{-1}}({0})', 'P({0},{1})', 'x({0})', 'C({0},{1})',
    'C_{{{0}}}^{{{1}}}',
    '\\text{{{0} or {1}}}', 'x = {0}, y = {1}', '{0} \\text{{ base }} {1}', '({0})_{{{1}}}',
    '\\text{{between {0} and {1}, inclusive}}', '\\text{{all real numbers except }} {0}',
)  # fmt: skip
_FUNCTIONS: Final = (
    'sin', 'cos', 'tan', 'cot', 'arcsin', 'arctan', 'sinh', 'ln', 'log', 'lg', 'exp', 'max', 'min',
    'gcd', 'lcm', 'det', 'cis', 'abs', 'floor',
)  # fmt: skip
_CALLS: Final = (
    '\\{f}({0})', '\\{f} {0}', '\\{f}^{{{0}}} {1}', '\\{f}_{{{0}}} {1}', '\\{f}_{{{0}}}({1},{2})',
    '\\{f}({0},{1})', '\\{f}^{{-1}}({0})', '{f}({0})', '\\{f}\\left({0}\\right)', '\\{f}{{{0}}}',
)  # fmt: skip


def tree(choose: random.Random, depth: int = 3) -> str:
    """A text of at most ``depth`` levels."""
    if depth == 0 or choose.random() < 0.15:
        return choose.choice(_LEAVES)
    parts = [tree(choose, depth - 1) for _ in range(3)]
    if choose.random() < 0.2:
        return choose.choice(_CALLS).format(*parts, f=choose.choice(_FUNCTIONS))
    return choose.choice(_SHAPES).format(*parts)


_LIKENESSES: Final[tuple[Callable[[str], str], ...]] = (
    lambda text: text.replace('1', '2', 1),
    lambda text: text.replace('(', '[', 1),
    lambda text: f'x = {text}',
    lambda text: f'\\{{{text}\\}}',
    lambda text: f'{text}, {text}',
    lambda text: f'{text} \\text{{ cm}}',
    lambda text: text.replace(' ', ''),
    lambda text: text[: 2 * len(text) // 3],
)


def pair(seed: int) -> tuple[str, str]:
    """A gold and an answer: half of them alike, so that what compares them gets far."""
    choose = random.Random(seed)
    gold = tree(choose, choose.choice((1, 2, 2, 3)))
    if choose.random() < 0.5:
        return gold, tree(choose, choose.choice((1, 2, 2, 3)))
    return gold, choose.choice(_LIKENESSES)(gold)
