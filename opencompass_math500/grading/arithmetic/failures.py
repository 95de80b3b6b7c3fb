"""Why an expression has no enclosure."""

from __future__ import annotations

__all__ = ['NoValueError', 'TooLargeError', 'UnsupportedError']


class UnsupportedError(ValueError):
    """The expression holds an operation that has no ball."""


class TooLargeError(UnsupportedError):
    """An intermediate value is too large to write out."""


class NoValueError(ValueError):
    """The expression has no value: a division by zero."""
