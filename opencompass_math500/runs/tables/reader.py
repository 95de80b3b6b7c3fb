"""Read files of rows: JSON Lines, packed or not, and parquet, whoever has written them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Final

from opencompass_math500.dataset.lookup import NamedData
from opencompass_math500.errors import DataError, MalformedData
from opencompass_math500.response import Response
from opencompass_math500.runs.columns import NAMED_BY_NONE, Columns, NamedColumns, find_columns
from opencompass_math500.runs.files import OF_HARNESS
from opencompass_math500.runs.joined import joined
from opencompass_math500.runs.left_out import LeftOut
from opencompass_math500.runs.packed import is_parquet, parquet_columns
from opencompass_math500.runs.part_rows import rows_or_faults
from opencompass_math500.runs.rows import Row
from opencompass_math500.runs.settings import Settings
from opencompass_math500.runs.source import Note, Source, StoredRun
from opencompass_math500.runs.tables.files import TableFile, tables_at
from opencompass_math500.runs.tables.responses import Positions, responses_in

__all__ = ['Tables']

_PEEKED: Final = 64
_UNNAMED: Final = 'unnamed-data'


@dataclass(frozen=True, slots=True)
class _Stored:
    """One run of a file.

    Attributes:
        file: the file.
        columns: what its columns are.
        part: the values of the columns for model, dataset and step, where they tell runs apart.
    """

    file: TableFile
    columns: Columns
    part: tuple[str | None, ...] | None


class Tables(Source):
    """A reader of files of rows.

    Args:
        named: the columns that the user names.
        data: the problems, from which golds are joined; None where files hold them.
    """

    name = 'rows of responses'
    leaves = '*.jsonl, *.jsonl.gz, *.jsonl.zst nor *.parquet'
    of_any_tool = True

    def __init__(self, named: NamedColumns = NAMED_BY_NONE, data: NamedData | None = None) -> None:
        self._named, self._data = named, data

    def handles(self, place: Path) -> bool:
        """Tell whether a path is a file of rows, or a folder with some."""
        return bool(tables_at(place))

    def runs(self, place: Path, note: Note) -> list[StoredRun]:
        """Return each file as a run, or each model, dataset and step that its rows name.

        Raises:
            MalformedData: in none can the responses be told.
        """
        found: list[StoredRun] = []
        faults: list[DataError] = []
        said: Counter[str] = Counter()
        for file in tables_at(place):
            try:
                columns = self._columns(file)
                found += _runs_of(place, file, columns)
            except DataError as error:
                faults.append(error)
                continue
            said[columns.said] += 1
            if said[columns.said] == 1:
                note(f'{file.parts[0]}: {columns.said}')
            if file.missing:
                numbers = ', '.join(map(str, file.missing[:5]))
                note(f'{file.parts[0]}: of {file.name} these parts are missing: {numbers}')
        if not found:
            more = f'; {len(faults) - 1} more files are like it' if len(faults) > 1 else ''
            raise type(faults[0])(faults[0].what + more, faults[0].remedy)
        for fault in faults:
            note(f'{fault.what}; the file is left out')
        return _told_apart(found)

    def responses(self, run: StoredRun, note: Note) -> Iterator[Response]:
        """Yield the responses of a file, in its order."""
        stored: _Stored = run.files
        positions, number, left_out = Positions(), 0, LeftOut(note)
        for path in stored.file.parts:
            for row in _rows(path, run.name_of(path), note):
                number += 1
                try:
                    if isinstance(row, MalformedData):
                        raise row
                    if stored.part and _part(row, stored.columns) != stored.part:
                        continue
                    for one in responses_in(row, number, stored.columns, self._data, positions):
                        one = joined(one, self._data) if self._data else one
                        yield replace(one, model=run.model, dataset=run.dataset)
                except MalformedData as error:
                    left_out.add(error)
        left_out.close(run.name)

    def is_own_file(self, path: Path, root: Path) -> bool:
        """Tell whether a file is one of those that are read."""
        return any(path.resolve() == one.resolve() for f in tables_at(root) for one in f.parts)

    def _columns(self, file: TableFile) -> Columns:
        """What the columns of a file are; of JSON, what its first rows have."""
        path, needs_gold = file.parts[0], self._data is None
        if is_parquet(path):
            there = parquet_columns(path)
            return find_columns(there, self._named, str(path), needs_gold=needs_gold)
        rows = list(islice(rows_or_faults(path, str(path)), _PEEKED))
        good = [row for row in rows if isinstance(row, Row)]
        if not good:
            faults = [row for row in rows if isinstance(row, MalformedData)]
            empty = MalformedData(f'{path} holds no rows', 'give another file')
            raise faults[0] if faults else empty
        there = list(dict.fromkeys(chain.from_iterable(row.fields for row in good)))
        if {'doc', 'resps'} <= {*there} and self._named.response is None:
            raise MalformedData(
                f'{path} is not named as a sample log of lm-evaluation-harness', OF_HARNESS
            )
        return find_columns(there, self._named, str(path), needs_gold=needs_gold)


def _runs_of(root: Path, file: TableFile, columns: Columns) -> Iterator[StoredRun]:
    """The runs of one file: one, unless its rows name several models, datasets or steps."""
    names = (columns.model, columns.dataset, columns.step)
    parts: dict[tuple[str | None, ...], None] = {}
    if any(names):
        for path in file.parts:
            for row in _rows(path, path.name, lambda text: None):
                if isinstance(row, Row):
                    parts.setdefault(_part(row, columns))
    several = len(parts) > 1
    steps = {step for _, _, step in parts}
    for part in parts or {(None, None, None): None}:
        model, dataset, step = part
        model = model or file.name
        model = f'{model}-step{step}' if step and len(steps) > 1 else model
        settings = Settings(recorded=True, data=dataset, model=part[0])
        stored = _Stored(file, columns, part if several else None)
        yield StoredRun(root, _plain(model), _plain(dataset or _UNNAMED), settings, files=stored)


def _part(row: Row, columns: Columns) -> tuple[str | None, ...]:
    """What tells a row's run apart: model, dataset, step."""
    values = (
        row.fields.get(name) if name else None
        for name in (columns.model, columns.dataset, columns.step)
    )
    return tuple(str(value) if isinstance(value, str) else None for value in values)


def _rows(path: Path, name: str, note: Note) -> Iterator[Row | MalformedData]:
    try:
        yield from rows_or_faults(path, name)
    except DataError as error:
        note(f'{error.what}; what stands before is read')
    except OSError as error:
        note(f'{path} cannot be read on ({error}); what stands before is read')


def _told_apart(runs: Sequence[StoredRun]) -> list[StoredRun]:
    """Runs of unlike names: where two are alike, with the names of their files."""
    count = Counter((run.model, run.dataset) for run in runs)
    return [
        replace(run, model=f'{run.model}-{run.files.file.parts[0].name}')
        if count[run.model, run.dataset] > 1
        else run
        for run in runs
    ]


def _plain(name: str) -> str:
    """A name that can be one of a file."""
    kept = ''.join('_' if char in '/\\' or not char.isprintable() else char for char in name)
    return kept[:100] if kept.strip('.') else '_'
