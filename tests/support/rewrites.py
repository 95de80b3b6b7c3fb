r"""Harmless rewrites of an answer: the same answer, written otherwise.

Each rule is a function from a gold to the texts that say the same. Those of
:mod:`layouts` change nothing that a reader of the typeset page sees; the others
change the writing and not the value, each as its docstring says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from layouts import GROUPED, INTEGER, LAYOUT, Rule
from number_rewrites import NUMBERS

__all__ = ['LAYOUT', 'RULES', 'VALUES', 'rewrites']

_EXPRESSION: Final = re.compile(
    r'(?!\\frac ?[0-9]+\\text)(?:[-+0-9a-zA-Z^{}() /.]|\\(?:frac|dfrac|sqrt|pi|cot)(?![a-z]))+'
)
_BRACKETED: Final = re.compile(r'(?:\\left)?(\(|\[) ?(.*?) ?(?:\\right)?(\)|\])')


def is_expression(gold: str) -> bool:
    """Whether the gold is one number or formula, without brackets around a list."""
    return _EXPRESSION.fullmatch(gold) is not None and '_' not in gold


_COEFFICIENT: Final = re.compile(r'(?<=[0-9]) ?(?=\\sqrt|\\pi|[a-zA-Z](?![a-z]))')
_POWERS: Final = re.compile(r'([a-zA-Z])\^([0-9])')


def products(gold: str) -> Iterator[str]:
    """A product with its sign written: ``3\\sqrt{13}``, ``3\\cdot\\sqrt{13}``."""
    if 'text' in gold or 'mbox' in gold or 'infty' in gold or '\\in' in gold:
        return
    for sign in ('\\cdot ', '\\times ', ' * ', '·', '×', '\\,', '\\cdot{}'):
        yield sign.join(_COEFFICIENT.split(gold))
    if '\\' not in gold:
        yield _POWERS.sub(lambda m: '\\cdot '.join([m[1]] * int(m[2])), gold)
    yield _POWERS.sub(r'\1**\2', gold)


def terms(gold: str) -> list[str]:
    """The signed terms of a sum; empty where the gold is no sum."""
    if not is_expression(gold) or '(' in gold:
        return []
    parts = re.split(r' ?([-+]) ?(?![^{}]*\})', gold)
    parts = parts[1:] if not parts[0] else ['+', *parts]
    found = [sign + term for sign, term in zip(parts[::2], parts[1::2], strict=True)]
    return found if len(found) > 1 else []


def sums(gold: str) -> Iterator[str]:
    """The terms of a sum in another order: addition commutes."""
    found = terms(gold)
    if not found:
        return
    for shift in range(1, len(found)):
        yield _join(found[shift:] + found[:shift])
    yield _join(found[::-1])
    yield _join(found[::-1]).replace('+', ' + ').replace('-', ' - ')
    yield _join(['-' + ('+' if t[0] == '-' else '-') + t[1:] for t in found], negated=True)
    yield f'({_join(found)})'


def _join(parts: list[str], *, negated: bool = False) -> str:
    if negated:
        inner = ''.join(part[1:] for part in parts).removeprefix('+')
        return f'-({inner})'
    return ''.join(parts).removeprefix('+')


def factors(gold: str) -> Iterator[str]:
    """``(a+5)(b+2)``: the factors, and the terms in each, in another order."""
    found = re.fullmatch(r'\((\w)\+(\w)\)\((\w)\+(\w)\)', gold)
    if found:
        a, b, c, d = found.groups()
        yield f'({c}+{d})({a}+{b})'
        yield f'({b}+{a})({d}+{c})'
        yield f'({a}+{b})\\cdot({c}+{d})'
        yield f'{a}{c}+{d}{a}+{b}{c}+{int(b) * int(d)}'


def lists(gold: str) -> Iterator[str]:
    """A bare list or a set in another order, with or without braces, ``and`` for a comma."""
    body = gold.removeprefix('\\{').removesuffix('\\}')
    if ',' not in body or GROUPED.search(body) or re.search(r'[(\[]', body):
        return
    items = [item.strip() for item in body.split(',')]
    for order in (items, items[::-1], items[1:] + items[:1]):
        yield ', '.join(order)
        yield f'\\{{{", ".join(order)}\\}}'
        yield f'\\left\\{{ {",".join(order)} \\right\\}}'
        yield f'{", ".join(order[:-1])} \\text{{ and }} {order[-1]}'
        yield f'x = {", ".join(order)}'


def plus_minus(gold: str) -> Iterator[str]:
    """``a \\pm b`` as its two values, in either order."""
    found = re.fullmatch(r'([0-9]+) \\pm (.+)', gold)
    if found:
        a, b = found.groups()
        for text in (f'{a} + {b}, {a} - {b}', f'{a}-{b}, {a}+{b}'):
            yield text
            yield f'\\{{{text}\\}}'
            yield text.replace(', ', ' \\text{ and } ')
        yield f'{a} + {b} \\text{{ or }} {a} - {b}'
        yield f'\\pm {b} + {a}'


def sets_of_reals(gold: str) -> Iterator[str]:
    """An interval as a pair of inequalities, a set-builder or a membership; a union reversed."""
    parts = [part.strip() for part in gold.split('\\cup')]
    if len(parts) > 1:
        yield ' \\cup '.join(parts[::-1])
        yield '\\cup'.join(parts)
        yield f'x \\in {gold}'
        yield f'{{{gold}}}'
        return
    plain = gold.removeprefix('x \\in ')
    found = _BRACKETED.fullmatch(plain)
    is_interval = found and ('infty' in plain or '[' in plain or ']' in plain)
    if not found or not is_interval:
        return
    left, inner, right = found.groups()
    low, high = (part.strip() for part in inner.split(','))
    below = '' if low == '-\\infty' else f'{low} {"<" if left == "(" else chr(92) + "le"} '
    above = '' if high == '\\infty' else f' {"<" if right == ")" else chr(92) + "le"} {high}'
    yield f'{below}x{above}'
    yield f'\\{{x \\mid {below}x{above}\\}}'
    yield f'\\{{ x : {below}x{above} \\}}'
    yield f'x \\in {plain}'
    yield plain
    if not below:
        yield f'x{above}'.replace('\\le', '\\leq')


_SLASH: Final = re.compile(r'(-?)([0-9]+)/([0-9]+)')


def tuples(gold: str) -> Iterator[str]:
    """A point or vector in other brackets of the same meaning; a column as a tuple."""
    found = _BRACKETED.fullmatch(gold)
    if (
        found
        and not re.search('infty|cup', gold)
        and found.group(1) == '('
        and found.group(3) == ')'
    ):
        items = [item.strip() for item in found.group(2).split(',')]
        yield f'({", ".join(items)})'
        yield f'(\\,{",".join(items)}\\,)'
        yield f'(({",".join(items)}))'
        if len(items) > 2:
            yield f'\\langle {", ".join(items)} \\rangle'
    matrix = re.fullmatch(r'\\begin\{pmatrix\} (.*) \\end\{pmatrix\}', gold)
    if matrix:
        body = matrix.group(1)
        for name in ('bmatrix', 'pmatrix'):
            yield f'\\begin{{{name}}}{body}\\end{{{name}}}'
        yield f'\\left(\\begin{{matrix}} {body} \\end{{matrix}}\\right)'
        yield f'\\begin{{pmatrix}} {_SLASH.sub(_stacked, body)} \\end{{pmatrix}}'
        yield f'\\left[ \\begin{{array}}{{cc}} {body} \\end{{array}} \\right]'
        if '&' not in body:
            items = [item.strip() for item in body.split('\\\\')]
            yield f'({", ".join(items)})'
            yield f'\\langle {", ".join(items)} \\rangle'


def _stacked(found: re.Match[str]) -> str:
    return f'{found[1]}\\frac{{{found[2]}}}{{{found[3]}}}'


def equations(gold: str) -> Iterator[str]:
    """The sides exchanged, everything on one side, all of it doubled; the letter left out."""
    if gold.count('=') != 1 or '\\' in gold:
        return
    left, right = (side.strip() for side in gold.split('='))
    yield f'{right} = {left}'
    yield f'{left} - ({right}) = 0'
    yield f'0 = {left} - ({right})'
    yield f'2({left}) = 2({right})'
    if re.fullmatch('[a-z]', left):
        yield right
        yield f'-{left} = -({right})'


def formulas(gold: str) -> Iterator[str]:
    """A formula in brackets, or named: ``f(x) = ...`` for a gold without a name."""
    if is_expression(gold) and not INTEGER.fullmatch(gold):
        yield f'({gold})'
        yield f'\\left({gold}\\right)'
        yield f'\\left( {gold} \\right)'


def units(gold: str) -> Iterator[str]:
    """The unit dropped, spelt out, or set in another font."""
    found = re.fullmatch(r'(.*?) ?(\^\\circ|\\(?:text|mbox)\{ ?([a-z]+)\}(?:\^2)?)', gold)
    if found and found.group(1):
        value, unit, word = found.groups()
        yield value
        yield f'{value} {unit}'
        yield f'{value}\\,{unit}'
        if unit == '^\\circ' or word == 'degrees':
            for other in ('^\\circ', '^{\\circ}', '°', ' \\text{ degrees}', ' degrees', '\\degree'):
                yield value + other
        elif unit.endswith('^2'):
            for text in (
                f'\\text{{ {word}}}^2', f'\\text{{ {word}}}^{{2}}', f'\\mathrm{{\\,{word}}}^2',
                f'\\text{{ square {word}}}', f'\\text{{ sq {word}}}', f' {word}^2',
            ):  # fmt: skip
                yield f'{value}{text}'
        else:
            for text in (
                f'\\text{{{word}}}',
                f'\\mbox{{ {word}}}',
                f' {word}',
                f'~\\mathrm{{{word}}}',
            ):
                yield f'{value}{text}'
    if gold.startswith('\\$'):
        value = gold[2:]
        yield value
        yield f'{value} \\text{{ dollars}}'
        yield f'\\text{{\\$}}{value}'
        yield f'${gold}$'
        yield f'{value}\\mbox{{ dollars}}'


def words(gold: str) -> Iterator[str]:
    """A word in another case or font, with an article, or without its ``\\text``; a choice."""
    found = re.fullmatch(r'\\text\{(\(?)([A-Za-z]+)\)?\}', gold)
    if not found:
        return
    choice, word = found.groups()
    for font in ('text', 'textbf', 'mathrm', 'textit', 'mbox', 'textrm', 'mathbf', 'operatorname'):
        if choice and font == 'operatorname':
            continue
        yield f'\\{font}{{({word})}}' if choice else f'\\{font}{{{word}}}'
    if choice:
        yield from (
            word, f'({word})', f'\\text{{{word}}}', f'{word})', f'\\textbf{{({word})}}',
            f'(\\text{{{word}}})', f'Option {word}', f'\\mathrm{{{word}}}',
        )  # fmt: skip
        return
    yield from (
        word, word.lower(), word.upper(), word.capitalize(), f'\\text{{{word.lower()}}}',
        f'\\text{{{word}}}.', f'\\text{{{word}.}}', f'\\text{{ {word} }}', f'"{word}"',
    )  # fmt: skip


VALUES: Final[tuple[Rule, ...]] = (
    *NUMBERS, products, sums, factors, lists, plus_minus, sets_of_reals, tuples, equations,
    formulas, units, words,
)  # fmt: skip
"""Rules that need a right answer of a certain form."""

RULES: Final = (*LAYOUT, *VALUES)


def rewrites(gold: str, rules: tuple[Rule, ...] = RULES) -> list[tuple[str, str]]:
    """``(rule, text)`` for every rewrite of ``gold``, each text once, the gold itself never."""
    found: dict[str, str] = {}
    for rule in rules:
        for text in rule(gold):
            if text != gold:
                found.setdefault(text, rule.__name__)
    return [(rule, text) for text, rule in found.items()]
