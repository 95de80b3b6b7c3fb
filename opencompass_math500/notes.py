"""What a command says beside its output."""

from __future__ import annotations

import sys
from typing import Final

__all__ = ['note', 'note_once', 'noted_once']

_SAID: Final[dict[str, None]] = {}


def note(text: object) -> None:
    """Say one line on stderr, in the name of this package."""
    print(f'math500: {text}', file=sys.stderr)


def note_once(text: str) -> None:
    """Say a line, unless this process has said it already."""
    if text not in _SAID:
        _SAID[text] = None
        note(text)


def noted_once() -> list[str]:
    """Return what :func:`note_once` has said here, for a process whose stderr nobody reads."""
    return list(_SAID)
