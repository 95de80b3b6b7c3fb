"""What a prediction file in the making leaves beside it, by name and format.

Written by the inferencer; read by whoever watches from another process.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

__all__ = ['Snapshot', 'journal_path', 'progress_path', 'read_progress']


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One look at a running task.

    Attributes:
        done, total: rows; a failed one counts as done.
        tokens: tokens generated in this attempt.
        seconds: seconds spent generating in this attempt.
        updated: when, in seconds since the epoch.
        failed: rows of this attempt without a reply.
        cost: of all replies so far; None where prices are not known.
        currency: of the cost.
    """

    done: int
    total: int
    tokens: int
    seconds: float
    updated: float
    failed: int = 0
    cost: float | None = None
    currency: str = ''


def journal_path(predictions: Path) -> Path:
    """Return where the rows lie, one JSON line each, until the prediction file is whole.

    The name is OpenCompass's own, ``tmp_<abbr>.jsonl``.
    """
    return predictions.with_name(f'tmp_{predictions.stem}.jsonl')


def progress_path(predictions: Path) -> Path:
    """Return where the latest :class:`Snapshot` lies until the prediction file is whole."""
    return predictions.with_name(f'.progress_{predictions.stem}.json')


def read_progress(predictions: Path) -> Snapshot | None:
    """Return the latest snapshot; None before the task began and after it ended."""
    try:
        return Snapshot(**json.loads(progress_path(predictions).read_text(encoding='utf-8')))
    except (OSError, ValueError, TypeError):
        return None
