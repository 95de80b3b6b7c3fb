"""Braces in pairs: where the one that opens a box is closed."""

from __future__ import annotations

import re

__all__ = ['Braces']

MAX_NESTED_BRACES = 5_000  # open at one time; after that no later brace is paired
MAX_NEAR = 500  # characters in which a box's own braces are paired alone
# Of escapes only those that hide a brace: a step for every command would cost as much again.
_BRACES = re.compile(r'\\[\\{}]|[{}]')


class Braces:
    """The braces of a text, each paired when it is asked for.

    A box is short and closed nearly always, and its own braces are all that is looked at; the first
    one that is not has all braces of the text paired, once.
    """

    __slots__ = ('partner', 'start', 'text')

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.start = start
        self.partner: dict[int, int] | None = None

    def close_of(self, opening: int) -> int | None:
        """Return where the brace that opens at ``opening`` is closed; None where nowhere."""
        if self.partner is None:
            depth = 0
            for mark in _BRACES.finditer(self.text, opening, opening + MAX_NEAR):
                brace = mark[0]
                if brace == '{':
                    depth += 1
                elif brace == '}':
                    depth -= 1
                    if depth == 0:
                        return mark.start()
            self.partner = _paired_braces(self.text, self.start)
        return self.partner.get(opening)


def _paired_braces(text: str, start: int) -> dict[int, int]:
    """Position of each opening brace from ``start`` on -> position of its close."""
    partner: dict[int, int] = {}
    open_at: list[int] = []
    for mark in _BRACES.finditer(text, start):
        if mark[0] == '{':
            if len(open_at) == MAX_NESTED_BRACES:
                break
            open_at.append(mark.start())
        elif mark[0] == '}' and open_at:
            partner[open_at.pop()] = mark.start()
    return partner
