"""Logs of lighteval, made by ``tests/logs/make_lighteval.py``, to be read and to be damaged."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ['LOGS', 'change', 'copied', 'details']

LOGS = Path(__file__).parents[1] / 'logs' / 'lighteval'


def copied(name: str, into: Path) -> Path:
    """A copy of a log, with the names that lighteval gives: some systems have no such names."""
    root = Path(shutil.copytree(LOGS / name, into / name))
    for path in root.rglob('details_*.parquet'):
        path.rename(path.with_name(path.name.replace('_0_', '|0_')))
    return root


def details(root: Path) -> Path:
    """The one file of details below a folder."""
    (path,) = root.rglob('details_*.parquet')
    return path


def change(path: Path, by: Callable[[dict[str, Any]], object]) -> None:
    """Change every row of a file of details."""
    rows = pq.read_table(path).to_pylist()
    for row in rows:
        by(row)
    pq.write_table(pa.Table.from_pylist(rows), path)
