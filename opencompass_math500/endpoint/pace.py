"""One pace for all tasks that ask one endpoint: request rate, token rate, concurrency.

OpenCompass runs tasks as processes of their own, and an account has one limit for all.
The state is a small file under a lock in the user's temporary folder; a slot is a
lock, which the system frees when its holder dies.

The limiters of libraries do not fit: they keep one row for every token of a window,
and cannot correct a reservation once the reply's true length is known.
"""

from __future__ import annotations

import asyncio
import getpass
import hashlib
import json
import logging
import math
import os
import tempfile
import time
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from opencompass_math500.errors import ConfigError

__all__ = ['Pace', 'Pause']

Pause = Callable[[float], Awaitable[None]]
"""Waits for so many seconds, or raises where the wait has lost its sense."""

_logger = logging.getLogger(__name__)

_LOOK_EVERY: Final = 0.05  # seconds between two looks for a free slot
_MEMORY: Final = 0.1  # weight of the newest reply in the mean length
_SIZE: Final = 512  # bytes of the state, filled up with blanks
_STATED: Final = ('hold', 'request', 'token', 'mean_tokens', 'seen')


class Pace:
    """When the next request may be sent.

    Requests are spaced evenly, so that any window of 60 seconds holds no more than the
    given number (and one). Tokens are reserved at the mean length seen so far and
    corrected by :meth:`settle`.

    Args:
        name: what shares the pace: endpoint, model and key, as one text. It is hashed.
        requests_per_minute, tokens_per_minute: None for no limit.
        concurrency: requests in flight, over all processes.
        longest_hold: seconds that a :meth:`hold` can last, whatever the state says.
        folder: where the state lies; the user's temporary folder by default.

    Raises:
        ConfigError: the folder cannot be written, or knows no locks.
    """

    def __init__(
        self,
        name: str,
        *,
        concurrency: int,
        requests_per_minute: float | None = None,
        tokens_per_minute: float | None = None,
        longest_hold: float = 1800.0,
        folder: Path | None = None,
    ) -> None:
        root = folder or Path(tempfile.gettempdir(), f'math500-{_user()}')
        self._folder = root / hashlib.sha256(name.encode()).hexdigest()[:16]
        self._lock = FileLock(self._folder / 'pace.lock')
        self._turn = FileLock(self._folder / 'turn.lock', thread_local=False)
        self._slots = [
            FileLock(self._folder / f'slot_{number}.lock', thread_local=False)
            for number in range(concurrency)
        ]
        self._request_gap = 60 / requests_per_minute if requests_per_minute else 0.0
        self._token_gap = 60 / tokens_per_minute if tokens_per_minute else 0.0
        self._longest_hold = longest_hold
        try:
            for made in (root, self._folder):  # parents of a folder get no mode
                made.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._state = os.open(self._folder / 'pace.json', os.O_RDWR | os.O_CREAT, 0o600)
            weakref.finalize(self, os.close, self._state)
            with self._lock:
                pass
        except (OSError, NotImplementedError) as error:
            raise ConfigError(
                f'tasks cannot share their pace in {self._folder} ({error})',
                'set TMPDIR to a local folder that you can write',
            ) from error

    @asynccontextmanager
    async def slot(self, pause: Pause = asyncio.sleep) -> AsyncIterator[None]:
        """Hold one of the concurrent requests; ``pause`` waits for a free one.

        Whoever looks for a slot holds the turn, so that a process with all slots does not
        take each one again before another process looks.
        """
        turn = await _first_free([self._turn], pause)
        try:
            taken = await _first_free(self._slots, pause)
        finally:
            turn.release()
        try:
            yield
        finally:
            taken.release()

    async def admit(self, expected_tokens: int, pause: Pause = asyncio.sleep) -> int:
        """Wait until a request may be sent.

        Args:
            expected_tokens: a guess at prompt and reply together, for the first request.
            pause: how to wait.

        Returns:
            The tokens reserved, for :meth:`settle`.
        """
        reserved = 0
        while True:
            delay = 0.0
            if self._request_gap or self._token_gap:
                delay, reserved = self._reserve(expected_tokens)
            delay = max(delay, self._held())
            if delay <= 0:
                return reserved
            await pause(delay)
            if self._held() <= 0:
                return reserved
            # The endpoint has asked to hold in the meantime: take a new place behind
            # that, or all who waited would be sent at once when it ends.
            self.settle(reserved, 0)

    def _reserve(self, expected_tokens: int) -> tuple[float, int]:
        """Seconds to wait for the next place in the sequence, and its tokens."""
        reserved = 0

        def take(state: dict[str, float], now: float) -> float:
            nonlocal reserved
            reserved = round(state.get('mean_tokens', expected_tokens))
            start = max(now, min(state.get('hold', 0.0), now + self._longest_hold))
            if self._request_gap:
                start = max(start, state.get('request', 0.0))
            if self._token_gap:
                start = max(start, state.get('token', 0.0))
            state['request'] = start + self._request_gap
            state['token'] = start + reserved * self._token_gap
            return start - now

        return self._update(take), reserved

    def settle(self, reserved: int, tokens: int) -> None:
        """Correct a reservation by what the request really took; 0: it was not sent."""
        if not self._token_gap:
            return

        def correct(state: dict[str, float], _now: float) -> float:
            if tokens:
                mean = state.get('mean_tokens', float(tokens))
                state['mean_tokens'] = mean + _MEMORY * (tokens - mean)
            state['token'] = state.get('token', 0.0) + (tokens - reserved) * self._token_gap
            return 0.0

        self._update(correct)

    def hold(self, seconds: float) -> None:
        """Let nobody send anything for so long: the endpoint asked for it."""

        def later(state: dict[str, float], now: float) -> float:
            state['hold'] = max(state.get('hold', 0.0), now + min(seconds, self._longest_hold))
            return 0.0

        self._update(later)

    def _held(self) -> float:
        """Seconds until :meth:`hold` ends."""

        def left(state: dict[str, float], now: float) -> float:
            return min(state.get('hold', 0.0) - now, self._longest_hold)

        return self._update(left, look_only=True)

    def _update(
        self, change: Callable[[dict[str, float], float], float], *, look_only: bool = False
    ) -> float:
        """Change the shared state under its lock."""
        with self._lock:
            state, now = self._read(), time.time()
            seen = state.get('seen', now)
            if seen > now:  # the clock was set back: so are the times it had given
                for name in {'hold', 'request', 'token'} & state.keys():
                    state[name] += now - seen
            result = change(state, now)
            if not look_only:
                self._write({**state, 'seen': now})
        return result

    def _read(self) -> dict[str, float]:
        os.lseek(self._state, 0, os.SEEK_SET)
        try:
            stated = json.loads(os.read(self._state, _SIZE))
            state = {name: float(stated[name]) for name in _STATED if name in stated}
        except (ValueError, TypeError, OverflowError):
            return {}  # the first request, or a file cut by a crash: begin anew
        return {name: value for name, value in state.items() if math.isfinite(value)}

    def _write(self, state: dict[str, float]) -> None:
        # In place: opening and cutting a file took 2 ms of 8 for every request.
        os.lseek(self._state, 0, os.SEEK_SET)
        try:
            os.write(self._state, json.dumps(state).encode().ljust(_SIZE))
        except OSError as error:
            # A full disk must not cost the reply that is about to be recorded.
            _logger.warning('%s cannot be written (%s): no pace is kept', self._folder, error)


async def _first_free(locks: Sequence[FileLock], pause: Pause) -> FileLock:
    """Take the first lock that is free, or wait for one."""
    while True:
        for lock in locks:
            if lock.is_locked:
                continue  # by this process
            try:
                lock.acquire(timeout=0)
            except Timeout:
                continue
            return lock
        await pause(_LOOK_EVERY)


def _user() -> str:
    """The user's name, or number where a container knows none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return str(os.getuid()) if hasattr(os, 'getuid') else 'user'
