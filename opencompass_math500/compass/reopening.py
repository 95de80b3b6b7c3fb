"""A published prediction file with failed rows becomes a journal again, without them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from opencompass_math500.compass.journal import Journal
from opencompass_math500.compass.replies import is_failed
from opencompass_math500.runs.opencompass.results import (
    prediction_files,
    read_predictions,
    results_path,
)

__all__ = ['Reopened', 'failed_rows', 'must_reopen', 'reopen']

Reopened = tuple[int, int]
"""Rows to be asked again, and rows in all."""


def failed_rows(work_dir: Path, model: str, dataset: str) -> Reopened:
    """Count the published rows that hold no reply, and all rows.

    Raises:
        MalformedData: the prediction file is damaged or missing; names it.
    """
    rows = read_predictions(work_dir, model, dataset)
    return sum(map(is_failed, rows)), len(rows)


def must_reopen(work_dir: Path, model: str, dataset: str) -> bool:
    """Tell whether :func:`reopen` has anything to do.

    Raises:
        MalformedData: the prediction file is damaged; names it.
    """
    whole, files = prediction_files(work_dir, model, dataset)
    if not files:
        return False
    rows = read_predictions(work_dir, model, dataset)
    return any(map(is_failed, rows)) if files == [whole] else _can_be_joined(rows)


def reopen(work_dir: Path, model: str, dataset: str) -> Reopened:
    """Make the failed rows of a prediction file open again.

    The journal is on disk before anything is removed, and the predictions go last: after
    a crash in between, the next call begins anew. The parts of a split run
    (``<dataset>_0.json``, ...) become one journal, numbered on in their order, even where
    no row failed: a run that is not split would ask all of their rows again.

    Raises:
        MalformedData: the prediction file is damaged; names it.
    """
    whole, files = prediction_files(work_dir, model, dataset)
    rows = dict(enumerate(read_predictions(work_dir, model, dataset)))
    journal = Journal(whole)
    # A crash may have left a journal with the rows of parts that it removed.
    kept = {n: row for n, row in (rows | journal.restore()).items() if not is_failed(row)}
    journal.rewrite(dict(sorted(kept.items())))
    # Results without predictions would be taken for those of the new ones.
    results_path(work_dir, model, dataset).unlink(missing_ok=True)
    for file in reversed(files):
        # From the last: the rows of those left after a crash keep their numbers.
        file.unlink()
    return len(rows.keys() - kept.keys()), len(rows)


def _can_be_joined(rows: list[dict[str, Any]]) -> bool:
    """Whether the rows are this package's, and one a problem.

    Each part of a run with ``n=2`` holds both replies to its problems, the whole file
    all first replies and then all second ones.
    """
    ids = [row.get('unique_id') for row in rows]
    return None not in ids and len(set(ids)) == len(ids)
