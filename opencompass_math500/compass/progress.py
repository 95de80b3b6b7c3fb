"""How far a prediction file has come, for whoever watches from another process."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from opencompass_math500.atomic import replace_text
from opencompass_math500.compass.replies import cost_of, is_failed
from opencompass_math500.endpoint.reply import Prices
from opencompass_math500.runs.opencompass.progress import progress_path

__all__ = ['Progress']


class Progress:
    """Writes a snapshot beside the prediction file after every batch.

    Read it with :func:`~opencompass_math500.runs.opencompass.progress.read_progress`.

    Args:
        predictions: path of the prediction file.
        total: its rows.
        done: those of an earlier attempt, by position.
        prices: to show the cost.
    """

    def __init__(
        self,
        predictions: Path,
        total: int,
        done: Mapping[int, Mapping[str, Any]] | None = None,
        prices: Prices | None = None,
    ) -> None:
        self._path = progress_path(predictions)
        earlier = done or {}
        self._total, self._done, self._failed = total, len(earlier), 0
        self._tokens, self._seconds = 0, 0.0
        self._prices = prices
        self._cost = sum(cost_of(row, prices) for row in earlier.values()) if prices else 0.0
        self._write()

    def advance(self, answered: dict[int, dict[str, Any]], seconds: float) -> None:
        """Count a batch."""
        self._done += len(answered)
        self._seconds += seconds
        for row in answered.values():
            counts = row.get('response_tokens')
            self._tokens += sum(c or 0 for c in (counts if isinstance(counts, list) else [counts]))
            self._failed += is_failed(row)
            self._cost += cost_of(row, self._prices) if self._prices else 0.0
        self._write()

    def close(self) -> None:
        """End the watching: the prediction file stands, and nothing is left to watch."""
        self._path.unlink(missing_ok=True)

    def _write(self) -> None:
        shot = {
            'done': self._done,
            'total': self._total,
            'tokens': self._tokens,
            'seconds': self._seconds,
            'updated': time.time(),
            'failed': self._failed,
            'cost': self._cost if self._prices else None,
            'currency': self._prices.currency if self._prices else '',
        }
        replace_text(self._path, json.dumps(shot))
