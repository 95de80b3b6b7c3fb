"""A connection to a child of a workshop, and what can become of a request."""

from __future__ import annotations

import json
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from opencompass_math500.workers.inside.child import OVERRUN
from opencompass_math500.workers.interruption import is_interruption

__all__ = [
    'Connection',
    'EndedError',
    'ExpiredError',
    'NotStartedError',
    'RaisedError',
    'WorkerError',
]

_CHUNK: Final = 1 << 16
_OVERRUN_STATUS: Final = frozenset(
    {OVERRUN} | {-getattr(signal, name) for name in ('SIGPROF', 'SIGXCPU') if hasattr(signal, name)}
)


class WorkerError(RuntimeError):
    """No reply; the connection is closed, and its child ended."""


class NotStartedError(WorkerError):
    """The process could not be started, or could not load what it needs; says why.

    Attributes:
        for_good: another try would end the same way.
    """

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        super().__init__(why)
        self.for_good = for_good


class EndedError(WorkerError):
    """The child ended: a crash, the system in want of memory, or somebody's hand.

    Attributes:
        status: as of :class:`subprocess.Popen`; None where the keeper ended before it.
    """

    def __init__(self, status: int | None) -> None:
        super().__init__(f'its process ended (status {status})')
        self.status = status

    @property
    def is_overrun(self) -> bool:
        """Whether it was ended for the CPU time that it used."""
        return self.status in _OVERRUN_STATUS


class ExpiredError(WorkerError):
    """There was no sign of life in the time that was given."""


class RaisedError(WorkerError):
    """What was to answer raised an exception; the connection can be used further."""


class Connection:
    """A child of one's own, for as long as the ``with`` lasts.

    Whatever is raised on this side between a request and its reply (Control-C, the
    exception of a signal's handler) closes the connection, and that ends the child: there is
    no way for a late reply to be taken for another one's. Requests are numbered all the same.

    Args:
        stream: the socket.
        explain: gives the error for a child that ended, from its status, where that is
            known, and whether it had greeted.
        released: called when it is closed.
    """

    def __init__(
        self,
        stream: socket.socket,
        explain: Callable[[int | None, bool], WorkerError],
        released: Callable[[], object] = lambda: None,
    ) -> None:
        self._stream = stream
        self._explain = explain
        self._released = released
        self._rest = b''
        self._number = 0
        self._is_asking = False
        self._is_closed = False
        self._greeting: tuple[int, Any] | None = None

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close it; the child ends."""
        self._is_closed = True
        # Not only close: a fork of this process may hold it as well.
        with suppress(OSError):
            self._stream.shutdown(socket.SHUT_RDWR)
        self._stream.close()
        self._released()

    @property
    def is_alive(self) -> bool:
        """Whether the child waits for a request, as far as is known."""
        if self._greeting is None:
            return True
        # It says nothing unasked: whatever can be read is about its end.
        with suppress(OSError):
            self._stream.settimeout(0)
            self._stream.recv(1, socket.MSG_PEEK)
            return False
        return self._stream.fileno() >= 0

    @property
    def pid(self) -> int | None:
        """The process id of the child, once it has greeted."""
        return self._greeting[0] if self._greeting else None

    def greeting(self, seconds: float | None = None) -> Any:
        """Return what the child said when it had loaded.

        Raises:
            NotStartedError: it did not load.
            ExpiredError: not in ``seconds``.
        """
        while self._greeting is None:
            self._guarded(lambda: self._receive(seconds))
        return self._greeting[1]

    def ask(
        self, request: Any, *, cpu_seconds: float | None = None, seconds: float | None = None
    ) -> Any:
        """Send a request and return the reply.

        Args:
            request: what JSON can hold.
            cpu_seconds: the CPU time that the child may use for it.
            seconds: how long to wait for any sign of life.

        Raises:
            NotStartedError, EndedError, ExpiredError: no reply; the connection is closed.
            RaisedError: the child's answer was an exception.
        """
        self._number += 1
        # ASCII: a lone surrogate in a response passes as its escape.
        line = json.dumps([self._number, cpu_seconds, request]).encode('ascii') + b'\n'
        reply, raised = self._guarded(lambda: self._exchange(line, seconds))
        if raised is not None:
            raise RaisedError(raised)
        return reply

    def _guarded(self, step: Callable[[], Any]) -> Any:
        # A mark, not only the exception's way out: that can be interrupted again.
        if self._is_asking:
            self.close()
            raise EndedError(None)
        self._is_asking = True
        try:
            found = step()
        except BaseException:
            self.close()
            raise
        self._is_asking = False
        return found

    def _exchange(self, line: bytes, seconds: float | None) -> tuple[Any, str | None]:
        try:
            self._stream.settimeout(seconds)
            self._stream.sendall(line)
        except OSError as error:
            if is_interruption(error):
                raise
            if isinstance(error, TimeoutError):
                raise ExpiredError(f'no sign of life within {seconds:g} s') from None
            # Else it has ended; what became of it is still to be read.
        while True:
            number, reply, raised = self._receive(seconds)
            if number == self._number:
                return reply, raised
            if number:
                raise EndedError(None)

    def _receive(self, seconds: float | None) -> tuple[int, Any, str | None]:
        """The next message of the child."""
        while True:
            line = self._line(seconds)
            try:
                message = json.loads(line)
            except ValueError as error:
                if is_interruption(error):
                    raise
                continue  # a sign of life, or a reply that was cut by its child's end
            if isinstance(message, dict):
                raise self._failed(message)
            number, reply, last = message
            if number == 0:
                self._greeting = (reply, last)
                return 0, None, None
            return number, reply, last

    def _line(self, seconds: float | None) -> bytes:
        while b'\n' not in self._rest:
            try:
                self._stream.settimeout(seconds)  # another thread may have closed it
                part = self._stream.recv(_CHUNK)
            except OSError as error:
                if is_interruption(error):
                    raise
                if isinstance(error, TimeoutError):
                    raise ExpiredError(f'no sign of life within {seconds:g} s') from None
                part = b''
            if not part:
                raise self._failed({'ended': None})
            self._rest += part
        line, _, self._rest = self._rest.partition(b'\n')
        return line

    def _failed(self, message: dict[str, Any]) -> WorkerError:
        if 'unforked' in message:
            return NotStartedError(message['unforked'])
        if self._is_closed:  # by another thread: its end needs no explanation to wait for
            return EndedError(None)
        return self._explain(message['ended'], self._greeting is not None)
