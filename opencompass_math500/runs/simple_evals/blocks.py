"""The HTML of one response each, out of a report or out of the JSON beside it.

Source: openai/simple-evals (July 2025), ``common.py`` (``HTML_JINJA``, ``make_report``) and
``simple_evals.py``: ``<eval>_<model>[_<date>].html``, and ``..._allresults.json`` with the same
pieces as ``htmls``. What a model said is escaped in them, so that no mark of a piece can be its
words.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from opencompass_math500.errors import MalformedData
from opencompass_math500.runs.files import open_part
from opencompass_math500.runs.json_text import JsonText

__all__ = ['MARK', 'MAX_BLOCK', 'blocks_in']

MARK: Final = '<h3>Prompt conversation</h3>'
MAX_BLOCK: Final = 4 << 20
"""A longer piece is left out: html.parser takes its time with what is no HTML."""

_CHUNK: Final = 1 << 18
_HTMLS: Final = 'htmls'
_REMEDY: Final = (
    'the file is damaged or cut off: give the other of the two, .html or _allresults.json'
)


def blocks_in(path: Path, name: str) -> Iterator[str | MalformedData]:
    """Yield the HTML of each response, or what is wrong with it.

    Args:
        path: a report, or the JSON with all results.
        name: what to call it in messages.

    Raises:
        SourceUnavailable, MalformedData: it cannot be read on.
    """
    with open_part(path) as stream:
        found = _of_json(stream, name) if path.suffix == '.json' else _of_report(stream, name)
        for number, block in enumerate(found, 1):
            if len(block) > MAX_BLOCK:
                yield MalformedData(f'{name}: response {number} is longer than 4 MiB')
            else:
                yield block


def _of_report(stream: IO[bytes], name: str) -> Iterator[str]:
    """Between one mark and the next; the head of the page is no piece."""
    utf8 = codecs.getincrementaldecoder('utf-8')('replace')
    window, inside = '', False
    while data := stream.read(_CHUNK):
        *whole, window = (window + utf8.decode(data)).split(MARK)
        for piece in whole:
            if inside:
                yield piece
            inside = True
        if len(window) > 8 * MAX_BLOCK:
            raise MalformedData(f'{name}: no response ends within 32 MiB', _REMEDY)
    if inside and window.strip():
        yield window


def _of_json(stream: IO[bytes], name: str) -> Iterator[str]:
    """The texts of the list ``htmls``, one at a time."""
    text = JsonText(stream, b'', name)
    if text.mark() != '{':
        raise MalformedData(f'{name} is no object of JSON', _REMEDY)
    while True:
        key = text.value('a key')
        if text.mark() != ':':
            raise MalformedData(f'{name}: no value of {key!r:.40}', _REMEDY)
        if key == _HTMLS:
            break
        text.value(f'{key!r:.40}')
        if text.mark() != ',':
            raise MalformedData(
                f'{name} holds no "htmls": golds, answers and scores stand nowhere else in it',
                'give the .html beside it',
            )
    if text.mark() != '[':
        raise MalformedData(f'{name}: "htmls" is no list', _REMEDY)
    number, mark = 0, ','
    while mark == ',':
        number += 1
        value = text.value(f'response {number}')
        if not isinstance(value, str):
            raise MalformedData(f'{name}: response {number} of "htmls" is no text', _REMEDY)
        yield value
        mark = text.mark()
    if mark != ']':
        raise MalformedData(f'{name} ends after response {number}', _REMEDY)
