"""Files of rows in every form, and how a command reads them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet as parquet

from opencompass_math500.response import Response
from opencompass_math500.runs import read_responses
from opencompass_math500.runs.places import find_place

__all__ = ['FORMS', 'lines', 'read']

Save = Callable[[Path, Iterable[dict[str, Any]]], object]


def lines(rows: Iterable[dict[str, Any]]) -> bytes:
    return b''.join(json.dumps(row).encode() + b'\n' for row in rows)


def save_zstd(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    with pyarrow.CompressedOutputStream(str(path), 'zstd') as stream:
        stream.write(lines(rows))


FORMS: dict[str, Save] = {
    'jsonl': lambda path, rows: path.write_bytes(lines(rows)),
    'jsonl.gz': lambda path, rows: path.write_bytes(gzip.compress(lines(rows))),
    'jsonl.zst': save_zstd,
    'parquet': lambda path, rows: parquet.write_table(pyarrow.Table.from_pylist(rows), path),
}


def read(place: Path, **options: Any) -> tuple[list[Response], list[str]]:
    notes: list[str] = []
    found = find_place(place, notes.append, **options)
    return list(read_responses(found, note=notes.append)), notes
