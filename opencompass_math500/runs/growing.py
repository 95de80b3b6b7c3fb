"""Files that others are writing, read little by little: only what was added."""

from __future__ import annotations

import os
from collections.abc import Generator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Final, Protocol, TypeAlias

from opencompass_math500.errors import MalformedData
from opencompass_math500.runs.rows import (
    MAX_ROW_BYTES,
    Row,
    read_rows,
    row_of_line,
)

__all__ = ['Batch', 'GrowingFile', 'Stamp', 'Tail', 'WholeFile', 'growing_file', 'stamp_of']

Stamp: TypeAlias = tuple[int, int, int]
"""Which file it is, its size in bytes, and when it was written, in nanoseconds."""

_PASS_BYTES: Final = 4 << 20
_PASS_ROWS: Final = 128
_KEPT: Final = 4096  # bytes before the place that was reached: several rows, most often


@dataclass(frozen=True, slots=True)
class Batch:
    """What one look at a file brought.

    Attributes:
        rows: those that were added.
        anew: whether all rows of earlier looks are void: the file is another one.
        more: whether more can be read at once.
    """

    rows: list[Row] = field(default_factory=list)
    anew: bool = False
    more: bool = False


class GrowingFile(Protocol):
    """A file that is followed.

    Attributes:
        damaged: how many lines or rows could not be read.
        first: what is wrong with the first of them.
    """

    damaged: int
    first: str

    def read(self) -> Batch:
        """Return what was added since the last look."""


def stamp_of(path: Path) -> Stamp | None:
    """Return what tells one state of a file from another; None where there is no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def growing_file(path: Path) -> GrowingFile:
    """Return a follower of a file of rows: of one that is appended to, or written as a whole."""
    return Tail(path) if path.suffix == '.jsonl' else WholeFile(path)


class Tail:
    """A journal: JSON Lines, to which lines are appended.

    A line that has no end yet waits for the next look. A file that is another one, is
    shorter, or has other bytes before the place that was reached, is read anew.

    Args:
        path: of the file, which need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self.damaged, self.first = 0, ''
        self._path = path
        self._forget()

    def _forget(self) -> None:
        self._inode, self._offset, self._line = 0, 0, 0
        self._before = b''
        self._skips = False

    def read(self) -> Batch:
        """Return the whole lines that were added, up to a few megabytes of them."""
        try:
            with self._path.open('rb') as stream:
                return self._read(stream)
        except OSError:  # gone since it was looked for; what took its place is read next
            return Batch()

    def _read(self, stream: IO[bytes]) -> Batch:
        now = os.fstat(stream.fileno())
        anew = self._offset > 0 and not self._goes_on(stream, now)
        if anew:
            self._forget()
            self.damaged, self.first = 0, ''
        self._inode = now.st_ino
        stream.seek(self._offset)
        data = stream.read(_PASS_BYTES)
        while b'\n' not in data and len(data) < MAX_ROW_BYTES and (more := stream.read(len(data))):
            data += more
        whole, newline, rest = data.rpartition(b'\n')
        if not newline and len(data) >= MAX_ROW_BYTES:
            self._skip(data)
            return Batch([], anew, True)
        if not newline:
            return Batch([], anew, False)
        rows = self._rows(whole.split(b'\n'))
        self._advance(whole + newline)
        return Batch(rows, anew, now.st_size - self._offset > len(rest))

    def _goes_on(self, stream: IO[bytes], now: os.stat_result) -> bool:
        """Whether what was read still stands there."""
        if now.st_ino != self._inode:
            return False
        # Of a shorter file less is read there, or nothing.
        stream.seek(self._offset - len(self._before))
        return stream.read(len(self._before)) == self._before

    def _skip(self, data: bytes) -> None:
        """Leave out the beginning of a line that would not fit into the memory."""
        if not self._skips:
            self._line += 1
            self._blame(f'{self._path.name}:{self._line}: longer than {MAX_ROW_BYTES >> 20} MiB')
        self._skips = True
        self._advance(data)

    def _advance(self, data: bytes) -> None:
        self._offset += len(data)
        self._before = (self._before + data[-_KEPT:])[-_KEPT:]

    def _rows(self, lines: list[bytes]) -> list[Row]:
        rows = []
        if self._skips:  # the end of the line that was left out
            lines, self._skips = lines[1:], False
        for line in lines:
            self._line += 1
            if not line.strip():
                continue
            try:
                rows.append(row_of_line(line, self._line, self._path.name))
            except MalformedData as error:
                self._blame(error.what)
        return rows

    def _blame(self, what: str) -> None:
        self.damaged += 1
        self.first = self.first or what


class WholeFile:
    """A prediction file, or an old journal: one JSON object, written as a whole.

    It is read again when it has changed. One that is cut is probably being written, and
    is read again at the next look; only if it is then the same, it is damaged.

    Args:
        path: of the file, which need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self.damaged, self.first = 0, ''
        self._path = path
        self._rows: Generator[Row, None, None] | None = None
        self._reading: Stamp | None = None
        self._known: Stamp | None = None
        self._failed: Stamp | None = None

    def read(self) -> Batch:
        """Return the next rows of a file that is not read to its end."""
        anew = False
        if self._rows is None:
            stamp = stamp_of(self._path)
            if stamp in (None, self._known):
                return Batch()
            self._reading, self._rows, anew = stamp, self._opened(), True
        rows: list[Row] = []
        try:
            for row in islice(self._rows, _PASS_ROWS):
                rows.append(row)  # one by one: those before a damaged one are kept
        except (MalformedData, OSError, RecursionError) as error:
            self._fail(getattr(error, 'what', str(error)))
            return Batch(rows, anew)
        if len(rows) == _PASS_ROWS:
            return Batch(rows, anew, True)
        self._rows, self._known, self.damaged, self.first = None, self._reading, 0, ''
        return Batch(rows, anew)

    def _opened(self) -> Generator[Row, None, None]:
        with self._path.open('rb') as stream:
            yield from read_rows(stream, self._path.name)

    def _fail(self, what: str) -> None:
        if self._rows is not None:
            self._rows.close()
        self._rows = None
        if self._reading == self._failed:
            self.damaged, self.first, self._known = 1, what, self._reading
        self._failed = self._reading
