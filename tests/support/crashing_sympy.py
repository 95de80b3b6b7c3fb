"""Stands in for the process that compares: it fails, in another way for each number."""

from __future__ import annotations

import json
import os
import signal
from typing import Any

__all__ = ['load']


def load() -> tuple[Any, None]:
    """Return what answers a request, and no greeting."""
    return _answer, None


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    asked = json.dumps(request)
    if '"0xb"' in asked:
        os.kill(os.getpid(), signal.SIGSEGV)
    if '"0xd"' in asked:
        os._exit(0)
    if '"0x11"' in asked:
        return _answer(request)
    raise MemoryError
