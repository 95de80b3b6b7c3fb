"""What a run is called where several stand side by side."""

from __future__ import annotations

from string import ascii_uppercase

__all__ = ['mark_of']


def mark_of(number: int) -> str:
    """Return A, B, ...; numbers where letters end."""
    return ascii_uppercase[number] if number < len(ascii_uppercase) else str(number + 1)
