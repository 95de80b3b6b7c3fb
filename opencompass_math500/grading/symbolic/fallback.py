"""The symbolic fallback: sympy in processes that can be killed.

A signal or a thread cannot stop a computation inside C code, and libraries keep what they
should forget: a comparison runs in a fresh fork of a process that has sympy loaded. It is
bounded by its own CPU time, so that a busy machine changes no verdict; the wall clock only
tells that nothing moves at all, and is told apart. See :mod:`opencompass_math500.workers`.
"""

from __future__ import annotations

import os
from typing import Any, Final

from opencompass_math500.grading.bound import finite_parts
from opencompass_math500.grading.decision import Decision
from opencompass_math500.grading.symbolic.wire import encode
from opencompass_math500.grading.values import Apply, Matrix, Symbol, Value, is_expression, walk
from opencompass_math500.notes import note_once
from opencompass_math500.workers import (
    EndedError,
    ExpiredError,
    NotStartedError,
    Plan,
    RaisedError,
    WorkerError,
    Workshop,
)

__all__ = [
    'BACKSTOP_SECONDS',
    'CLOCK_SECONDS',
    'Worker',
    'compare_values',
    'worker',
]

CLOCK_SECONDS: Final = 5.0
"""CPU time of one comparison, in a process that has everything loaded."""

BACKSTOP_SECONDS: Final = 600.0
"""Wall-clock time without any sign of life from the processes: something is broken."""

_MEMORY_BYTES: Final = 3 << 30
_MODULE: Final = 'opencompass_math500.grading.symbolic.symbolic_worker'


def _cores() -> int:
    if hasattr(os, 'sched_getaffinity'):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Worker:
    """Asks the processes that compare.

    Args:
        module: the module, or file, whose function ``load`` gives what answers.
        fork: as for :class:`~opencompass_math500.workers.Plan`.
    """

    def __init__(self, module: str = _MODULE, fork: bool | None = None) -> None:
        self._workshop = Workshop(
            Plan(
                title='the symbolic process',
                load=(module, 'load'),
                at_once=_cores(),
                memory_bytes=_MEMORY_BYTES,
                fork=fork,
            )
        )

    @property
    def pid(self) -> int | None:
        """Return the process id of the process that waits, None where there is none."""
        return self._workshop.pid

    def ask(self, request: dict[str, Any]) -> Decision:
        """Decide a request, or say why it could not be decided. Raises nothing of its own."""
        try:
            reply = self._reply(request)
        except NotStartedError as error:
            return _unavailable(f'sympy cannot run: {error}')
        except ExpiredError as error:
            return Decision(None, 'fallback.stalled', f'the symbolic process stands still: {error}')
        except EndedError as error:
            if error.is_overrun:
                why = f'undecided after {CLOCK_SECONDS:g} s of computing'
                return Decision(None, 'fallback.timeout', why)
            return Decision(None, 'fallback.crashed', f'sympy crashed: {error}')
        except RaisedError as error:
            return Decision(None, 'fallback.crashed', f'sympy failed: {error}')
        return Decision(reply['equal'], 'fallback.symbolic', reply['reason'])

    def trouble(self) -> str | None:
        """Return what the processes lack here, None where they have all. Starts them."""
        try:
            with self._workshop.connect() as connection:
                found: str | None = connection.greeting(BACKSTOP_SECONDS)
        except WorkerError as error:
            return f'sympy cannot run: {error}'
        return found

    def stop(self) -> None:
        """End the processes; the next request starts others."""
        self._workshop.close()

    def _reply(self, request: dict[str, Any]) -> dict[str, Any]:
        for is_last in (False, True):
            with self._workshop.connect() as connection:
                try:
                    reply: dict[str, Any] = connection.ask(
                        request, cpu_seconds=CLOCK_SECONDS, seconds=BACKSTOP_SECONDS
                    )
                    return reply
                except EndedError as error:
                    # Not the comparison's end but that of the process behind it: once more.
                    if is_last or error.status is not None:
                        raise
        raise AssertionError


def _unavailable(why: str) -> Decision:
    note_once(f'{why}; what needs it is counted as timeout, not as wrong')
    return Decision(None, 'fallback.unavailable', why)


worker: Worker = Worker()
"""What this process asks; nothing is started before it is needed."""


def symbolic_trouble() -> str | None:
    """Return what keeps sympy from being asked here, None where nothing does."""
    return worker.trouble()


def compare_values(gold: Value, answer: Value) -> Decision | None:
    """Compare two expressions that the rigorous means left undecided; None if hopeless."""
    readable = [is_expression(value) or isinstance(value, Matrix) for value in (gold, answer)]
    if not all(readable) or any(
        _is_hopeless(n) for v in (gold, answer) for n in walk(finite_parts(v))
    ):
        return None
    return worker.ask({'gold': encode(gold), 'answer': encode(answer)})


def _is_hopeless(node: Value) -> bool:
    """An unknown function, a sign or infinity inside: no algebra decides these."""
    if isinstance(node, Apply):
        return node.op.startswith('call ') or node.op in ('pm', 'mp')
    return not (is_expression(node) or isinstance(node, Matrix)) or node == Symbol('infty')
