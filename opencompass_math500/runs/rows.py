"""JSON objects from a stream of bytes, one at a time, in constant memory."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, Final

from opencompass_math500.errors import MalformedData
from opencompass_math500.runs.json_text import CUT, MAX_ROW_BYTES, JsonText

__all__ = ['MAX_ROW_BYTES', 'Numeral', 'Row', 'read_rows', 'row_of_line']

_BLOCK: Final = 1 << 18
# {"0": {... or, as OpenCompass indents its files, a brace alone on the first line.
_OBJECT_OF_ROWS: Final = re.compile(rb'\s*\{\s*("[0-9]+"\s*:\s*\{|\Z)')
_REMEDY: Final = 'give JSON Lines with "response" and "gold", or a prediction file of OpenCompass'


class Numeral(str):
    """A number as it stands in the file: a gold of 0.10 is not rounded, nor 1e400 infinite."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One object of a file.

    Attributes:
        number: the line, from 1; in an object of rows its key, from 0.
        place: file and number, for messages.
        fields: what it says; numbers are :class:`Numeral` texts.
    """

    number: int
    place: str
    fields: dict[str, Any]


def read_rows(
    stream: IO[bytes], name: str, advance: Callable[[int], object] = lambda size: None
) -> Iterator[Row]:
    """Yield the rows of JSON Lines, or of one object with the keys ``"0"``, ``"1"``, ...

    The content decides which it is. Blank lines, a byte order mark and Windows line ends
    are fine.

    Args:
        stream: the bytes.
        name: what to call the file in messages.
        advance: told how many bytes were read, each time that some were.

    Raises:
        MalformedData: a row is damaged, cut, too long or missing; names it.
    """
    head, number = b'', 0
    while not head.strip():
        head, number = stream.readline(_BLOCK), number + 1
        advance(len(head))
        if not head:
            return
        if number == 1:
            head = head.removeprefix(codecs.BOM_UTF8)
    if _OBJECT_OF_ROWS.match(head[:400]):
        yield from _rows_of_object(JsonText(stream, head, name, advance, _DECODER), name)
    else:
        yield from _rows_of_lines(stream, head, number, name, advance)


def _without_duplicates(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """A dict of the pairs; json would keep the last of two equal keys and lose one silently."""
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'key {twice[:40]!r} occurs twice in one object')
    return fields


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_without_duplicates, parse_int=Numeral, parse_float=Numeral
)


def _rows_of_lines(
    stream: IO[bytes], line: bytes, number: int, name: str, advance: Callable[[int], object]
) -> Iterator[Row]:
    if line.lstrip().startswith(b'['):
        raise MalformedData(f'{name} is a JSON list', 'write its rows one to a line')
    while line:
        if not line.endswith(b'\n'):  # the rest of a long first line; else the file's end
            rest = stream.readline(MAX_ROW_BYTES)
            advance(len(rest))
            line += rest
        if len(line) >= MAX_ROW_BYTES:
            raise MalformedData(f'{name}:{number}: longer than {MAX_ROW_BYTES >> 20} MiB', _REMEDY)
        if line.strip():
            yield row_of_line(line, number, name)
        line, number = stream.readline(MAX_ROW_BYTES), number + 1
        advance(len(line))


def row_of_line(line: bytes, number: int, name: str) -> Row:
    """Return the row that one line of JSON Lines is.

    Args:
        line: the line.
        number: its number in the file, from 1.
        name: what to call the file in messages.

    Raises:
        MalformedData: it is damaged; names it.
    """
    return Row(number, f'{name}:{number}', _parse(line, f'{name}:{number}'))


def _parse(line: bytes, place: str) -> dict[str, Any]:
    try:
        fields = _DECODER.decode(line.decode('utf-8'))
    except UnicodeDecodeError:
        raise MalformedData(f'{place}: not UTF-8', 'save the file as UTF-8') from None
    except json.JSONDecodeError as error:
        wrong = f'{place}: not JSON ({error.msg}, column {error.colno})'
        raise MalformedData(wrong, _REMEDY if line.endswith(b'\n') else CUT) from None
    except (ValueError, RecursionError) as error:
        raise MalformedData(f'{place}: not usable JSON ({error})', _REMEDY) from None
    if not isinstance(fields, dict):
        raise MalformedData(f'{place}: not a JSON object', _REMEDY)
    return fields


def _rows_of_object(text: JsonText, name: str) -> Iterator[Row]:
    text.mark()
    number, mark = 0, ','
    while mark == ',':
        key = text.value(f'the key of row {number}')
        if not isinstance(key, str) or not key.isdecimal():
            raise MalformedData(
                f'{name} is no prediction file: it has the key {key!r:.60}', _REMEDY
            )
        if key != str(number):
            raise MalformedData(
                f'{name}: row {key} stands where row {number} is expected',
                'run again with -r; or write the rows that are meant as JSON Lines',
            )
        mark = text.mark()
        fields = text.value(f'row {number}') if mark == ':' else None
        if not isinstance(fields, dict):
            raise MalformedData(f'{name}: row {number} is not an object', _REMEDY)
        yield Row(number, f'{name}: row {number}', fields)
        number, mark = number + 1, text.mark()
    if not mark:
        raise MalformedData(f'{name} ends after row {number - 1}', CUT)
    if mark != '}' or (mark := text.mark()):
        raise MalformedData(f'{name}: {mark!r} after row {number - 1}', _REMEDY)
