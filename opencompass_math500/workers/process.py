"""One process of a workshop, as its caller sees it: started, spoken to, ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
from contextlib import suppress
from typing import IO, Final

from opencompass_math500.workers.connection import NotStartedError
from opencompass_math500.workers.interruption import is_interruption
from opencompass_math500.workers.launch import Plan, command, environment, setup_of

__all__ = ['Process', 'start']

_ERROR_BYTES: Final = 4_000
_LEAVE_SECONDS: Final = 5.0  # for who has nothing more to do than to end its children


class Process:
    """A keeper, or where nothing can be forked the one process of a connection.

    Args:
        popen: the process.
        errors: what it says on stderr until it has loaded; None where there was no room.
        control: the other end of a keeper's standard input.
    """

    def __init__(
        self,
        popen: subprocess.Popen[bytes],
        errors: IO[bytes] | None,
        control: socket.socket | None,
    ) -> None:
        self._popen = popen
        self._errors = errors
        self._control = control

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._popen.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._popen.poll() is None

    def set_up(self, plan: Plan, connection: socket.socket | None) -> None:
        """Send the first message."""
        with suppress(BrokenPipeError):  # it ended at once: whoever waits for it is told why
            if self._control is not None:
                self._control.sendall(setup_of(plan))
                return
            assert connection is not None and self._popen.stdin is not None
            given: int | str = connection.fileno()
            if os.name == 'nt':
                given = connection.share(self.pid).hex()  # type: ignore[attr-defined]
            self._popen.stdin.write(setup_of(plan, given))
            self._popen.stdin.flush()

    def give(self, connection: socket.socket) -> None:
        """Pass a connection to a keeper; raises OSError where it has ended."""
        assert self._control is not None
        socket.send_fds(self._control, [b'.'], [connection.fileno()])

    def wait(self) -> int | None:
        """Wait for its exit status, None where it does not end soon."""
        try:
            return self._popen.wait(_LEAVE_SECONDS)
        except subprocess.TimeoutExpired:
            return None

    def last_words(self) -> str:
        """Return the last line that it said before it had loaded."""
        if self._errors is None or self._errors.closed:
            return ''
        size = os.fstat(self._errors.fileno()).st_size
        start = max(0, size - _ERROR_BYTES)
        if hasattr(os, 'pread'):
            # At a position of our own: the one of the file is shared with the process.
            said = os.pread(self._errors.fileno(), _ERROR_BYTES, start)
        else:  # there the process has ended
            self._errors.seek(start)
            said = self._errors.read(_ERROR_BYTES)
        lines = said.decode('utf-8', 'replace').strip().splitlines()
        return lines[-1].strip()[:200] if lines else ''

    def end(self) -> None:
        """End it; a keeper ends its children first."""
        if self._control is not None:
            with suppress(OSError):
                self._control.shutdown(socket.SHUT_RDWR)
            self._control.close()
            self._popen.terminate()
            self.wait()
        if self._popen.poll() is None:
            _kill(self._popen)
        self._popen.wait()
        self._close_files()

    def disown(self) -> None:
        """Close what a fork has inherited of it, and let it live."""
        if self._control is not None:
            self._control.close()
        self._popen.returncode = 0  # not this process's to wait for
        self._close_files()

    def _close_files(self) -> None:
        for stream in (self._errors, self._popen.stdin):
            if stream is not None:
                with suppress(OSError):
                    stream.close()


def start(plan: Plan, connection: socket.socket | None = None) -> Process:
    """Start a keeper, or the one process that serves ``connection``; does not wait for it.

    Raises:
        NotStartedError: the system refuses.
    """
    control = stdin = None
    errors = _errors_file()
    is_inherited = connection is not None and os.name != 'nt'
    try:
        if connection is None:
            control, stdin = socket.socketpair()
        popen = subprocess.Popen(
            command(plan),
            stdin=subprocess.PIPE if stdin is None else stdin.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=errors or subprocess.DEVNULL,
            env=environment(plan),
            pass_fds=(connection.fileno(),) if connection is not None and is_inherited else (),
            start_new_session=True,  # Control-C is meant for the one who asks
        )
    except (OSError, ValueError, TypeError) as error:
        if control is not None:
            control.close()
        if is_interruption(error):
            raise
        raise NotStartedError(f'{plan.title} cannot start: {error}') from error
    finally:
        if stdin is not None:
            stdin.close()
    # Interrupted before this line, it ends by itself: nobody holds the other end any more.
    process = Process(popen, errors, control)
    try:
        process.set_up(plan, connection)
    except BaseException:
        process.end()
        raise
    return process


def _kill(popen: subprocess.Popen[bytes]) -> None:
    """Kill it, and what it has started."""
    if hasattr(os, 'killpg'):
        with suppress(OSError):
            os.killpg(popen.pid, signal.SIGKILL)
    popen.kill()


def _errors_file() -> IO[bytes] | None:
    try:
        return tempfile.TemporaryFile()
    except OSError:
        return None
