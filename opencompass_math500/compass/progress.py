"""How far a prediction file has come, for whoever watches from another process."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opencompass_math500.durable import replace_text

__all__ = ['Progress', 'Snapshot', 'read_progress']


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One look at a running task.

    Attributes:
        done, total: rows.
        tokens: tokens generated in this attempt.
        seconds: seconds spent generating in this attempt.
        updated: when, in seconds since the epoch.
    """

    done: int
    total: int
    tokens: int
    seconds: float
    updated: float


class Progress:
    """Writes a :class:`Snapshot` beside the prediction file after every batch."""

    def __init__(self, predictions: Path, total: int, done: int = 0) -> None:
        self._path = _path_beside(predictions)
        self._total, self._done = total, done
        self._tokens, self._seconds = 0, 0.0
        self._write()

    def advance(self, answered: dict[int, dict[str, Any]], seconds: float) -> None:
        """Count a batch."""
        self._done += len(answered)
        self._seconds += seconds
        for row in answered.values():
            counts = row.get('response_tokens')
            self._tokens += sum(c or 0 for c in (counts if isinstance(counts, list) else [counts]))
        self._write()

    def close(self) -> None:
        """The prediction file stands: nothing is left to watch."""
        self._path.unlink(missing_ok=True)

    def _write(self) -> None:
        shot = {
            'done': self._done,
            'total': self._total,
            'tokens': self._tokens,
            'seconds': self._seconds,
            'updated': time.time(),
        }
        replace_text(self._path, json.dumps(shot))


def read_progress(predictions: Path) -> Snapshot | None:
    """The latest snapshot; None before the task began and after it ended."""
    try:
        return Snapshot(**json.loads(_path_beside(predictions).read_text(encoding='utf-8')))
    except (OSError, ValueError, TypeError):
        return None


def _path_beside(predictions: Path) -> Path:
    return predictions.with_name(f'.progress_{predictions.stem}.json')
