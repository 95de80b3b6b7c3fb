"""Rows that cannot be read: the first of a file are named, the others counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from opencompass_math500.errors import MalformedData

__all__ = ['LeftOut']

_NAMED: Final = 3  # of a file; a damaged one of 500 rows must not bury everything else


class LeftOut:
    """Notes what is left out of one file.

    Args:
        note: told of each of the first rows, and how many more there are.
        what: what is left out, in the plural.
        instead: what becomes of one of them.
    """

    def __init__(
        self,
        note: Callable[[str], object],
        what: str = 'rows',
        instead: str = 'the row is left out',
    ) -> None:
        self._note, self._what, self._instead = note, what, instead
        self._count = 0

    def add(self, error: MalformedData) -> None:
        """Note one more.

        Args:
            error: names file and row.
        """
        self._count += 1
        if self._count <= _NAMED:
            self._note(f'{error.what}; {self._instead}')

    def close(self, name: str) -> None:
        """Say how many more there are, when the file has been read.

        Args:
            name: of the file or the run.
        """
        if self._count > _NAMED:
            more = self._count - _NAMED
            self._note(f'{name}: {more} more {self._what} like these are left out')
