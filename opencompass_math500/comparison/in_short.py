"""The end of a run: its outcomes against published scores, a line each."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from opencompass_math500.comparison.outcome import compare_run
from opencompass_math500.comparison.show import print_in_short
from opencompass_math500.runs.run import Run

__all__ = ['compare_in_short']


def compare_in_short(runs: Sequence[Run], console: Console | None = None) -> None:
    """Print the outcomes against published MATH-500 scores; nothing where there are none."""
    print_in_short([compare_run(run) for run in runs if run.settings.recorded], console)
