"""Responses to the same problems, told by their marks alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from work_dirs import detail

from opencompass_math500.response import Response
from opencompass_math500.runs.opencompass.results import items_of

__all__ = ['items']


def items(*marks: bool | Sequence[bool], first: int = 0) -> list[Response]:
    """One item a mark, or several of one problem."""
    kinds = [[mark] if isinstance(mark, bool) else list(mark) for mark in marks]
    words = {True: 'correct', False: 'incorrect'}
    details = [
        detail(number, *(words[mark] for mark in kind))
        for number, kind in enumerate(kinds, start=first)
    ]
    return items_of(details, Path('here'))
