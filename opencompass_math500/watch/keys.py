"""Keys that end the watching, where there is a keyboard."""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

__all__ = ['Wait', 'keyboard']

Wait = Callable[[float], bool]
"""Waits for so many seconds; true as soon as a key says to end."""

_ENDING: Final = frozenset(b'qQ')


@contextmanager
def keyboard() -> Iterator[Wait]:
    """Read single keys from the terminal for as long as the context is open.

    Where stdin is no terminal, belongs to another job, or the system has no such thing,
    nothing but time ends the wait. The terminal is given back as it was, after a
    termination signal too.
    """
    try:
        import termios
        import tty
    except ImportError:  # Windows: Ctrl-C ends the watching
        yield _sleep
        return
    if not _is_ours():
        yield _sleep
        return
    number = sys.stdin.fileno()
    before = termios.tcgetattr(number)
    handler = signal.signal(signal.SIGTERM, _leave)
    try:
        tty.setcbreak(number, termios.TCSANOW)
        yield lambda seconds: _wait(number, seconds)
    finally:
        termios.tcsetattr(number, termios.TCSANOW, before)
        signal.signal(signal.SIGTERM, handler)


def _is_ours() -> bool:
    """Whether stdin is a terminal, and this job the one that it talks to."""
    try:
        number = sys.stdin.fileno()
        return os.isatty(number) and os.tcgetpgrp(number) == os.getpgrp()
    except (AttributeError, OSError, ValueError):  # closed, or not this session's terminal
        return False


def _sleep(seconds: float) -> bool:
    time.sleep(seconds)
    return False


def _wait(number: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while True:
        left = max(0.0, until - time.monotonic())
        if not select.select([number], [], [], left)[0]:
            return False
        pressed = os.read(number, 64)
        if not pressed or _ENDING & set(pressed):  # nothing: the terminal was closed
            return True


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
