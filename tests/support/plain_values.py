r"""A second, independent reading of the answers' notation, to prove two answers different.

It shares nothing with the package. It reads only the notation of the golds and of
what :mod:`mutants` and :mod:`rewrites` build from them, and refuses everything else
(``Unread``): a pair is used in a test only where this reader understood both sides.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, Final, NamedTuple

import mpmath
from plain_expressions import Number, Unread, apart, apply, mp, times, value_of, values_of

__all__ = ['Plain', 'Unread', 'differ', 'equal', 'read']


class Plain(NamedTuple):
    """What a text says: its kind and the parts that tell it from others of that kind."""

    kind: str
    parts: tuple[Any, ...]


_SPACING: Final = re.compile(r'\\(?:left|right)(?![a-zA-Z])|(?<!\\)\\[,!; ]')
_THOUSANDS: Final = re.compile(r'[0-9]{1,3}(?:, ?[0-9]{3})+(?:\.[0-9]+)?')
_NUMERAL: Final = re.compile(r'([0-9]+)_(?:([0-9])|\{([0-9]+)\})')
_TEXT: Final = re.compile(r'\\text\{([A-Za-z]+)\}')
_CHOICE: Final = re.compile(r'\\text\{\(([A-Z])\)\}')
_MATRIX: Final = re.compile(r'\\begin\{pmatrix\}(.*)\\end\{pmatrix\}')
_QUANTITY: Final = re.compile(
    r'(?P<money>\\\$)?(?P<value>.*?)'
    r'(?P<unit>\^\\circ|\^\{\\circ\}|\\(?:text|mbox)\{ ?(?P<word>[a-z]+)\}(?:\^(?P<power>[1-9]))?'
    r'|\\(?:text|mbox)\{ ?(?P<word_power>[a-z]+)\^(?P<inner>[1-9])\})?'
)
_UNITS: Final = {
    'cm': ('length', Fraction(1, 100)), 'mm': ('length', Fraction(1, 1000)),
    'm': ('length', Fraction(1)), 'km': ('length', Fraction(1000)),
    'inches': ('length', Fraction(254, 10000)), 'feet': ('length', Fraction(3048, 10000)),
    'yards': ('length', Fraction(9144, 10000)), 'cents': ('money', Fraction(1, 100)),
    'dollars': ('money', Fraction(1)), 'euros': ('euro', Fraction(1)),
    'degrees': ('angle', Fraction(1)), 'seconds': ('time', Fraction(1)),
    'minutes': ('time', Fraction(60)), 'hours': ('time', Fraction(3600)),
}  # fmt: skip
_OPEN: Final = {'(': '(', '[': '[', '\\{': '{'}
_CLOSE: Final = {')': ')', ']': ']', '\\}': '}'}


def read(text: str) -> Plain:
    """What ``text`` says. Raises Unread for every notation that is not certain."""
    text = _SPACING.sub('', text.replace('\\dfrac', '\\frac').replace('\\tfrac', '\\frac')).strip()
    for pattern, kind in ((_CHOICE, 'choice'), (_TEXT, 'text')):
        if found := pattern.fullmatch(text):
            return Plain(kind, (found.group(1).lower(),))
    if found := _NUMERAL.fullmatch(text):
        base = int(found.group(2) or found.group(3))
        return Plain('numeral', (found.group(1).lstrip('0'), base))
    if found := _MATRIX.fullmatch(text):
        rows = tuple(
            tuple(value_of(cell) for cell in row.split('&')) for row in found.group(1).split('\\\\')
        )
        return Plain('matrix', rows)
    if text.count('=') == 1:
        return _equation(text)
    if found := re.fullmatch(r'([a-z]) *\\in *(\[.*|\(.*)', text):
        return Plain('member', (found.group(1), read(found.group(2))))
    if '\\cup' in text:
        return _union([read(part) for part in text.split('\\cup')])
    return _sequence(text) or _list(text) or _quantity(text)


def _equation(text: str) -> Plain:
    left, right = text.split('=')
    sides = tuple((value_of(left, 1, p), value_of(right, 1, p)) for p in (0, 1))
    letter = left.strip() if re.fullmatch(r'[a-zA-Z]', left.strip()) else ''
    distance = tuple(apply(lambda x, y: x - y, a, b) for a, b in sides)
    return Plain('equation', (letter, sides[0][1], distance))


def _split(text: str) -> list[str]:
    """The parts between commas outside of all brackets."""
    parts, depth, last = [], 0, 0
    for position, character in enumerate(text):
        depth += (character in '([{') - (character in ')]}')
        if depth < 0:
            raise Unread('unbalanced')
        if character == ',' and depth == 0:
            parts.append(text[last:position])
            last = position + 1
    if depth:
        raise Unread('unbalanced')
    return [*parts, text[last:]]


def _sequence(text: str) -> Plain | None:
    """A tuple, an interval or a set: brackets around the whole, a comma inside."""
    found = re.fullmatch(r'(\(|\[|\\\{)(.*?)(\)|\]|\\\})', text)
    if not found or ',' not in text:
        return None
    inner = found.group(2)
    if re.search(r'[(\[\])]', re.sub(r'\([^(),]*\)', '', inner)):
        raise Unread('nested brackets')
    left, right = _OPEN[found.group(1)], _CLOSE[found.group(3)]
    if (left == '{') != (right == '}'):
        raise Unread('a brace and a bracket')
    items = [values_of(part) for part in _split(inner)]
    if left == '{':
        return Plain('set', tuple(value for item in items for value in item))
    if any(len(item) > 1 for item in items):
        raise Unread('± in a tuple')
    values = tuple(item[0] for item in items)
    if len(values) != 2 and (left, right) != ('(', ')'):
        raise Unread('no interval')
    infinite = [isinstance(v, mpmath.mpf) and mpmath.isinf(v) for v in values]
    if any(infinite) and (
        len(values) != 2
        or (infinite[0] and left != '(')
        or (infinite[1] and right != ')')
        or not mp(values[0]) < mp(values[1])
    ):
        raise Unread('a closed bracket at infinity')
    return Plain('tuple', (left, right, values))


def _list(text: str) -> Plain | None:
    parts = re.split(r'\\text\{ (?:or|and) \}', text) if '\\text{ ' in text else _split(text)
    if _THOUSANDS.fullmatch(text.removeprefix('\\$')) or (len(parts) < 2 and '\\pm' not in text):
        return None
    values = tuple(value for part in parts for value in values_of(part))
    return Plain('list', (*values,))


def _quantity(text: str) -> Plain:
    """A number, with its unit if it has one."""
    found = _QUANTITY.fullmatch(text)
    if not found:
        raise Unread(text)
    value = found['value']
    if _THOUSANDS.fullmatch(value):
        value = re.sub('[, ]', '', value)
    unit: tuple[Any, ...] = ()
    word = found['word'] or found['word_power']
    if found['money']:
        unit = ('money', Fraction(1), 1)
    if word:
        if word not in _UNITS or unit:
            raise Unread(word)
        unit = (*_UNITS[word], int(found['power'] or found['inner'] or 1))
    elif found['unit']:
        unit = ('angle', Fraction(1), 1)
    return Plain('number', (value_of(value), unit))


def _union(parts: list[Plain]) -> Plain:
    """The union as its maximal intervals, in order."""
    intervals = []
    for part in parts:
        if part.kind != 'tuple' or len(part.parts[2]) != 2:
            raise Unread('a union of other things')
        left, right, (low, high) = part.parts
        if not mp(low) < mp(high):
            raise Unread('an empty interval')
        intervals.append((mp(low), left == '(', mp(high), right == ']'))
    intervals.sort()
    merged = [intervals[0]]
    for low, is_open, high, closed in intervals[1:]:
        last = merged[-1]
        if low < last[2] or (low == last[2] and (last[3] or not is_open)):
            upper = max((last[2], last[3]), (high, closed))
            merged[-1] = (last[0], last[1], *upper)
        else:
            merged.append((low, is_open, high, closed))
    return Plain('union', tuple(merged))


# -- comparing ----------------------------------------------------------------------


def _sets_differ(first: tuple[Number, ...], second: tuple[Number, ...]) -> bool:
    return any(
        all(apart(x, y) for y in other)
        for one, other in ((first, second), (second, first))
        for x in one
    )


def _numbers_differ(a: tuple[Any, ...], b: tuple[Any, ...]) -> bool:
    if a[1] and b[1]:
        if (a[1][0], a[1][2]) != (b[1][0], b[1][2]):
            return True
        scaled = [apply(times, x[0], x[1][1] ** x[1][2]) for x in (a, b)]
        return apart(*scaled)
    return apart(a[0], b[0])


def _members(plain: Plain) -> tuple[Number, ...] | None:
    """The numbers in a list, set, tuple or single number, without regard to order."""
    if plain.kind == 'number':
        return (plain.parts[0],)
    if plain.kind == 'tuple':
        return tuple(plain.parts[2])
    return plain.parts if plain.kind in ('list', 'set') else None


def differ(a: Plain, b: Plain) -> bool:
    """Whether the two are proved to be different answers, however one reads them."""
    if a.kind == b.kind:
        return _same_kind_differ(a, b)
    kinds = {a.kind, b.kind}
    if kinds == {'number', 'equation'}:
        equation, number = (a, b) if a.kind == 'equation' else (b, a)
        return bool(equation.parts[0]) and apart(equation.parts[1], number.parts[0])
    if kinds == {'union', 'tuple'}:
        single, union = (a, b) if a.kind == 'tuple' else (b, a)
        try:
            return _same_kind_differ(_union([single]), union)
        except Unread:
            return False
    if kinds == {'numeral', 'number'}:
        numeral, number = (a, b) if a.kind == 'numeral' else (b, a)
        digits, base = numeral.parts
        try:
            converted = Fraction(int(digits, base))
        except ValueError:
            converted = Fraction(-1)
        return apart(Fraction(digits), number.parts[0]) and apart(converted, number.parts[0])
    first, second = _members(a), _members(b)
    return first is not None and second is not None and _sets_differ(first, second)


def _same_kind_differ(a: Plain, b: Plain) -> bool:
    if a.kind == 'number':
        return _numbers_differ(a.parts, b.parts)
    if a.kind in ('list', 'set'):
        return _sets_differ(a.parts, b.parts)
    if a.kind == 'tuple':
        if len(a.parts[2]) == len(b.parts[2]):
            pairs = zip(a.parts[2], b.parts[2], strict=True)
            return a.parts[:2] != b.parts[:2] or any(apart(x, y) for x, y in pairs)
        return True
    if a.kind == 'matrix':
        if [len(row) for row in a.parts] != [len(row) for row in b.parts]:
            return sum(map(len, a.parts)) != sum(map(len, b.parts))
        cells = [[cell for row in side.parts for cell in row] for side in (a, b)]
        return any(apart(x, y) for x, y in zip(*cells, strict=True))
    if a.kind == 'equation':
        # Two equations say the same where one is a constant multiple of the other.
        (p, q), (r, s) = a.parts[2], b.parts[2]
        return apart(apply(times, p, s), apply(times, q, r))
    if a.kind == 'member':
        return a.parts[0] != b.parts[0] or differ(a.parts[1], b.parts[1])
    if a.kind == 'union':
        if len(a.parts) != len(b.parts):
            return True
        return any(
            x[1] != y[1] or x[3] != y[3] or apart(x[0], y[0]) or apart(x[2], y[2])
            for x, y in zip(a.parts, b.parts, strict=True)
        )
    return a.parts != b.parts


def equal(a: Plain, b: Plain) -> bool:
    """Whether the two agree in kind and, to 45 digits, in every value."""
    return a.kind == b.kind and not _same_kind_differ(a, b) and _shape(a) == _shape(b)


def _shape(plain: Plain) -> tuple[Any, ...]:
    return (len(plain.parts),) if plain.kind in ('list', 'set') else ()
