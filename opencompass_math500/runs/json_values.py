"""Values of a file's JSON, each as what it should be, or nothing where it is something else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from opencompass_math500.runs.rows import Numeral

__all__ = ['as_list', 'as_object', 'as_whole', 'of_sample', 'written_whole']

_MAX_DIGITS: Final = 15


def as_object(value: Any) -> Mapping[str, Any]:
    """Return an object, an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def as_list(value: Any) -> list[Any]:
    """Return a list, an empty one for anything else."""
    return value if isinstance(value, list) else []


def as_whole(value: Any) -> int | None:
    """Return a whole number, None for anything else: true is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def written_whole(value: Any) -> int | None:
    """Return a whole number of a row, whose numbers stand as they were written; else None."""
    good = isinstance(value, Numeral) and value.isdecimal() and len(value) <= _MAX_DIGITS
    return int(value) if good else None


def of_sample(value: Any, sample: int) -> Any:
    """Return a sample's entry of a list with one for each; a single value as it is."""
    if isinstance(value, list):
        return value[sample] if sample < len(value) else None
    return value
