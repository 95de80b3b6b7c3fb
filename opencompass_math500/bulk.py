"""Many responses at once: all cores, in order, in constant memory."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import fields
from itertools import chain, islice
from operator import attrgetter
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final, TypeVar

from opencompass_math500.errors import Math500Error
from opencompass_math500.grading.disputes import Policy, as_policy, settings_of
from opencompass_math500.grading.judge import grade
from opencompass_math500.grading.verdict import Verdict

__all__ = ['DeadWorkerError', 'grade_beside', 'grade_many']

_T = TypeVar('_T')

# A chunk ends at either: at 64 rows so that a few that run into the symbolic clock hold up
# little, at 512 Ki characters so that a few chunks of long responses do not fill the memory.
_CHUNK_ROWS: Final = 64
_CHUNK_CHARACTERS: Final = 1 << 19
# What one process grades in this time is done before another one has started.
_ALONE_SECONDS: Final = 1.0
_KEYS: Final = ('response', 'gold', 'problem', 'finish_reason')
# dataclasses.asdict would copy every value deeply, at ten times the price.
_VALUES: Final = attrgetter(*(field.name for field in fields(Verdict)))


class DeadWorkerError(Math500Error, RuntimeError):
    """A grading process was ended from outside, by the system for want of memory or by hand."""


def grade_many(
    rows: Iterable[Mapping[str, Any]], workers: int | None = None, policy: Policy | None = None
) -> Iterator[Verdict]:
    """Grade responses, one verdict a row, in order.

    Takes rows as it goes and keeps no more than a few hundred of them (fewer where they
    are long), so that an endless iterable is fine. The workers are plain subprocesses: no
    ``__main__`` guard is needed, and it works in threads and in daemonic processes.

    Args:
        rows: mappings with ``response`` and ``gold``, and, where known, ``problem`` and
            ``finish_reason``, as for :func:`~opencompass_math500.grade`.
        workers: processes; by default one a core, and none for the first second, in
            which this process grades more than another one needs to start.
        policy: how disputed forms are decided, as for :func:`~opencompass_math500.judge`.

    Raises:
        KeyError: a row lacks ``response`` or ``gold``.
        DeadWorkerError: a worker died; names the rows that it had, counted from 0.
    """
    rows = iter(rows)
    count = workers if workers is not None else _cores()
    position = 0
    if not workers or count <= 1:
        spent = 0.0
        for row in rows:
            started = time.perf_counter()
            verdict = grade(**_arguments(row), policy=policy)
            spent += time.perf_counter() - started
            position += 1
            yield verdict
            if count > 1 and spent > _ALONE_SECONDS:
                break
    following = list(islice(rows, 1))
    if following:
        yield from _in_workers(chain(following, rows), count, position, policy)


def grade_beside(
    pairs: Iterable[tuple[_T, Mapping[str, Any]]],
    workers: int | None = None,
    policy: Policy | None = None,
) -> Iterator[tuple[_T, Verdict]]:
    """Grade rows that belong to something, and give each verdict with what it belongs to.

    Args:
        pairs: anything, with its row for :func:`grade_many`.
        workers, policy: as there.
    """
    waiting: deque[_T] = deque()

    def rows() -> Iterator[Mapping[str, Any]]:
        for owner, row in pairs:
            waiting.append(owner)
            yield row

    for verdict in grade_many(rows(), workers, policy):
        yield waiting.popleft(), verdict


def _cores() -> int:
    if hasattr(os, 'sched_getaffinity'):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _arguments(row: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of ``grade`` in a row; other keys are the caller's business."""
    found = {key: row[key] for key in _KEYS if row.get(key) is not None}
    return {'response': row['response'] or '', 'gold': row['gold'], **found}


def _chunks(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    chunk: list[dict[str, Any]] = []
    characters = 0
    for row in rows:
        arguments = _arguments(row)
        chunk.append(arguments)
        characters += sum(map(len, arguments.values()))
        if len(chunk) == _CHUNK_ROWS or characters >= _CHUNK_CHARACTERS:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk


def _in_workers(
    rows: Iterator[Mapping[str, Any]], count: int, start: int, policy: Policy | None
) -> Iterator[Verdict]:
    """Feed chunks to ``count`` workers, and give back what they say in order."""
    idle: SimpleQueue[_Worker] = SimpleQueue()
    workers: list[_Worker] = []
    waiting: deque[Future[list[Verdict]]] = deque()
    position = start
    threads = ThreadPoolExecutor(count)
    try:
        for _ in range(count):
            workers.append(_Worker(policy))
            idle.put(workers[-1])
        for chunk in _chunks(rows):
            waiting.append(threads.submit(_grade_chunk, idle, chunk, position))
            position += len(chunk)
            # Two chunks a worker keep every worker busy, and memory constant.
            if len(waiting) > 2 * count:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    finally:
        # The workers first: a thread that waits for one's verdicts is freed by its end.
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.reap()
        threads.shutdown(wait=True, cancel_futures=True)
        for worker in workers:
            worker.close()


def _grade_chunk(
    idle: SimpleQueue[_Worker], chunk: list[dict[str, Any]], position: int
) -> list[Verdict]:
    worker = idle.get()
    try:
        return worker.grade(chunk, position)
    finally:
        idle.put(worker)


class _Worker:
    """A subprocess that grades chunks, one JSON line in, one out."""

    def __init__(self, policy: Policy | None = None) -> None:
        changes = settings_of(policy) if policy is not None else {}
        root = str(Path(__file__).resolve().parents[1])
        path = os.pathsep.join(filter(None, (root, os.environ.get('PYTHONPATH', ''))))
        self._process = subprocess.Popen(
            # Not -m: the package itself imports this module, and Python warns of that.
            [sys.executable, '-c', f'from {__name__} import _serve; _serve({changes!r})'],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # The folder where one works must not shadow a module (Python 3.11 and later).
            env={**os.environ, 'PYTHONPATH': path, 'PYTHONSAFEPATH': '1'},
            text=True,
            encoding='ascii',
        )

    def grade(self, chunk: list[dict[str, Any]], position: int) -> list[Verdict]:
        """Grade a chunk, which begins at row ``position``."""
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        try:
            # ASCII: a lone surrogate in a response passes as its escape.
            process.stdin.write(json.dumps(chunk) + '\n')
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = ''
        if not line.endswith('\n'):
            raise DeadWorkerError(
                f'the grading process of rows {position} to {position + len(chunk) - 1} ended '
                f'(status {process.wait()})',
                'run again, with fewer workers if memory is short',
            )
        return [Verdict(*values) for values in json.loads(line)]

    def terminate(self) -> None:
        """Ask the process to end, and its own symbolic worker with it."""
        self._process.terminate()

    def reap(self) -> None:
        """See the process end."""
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        """Close the pipes, which no thread reads any more."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()


def _serve(changes: Mapping[str, str]) -> None:
    """Be a worker: grade each line's chunk until the input ends."""
    # Control-C reaches every process of the terminal; the one that it is meant for ends us,
    # and by leaving in order we end the symbolic worker, which may be deep in its sums.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    policy = as_policy(changes)
    for line in sys.stdin:
        verdicts = [_VALUES(grade(**arguments, policy=policy)) for arguments in json.loads(line)]
        sys.stdout.write(json.dumps(verdicts) + '\n')
        sys.stdout.flush()
