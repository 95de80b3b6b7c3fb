"""The process that waits for connections with all loaded, and forks a child for each."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import traceback
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from .child import Child
from .loading import load, quiet

__all__ = ['Keeper']

_CALLER_CHECK_MS = 2_000  # a program may fork without telling Python, and hold our end open


class Keeper:
    """Forks a child for each connection, at most ``at_once`` at any time."""

    def __init__(self, setup: Mapping[str, Any]) -> None:
        self._setup = setup
        self._caller = os.getppid()
        self._loaded = load(setup) if setup['preload'] else None
        if self._loaded:
            quiet(1, 2)
        self._control = socket.socket(fileno=os.dup(0))
        self._waiting: deque[socket.socket] = deque()
        self._children: dict[int, socket.socket] = {}
        self._die_with_parent = _parent_death_signal()
        import select  # not everywhere

        self._poller = select.poll()

    def run(self) -> None:
        """Serve until the caller closes its end, or ends."""
        # What the caller ignores or blocks is inherited.
        if hasattr(signal, 'pthread_sigmask'):
            signal.pthread_sigmask(signal.SIG_SETMASK, [])
        for name in (signal.SIGPROF, signal.SIGXCPU):
            signal.signal(name, signal.SIG_DFL)
        _allow_descriptors()
        signal.signal(signal.SIGTERM, self._leave)
        woken, waker = os.pipe()
        os.set_blocking(woken, False)
        os.set_blocking(waker, False)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._poller.register(self._control, 1)  # POLLIN
        self._poller.register(woken, 1)
        try:
            while os.getppid() == self._caller:
                for ready, _ in self._poller.poll(_CALLER_CHECK_MS):
                    if ready == self._control.fileno():
                        if not self._accept():
                            return
                    elif ready == woken:
                        os.read(woken, 1024)
                    else:
                        self._hang_up(ready)
                self._reap()
                while self._waiting and len(self._children) < self._setup['at_once']:
                    self._fork(self._waiting.popleft())
        finally:
            self._leave()

    def _leave(self, *_: object) -> None:
        for pid in self._children:
            _end_group(pid)
            os.kill(pid, signal.SIGKILL)  # not yet waited for: the number is still its own
        os._exit(0)

    def _accept(self) -> bool:
        data, descriptors, _, _ = socket.recv_fds(self._control, 1, 1)
        for descriptor in descriptors:
            connection = socket.socket(fileno=descriptor)
            self._poller.register(connection, 0)  # POLLHUP and POLLERR, which are always told
            self._waiting.append(connection)
        return bool(data)

    def _hang_up(self, descriptor: int) -> None:
        """The caller is no longer interested: it has the reply, or was interrupted."""
        for connection in [one for one in self._waiting if one.fileno() == descriptor]:
            self._waiting.remove(connection)
            self._forget(connection)
        for pid, connection in self._children.items():
            if connection.fileno() == descriptor:
                self._poller.unregister(connection)
                _end_group(pid)
                os.kill(pid, signal.SIGKILL)

    def _forget(self, connection: socket.socket) -> None:
        with suppress(KeyError):
            self._poller.unregister(connection)
        connection.close()

    def _reap(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            connection = self._children.pop(pid, None)
            if connection is None:
                continue
            _end_group(pid)  # what it has started itself
            last = json.dumps({'ended': os.waitstatus_to_exitcode(status)})
            _tell(connection, f'\n{last}\n'.encode())
            self._forget(connection)
            for waiting in self._waiting:
                _tell(waiting, b'\n')

    def _fork(self, connection: socket.socket) -> None:
        caller = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:  # no memory, too many processes
            _tell(connection, json.dumps({'unforked': str(error)}).encode() + b'\n')
            self._forget(connection)
            return
        if pid:
            with suppress(OSError):
                os.setpgid(pid, pid)
            self._children[pid] = connection
            return
        try:
            self._become_child(caller, connection)
        except BaseException:  # noqa: BLE001 - no way back into the keeper
            traceback.print_exc()
            sys.stderr.flush()
        os._exit(1)

    def _become_child(self, keeper: int, connection: socket.socket) -> None:
        with suppress(OSError):
            os.setpgid(0, 0)
        self._die_with_parent()
        if os.getppid() != keeper:
            return
        signal.set_wakeup_fd(-1)
        for name in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(name, signal.SIG_DFL)
        # The others' connections would not be closed while this child lives.
        for other in (self._control, *self._waiting, *self._children.values()):
            other.close()
        quiet(0)
        Child(self._setup, connection).run(self._loaded)


def _allow_descriptors() -> None:
    """As many as may be: a connection of each of the caller's threads waits here."""
    import resource

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _end_group(pid: int) -> None:
    """End what a child has started, and the child if it has its group already."""
    with suppress(OSError):
        os.killpg(pid, signal.SIGKILL)


def _tell(connection: socket.socket, data: bytes) -> None:
    """Send, if there is room: nobody may hold up the keeper."""
    with suppress(OSError):
        connection.send(data, socket.MSG_DONTWAIT)


def _parent_death_signal() -> Callable[[], object]:
    """What makes the system end a process when its parent's thread does: the keeper has one."""
    if sys.platform != 'linux':
        return lambda: None
    try:
        import ctypes

        prctl = ctypes.CDLL(None).prctl
    except (ImportError, OSError, AttributeError):
        return lambda: None
    return lambda: prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
