"""A run on disk: which there are, what was asked and answered, and under which settings.

The only room that knows file layouts.
"""

from __future__ import annotations

from opencompass_math500.runs.read import Note, read_records
from opencompass_math500.runs.run import Run

__all__ = ['Note', 'Run', 'read_records']
