"""The rows of one file, however it is packed."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from opencompass_math500.errors import MalformedData
from opencompass_math500.runs.files import open_part
from opencompass_math500.runs.packed import is_parquet, parquet_rows, unpacked
from opencompass_math500.runs.rows import MAX_ROW_BYTES, Row, read_rows, row_of_line

__all__ = ['rows_in', 'rows_or_faults']


def rows_in(
    path: Path, name: str, advance: Callable[[int], object] = lambda size: None
) -> Iterator[Row]:
    """Yield the rows of a file: JSON Lines or an object of rows, packed or not, or parquet.

    Args:
        path: the file, ``-`` for standard input.
        name: what to call it in messages.
        advance: told how many bytes of rows were read, each time that some were; never of
            parquet.

    Raises:
        SourceUnavailable, MalformedData: it cannot be read, or is damaged; the rows before
            that have been given.
        ConfigError: what would read it is not installed.
    """
    if is_parquet(path):
        yield from parquet_rows(path, name)
        return
    with open_part(path) as packed, unpacked(packed, path) as stream:
        yield from read_rows(stream, name, advance)


def rows_or_faults(path: Path, name: str) -> Iterator[Row | MalformedData]:
    """Yield each row of a file of lines or columns, or what is wrong with a line.

    Args:
        path: the file: JSON Lines, packed or not, or parquet.
        name: what to call it in messages.

    Raises:
        SourceUnavailable, MalformedData, ConfigError: as from :func:`rows_in`, where nothing
            behind it can be read.
    """
    if is_parquet(path):
        yield from parquet_rows(path, name)
        return
    with open_part(path) as packed, unpacked(packed, path) as stream:
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
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        rest = line
        while len(rest) >= MAX_ROW_BYTES and not rest.endswith(b'\n'):
            rest = stream.readline(MAX_ROW_BYTES)
        if line.strip():
            yield number, line
