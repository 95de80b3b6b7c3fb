"""Exceptions that are the caller's own: of a signal's handler, or set from another thread."""

from __future__ import annotations

import sys
from itertools import pairwise
from types import FrameType, TracebackType
from typing import Final

__all__ = ['is_interruption']

# What our code, the standard library and the library of exact arithmetic raise.
_OWN: Final = sys.stdlib_module_names | {__name__.partition('.')[0], 'flint'}


def is_interruption(error: BaseException) -> bool:
    """Tell whether ``error`` was raised into our code, not by it.

    Timeouts of other people raise whatever they like, ``TimeoutError`` or ``OSError`` as well,
    at any place of ours. A function that was given its caller's frame is a signal's handler;
    and we raise no exception of anyone else's class.
    """
    if type(error).__module__.partition('.')[0] not in _OWN or type(error) is Exception:
        return True
    frames = _frames(error.__traceback__)
    return any(_holds(inner, outer) for outer, inner in pairwise(frames))


def _frames(trace: TracebackType | None) -> list[FrameType]:
    found = []
    while trace is not None:
        found.append(trace.tb_frame)
        trace = trace.tb_next
    return found


def _holds(inner: FrameType, outer: FrameType) -> bool:
    """Whether a local variable, or an element of ``*_``, is the frame."""
    for value in inner.f_locals.values():
        if value is outer or (type(value) is tuple and any(each is outer for each in value)):
            return True
    return False
