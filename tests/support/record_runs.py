"""Runs to be read as records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from work_dirs import detail, replied, save_predictions, save_results

from opencompass_math500.response import Response
from opencompass_math500.runs.read import read_responses

__all__ = ['read', 'whole']


def read(work_dir: Path, **options: Any) -> tuple[list[Response], list[str]]:
    notes: list[str] = []
    return list(read_responses(work_dir, note=notes.append, **options)), notes


def whole(work_dir: Path, *outcomes: str) -> Path:
    """A finished run of ours, one item an outcome."""
    save_predictions(work_dir, [replied(n, reasoning='hm') for n in range(len(outcomes))])
    save_results(
        work_dir,
        [
            detail(n, kind, rule='r.x', extraction='extract.box', subject='Geometry', level=n + 1)
            for n, kind in enumerate(outcomes)
        ],
    )
    return work_dir
