"""Many responses at once: all cores, in order, in constant memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from itertools import chain, islice
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any

from opencompass_math500.grading.judge import grade
from opencompass_math500.grading.verdict import Verdict

__all__ = ['grade_many']

_CHUNK = 128
_KEYS = ('response', 'gold', 'problem', 'finish_reason')


def grade_many(rows: Iterable[Mapping[str, Any]], workers: int | None = None) -> Iterator[Verdict]:
    """Grade responses, one verdict a row, in order.

    Takes rows as it goes and keeps no more than a few hundred of them, so that an
    endless iterable is fine. The workers are plain subprocesses: no ``__main__`` guard
    is needed, and it works in threads and in daemonic processes.

    Args:
        rows: mappings with ``response`` and ``gold``, and, where known, ``problem`` and
            ``finish_reason``, as for :func:`~opencompass_math500.grade`.
        workers: processes; by default one a core, and none for few rows, which
            this process grades faster than another one starts.

    Raises:
        KeyError: a row lacks ``response`` or ``gold``.
        RuntimeError: a worker died, with the row after which it did.
    """
    rows = iter(rows)
    count = workers if workers is not None else _cores()
    first = list(islice(rows, 0 if workers else 8 * _CHUNK))
    for row in first:
        yield grade(**_arguments(row))
    if count <= 1:
        for row in rows:
            yield grade(**_arguments(row))
        return
    following = list(islice(rows, 1))
    if following:
        yield from _in_workers(chain(following, rows), count, len(first))


def _cores() -> int:
    if hasattr(os, 'sched_getaffinity'):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _arguments(row: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of ``grade`` in a row; other keys are the caller's business."""
    found = {key: row[key] for key in _KEYS if row.get(key) is not None}
    return {'response': row['response'] or '', 'gold': row['gold'], **found}


def _in_workers(rows: Iterator[Mapping[str, Any]], count: int, start: int) -> Iterator[Verdict]:
    """Feed chunks to ``count`` workers, and give back what they say in order."""
    idle: SimpleQueue[_Worker] = SimpleQueue()
    workers = [_Worker() for _ in range(count)]
    for worker in workers:
        idle.put(worker)
    waiting: deque[Future[list[Verdict]]] = deque()
    position = start
    threads = ThreadPoolExecutor(count)
    try:
        for row in rows:
            chunk = [_arguments(one) for one in chain([row], islice(rows, _CHUNK - 1))]
            waiting.append(threads.submit(_grade_chunk, idle, chunk, position))
            position += len(chunk)
            # Two chunks a worker keep every worker busy, and memory constant.
            if len(waiting) > 2 * count:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    finally:
        threads.shutdown(wait=True, cancel_futures=True)
        for worker in workers:
            worker.stop()


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

    def __init__(self) -> None:
        root = str(Path(__file__).resolve().parents[1])
        path = os.pathsep.join(filter(None, (root, os.environ.get('PYTHONPATH', ''))))
        self._process = subprocess.Popen(
            [sys.executable, '-m', 'opencompass_math500.bulk'],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, 'PYTHONPATH': path},
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
        if not line:
            raise RuntimeError(
                f'the grading process of rows {position} to {position + len(chunk) - 1} ended '
                f'(status {process.wait()}): run again, with fewer workers if memory is short'
            )
        return [Verdict(**fields) for fields in json.loads(line)]

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()


def _serve(lines: IO[str], out: IO[str]) -> None:
    """Be a worker: grade each line's chunk until the input ends."""
    for line in lines:
        verdicts = [asdict(grade(**arguments)) for arguments in json.loads(line)]
        out.write(json.dumps(verdicts) + '\n')
        out.flush()


if __name__ == '__main__':
    _serve(sys.stdin, sys.stdout)
