"""The marks by which models fence off their thinking, read from ``data/thought_markers.tsv``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from opencompass_math500.grading.parsing.words import rows

__all__ = ['LONGEST_MARKER', 'MARKER_FILE', 'Mark', 'marks_in']

MARKER_FILE: Final = 'thought_markers.tsv'

LONGEST_MARKER: Final = 80
"""Characters: a marker with its spaces may lie across two looks."""

_BRACKETS: Final = '<[◁'
# A channel's name without its token is glued to what follows: "analysisWe need", "commentaryThe".
_BEFORE_TEXT: Final = r'(?=[\w"\'$\\(*\[])'
_AFTER_TEXT: Final = r'(?<![ \t])'


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark at ``text[start:end]`` that opens a thought or closes one."""

    start: int
    end: int
    opens: bool


@dataclass(frozen=True, slots=True)
class _Patterns:
    """Marks in brackets, and marks of words, which are looked for in replies that begin so.

    Attributes:
        hints: lower-cased texts; one of them is in every mark in brackets.
        other_hints: those of them that hold no "<".
        openings: lower-cased first words of a reply that opens with its thinking.
        glued: lower-cased words that end it.
    """

    bracketed: re.Pattern[str]
    worded: re.Pattern[str]
    hints: tuple[str, ...]
    other_hints: tuple[str, ...]
    openings: tuple[str, ...]
    glued: tuple[str, ...]


def marks_in(text: str) -> list[Mark]:
    """Return the marks of ``text`` in order; linear, and nearly free where none can stand."""
    known = _patterns()
    low = text.lower()
    found: list[Mark] = []
    hints = known.hints if '<' in low else known.other_hints
    if any(bracket in low for bracket in _BRACKETS) and any(hint in low for hint in hints):
        found += _marks(known.bracketed, text)
    if low.lstrip().startswith(known.openings) or any(word in low for word in known.glued):
        found = sorted([*found, *_marks(known.worded, text)], key=lambda mark: mark.start)
    return found


def _marks(pattern: re.Pattern[str], text: str) -> Iterator[Mark]:
    for found in pattern.finditer(text):
        yield Mark(found.start(), found.end(), found['open'] is not None)


@lru_cache(maxsize=1)
def _patterns() -> _Patterns:
    kinds: dict[str, list[str]] = {'open': [], 'close': [], 'start': [], 'glued': []}
    for kind, marker, _source in rows(MARKER_FILE):
        kinds[kind].append(marker)
    fenced = {kind: [m for m in kinds[kind] if m[0] in _BRACKETS] for kind in ('open', 'close')}
    # The first character alone, so that the search can skip to it; then what rules out nearly all
    # that is no mark, as the many \\[ of formulas.
    fenced_marks = [*fenced['open'], *fenced['close']]
    heads = ''.join(sorted({mark[1:].lstrip()[0] for mark in fenced_marks}))
    bracketed = (
        rf'[{re.escape(_BRACKETS)}](?=[\s-]{{0,2}}[{re.escape(heads)}])'
        rf'(?:(?P<open>{_any_fenced(fenced["open"])})|(?P<close>{_any_fenced(fenced["close"])}))'
    )
    opening = [
        rf'\A\s{{0,20}}{_spaced(one)}{_BEFORE_TEXT if one.isalpha() else ""}'
        for one in kinds['start']
    ]
    closing = [_AFTER_TEXT + _spaced(one) for one in kinds['glued']]
    closing += [_spaced(one) for one in kinds['close'] if one not in fenced['close']]
    worded = f'(?P<open>{"|".join(opening)})|(?P<close>{"|".join(closing)})'
    hints = _shortest({_core(one) for kind in fenced.values() for one in kind})
    return _Patterns(
        bracketed=re.compile(bracketed, re.IGNORECASE),
        worded=re.compile(worded, re.IGNORECASE),
        hints=hints,
        other_hints=tuple(hint for hint in hints if '<' not in hint),
        openings=tuple(one.lower() for one in kinds['start']),
        glued=tuple(one.lower() for one in kinds['glued']),
    )


def _any_fenced(marks: Iterable[str]) -> str:
    return '|'.join(f'(?<={re.escape(mark[0])}){_spaced(mark[1:])}' for mark in marks)


def _spaced(marker: str) -> str:
    return r'[\s-]{0,2}'.join(re.escape(part) for part in marker.split(' '))


def _shortest(hints: set[str]) -> tuple[str, ...]:
    """The hints that hold no other hint: where none of these stands, none of all does."""
    least = (h for h in hints if not any(o in h and o != h for o in hints))
    return tuple(sorted(least, key=lambda hint: (len(hint), hint)))


def _core(marker: str) -> str:
    """The longest part without a gap, in lower case."""
    return max(marker.split(' '), key=len).lower()
