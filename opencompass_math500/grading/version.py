"""The fingerprint of the grader: which rules gave a verdict."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Final

from opencompass_math500.endings import FINISH_FILE
from opencompass_math500.grading.extraction.markers import MARKER_FILE
from opencompass_math500.grading.parsing.words import DATA_FILES

__all__ = ['grader_version', 'sources_version']

_EXTRACTION_DATA: Final = ('answer_phrases.tsv', MARKER_FILE, FINISH_FILE)
_ROOM: Final = Path(__file__).parent
# How many responses are graded at once is no rule.
_NO_RULES: Final = frozenset({'batch.py'})


@lru_cache(maxsize=1)
def grader_version() -> str:
    """Return a short fingerprint of the grading sources and their data.

    It changes whenever a rule does, so that results of two graders are never mixed.
    """
    return sources_version(_ROOM, _ROOM.parent / 'data')


def sources_version(sources: Path, data: Path) -> str:
    """Return the fingerprint of all Python files below ``sources`` and of the grader's ``data``."""
    digest = hashlib.sha256()
    files = {path.relative_to(sources).as_posix(): path for path in sources.rglob('*.py')}
    for name in sorted(files.keys() - _NO_RULES):
        digest.update(name.encode())
        digest.update(files[name].read_bytes())
    for name in (*DATA_FILES, *_EXTRACTION_DATA):
        digest.update(name.encode())
        digest.update((data / name).read_bytes())
    return digest.hexdigest()[:12]
