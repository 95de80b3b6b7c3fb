"""Rows and files of problems for tests of the dataset."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def row(number: int = 1, /, **changes: Any) -> Row:
    """A well-formed row that is not from MATH-500."""
    fields = {
        'problem': f'What is ${number} + 1$?',
        'solution': '',
        'answer': str(number + 1),
        'subject': 'Algebra',
        'level': 1,
        'unique_id': f'mine/{number}',
    }
    return {**fields, **changes}


def save(content: Sequence[Row] | str | bytes, path: Path) -> Path:
    """Writes rows as JSON Lines, or text or bytes as they are, and gives the path back."""
    if not isinstance(content, (str, bytes)):
        content = '\n'.join(json.dumps(each) for each in content) + '\n'
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
