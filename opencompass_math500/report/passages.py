r"""Where the mathematics of a text is: ``$…$``, ``\[…\]``, environments, tables, drawings."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

__all__ = ['Cell', 'Kind', 'Passage', 'passages', 'rows']

Kind = Literal['text', 'formula', 'display', 'table', 'drawing']


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a text.

    Attributes:
        kind: what it is; ``formula`` stands in a line, ``display`` on its own.
        body: what is inside the delimiters; of an environment, all of it.
        source: the whole, with the delimiters.
    """

    kind: Kind
    body: str
    source: str


# Environments of mathematics that stand in a text without $.
_ENVIRONMENT: Final = (
    r'(?:align|alignat|eqnarray|equation|gather|multline)\*?|aligned|array|gathered|split'
    r'|[dr]?cases|(?:small|[pbBvV])?matrix'
)
_OPENER: Final = re.compile(
    rf'\\begin\{{({_ENVIRONMENT}|tabular)\}}|\\[(\[]|\$\$?|\[asy\]|\\.', re.DOTALL
)
_INLINE_OPENER: Final = re.compile(r'\\[(\[]|\$\$?|\\.', re.DOTALL)
_MARK: Final = re.compile(r'\\end\{[A-Za-z]+\*?\}|\[/asy\]|\\.|\$|\n[ \t]*\n', re.DOTALL)
# A dollar in one of these is the text's, or opens a formula inside the formula's text.
_TEXT_GROUP: Final = re.compile(r'\\(?:text|mbox|hbox|textrm|textbf|textit)\{[^{}]*\}')
_CLOSER: Final = {r'\(': r'\)', r'\[': r'\]', '[asy]': '[/asy]'}
# "costs $5 and then $7": between two prices stands no formula.
_BETWEEN_PRICES: Final = re.compile(r'\d[^\\^_{}=+*/]*\s')


class _Marks:
    """Everything that may close a passage, found once: a text of openers alone stays cheap."""

    def __init__(self, text: str) -> None:
        self._places: dict[str, list[int]] = {'$$': []}
        grouped = [found.span() for found in _TEXT_GROUP.finditer(text)]
        starts = [start for start, _ in grouped]
        for found in _MARK.finditer(text):
            place, mark = found.start(), found[0]
            if mark == '$':
                if self._is_within(grouped, starts, place):
                    continue
                if self._places.get('$', [-2])[-1] == place - 1:
                    self._places['$$'].append(place - 1)
            elif mark[0] == '\n':
                mark = 'blank'
            self._places.setdefault(mark, []).append(place)

    def next(self, mark: str, place: int) -> int:
        """Where the mark stands next, from a place on; -1 where it does not."""
        places = self._places.get(mark, ())
        index = bisect_left(places, place)
        return places[index] if index < len(places) else -1

    def has(self, mark: str, place: int) -> bool:
        """Whether the mark stands just there."""
        return self.next(mark, place) == place

    @staticmethod
    def _is_within(spans: list[tuple[int, int]], starts: list[int], place: int) -> bool:
        index = bisect_left(starts, place) - 1
        return index >= 0 and place < spans[index][1]


def passages(text: str, *, inline: bool = False) -> Iterator[Passage]:
    r"""Split the text into passages; their sources, one after the other, are the text.

    What opens and does not close is text, as is a lone ``$`` or a price.

    Args:
        text: any text; read in linear time.
        inline: know only ``$`` and ``\(…\)``, as in the cell of a table or a bare answer, in
            which an environment is a part of a formula.
    """
    marks = _Marks(text)
    opener = _INLINE_OPENER if inline else _OPENER
    done = place = 0
    while found := opener.search(text, place):
        passage = _passage(text, found, marks, inline=inline)
        if passage is None:
            # One $ of two may still open a formula: "$$x$".
            place = found.start() + 1 if found[0] == '$$' else found.end()
            continue
        if found.start() > done:
            yield _text(text[done : found.start()])
        yield passage
        done = place = found.start() + len(passage.source)
    if done < len(text):
        yield _text(text[done:])


def _text(text: str) -> Passage:
    return Passage('text', text, text)


def _passage(text: str, found: re.Match[str], marks: _Marks, *, inline: bool) -> Passage | None:
    """The passage that opens there; None where nothing does."""
    mark, start, inside = found[0], found.start(), found.end()
    if mark[0] == '$':
        return _between_dollars(text, found, marks, inline=inline)
    if mark in _CLOSER:
        end = marks.next(_CLOSER[mark], inside)
        kind: Kind = {r'\(': 'formula', r'\[': 'display', '[asy]': 'drawing'}[mark]  # type: ignore[assignment]
    elif mark.startswith(r'\begin{'):
        name = found[1]
        end = marks.next(rf'\end{{{name}}}', inside)
        kind = 'table' if name == 'tabular' else 'display'
    else:
        return None  # an escaped character
    if end < 0:
        return None
    after = end + len(_CLOSER.get(mark) or rf'\end{{{found[1]}}}')
    body = text[inside:end] if mark in _CLOSER or kind == 'table' else text[start:after]
    return Passage(kind, body, text[start:after])


def _between_dollars(
    text: str, found: re.Match[str], marks: _Marks, *, inline: bool
) -> Passage | None:
    mark, inside = found[0], found.end()
    if inline and not marks.has('$', found.start()):
        return None  # inside the \text{…} of a bare answer
    end, blank = marks.next(mark, inside), marks.next('blank', inside)
    if end < 0 or (mark == '$' and 0 <= blank < end):
        return None  # TeX allows no paragraph in a formula, so the $ is another one
    body = text[inside:end]
    if not body.strip():
        return None
    if text[end + 1 : end + 2].isdigit() and _BETWEEN_PRICES.fullmatch(body):
        return None
    kind: Kind = 'formula' if mark == '$' else 'display'
    return Passage(kind, body, text[found.start() : end + len(mark)])


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table, and how many columns it is wide."""

    body: str
    columns: int = 1


_COLUMNS: Final = re.compile(r'(?:\[[a-z]?\])?\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}')
_ROW_END: Final = re.compile(r'\\\\(?:\[[^\]]{0,20}\])?|\\tabularnewline')
_RULE: Final = re.compile(r'\\hline|\\cline\{[^{}]*\}|\\(?:top|mid|bottom)rule')
_CELL_END: Final = re.compile(r'(?<!\\)&')
_WIDE: Final = re.compile(r'\s*\\multicolumn\{\s*(\d{1,2})\s*\}\{[^{}]*\}\{(.*)\}\s*', re.DOTALL)


def rows(table: str) -> list[list[Cell]] | None:
    """Return the rows of a ``tabular``; None where it is none of the plain kind."""
    columns = _COLUMNS.match(table)
    if columns is None or r'\begin' in table:
        return None
    lines = _ROW_END.split(_RULE.sub('', table[columns.end() :]))
    return [[_cell(text) for text in _CELL_END.split(line)] for line in lines if line.strip()]


def _cell(text: str) -> Cell:
    wide = _WIDE.fullmatch(text)
    return Cell(wide[2].strip(), int(wide[1])) if wide else Cell(text.strip())
