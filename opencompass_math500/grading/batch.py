"""Many responses at once: all cores, in order, in constant memory."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import fields
from itertools import chain, islice
from operator import attrgetter
from queue import SimpleQueue
from typing import Any, Final, TypeVar

from opencompass_math500.errors import Math500Error
from opencompass_math500.grading.judging import grade
from opencompass_math500.grading.policy import Policy, as_policy, settings_of
from opencompass_math500.grading.verdict import Verdict
from opencompass_math500.notes import note_once, noted_once
from opencompass_math500.workers import Connection, Plan, RaisedError, WorkerError, Workshop

__all__ = ['DeadWorkerError', 'grade_beside', 'grade_many', 'serving']

_T = TypeVar('_T')

# A chunk ends at either: at 64 rows so that a few that run into the symbolic clock hold up
# little, at 512 Ki characters so that a few chunks of long responses do not fill the memory.
_CHUNK_ROWS: Final = 64
_CHUNK_CHARACTERS: Final = 1 << 19
# What one process grades in this time is done before another one has started.
_ALONE_SECONDS: Final = 1.0
_REMEDY: Final = 'run again, with fewer workers if memory is short'
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
        TypeError: one of the four is no text; names the row, counted from 0.
        DeadWorkerError: a worker died; names the rows that it had, counted from 0.
    """
    rows = iter(rows)
    count = workers if workers is not None else _cores()
    position = 0
    if not workers or count <= 1:
        spent = 0.0
        for row in rows:
            started = time.perf_counter()
            verdict = grade(**_arguments(row, position), policy=policy)
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


def _arguments(row: Mapping[str, Any], position: int) -> dict[str, str]:
    """The arguments of ``grade`` in a row; other keys are the caller's business."""
    found = {key: row[key] for key in _KEYS if row.get(key) is not None}
    arguments = {'response': row['response'] or '', 'gold': row['gold'], **found}
    for key, value in arguments.items():
        if not isinstance(value, str):
            raise TypeError(f'row {position}: {key} is no text but {type(value).__name__}')
    return arguments


def _chunks(rows: Iterable[Mapping[str, Any]], start: int) -> Iterator[list[dict[str, str]]]:
    chunk: list[dict[str, str]] = []
    characters = 0
    for position, row in enumerate(rows, start):
        arguments = _arguments(row, position)
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
    idle: SimpleQueue[Connection] = SimpleQueue()
    waiting: deque[Future[list[Verdict]]] = deque()
    position = start
    threads = ThreadPoolExecutor(count)
    workshop = Workshop(_plan(policy))
    workers: list[Connection] = []
    try:
        for _ in range(count):
            workers.append(_connected(workshop))
            idle.put(workers[-1])
        for chunk in _chunks(rows, start):
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
            worker.close()
        threads.shutdown(wait=True, cancel_futures=True)
        workshop.close()


def _plan(policy: Policy | None) -> Plan:
    changes = settings_of(policy) if policy is not None else {}
    return Plan(title='the grading process', load=(__name__, 'serving'), arguments=(changes,))


def _connected(workshop: Workshop) -> Connection:
    try:
        return workshop.connect()
    except WorkerError as error:
        raise DeadWorkerError(f'no grading process could be started ({error})', _REMEDY) from error


def _grade_chunk(
    idle: SimpleQueue[Connection], chunk: list[dict[str, str]], position: int
) -> list[Verdict]:
    worker = idle.get()
    try:
        found = worker.ask(chunk)
    except WorkerError as error:
        rows = f'rows {position} to {position + len(chunk) - 1}'
        said = error if isinstance(error, RaisedError) else str(error).removeprefix('its process ')
        raise DeadWorkerError(f'the grading process of {rows} {said}', _REMEDY) from error
    finally:
        idle.put(worker)
    for text in found['notes']:
        note_once(text)
    return [Verdict(*values) for values in found['verdicts']]


def serving(changes: Mapping[str, str]) -> tuple[Callable[[list[dict[str, str]]], Any], None]:
    """Return what grades a chunk in a worker, and no greeting.

    Args:
        changes: the settings of the policy that are not the default.
    """
    policy = as_policy(changes)

    def grade_chunk(chunk: list[dict[str, str]]) -> dict[str, Any]:
        verdicts = [_VALUES(grade(**arguments, policy=policy)) for arguments in chunk]
        return {'verdicts': verdicts, 'notes': noted_once()}

    return grade_chunk, None
