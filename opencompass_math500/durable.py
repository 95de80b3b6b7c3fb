"""Files that are seen whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ['replace_text']


def replace_text(path: Path, text: str) -> None:
    """Write through a neighbour and a rename: a crash leaves the old file or the new.

    Makes the folder where it is missing. A lone surrogate in ``text`` is written as its
    escape (in JSON the same character): it must not cost the run.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    neighbour = path.with_name(f'.{path.name}.{os.getpid()}')
    neighbour.write_text(text, encoding='utf-8', errors='backslashreplace')
    neighbour.replace(path)
