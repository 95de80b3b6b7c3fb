"""Scores set against each other: like for like, with their errors, or not at all."""

from __future__ import annotations

from opencompass_math500.comparison.outcome import Against, RunComparison, compare_run
from opencompass_math500.comparison.run_pair import RunPair, compare_pair, pairs_of_runs
from opencompass_math500.runs.graded import comparable_runs

__all__ = [
    'Against',
    'RunComparison',
    'RunPair',
    'comparable_runs',
    'compare_pair',
    'compare_run',
    'pairs_of_runs',
]
