"""Files of rows, packed or not: plain, gzip, zstd, parquet."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from opencompass_math500.errors import ConfigError, MalformedData, SourceUnavailable
from opencompass_math500.runs.rows import Numeral, Row

__all__ = ['bare_suffix', 'is_packed', 'is_parquet', 'parquet_columns', 'parquet_rows', 'unpacked']

_GZIP: Final = '.gz'
_ZSTD: Final = '.zst'
_PARQUET: Final = '.parquet'
_ROWS_AT_A_TIME: Final = 64
_MAX_DEPTH: Final = 20
_DAMAGED: Final = 'the file is damaged or cut off: make it again, or unpack what is left of it'


def is_packed(path: Path) -> bool:
    """Tell whether a file's bytes are not its rows: the size says nothing of their length."""
    return path.suffix in (_GZIP, _ZSTD, _PARQUET)


def is_parquet(path: Path) -> bool:
    """Tell whether a file is one of columns, by its name."""
    return path.suffix == _PARQUET


def bare_suffix(path: Path) -> str:
    """Return what a file's name ends in when it is unpacked: ``.jsonl`` of ``a.jsonl.gz``."""
    return path.with_suffix('').suffix if path.suffix in (_GZIP, _ZSTD) else path.suffix


@contextmanager
def unpacked(stream: IO[bytes], path: Path) -> Iterator[IO[bytes]]:
    """Give the bytes of a file as they were before it was packed; a plain one's as they are.

    Args:
        stream: the bytes of the file.
        path: its name, by which its packing is known.

    Raises:
        MalformedData: it is not what its name says, or it ends too early; said when that
            point is reached.
        ConfigError: pyarrow is not installed, and it is packed with zstd.
    """
    if path.suffix == _GZIP:
        import gzip

        with _named(path), gzip.GzipFile(fileobj=stream) as plain:
            yield io.BufferedReader(plain, 1 << 18)
    elif path.suffix == _ZSTD:
        arrow = _arrow(path)
        # The codec of pyarrow, which parquet needs anyhow; unlike the stream reader of
        # zstandard, it does not take a file that ends within a frame for a whole one.
        with _named(path), arrow.CompressedInputStream(arrow.PythonFile(stream), 'zstd') as plain:
            yield io.BufferedReader(plain, 1 << 18)
    else:
        yield stream


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Name the file in what is said of damaged bytes."""
    try:
        yield
    except (EOFError, OSError, zlib.error) as error:
        raise MalformedData(f'{path} cannot be unpacked on ({error})', _DAMAGED) from error


def parquet_columns(path: Path) -> list[str]:
    """Return the names of a parquet file's columns that can hold text, numbers or lists.

    Raises:
        SourceUnavailable, MalformedData: it cannot be read, is no parquet file, or has no rows.
        ConfigError: pyarrow is not installed.
    """
    with _opened(path) as table:
        if not table.metadata.num_rows:
            raise MalformedData(f'{path} holds no rows', 'give another file')
        return _readable(table)


def parquet_rows(path: Path, name: str, columns: Sequence[str] | None = None) -> Iterator[Row]:
    """Yield the rows of a parquet file as those of a JSON Lines file are, numbered from 1.

    Args:
        path: the file.
        name: what to call it in messages.
        columns: these only, where they are there, with dots for what is nested; None for all.

    Raises:
        SourceUnavailable, MalformedData: it cannot be read, or is damaged.
        ConfigError: pyarrow is not installed.
    """
    number = 0
    with _opened(path) as table:
        wanted = _readable(table) if columns is None else list(columns)
        for batch in table.iter_batches(batch_size=_ROWS_AT_A_TIME, columns=wanted):
            for fields in batch.to_pylist():
                number += 1
                yield Row(number, f'{name}: row {number}', _plain(fields))


def _readable(table: Any) -> list[str]:
    """The columns but pictures and other bytes, which a file of rollouts may hold as well."""
    types = _arrow(Path()).types
    return [field.name for field in table.schema_arrow if not _holds_bytes(field.type, types)]


def _holds_bytes(kind: Any, types: Any) -> bool:
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
        return True
    return any(_holds_bytes(kind.field(n).type, types) for n in range(kind.num_fields))


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    arrow = _arrow(path)
    import pyarrow.parquet

    try:
        # Page by page: a file of one group is not read whole.
        with pyarrow.parquet.ParquetFile(path, pre_buffer=False, buffer_size=1 << 18) as table:
            yield table
    except FileNotFoundError as error:
        raise SourceUnavailable(f'no file {str(path)!r}') from error
    except (arrow.ArrowException, OSError, UnicodeDecodeError) as error:
        first = str(error).partition('\n')[0]
        raise MalformedData(
            f'{path} is no parquet file that can be read ({first})', _DAMAGED
        ) from (error)


def _arrow(path: Path) -> Any:
    try:
        import pyarrow
    except ModuleNotFoundError as error:
        raise ConfigError(
            f'{path}: pyarrow is not installed, which reads parquet and zstd',
            'pip install pyarrow, or give the rows as JSON Lines, plain or packed with gzip',
        ) from error
    return pyarrow


def _plain(value: Any, depth: int = 0) -> Any:
    """What a JSON text would give: numbers as :class:`Numeral`, no other types."""
    if depth > _MAX_DEPTH:
        return '(nested too deeply)'
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int | float):
        return Numeral(repr(value))
    if isinstance(value, dict):
        return {str(key): _plain(one, depth + 1) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [_plain(one, depth + 1) for one in value]
    return Numeral(str(value))  # a decimal or a date
