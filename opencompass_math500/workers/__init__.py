"""Supervised, killable processes: for what may hang, crash, or keep what it should forget."""

from __future__ import annotations

from opencompass_math500.workers.connection import (
    Connection,
    EndedError,
    ExpiredError,
    NotStartedError,
    RaisedError,
    WorkerError,
)
from opencompass_math500.workers.interruption import is_interruption
from opencompass_math500.workers.launch import Plan
from opencompass_math500.workers.workshop import Workshop

__all__ = [
    'Connection',
    'EndedError',
    'ExpiredError',
    'NotStartedError',
    'Plan',
    'RaisedError',
    'WorkerError',
    'Workshop',
    'is_interruption',
]
