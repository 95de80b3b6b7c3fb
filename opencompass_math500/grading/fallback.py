"""The symbolic fallback: one reused worker process with a clock.

A signal or a thread cannot stop a computation inside C code, a process can be killed.
The worker is a plain subprocess (so that it works in daemonic processes, in threads
and without a ``__main__`` guard), is started only when something is really undecided,
and speaks JSON lines. A worker that overruns its clock is killed: that item is a
``timeout``, the next one gets a fresh worker.
"""

from __future__ import annotations

import atexit
import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any, Final

from opencompass_math500.grading.bound import finite_parts
from opencompass_math500.grading.decision import Decision
from opencompass_math500.grading.latex import is_symbolic
from opencompass_math500.grading.values import Apply, Matrix, Symbol, Value, is_expression, walk
from opencompass_math500.grading.wire import encode

__all__ = ['CLOCK_SECONDS', 'compare_latex', 'compare_values', 'worker']

CLOCK_SECONDS: Final = 2.0
"""Time for one comparison, not counting the start of the worker."""

_START_SECONDS: Final = 60.0
_MODULE: Final = 'opencompass_math500.grading.symbolic_worker'


class WorkerError(RuntimeError):
    """The worker could not be started or died."""


class Worker:
    """A subprocess that compares pairs, one at a time, each under the clock.

    Args:
        module: the module that the subprocess runs.
    """

    def __init__(self, module: str = _MODULE) -> None:
        self._module = module
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._owner = os.getpid()

    @property
    def pid(self) -> int | None:
        """The process id of the running worker, None where there is none."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def ask(self, request: dict[str, Any], seconds: float = CLOCK_SECONDS) -> dict[str, Any] | None:
        """Send one request; return the reply, or None where the clock ran out.

        Raises:
            WorkerError: the worker cannot run here (no interpreter, no memory).
        """
        with self._lock:
            self._disown()
            stdin = self._running()
            try:
                stdin.write(json.dumps(request) + '\n')
                stdin.flush()
            except OSError as error:
                self.stop()
                raise WorkerError(f'the worker died: {error}') from error
            try:
                line = self._lines.get(timeout=seconds)
            except queue.Empty:
                self.stop()
                return None
            if line is None:
                # Killed by its memory limit: as bad as its clock, for this item only.
                self.stop()
                return None
            reply: dict[str, Any] = json.loads(line)
            return reply

    def stop(self) -> None:
        """Kill the worker; the next request starts another."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    try:
                        stream.close()
                    except OSError:  # a broken pipe has nothing left to flush
                        continue

    def _disown(self) -> None:
        """In a forked child the worker belongs to the parent: leave it alone."""
        if self._owner != os.getpid():
            self._owner = os.getpid()
            self._process = None
            self._lines = queue.SimpleQueue()

    def _running(self) -> IO[str]:
        if self._process is None or self._process.poll() is not None:
            self._start()
        assert self._process is not None and self._process.stdin is not None
        return self._process.stdin

    def _start(self) -> None:
        root = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(filter(None, (root, os.environ.get('PYTHONPATH', ''))))
        try:
            process = subprocess.Popen(
                [sys.executable, '-m', self._module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding='utf-8',
                env={**os.environ, 'PYTHONPATH': path},
            )
        except (OSError, ValueError) as error:
            raise WorkerError(f'the worker cannot start: {error}') from error
        self._process = process
        self._lines = queue.SimpleQueue()
        threading.Thread(target=_read, args=(process.stdout, self._lines), daemon=True).start()
        try:
            ready = self._lines.get(timeout=_START_SECONDS)
        except queue.Empty:
            ready = None
        if ready is None:
            self.stop()
            raise WorkerError('the worker did not come up')


def _read(stream: IO[str], lines: queue.SimpleQueue[str | None]) -> None:
    try:
        for line in stream:
            lines.put(line)
    except (OSError, ValueError):  # the stream was closed while it was read
        pass
    lines.put(None)


worker: Worker = Worker()
"""The one worker of this process; not started before it is needed."""

atexit.register(lambda: worker.stop() if worker._owner == os.getpid() else None)


def _renew_lock() -> None:
    worker._lock = threading.Lock()


if hasattr(os, 'register_at_fork'):
    os.register_at_fork(after_in_child=_renew_lock)


def compare_latex(gold: str, answer: str) -> Decision | None:
    """Compare two texts of which one is outside of our grammar; None if hopeless."""
    if not (is_symbolic(gold) or is_symbolic(answer)):
        return None
    return _ask({'kind': 'latex', 'gold': gold, 'answer': answer})


def compare_values(gold: Value, answer: Value) -> Decision | None:
    """Compare two expressions that the rigorous means left undecided; None if hopeless."""
    readable = [is_expression(value) or isinstance(value, Matrix) for value in (gold, answer)]
    if not all(readable) or any(
        _is_hopeless(n) for v in (gold, answer) for n in walk(finite_parts(v))
    ):
        return None
    return _ask({'kind': 'values', 'gold': encode(gold), 'answer': encode(answer)})


def _is_hopeless(node: Value) -> bool:
    """An unknown function, a sign or infinity inside: no algebra decides these."""
    if isinstance(node, Apply):
        return node.op.startswith('call ') or node.op in ('pm', 'mp')
    return not (is_expression(node) or isinstance(node, Matrix)) or node == Symbol('infty')


def _ask(request: dict[str, Any]) -> Decision:
    try:
        reply = worker.ask(request, CLOCK_SECONDS)
    except WorkerError as error:
        return Decision(None, 'fallback.unavailable', str(error))
    if reply is None:
        return Decision(None, 'fallback.timeout', f'undecided after {CLOCK_SECONDS:g} s')
    return Decision(reply['equal'], 'fallback.symbolic', reply['reason'])
