"""Rows as they are generated, on disk: nothing answered is lost or asked again.

One JSON line a row, appended and flushed; at the end the rows become
OpenCompass's prediction file by an atomic rename. A line that a crash cut short
is dropped, and its row is asked again.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from opencompass_math500.atomic import replacing
from opencompass_math500.runs.opencompass.progress import journal_path

__all__ = ['Journal']


class Journal:
    """The rows of one prediction file in the making.

    Args:
        predictions: path of the prediction file, ``predictions/<model>/<abbr>.json``.
            The journal lies beside it under the name that OpenCompass uses for its
            own, ``tmp_<abbr>.jsonl``.
    """

    def __init__(self, predictions: Path) -> None:
        self.predictions = predictions
        self.path = journal_path(predictions)
        self._rows: dict[int, dict[str, Any]] = {}

    def restore(self) -> dict[int, dict[str, Any]]:
        """Return the rows of an earlier, unfinished attempt, by position."""
        if self.path.exists():
            whole = []
            # Split at newlines only: splitlines() would also cut a reply at its U+2028.
            for line in self.path.read_text(encoding='utf-8', errors='replace').split('\n'):
                try:
                    row = json.loads(line)
                    self._rows[int(row.pop('idx'))] = row
                except (ValueError, KeyError, TypeError, AttributeError):
                    continue
                whole.append(line)
            # Without the cut line: the next append would be glued to it.
            _replace(self.path, ''.join(f'{line}\n' for line in whole))
        return dict(self._rows)

    def rewrite(self, rows: dict[int, dict[str, Any]]) -> None:
        """Hold these rows and no others, on disk before it returns."""
        self._rows = dict(rows)
        _replace(self.path, ''.join(_line(index, row) for index, row in rows.items()))

    def append(self, rows: dict[int, dict[str, Any]]) -> None:
        """Add rows, on disk before it returns."""
        self._rows.update(rows)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open('a', encoding='utf-8', errors='backslashreplace') as stream:
            stream.writelines(_line(index, row) for index, row in rows.items())
            stream.flush()
            os.fsync(stream.fileno())

    def rows(self) -> list[dict[str, Any]]:
        """Return all rows so far, in order of position."""
        return [self._rows[index] for index in sorted(self._rows)]

    def publish(self) -> None:
        """Turn the rows into the prediction file, in order, and remove the journal."""
        ordered = {str(index): self._rows[index] for index in sorted(self._rows)}
        _replace(self.predictions, json.dumps(ordered, indent=4, ensure_ascii=False))
        self.path.unlink(missing_ok=True)


def _line(index: int, row: dict[str, Any]) -> str:
    return json.dumps({'idx': index, **row}, ensure_ascii=False) + '\n'


def _replace(path: Path, text: str) -> None:
    """Replace a file, on disk before it returns: what it was made from is removed next."""
    with replacing(path) as stream:
        stream.write(text.encode('utf-8', 'backslashreplace'))
        stream.flush()
        os.fsync(stream.fileno())
