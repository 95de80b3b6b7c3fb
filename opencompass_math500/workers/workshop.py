"""A workshop: killable processes that answer requests, started when one is needed."""

from __future__ import annotations

import atexit
import errno
import os
import socket
import threading
import time
import weakref
from functools import partial
from typing import Final

from opencompass_math500.workers.connection import (
    Connection,
    EndedError,
    NotStartedError,
    WorkerError,
)
from opencompass_math500.workers.interruption import is_interruption
from opencompass_math500.workers.launch import Plan
from opencompass_math500.workers.process import Process, start

__all__ = ['Workshop']

_CAN_FORK: Final = hasattr(os, 'fork') and hasattr(socket, 'send_fds')
_PAUSE_SECONDS: Final = 0.02


class Workshop:
    """Gives connections to children of one process, which waits for them with all loaded.

    Works in threads (each has a child of its own, so that they use the cores), in daemonic
    processes and without a ``__main__`` guard. A fork of this process starts its own. When this
    process ends, in whatever way, the others end as well. Where the system cannot fork, each
    connection has a process of its own.

    Args:
        plan: what the processes are to do.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._forks = _CAN_FORK if plan.fork is None else plan.fork
        self._lock = threading.Lock()
        self._keeper: Process | None = None
        self._owner = os.getpid()
        self._broken: str | None = None
        self._threads: weakref.WeakKeyDictionary[socket.socket, int] = weakref.WeakKeyDictionary()
        _WORKSHOPS.add(self)

    def __enter__(self) -> Workshop:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process id of the process that waits, None where there is none."""
        keeper = self._keeper
        return keeper.pid if keeper is not None and keeper.is_running else None

    def connect(self) -> Connection:
        """Connect to a new child, without waiting for it.

        Raises:
            NotStartedError: the process cannot be started.
        """
        if self._broken is not None:
            raise NotStartedError(self._broken, for_good=True)
        if not self._forks:
            return self._process_of_its_own()
        while True:
            with self._lock:
                keeper, is_new = self._running()
            ours, theirs = self._pair()
            try:
                keeper.give(theirs)
            except OSError as error:  # it has ended since the last time
                ours.close()
                if is_interruption(error):
                    raise
                self._discard(keeper)
                if is_new:
                    raise NotStartedError(f'{self.plan.title} ended: {error}') from error
                continue
            finally:
                theirs.close()
            return self._connection(ours, keeper)

    def close(self) -> None:
        """End the process and all its children; the next connection starts another."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None and self._owner == os.getpid():
            keeper.end()

    def forget(self) -> None:
        """Leave the process alone: in a fork it belongs to the original."""
        keeper, self._keeper = self._keeper, None
        self._lock = threading.Lock()
        self._threads = weakref.WeakKeyDictionary()
        self._owner = os.getpid()
        if keeper is not None:
            keeper.disown()

    def _running(self) -> tuple[Process, bool]:
        if self._owner != os.getpid():
            self.forget()
        keeper = self._keeper
        if keeper is not None and keeper.is_running:
            return keeper, False
        if keeper is not None:
            keeper.end()
        self._keeper = keeper = start(self.plan)
        return keeper, True

    def _discard(self, keeper: Process) -> None:
        if self._keeper is keeper:
            self._keeper = None
        keeper.end()

    def _pair(self) -> tuple[socket.socket, socket.socket]:
        """The two ends of a connection.

        Hundreds of threads can use up the descriptors of this process (1024 by default): the
        next one waits for those that ask, as it would for a core.
        """
        while True:
            try:
                ours, theirs = socket.socketpair()
            except OSError as error:
                if is_interruption(error):
                    raise
                if error.errno != errno.EMFILE or not self._is_used_by_others():
                    raise NotStartedError(f'{self.plan.title} cannot start: {error}') from error
                time.sleep(_PAUSE_SECONDS)
                continue
            with self._lock:
                self._threads[ours] = threading.get_ident()
            return ours, theirs

    def _is_used_by_others(self) -> bool:
        """Whether another thread has a connection open: nobody can wait for himself."""
        with self._lock:
            others = list(self._threads.items())
        return any(end.fileno() >= 0 and by != threading.get_ident() for end, by in others)

    def _process_of_its_own(self) -> Connection:
        ours, theirs = self._pair()
        with theirs:
            process = start(self.plan, theirs)
        return self._connection(ours, process)

    def _connection(self, ours: socket.socket, process: Process) -> Connection:
        released = (lambda: None) if self._forks else process.end
        return Connection(ours, partial(self._explain, process), released)

    def _explain(self, process: Process, status: int | None, has_greeted: bool) -> WorkerError:
        """What became of a child; where it never loaded, why not."""
        own = process.wait() if status is None else None
        if not self._forks:
            status = own
        if has_greeted:
            return EndedError(status)
        failed = own if status is None else status
        if failed is None or failed <= 0:  # killed: another try may end better
            return EndedError(status)
        why = process.last_words() or f'status {failed}'
        if self._forks and not self.plan.preload:
            return NotStartedError(why)
        self._broken = why
        return NotStartedError(why, for_good=True)


_WORKSHOPS: Final[weakref.WeakSet[Workshop]] = weakref.WeakSet()


def _forget_all() -> None:
    for workshop in list(_WORKSHOPS):
        workshop.forget()


def _close_all() -> None:
    for workshop in list(_WORKSHOPS):
        workshop.close()


if hasattr(os, 'register_at_fork'):
    os.register_at_fork(after_in_child=_forget_all)
atexit.register(_close_all)
