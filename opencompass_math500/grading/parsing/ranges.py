"""Sets of reals in words: ``all real numbers greater than 3``, ``between 1 and 2``."""

from __future__ import annotations

import re
from typing import Final

from opencompass_math500.grading.parsing.grammar import grammar
from opencompass_math500.grading.parsing.words import flatten
from opencompass_math500.grading.values import (
    Apply,
    Number,
    Relation,
    Sequence,
    Symbol,
    Value,
    is_expression,
    symbols,
)

__all__ = ['in_words']

_INFINITY: Final = Symbol('infty')
_SUBJECT: Final = (
    r'(?:(?P<name>\$?[a-z]\$?)\s+(?:is|must\s+be)'
    r'|(?:the\s+set\s+of\s+)?(?:all|any)\s+(?:the\s+)?real(?:s|\s+(?:numbers?|values?))'
    r'(?:\s+(?:that|which)\s+are)?)\s+'
)
_COMPARISON: Final = re.compile(
    _SUBJECT + r'(?:strictly\s+)?(?P<op>(?:greater|more|less|smaller|larger)\s+than'
    r'(?P<equal>\s+or\s+equal\s+to)?|at\s+least|at\s+most)\s+(?P<bound>[^a-z\s].{0,60}|[a-z])',
    re.DOTALL,
)
_BETWEEN: Final = re.compile(
    rf'(?:{_SUBJECT})?between\s+(?P<low>\S.{{0,60}}?)\s+and\s+(?P<high>\S.{{0,60}}?)'
    r',?\s+(?P<ends>inclusive|exclusive)',
    re.DOTALL,
)
_WORDY: Final = ('than', 'least', 'most', 'between')


def in_words(text: str) -> Value | None:
    """Return the interval that a whole answer spells out; a relation where it names its letter."""
    if not any(word in text for word in _WORDY):
        return None
    flat = flatten(text)
    flat = flat[:1].lower() + flat[1:]
    if match := _BETWEEN.fullmatch(flat):
        ends = [_bound(match['low']), _bound(match['high'])]
        closed = match['ends'] == 'inclusive'
        left, right = ('[', ']') if closed else ('(', ')')
        return Sequence((ends[0], ends[1]), left, right) if ends[0] and ends[1] else None
    match = _COMPARISON.fullmatch(flat)
    bound = _bound(match['bound']) if match else None
    if match is None or bound is None:
        return None
    closed = bool(match['equal']) or match['op'].startswith('at')
    above = match['op'].startswith(('greater', 'more', 'larger')) or match['op'].endswith('least')
    if match['name']:
        sign = ('>' if above else '<') + ('=' if closed else '')
        return Relation((Symbol(match['name'].strip('$')), bound), (sign,))
    if above:
        return Sequence((bound, _INFINITY), '[' if closed else '(', ')')
    return Sequence((Apply('neg', (_INFINITY,)), bound), '(', ']' if closed else ')')


def _bound(text: str) -> Value | None:
    value, _ = grammar(text)
    if value is None or not is_expression(value) or (symbols(value) and value != _INFINITY):
        return None
    return Number(value.value) if isinstance(value, Number) else value
