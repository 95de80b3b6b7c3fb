"""A foreign grader behind a clock: its process is ended where it hangs, and started again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from opencompass_math500.errors import ConfigError
from opencompass_math500.graders.matrix import Grader, GraderVerdict
from opencompass_math500.workers import (
    Connection,
    ExpiredError,
    NotStartedError,
    Plan,
    WorkerError,
    Workshop,
)

__all__ = ['Peer', 'PeerCommand']


@dataclass(frozen=True, slots=True)
class PeerCommand:
    """How to start a peer, and how long to wait for it.

    Attributes:
        title: what messages call it.
        graders: those that it serves.
        load: a module, or a file, and its function that gives what answers; see
            :func:`~opencompass_math500.graders.worker.served`.
        remedy: what to do where it does not start.
        item_seconds: for one verdict.
        start_seconds: for its start.
        python: the interpreter of another environment.
    """

    title: str
    graders: tuple[Grader, ...]
    load: tuple[str, str]
    remedy: str
    item_seconds: float
    start_seconds: float = 300.0
    python: str | None = None


class Peer:
    """A process that grades: see :mod:`opencompass_math500.graders.worker`.

    Starts at once, without waiting; use it in a ``with``.

    Raises:
        ConfigError: it cannot be started; what it said last.
    """

    def __init__(self, command: PeerCommand) -> None:
        self._command = command
        # Each process loads for itself: these libraries start threads, which a fork loses.
        plan = Plan(command.title, command.load, preload=False, python=command.python)
        self._workshop = Workshop(plan)
        self._versions: dict[str, str] | None = None
        self._connection: Connection | None = self._connected()

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def graders(self) -> tuple[Grader, ...]:
        """The graders that it serves."""
        return self._command.graders

    @property
    def versions(self) -> Mapping[str, str]:
        """Each grader's package and version. Waits for the start.

        Raises:
            ConfigError: it did not start.
        """
        if self._versions is None:
            self._started()
        assert self._versions is not None
        return self._versions

    def ask(self, grader: Grader, response: str, gold: str) -> GraderVerdict:
        """Ask for its word on one response; where it hangs or dies, a word says so.

        Raises:
            ConfigError: it did not start, or not again.
        """
        connection = self._started()
        self._connection = None  # until it has answered
        try:
            answer, is_correct, note = connection.ask(
                [grader, response, gold], seconds=self._command.item_seconds
            )
        except ExpiredError:
            return GraderVerdict(None, False, f'no verdict within {self._command.item_seconds:g} s')
        except WorkerError as error:
            return GraderVerdict(None, False, str(error))
        self._connection = connection
        return GraderVerdict(answer, is_correct, note)

    def close(self) -> None:
        """End the process."""
        self._workshop.close()

    def _connected(self) -> Connection:
        try:
            return self._workshop.connect()
        except NotStartedError as error:
            raise self._not_started(str(error)) from error

    def _started(self) -> Connection:
        """A connection to a process that has loaded."""
        if self._connection is None or not self._connection.is_alive:
            self._connection = self._connected()
        seconds = self._command.start_seconds
        try:
            self._versions = dict(self._connection.greeting(seconds))
        except ExpiredError:
            raise self._not_started(f'not ready after {seconds:g} s') from None
        except WorkerError as error:
            raise self._not_started(str(error)) from error
        return self._connection

    def _not_started(self, why: str) -> ConfigError:
        return ConfigError(f'{self._command.title} does not start ({why})', self._command.remedy)
