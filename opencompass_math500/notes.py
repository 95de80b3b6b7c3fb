"""What a command says beside its output."""

from __future__ import annotations

import sys

__all__ = ['note']


def note(text: object) -> None:
    """Say one line on stderr, in the name of this package."""
    print(f'math500: {text}', file=sys.stderr)
