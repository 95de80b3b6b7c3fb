"""Runs of OpenCompass and of lm-evaluation-harness as a stream of records: one response,
all that is known."""

from __future__ import annotations

from opencompass_math500.records.folder import (
    Recorded,
    find_recorded,
    refuse_output,
    run_folder,
    settings_at,
)
from opencompass_math500.records.read import Note, read_records
from opencompass_math500.records.record import Record, Turn
from opencompass_math500.records.runs import graded_runs, no_results, runs_of_logs

__all__ = [
    'Note',
    'Record',
    'Recorded',
    'Turn',
    'find_recorded',
    'graded_runs',
    'no_results',
    'read_records',
    'refuse_output',
    'run_folder',
    'runs_of_logs',
    'settings_at',
]
