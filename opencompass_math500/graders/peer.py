"""A foreign grader behind a clock: its process is ended where it hangs, and started again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from opencompass_math500.errors import ConfigError
from opencompass_math500.graders.matrix import Grader, Word

__all__ = ['Peer', 'PeerCommand']


@dataclass(frozen=True, slots=True)
class PeerCommand:
    """How to start a peer, and how long to wait for it.

    Attributes:
        title: what messages call it.
        graders: those that it serves.
        words: the command.
        environment: its variables.
        remedy: what to do where it does not start.
        item_seconds: for one verdict.
        start_seconds: for its start.
    """

    title: str
    graders: tuple[Grader, ...]
    words: Sequence[str]
    environment: Mapping[str, str]
    remedy: str
    item_seconds: float
    start_seconds: float = 300.0


class Peer:
    """A process that grades: see :mod:`opencompass_math500.graders.worker`.

    Starts at once, without waiting; use it in a ``with``.

    Raises:
        ConfigError: it cannot be started; what it said last.
    """

    def __init__(self, command: PeerCommand) -> None:
        self._command = command
        self._versions: dict[str, str] | None = None
        self._expired = False
        self._process, self._errors = self._start()

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
            line = self._line(self._command.start_seconds)
            try:
                self._versions = dict(json.loads(line))
            except (TypeError, ValueError):
                raise self._not_started() from None
        return self._versions

    def ask(self, grader: Grader, response: str, gold: str) -> Word:
        """Its word on one response; where it hangs or dies, a word that says so.

        Raises:
            ConfigError: it did not start, or not again.
        """
        if self._versions is None or self._expired or self._process.poll() is not None:
            self._revive()
        assert self._process.stdin is not None
        line = ''
        with suppress(OSError):  # it died meanwhile
            # ASCII: a lone surrogate in a response passes as its escape.
            self._process.stdin.write(json.dumps([grader, response, gold]) + '\n')
            self._process.stdin.flush()
            line = self._line(self._command.item_seconds)
        if line.endswith('\n'):
            answer, is_correct, note = json.loads(line)
            return Word(answer, is_correct, note)
        status = self._process.wait()
        if self._expired:
            return Word(None, False, f'no verdict within {self._command.item_seconds:g} s')
        return Word(None, False, f'its process ended (status {status})')

    def close(self) -> None:
        """End the process."""
        self._kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            if stream is not None:
                with suppress(OSError):
                    stream.close()

    def _revive(self) -> None:
        if self._versions is not None:
            self.close()
            self._versions = None
            self._process, self._errors = self._start()
        _ = self.versions

    def _start(self) -> tuple[subprocess.Popen[str], IO[bytes]]:
        errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        try:
            process = subprocess.Popen(
                list(self._command.words),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=dict(self._command.environment),
                text=True,
                encoding='ascii',
                start_new_session=True,  # so that what it starts ends with it
            )
        except OSError as error:
            errors.close()
            raise ConfigError(
                f'{self._command.title} does not start ({error.strerror})', self._command.remedy
            ) from error
        return process, errors

    def _line(self, seconds: float) -> str:
        """Its next line; '' or a part of one where it dies or takes too long."""
        self._expired = False
        timer = threading.Timer(seconds, self._expire)
        timer.start()
        try:
            assert self._process.stdout is not None
            return self._process.stdout.readline()
        finally:
            timer.cancel()

    def _expire(self) -> None:
        self._expired = True
        self._kill()

    def _kill(self) -> None:
        if self._process.poll() is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _not_started(self) -> ConfigError:
        self._kill()
        self._process.wait()
        self._errors.seek(0)
        said = self._errors.read().decode('utf-8', 'replace').strip().splitlines()
        why = said[-1][:200] if said else 'it said nothing'
        if self._expired:
            why = f'not ready after {self._command.start_seconds:g} s'
        return ConfigError(f'{self._command.title} does not start ({why})', self._command.remedy)
