"""The responses of a sample log, line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final

from opencompass_math500.errors import MalformedData, SourceUnavailable
from opencompass_math500.runs.files import open_part
from opencompass_math500.runs.lm_eval.logged import Logged, position_of, responses_in
from opencompass_math500.runs.rows import MAX_ROW_BYTES, Row, row_of_line

__all__ = ['read_log']

_NOTES_A_FILE: Final = 3


def read_log(path: Path, name: str, note: Callable[[str], object]) -> Iterator[Logged]:
    """The responses of a log in its order, in constant memory but for the problems' numbers.

    Args:
        path: the file.
        name: what to call it in places and notes.
        note: told, in one line each, of rows that are damaged or left out. All others are
            read.
    """
    seen: set[int] = set()
    chosen: str | None = None
    wrong, again = 0, 0
    try:
        for row in _rows(path, name):
            try:
                if isinstance(row, MalformedData):
                    raise row
                of = str(row.fields.get('filter'))
                chosen = of if chosen is None else chosen
                position = position_of(row, len(seen))
                if of != chosen:
                    again += 1
                    continue
                if position in seen:
                    raise MalformedData(f'{row.place}: doc_id {position} a second time')
                responses = list(responses_in(row, position))
            except MalformedData as error:
                wrong += 1
                if wrong <= _NOTES_A_FILE:
                    note(f'{error.what}; the row is left out')
                continue
            seen.add(position)
            yield from responses
    except (OSError, SourceUnavailable) as error:
        note(f'{path} cannot be read on ({error}); what stands before is read')
    if wrong > _NOTES_A_FILE:
        note(f'{name}: {wrong - _NOTES_A_FILE} more rows like these are left out')
    if again:
        # One row a problem and filter: other views of the same responses.
        note(f'{name}: {again} rows of other filters hold the same responses; one is read')


def _rows(path: Path, name: str) -> Iterator[Row | MalformedData]:
    """Each line as a row, or what is wrong with it."""
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
