"""Work directories of OpenCompass as a stream of records: one response, all that is known."""

from __future__ import annotations

from opencompass_math500.records.folder import (
    Recorded,
    find_recorded,
    refuse_output,
    run_folder,
)
from opencompass_math500.records.read import Note, read_records
from opencompass_math500.records.record import Record, Turn

__all__ = [
    'Note',
    'Record',
    'Recorded',
    'Turn',
    'find_recorded',
    'read_records',
    'refuse_output',
    'run_folder',
]
