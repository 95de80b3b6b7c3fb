"""A run on disk: which there are, what was asked and answered, and under which settings.

The only room that knows file layouts. Each harness has a folder with its reader, which is a
:class:`~opencompass_math500.runs.source.Source` and stands in
:data:`~opencompass_math500.runs.places.SOURCES`.
"""

from __future__ import annotations

from opencompass_math500.runs.graded import comparable_runs, graded_runs
from opencompass_math500.runs.places import SOURCES, Place, find_place
from opencompass_math500.runs.read import graded_responses, read_responses
from opencompass_math500.runs.run import Run
from opencompass_math500.runs.source import Note, Source, StoredRun

__all__ = [
    'SOURCES',
    'Note',
    'Place',
    'Run',
    'Source',
    'StoredRun',
    'comparable_runs',
    'find_place',
    'graded_responses',
    'graded_runs',
    'read_responses',
]
