r"""Wrong answers made from a right one: small changes of its text, and of its value.

A family is a function from an answer to texts one change away. Most of them say
something else, a few happen not to (``2^2`` for ``4``) and some are no answer at
all: :func:`mutants` keeps a text only where :mod:`plain_values`, which shares
nothing with the package, proves it different, and counts the ones it drops.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Final, NamedTuple

import mpmath
from layouts import LAYOUT
from mutations import LETTER, TEXT_FAMILIES
from plain_values import Plain, Unread, differ, read

__all__ = ['FAMILIES', 'Mutant', 'candidates', 'dressed', 'mutants']


class Mutant(NamedTuple):
    """A wrong answer: the family that made it, its gold and its text."""

    family: str
    gold: str
    text: str


_CHANGES: Final = (
    '1', '2', '\\frac{1}{2}', '0.01', '10^{-6}', '\\frac{1}{10^{12}}', '\\sqrt{2}', 'x', '\\pi',
    'i', '10^{-30}',
)  # fmt: skip


def near(text: str) -> Iterator[str]:
    """A neighbour of a number, near and very near."""
    if not _is_number(text):
        return
    for change in _CHANGES:
        yield f'{text} + {change}'
        yield f'{text} - {change}'


def operated(text: str) -> Iterator[str]:
    """A function of a number: its negative, inverse, root, square, half, factorial ..."""
    if not _is_number(text):
        return
    inside = f'\\left({text}\\right)'
    yield from (
        f'-{inside}', f'\\frac{{1}}{{{text}}}', f'\\sqrt{{{text}}}', f'\\sqrt[3]{{{text}}}',
        f'{inside}^2', f'{inside}^3', f'{inside}^{{-1}}', f'\\frac{{{text}}}{{2}}', f'2{inside}',
        f'\\frac{{{text}}}{{3}}', f'10{inside}', f'100{inside}', f'\\frac{{{text}}}{{10}}',
        f'\\frac{{{text}}}{{100}}', f'{inside}\\pi', f'\\frac{{{text}}}{{\\pi}}', f'{inside}i',
        f'{inside}\\sqrt{{2}}', f'\\frac{{{text}}}{{\\sqrt{{3}}}}', f'|{text}|', f'{inside}x',
        f'{inside}e', f'\\frac{{{text}}}{{x}}', f'x^{{{text}}}', f'2^{{{text}}}', f'10^{{{text}}}',
        f'\\ln {inside}', f'\\sin {inside}', f'\\cos {inside}', f'{inside}\\cdot 1.0001',
    )  # fmt: skip
    if text.isdigit():
        yield f'{text}!'
        yield f'{text}\\frac{{1}}{{2}}'
        yield f'{text}\\frac{{3}}{{4}}'
        yield f'{text}.5'
        yield f'{text}.000001'
        yield f'{text}.{"0" * 30}1'
        yield f'{int(text) - 1}.{"9" * 12}'


def several(text: str) -> Iterator[str]:
    """One number among others: a list, a tuple, a set, an interval, with ±."""
    if not _is_number(text):
        return
    for other in ('0', '1', '-1', '13', f'-({text})', '\\frac{1}{2}'):
        for form in (
            '{}, {}',
            '({}, {})',
            '\\{{{}, {}\\}}',
            '[{}, {}]',
            '({}, {}]',
            '{} \\text{{ or }} {}',
        ):
            yield form.format(text, other)
            yield form.format(other, text)
    yield f'\\pm {text}'
    yield f'{text} \\pm 1'


def other_number(text: str) -> Iterator[str]:
    """A number of another kind near an integer."""
    if not re.fullmatch('-?[0-9]+', text):
        return
    n = int(text)
    for d in (
        -100,
        -20,
        -12,
        -11,
        -10,
        -9,
        -5,
        -4,
        -3,
        -2,
        -1,
        1,
        2,
        3,
        4,
        5,
        9,
        10,
        11,
        12,
        20,
        100,
    ):
        yield str(n + d)
        yield f'x = {n + d}'
        yield f'\\frac{{{2 * n + d}}}{{2}}'
        yield f'\\sqrt{{{n * n + abs(d)}}}'
        yield f'{n + d}.0'
    for base in (2, 3, 5, 7, 8, 9, 12):
        yield f'{abs(n) + 1}_{{{base}}}'


def rounded(text: str) -> Iterator[str]:
    """Decimals cut or rounded from a value that none of them is."""
    try:
        plain = read(text)
    except Unread:
        return
    if plain.kind != 'number' or plain.parts[1] or LETTER.search(text):
        return
    value = plain.parts[0]
    if isinstance(value, mpmath.mpc):
        return
    exact = Fraction(str(mpmath.nstr(value, 50))) if isinstance(value, mpmath.mpf) else value
    for places in (*range(1, 9), 12, 16, 24):
        scaled = exact * 10**places
        for whole in {round(scaled), int(scaled), int(scaled) + 1}:
            digits = str(abs(whole)).zfill(places + 1)
            yield f'{"-" if whole < 0 else ""}{digits[:-places]}.{digits[-places:]}'


def _is_number(text: str) -> bool:
    try:
        plain = read(text)
    except Unread:
        return False
    return plain.kind == 'number' and not plain.parts[1]


FAMILIES: Final = (*TEXT_FAMILIES, near, operated, several, other_number, rounded)


def candidates(gold: str) -> list[tuple[str, str]]:
    """``(family, text)`` for all that the families make of ``gold``, each text once."""
    found: dict[str, str] = {}
    for family in FAMILIES:
        for text in family(gold):
            if text != gold:
                found.setdefault(text, family.__name__)
    return [(family, text) for text, family in found.items()]


def mutants(gold: str, dropped: Counter[str], sample: int | None = None) -> list[Mutant]:
    """Every candidate, or ``sample`` of them, that is proved different from ``gold``.

    ``dropped`` counts, for each family, those that are ``equal or unproved`` and
    those that are ``unread``. The choice depends on the gold alone.
    """
    original = read(gold)
    kept = []
    made = candidates(gold)
    if sample is not None and sample < len(made):
        made = random.Random(gold).sample(made, sample)
    for family, text in made:
        verdict = _proved(original, text)
        if verdict == 'different':
            kept.append(Mutant(family, gold, text))
        else:
            dropped[f'{family}: {verdict}'] += 1
    return kept


def _proved(original: Plain, text: str) -> str:
    try:
        return 'different' if differ(original, read(text)) else 'equal or unproved'
    except Unread:
        return 'unread'


def dressed(mutant: Mutant) -> str:
    """The mutant in another layout, chosen by its text: it stays as wrong as it was."""
    choice = random.Random(mutant.text)
    found = list(choice.choice(LAYOUT)(mutant.text))
    return choice.choice(found) if found else mutant.text
