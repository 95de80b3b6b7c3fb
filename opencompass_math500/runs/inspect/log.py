"""One log of inspect-ai, an ``.eval`` or its JSON form: its header, and its samples one by one.

Source: UKGovernmentBEIS/inspect_ai 0.3.285, ``log/_recorders/eval.py`` (the members of an
``.eval``), ``log/_log.py`` (``EvalLog``, ``EvalSample``) and ``_util/json.py`` (NaN is written).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from opencompass_math500.errors import MalformedData, SourceUnavailable
from opencompass_math500.runs.inspect.archive import Archive
from opencompass_math500.runs.json_text import JsonText
from opencompass_math500.runs.left_out import LeftOut
from opencompass_math500.runs.source import Note

__all__ = ['LoggedSample', 'is_json_log', 'read_header', 'read_samples']

_HEADER, _START = 'header.json', '_journal/start.json'
# An id may hold slashes, as those of MATH-500 do.
_SAMPLE: Final = re.compile(r'samples/(?P<id>.+)_epoch_(?P<epoch>\d{1,9})\.json')
_IN_CHUNKS: Final = re.compile(r'samples/.+_epoch_\d+/sample\.json')
_JSON_LOG: Final = re.compile(
    rb'\s*\{\s*"version"\s*:\s*\d+\s*,\s*"status"\s*:\s*"(?:started|success|cancelled|error)"\s*,'
    rb'\s*"eval"\s*:\s*\{'
)
_LISTS: Final = frozenset({'samples', 'reductions'})


@dataclass(frozen=True, slots=True)
class LoggedSample:
    """One sample of a log, as it stands there.

    Attributes:
        fields: what the log says of it.
        place: the file and the sample, for messages.
    """

    fields: Mapping[str, Any]
    place: str


def is_json_log(path: Path) -> bool:
    """Tell whether a file is the JSON form of a log, by how it begins."""
    if path.suffix != '.json' or not path.is_file():
        return False
    try:
        with path.open('rb') as stream:
            return _JSON_LOG.match(stream.read(400)) is not None
    except OSError:
        return False


def read_header(path: Path, note: Note) -> dict[str, Any]:
    """Return what a log says of the whole run, its samples left out.

    Args:
        path: the file.
        note: told where the header is missing or damaged, and the log's start tells instead.

    Raises:
        SourceUnavailable, MalformedData: it cannot be read, or is no log.
    """
    if path.suffix == '.json':
        return _header_of_json(path)
    with Archive(path) as archive:
        names = archive.names
        for name in (_HEADER, _START):
            if name not in names:
                continue
            try:
                header = _object(archive.read(name), f'{path}: {name}')
            except MalformedData as error:
                note(error.what)
                continue
            if name == _START:
                header.setdefault('status', 'started')
            return header
    raise MalformedData(f'{path} holds no {_HEADER} of inspect-ai that can be read')


def read_samples(
    path: Path, name: str, order: Mapping[str, int], note: Note
) -> Iterator[LoggedSample]:
    """Yield the samples of a log, all first epochs first; what is damaged is named and left out.

    Args:
        path: the file.
        name: what to call it in places and notes.
        order: the places of the samples' ids in the data; others come last. Of the JSON form
            the order is the file's.
        note: told, in one line each, of what is damaged or cut.
    """
    left_out = LeftOut(note, 'samples', 'what can be read is read')
    found = (
        _samples_of_json(path, name)
        if path.suffix == '.json'
        else _members(path, name, order, note)
    )
    for one in found:
        if not isinstance(one, MalformedData):
            yield one
            continue
        left_out.add(one)
    left_out.close(name)


def _members(
    path: Path, name: str, order: Mapping[str, int], note: Note
) -> Iterator[LoggedSample | MalformedData]:
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(Archive(path))
        except (SourceUnavailable, MalformedData) as error:
            yield MalformedData(error.what)
            return
        if archive.is_cut:
            note(f'{name} is cut off: the samples before the cut are read')
        names = archive.names
        if chunked := sum(_IN_CHUNKS.fullmatch(one) is not None for one in names):
            note(f'{name}: {chunked} samples are kept in chunks, which is not read here')
        listed = [(match, one) for one in names if (match := _SAMPLE.fullmatch(one))]
        listed.sort(key=lambda pair: (int(pair[0]['epoch']), order.get(pair[0]['id'], len(order))))
        for _, member in listed:
            try:
                # The file is called by its name alone: a place is below the folder of the run.
                fields = _object(archive.read(member), f'{name}: {member}')
                yield LoggedSample(fields, f'{name}: {member}')
            except MalformedData as error:
                yield error


def _object(data: bytes, what: str) -> dict[str, Any]:
    try:
        loaded = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise MalformedData(f'{what} is not usable JSON ({error})') from error
    if not isinstance(loaded, dict):
        raise MalformedData(f'{what} is no JSON object')
    return loaded


def _header_of_json(path: Path) -> dict[str, Any]:
    header: dict[str, Any] = {}
    for one in _walked(path, path.name):
        if isinstance(one, MalformedData):
            raise one
        key, value = one
        if key in _LISTS:  # which come last, and only the header is asked for
            break
        header[key] = value
    return header


def _samples_of_json(path: Path, name: str) -> Iterator[LoggedSample | MalformedData]:
    number = 0
    for one in _walked(path, name):
        if isinstance(one, MalformedData):
            yield one
            continue
        key, value = one
        if key == 'samples':
            place = f'{name}: sample {number}'
            number += 1
            good = isinstance(value, dict)
            yield LoggedSample(value, place) if good else MalformedData(f'{place} is no object')


def _walked(path: Path, name: str) -> Iterator[tuple[str, Any] | MalformedData]:
    """Each key of the object with its value; that of a list once for each of its values."""
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(path.open('rb'))
        except OSError as error:
            yield MalformedData(f'cannot read {path} ({error.strerror})')
            return
        text = JsonText(stream, b'', name)
        try:
            if text.mark() != '{':
                raise MalformedData(f'{name} is no log of inspect-ai')
            mark = ','
            while mark == ',':
                key = text.value('a key')
                if not isinstance(key, str) or text.mark() != ':':
                    raise MalformedData(f'{name}: {key!r:.60} is no key')
                if key in _LISTS:
                    yield from _listed(text, key, name)
                else:
                    yield key, text.value(key)
                mark = text.mark()
            if mark != '}':
                raise MalformedData(f'{name} ends too early' if not mark else f'{name}: {mark!r}')
        except (MalformedData, OSError) as error:
            yield error if isinstance(error, MalformedData) else MalformedData(f'{name}: {error}')


def _listed(text: JsonText, key: str, name: str) -> Iterator[tuple[str, Any]]:
    """The values of a list; null stands for one that was not kept."""
    if text.peek() != '[':
        if text.value(key) is not None:
            raise MalformedData(f'{name}: {key} is no list')
        return
    text.mark()
    number, mark = 0, ','
    if text.peek() == ']':
        mark = text.mark()
    while mark == ',':
        yield key, text.value(f'{key} {number}')
        number, mark = number + 1, text.mark()
    if mark != ']':
        raise MalformedData(f'{name} ends too early, after {number} {key}')
