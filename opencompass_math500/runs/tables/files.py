"""Which files of rows lie at a place, and which of them are the parts of one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from opencompass_math500.runs.packed import bare_suffix

__all__ = ['TableFile', 'is_table', 'tables_at']

_SUFFIXES: Final = ('.jsonl', '.parquet')
# As datasets of the hub are split: train-00000-of-00002.parquet.
_SHARD: Final = re.compile(r'(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})')
# verl names a dump by its step alone, TRL by what every run has in common and the step.
_STEP: Final = re.compile(r'(?:completions_)?(\d+)')
# OpenCompass's inference in the making, and its clock.
_NO_TABLES: Final = re.compile(r'tmp_.*|time|\..*')
_NO_NAME: Final = re.compile(r'[\x00-\x1f/\\]|^\.+$')


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file of rows, or all shards of one.

    Attributes:
        parts: its files in order.
        missing: shards that are not there, by number.
    """

    parts: tuple[Path, ...]
    missing: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """What to call what it holds, where its rows do not say: by file, and step."""
        path = self.parts[0]
        stem = _stem(path)
        shard = _SHARD.fullmatch(stem)
        stem = shard['stem'] if shard else stem
        step = _STEP.fullmatch(stem)
        if step:
            folder = path.resolve().parent
            folder = folder.parent if folder.name == 'completions' else folder
            stem = f'{folder.name}-step{int(step[1])}' if folder.name else stem
        return _NO_NAME.sub('_', stem)

    @property
    def order(self) -> tuple[str, list[tuple[int, str]]]:
        """By folder and name, numbers by their size: step 2 before step 10."""
        pieces = re.split(r'(\d+)', self.parts[0].name)
        numbers = [(int(one), '') if n % 2 else (-1, one) for n, one in enumerate(pieces)]
        return str(self.parts[0].parent), numbers


def is_table(path: Path) -> bool:
    """Tell whether a file's name is that of a file of rows."""
    return bare_suffix(path) in _SUFFIXES and not _NO_TABLES.fullmatch(_stem(path))


def tables_at(place: Path) -> list[TableFile]:
    """Return the file at a path; of a folder those in it, or else in the folders in it."""
    if place.is_file():
        return [TableFile((place,))] if is_table(place) else []
    for pattern in ('*', '*/*'):
        found = [path for path in place.glob(pattern) if is_table(path) and path.is_file()]
        if found:
            return sorted(_joined(found), key=lambda one: one.order)
    return []


def _stem(path: Path) -> str:
    return path.name.removesuffix(path.suffix).removesuffix(bare_suffix(path))


def _joined(files: list[Path]) -> Iterator[TableFile]:
    shards: dict[tuple[Path, str, int], dict[int, Path]] = {}
    for path in files:
        found = _SHARD.fullmatch(_stem(path))
        if found is None:
            yield TableFile((path,))
        else:
            key = (path.parent, found['stem'] + path.suffix, int(found['count']))
            shards.setdefault(key, {})[int(found['number'])] = path
    for (_, _, count), parts in shards.items():
        missing = tuple(n for n in range(min(count, 10_000)) if n not in parts)
        yield TableFile(tuple(path for _, path in sorted(parts.items())), missing)
