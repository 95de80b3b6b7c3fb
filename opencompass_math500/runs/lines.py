"""The rows of a file of JSON Lines that others write: what is damaged is named, the rest read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO

from opencompass_math500.errors import MalformedData
from opencompass_math500.runs.files import open_part
from opencompass_math500.runs.rows import MAX_ROW_BYTES, Row, row_of_line

__all__ = ['rows_by_line']


def rows_by_line(path: Path, name: str) -> Iterator[Row | MalformedData]:
    """Yield each line as a row, or what is wrong with it.

    Args:
        path: the file.
        name: what to call it in places.

    Raises:
        SourceUnavailable: it cannot be opened.
        OSError: it cannot be read on.
    """
    with open_part(path) as stream:
        for number, line in _lines(stream):
            try:
                if len(line) >= MAX_ROW_BYTES:
                    size = MAX_ROW_BYTES >> 20
                    raise MalformedData(f'{name}:{number}: longer than {size} MiB')
                yield row_of_line(line, number, name)
            except MalformedData as error:
                yield error


def _lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Lines with their numbers, blank ones left out; of one that is too long its beginning."""
    number = 0
    while line := stream.readline(MAX_ROW_BYTES):
        number += 1
        rest = line
        while len(rest) >= MAX_ROW_BYTES and not rest.endswith(b'\n'):
            rest = stream.readline(MAX_ROW_BYTES)
        if line.strip():
            yield number, line
