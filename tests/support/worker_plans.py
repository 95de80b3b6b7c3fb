"""Workshops of tests, over the handlers of worker_handlers.py."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from opencompass_math500.workers import Plan, Workshop

__all__ = ['HANDLERS', 'NEEDS_FORK', 'NEEDS_PROC', 'ask', 'plan']

HANDLERS = str(Path(__file__).with_name('worker_handlers.py'))
NEEDS_FORK = pytest.mark.skipif(not hasattr(os, 'fork'), reason='needs fork')
NEEDS_PROC = pytest.mark.skipif(not Path('/proc/self/stat').exists(), reason='needs /proc')


def plan(function: str = 'load', **changes: Any) -> Plan:
    """What loads a function of worker_handlers.py."""
    return Plan(title='the process', load=(HANDLERS, function), **changes)


def ask(workshop: Workshop, *request: Any, **bounds: float) -> Any:
    """One request to a child of its own."""
    with workshop.connect() as connection:
        return connection.ask(request, **bounds)
