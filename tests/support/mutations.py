r"""One change in the text of an answer: a digit, a sign, a bracket, an element, a unit ..."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

__all__ = ['LETTER', 'TEXT_FAMILIES', 'Family']

Family = Callable[[str], Iterator[str]]

_DIGIT: Final = re.compile(r'[0-9]')
_NUMBER: Final = re.compile(r'[0-9]*\.[0-9]+|[0-9]+')
LETTER: Final = re.compile(r'(?<![\\a-zA-Z{])[a-zA-Z](?![a-zA-Z])')
_GROUP: Final = r'\{((?:[^{}]|\{[^{}]*\})*)\}'
_FRACTION: Final = re.compile(r'\\d?frac *(?:' + _GROUP + r'|([0-9])) *(?:' + _GROUP + r'|([0-9]))')
_ROOT: Final = re.compile(r'\\sqrt *(?:' + _GROUP + r'|([0-9]))')
_UNIT: Final = re.compile(r'\^\\circ|\\(?:text|mbox)\{ ?[a-z]+\}(?:\^2)?')
_NUMERAL: Final = re.compile(r'([0-9]+)_\{?([0-9]+)\}?')
_CONSTANT: Final = re.compile(r'\\pi|\\infty')
_WORD: Final = re.compile(r'\\text\{(\(?)([A-Za-z]+)(\)?)\}')


def _put(text: str, found: re.Match[str], new: str) -> str:
    return text[: found.start()] + new + text[found.end() :]


def digit_changed(text: str) -> Iterator[str]:
    for found in _DIGIT.finditer(text):
        for digit in '0123456789':
            yield _put(text, found, digit)


def digit_inserted(text: str) -> Iterator[str]:
    for found in _DIGIT.finditer(text):
        for digit in '0123456789':
            yield _put(text, found, digit + found.group())
            yield _put(text, found, found.group() + digit)


def digit_dropped(text: str) -> Iterator[str]:
    for found in _DIGIT.finditer(text):
        yield _put(text, found, '')


def digits_swapped(text: str) -> Iterator[str]:
    for found in re.finditer(r'(?=([0-9])([0-9]))', text):
        start = found.start()
        yield text[:start] + text[start + 1] + text[start] + text[start + 2 :]


def point_moved(text: str) -> Iterator[str]:
    for found in _NUMBER.finditer(text):
        digits = found.group().replace('.', '')
        for place in range(len(digits)):
            yield _put(text, found, f'{digits[:place]}.{digits[place:]}')
        for zeros in ('0', '00', '000'):
            yield _put(text, found, digits + zeros)
            yield _put(text, found, f'.{zeros}{digits}')


def sign_changed(text: str) -> Iterator[str]:
    for found in re.finditer(r'[-+]|\\pm', text):
        for sign in ('-', '+', '\\pm ', ''):
            yield _put(text, found, sign)
    for found in re.finditer(r'(?<![0-9a-zA-Z.}^_ ])(?=[0-9.]|\\frac|\\sqrt|\\pi|\\infty)', text):
        yield _put(text, found, '-')


def bracket_changed(text: str) -> Iterator[str]:
    for found in re.finditer(r'[(\[]', text):
        yield _put(text, found, '[' if found.group() == '(' else '(')
    for found in re.finditer(r'[)\]]', text):
        yield _put(text, found, ']' if found.group() == ')' else ')')
    if text[:1] + text[-1:] == '()':
        for left, right in ('[]', '(]', '[)'):
            yield left + text[1:-1] + right


def _parts(text: str) -> tuple[str, list[str], str, str] | None:
    """``(left, items, separator, right)`` of a list, tuple, set, matrix or union."""
    matrix = re.fullmatch(r'(\\begin\{pmatrix\} )(.*)( \\end\{pmatrix\})', text)
    if matrix:
        separator = ' & ' if '&' in text else ' \\\\ '
        return matrix[1], re.split(r' (?:&|\\\\) ', matrix[2]), separator, matrix[3]
    if '\\cup' in text:
        return '', text.split(' \\cup '), ' \\cup ', ''
    found = re.fullmatch(
        r'(x \\in \[|(?:\\left)?[(\[] ?|\\\{|)(.*,.*?)( ?(?:\\right)?[)\]]|\\\}|)', text
    )
    if not found or re.search(r'[0-9],(?:\\! ?)?[0-9]{3}', text):
        return None
    return found[1], [item.strip() for item in found[2].split(',')], ', ', found[3]


def element_dropped(text: str) -> Iterator[str]:
    parts = _parts(text)
    if parts and '&' not in text:
        left, items, separator, right = parts
        for i in range(len(items)):
            yield left + separator.join(items[:i] + items[i + 1 :]) + right


def element_added(text: str) -> Iterator[str]:
    parts = _parts(text)
    if parts and '&' not in text:
        left, items, separator, right = parts
        new = (
            ('(200,201)', '[-300,-299]') if 'cup' in separator else ('0', '-9', '77', '\\pi', '1/2')
        )
        for i in range(len(items) + 1):
            for item in new:
                yield left + separator.join([*items[:i], item, *items[i:]]) + right


def element_swapped(text: str) -> Iterator[str]:
    parts = _parts(text)
    if parts:
        left, items, separator, right = parts
        for i in range(len(items)):
            for j in range(i):
                swapped = list(items)
                swapped[i], swapped[j] = items[j], items[i]
                joined = separator.join(swapped)
                if '&' in text:
                    rows = [' & '.join(swapped[k : k + 2]) for k in range(0, len(swapped), 2)]
                    joined = ' \\\\ '.join(rows)
                yield left + joined + right


def element_replaced(text: str) -> Iterator[str]:
    parts = _parts(text)
    if parts and '&' not in text and 'cup' not in text:
        left, items, separator, right = parts
        for i in range(len(items)):
            for new in (
                *items,
                '0',
                '-1',
                '\\pi',
                '\\sqrt{2}',
                '\\infty',
                f'2({items[i]})',
                f'{items[i]}+1',
            ):
                yield left + separator.join([*items[:i], new, *items[i + 1 :]]) + right


def exponent_changed(text: str) -> Iterator[str]:
    for found in re.finditer(r'[0-9]+(?!\.)|(?<!\\)\b[a-zA-Z]\b|\\pi', text):
        after = text[found.end() : found.end() + 1]
        if after not in ('^', '}') or text[: found.start()].endswith('{'):
            for exponent in ('^2', '^3', '^{-1}', '^{10}', '^{1/2}'):
                yield _put(text, found, found.group() + exponent)
    for found in re.finditer(r'(?<=[a-zA-Z])\^([0-9])', text):
        yield _put(text, found, '')
        for new in range(2, 13):
            yield _put(text, found, f'^{{{new}}}')


def base_changed(text: str) -> Iterator[str]:
    found = _NUMERAL.fullmatch(text)
    if found:
        for base in range(2, 17):
            yield f'{found[1]}_{{{base}}}'
            yield f'{found[2]}_{{{found[1]}}}'


def unit_changed(text: str) -> Iterator[str]:
    units = [f'\\text{{ {u}}}{p}' for u in _UNITS for p in ('', '^2', '^3')]
    found = _UNIT.search(text)
    if found:
        for unit in (*units, '^\\circ'):
            yield _put(text, found, unit)
            for number in ('100', '10', '60', '1'):
                yield f'{number} {unit}'
    if text.startswith('\\$'):
        for unit in units:
            yield text[2:] + unit


_UNITS: Final = (
    'cm', 'mm', 'm', 'km', 'inches', 'feet', 'yards', 'cents', 'dollars', 'euros', 'degrees',
    'seconds', 'minutes', 'hours',
)  # fmt: skip


def fraction_changed(text: str) -> Iterator[str]:
    for found in _FRACTION.finditer(text):
        top, bottom = found[1] or found[2], found[3] or found[4]
        for a, b in (
            (bottom, top), (top, top), (bottom, bottom), (f'{top}+1', bottom), (top, f'{bottom}+1'),
            (f'2({top})', bottom), (top, f'2({bottom})'), (f'-{top}', bottom),
            (top, f'-({bottom})'),
            (f'\\sqrt{{{top}}}', bottom), (top, f'\\sqrt{{{bottom}}}'), (f'({top})^2', bottom),
            (top, f'({bottom})^2'),
        ):  # fmt: skip
            yield _put(text, found, f'\\frac{{{a}}}{{{b}}}')
        yield _put(text, found, top)
        yield _put(text, found, bottom)
        yield _put(text, found, f'{top}({bottom})')


def root_changed(text: str) -> Iterator[str]:
    for found in _ROOT.finditer(text):
        inside = found[1] or found[2]
        for new in (
            f'({inside})', f'\\sqrt[3]{{{inside}}}', f'\\sqrt[4]{{{inside}}}',
            f'\\sqrt{{{inside}+1}}', f'\\sqrt{{2({inside})}}', f'\\sqrt{{\\sqrt{{{inside}}}}}',
            f'\\sqrt{{({inside})^3}}', f'({inside})^2', f'\\sqrt{{\\frac{{1}}{{{inside}}}}}', '',
        ):  # fmt: skip
            yield _put(text, found, new)
    for found in re.finditer(r'(?<![_^.0-9])[0-9]+(?![.0-9])', text):
        yield _put(text, found, f'\\sqrt{{{found.group()}}}')


def coefficient_changed(text: str) -> Iterator[str]:
    for found in re.finditer(
        r'([0-9]*) ?(?=\\sqrt|\\pi|(?<![\\a-zA-Z{])[a-zA-Z](?![a-zA-Z]))', text
    ):
        for new in ('', '2', '3', '10', '\\frac{1}{2}', '\\sqrt{2}'):
            yield _put(text, found, new)


def letter_changed(text: str) -> Iterator[str]:
    letters = sorted(set(LETTER.findall(text)))
    if '\\text' in text or '\\mbox' in text or 'begin' in text:
        return
    for old in letters:
        for new in 'xyznkabpqrtRNX':
            yield re.sub(rf'(?<![\\a-zA-Z]){old}(?![a-zA-Z])', new, text)
            for found in re.finditer(rf'(?<![\\a-zA-Z]){old}(?![a-zA-Z])', text):
                yield _put(text, found, new)
        yield re.sub(rf'(?<![\\a-zA-Z]){old}(?![a-zA-Z])', old.swapcase(), text)


_CONSTANTS: Final = (
    'e', '\\pi^2', '', '3.14', '3.14159', '3.14159265358979', '\\frac{22}{7}', '2\\pi', '1000000',
    '\\infty', '\\pi',
)  # fmt: skip


def constant_changed(text: str) -> Iterator[str]:
    for found in _CONSTANT.finditer(text):
        for new in _CONSTANTS:
            yield _put(text, found, new)
    for function in ('tan', 'sin', 'cos', 'ln'):
        yield text.replace('\\cot', f'\\{function}')
    yield text.replace('\\cot x', '\\cot (2x)').replace('i', '')


_WORDS: Final = (
    'Evelyn', 'Navin', 'odd', 'even', 'west', 'east', 'north', 'parabola', 'ellipse', 'hyperbola',
    'circle', 'neither', 'no', 'yes', 'none', 'Angela', 'Briana',
)  # fmt: skip


def word_changed(text: str) -> Iterator[str]:
    found = _WORD.fullmatch(text)
    if not found:
        return
    parenthesis, word, _ = found.groups()
    if parenthesis:
        for letter in 'ABCDEFGH':
            yield f'\\text{{({letter})}}'
        return
    for i in range(len(word)):
        yield f'\\text{{{word[:i]}{word[i + 1 :]}}}'
        yield f'\\text{{{word[:i]}x{word[i:]}}}'
        for letter in 'aeiouzt':
            yield f'\\text{{{word[:i]}{letter}{word[i + 1 :]}}}'
    for other in _WORDS:
        yield f'\\text{{{other}}}'


TEXT_FAMILIES: Final[tuple[Family, ...]] = (
    digit_changed, digit_inserted, digit_dropped, digits_swapped, point_moved, sign_changed,
    bracket_changed, element_dropped, element_added, element_swapped, element_replaced,
    exponent_changed, base_changed, unit_changed, fraction_changed, root_changed,
    coefficient_changed, letter_changed, constant_changed, word_changed,
)  # fmt: skip
