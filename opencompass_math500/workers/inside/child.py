"""The process that answers the requests of one connection, within its bounds."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from .loading import Handler, load, quiet

__all__ = ['OVERRUN', 'Child']

OVERRUN = 124
"""Exit status of a child beyond its CPU time, where the system has no signal for it."""


class Child:
    """Answers the requests of one connection."""

    def __init__(self, setup: Mapping[str, Any], connection: socket.socket) -> None:
        self._setup = setup
        self._connection = connection
        self._clock = _Clock()

    def run(self, loaded: tuple[Handler, Any] | None) -> None:
        """Serve until the connection is closed; ends the process."""
        if loaded is None:
            loaded = load(self._setup)
            quiet(1, 2)
        handler, greeting = loaded
        if self._setup['memory_bytes']:
            _limit_memory(self._setup['memory_bytes'])
        with suppress(OSError):  # the caller is gone
            self._send([0, os.getpid(), greeting])
            for line in self._connection.makefile('rb'):
                self._send(self._answer(handler, *json.loads(line)))
        os._exit(0)

    def _answer(self, handler: Handler, number: int, seconds: float | None, request: Any) -> Any:
        self._clock.start(seconds)
        try:
            return [number, handler(request), None]
        except (Exception, SystemExit) as error:  # noqa: BLE001 - hostile input
            return [number, None, f'{type(error).__name__}: {error}'[:300]]
        finally:
            self._clock.start(None)

    def _send(self, message: Any) -> None:
        self._connection.sendall(json.dumps(message).encode('ascii') + b'\n')


def _limit_memory(wanted: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    with suppress(OSError, ValueError):  # macOS refuses it
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


class _Clock:
    """Ends this process when it has used so much CPU time: its own, whatever else runs."""

    def __init__(self) -> None:
        self._deadline: float | None = None
        self._watching = False

    def start(self, seconds: float | None) -> None:
        """Begin anew; None: no bound."""
        if hasattr(signal, 'setitimer'):
            # The signal's own action ends the process, in the midst of C code as well.
            signal.setitimer(signal.ITIMER_PROF, seconds or 0)
            return
        self._deadline = None if seconds is None else time.process_time() + seconds
        if not self._watching:
            self._watching = True
            threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while True:
            time.sleep(0.05)
            deadline = self._deadline
            if deadline is not None and time.process_time() > deadline:
                os._exit(OVERRUN)
