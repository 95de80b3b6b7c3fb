"""Killable processes: interrupted callers, threads, forks, and callers that end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from processes import all_ended, children, is_running
from worker_plans import HANDLERS, NEEDS_FORK, NEEDS_PROC, ask, plan

from opencompass_math500.workers import (
    EndedError,
    Workshop,
)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def forked() -> Iterator[Workshop]:
    with Workshop(plan()) as made:
        yield made


# -- interruptions ----------------------------------------------------------------------


class AlarmError(Exception):
    """What a timeout decorator raises."""


def raising(error: type[BaseException]) -> Callable[..., Any]:
    def handler(number: int, frame: object) -> None:
        raise error('timed out')

    return handler


@contextmanager
def alarm(seconds: float, handler: Callable[..., Any]) -> Iterator[None]:
    """An alarm after ``seconds``, and again: Python drops what a handler raises in a finalizer."""
    before = signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, seconds, 30)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def raise_alarm(*_: object) -> None:
    raise AlarmError


@pytest.mark.parametrize(
    ('handler', 'error'),
    [
        (raise_alarm, AlarmError),
        (signal.default_int_handler, KeyboardInterrupt),
        # Also what could be the operating system's word.
        (raising(TimeoutError), TimeoutError),
        (raising(OSError), OSError),
        (raising(ValueError), ValueError),
        (raising(Exception), Exception),
    ],
)
def test_an_interruption_leaves_nothing_behind(
    forked: Workshop, handler: Callable[..., Any], error: type[BaseException]
) -> None:
    """At whatever moment: while it starts, and while it computes."""
    for seconds in (0.001, 0.003, 0.01, 0.03, 0.1, 0.2):
        with pytest.raises(error), alarm(seconds, handler):
            ask(forked, 'wait', 3600)
        assert ask(forked, 'echo', seconds) == [seconds]


def test_an_interrupted_connection_is_closed(forked: Workshop) -> None:
    with forked.connect() as connection:
        pid = connection.greeting() is not None and connection.pid
        with pytest.raises(AlarmError), alarm(0.05, raise_alarm):
            connection.ask(['wait', 3600])
        with pytest.raises(EndedError):
            connection.ask(['echo', 1])
    assert pid and all_ended([pid])


def test_interruptions_do_not_keep_it_from_starting() -> None:
    """With a timeout shorter than the start every item would start another process."""
    with Workshop(plan()) as workshop:
        pids = set()
        for _ in range(5):
            with pytest.raises(AlarmError), alarm(0.02, raise_alarm):
                ask(workshop, 'wait', 3600)
            pids.add(workshop.pid)
        assert ask(workshop, 'echo', 1) == [1]
        # The first alarm may come before there is a process.
        assert len(pids - {None}) == 1


# -- threads, forks, the caller's end ---------------------------------------------------


def test_threads_have_a_child_each(tmp_path: Path) -> None:
    """Two that wait for each other: with one lock neither would ever be answered."""
    with Workshop(plan(at_once=2)) as workshop:
        request = (workshop, 'meet', str(tmp_path), 2)
        threads = [threading.Thread(target=ask, args=request) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert not any(thread.is_alive() for thread in threads)


def test_no_more_run_than_may(tmp_path: Path) -> None:
    """Whoever waits for its turn sees signs of life, however long it takes."""
    found: list[int] = []
    with Workshop(plan(at_once=1)) as workshop:

        def work() -> None:
            with workshop.connect() as connection:
                connection.ask(['wait', 0.1], seconds=60)
                found.append(len(children(workshop.pid or 0)))

        threads = [threading.Thread(target=work) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(found) == 6
    assert max(found) <= 1


@NEEDS_PROC
@NEEDS_FORK
def test_a_fork_of_the_caller_has_its_own(forked: Workshop) -> None:
    assert ask(forked, 'echo', 1) == [1]
    before = forked.pid
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            reply = ask(forked, 'echo', 2)
            os.write(writing, json.dumps([reply, forked.pid]).encode())
            forked.close()
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as stream:
        reply, pid = json.load(stream)
    os.waitpid(child, 0)
    assert reply == [2]
    assert pid not in (None, before)
    assert all_ended([pid])
    assert forked.pid == before and ask(forked, 'echo', 3) == [3]


def test_closing_ends_all(forked: Workshop) -> None:
    with forked.connect() as connection:
        connection.greeting()
        pids = [forked.pid, connection.pid]
        assert all(pid and is_running(pid) for pid in pids)
        forked.close()
    assert all_ended(pid for pid in pids if pid)


@NEEDS_PROC
def test_what_a_child_has_started_ends_with_it(forked: Workshop) -> None:
    with forked.connect() as connection:
        pid = connection.ask(['start another', 3600])
        assert is_running(pid)
    assert all_ended([pid])


@NEEDS_PROC
@pytest.mark.parametrize('request_', [['C code'], ['wait', 3600]], ids=['C code', 'asleep'])
@pytest.mark.parametrize('how', [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_when_the_caller_is_killed_nothing_remains(
    request_: list[Any], how: signal.Signals, tmp_path: Path
) -> None:
    code = f"""
import threading
from opencompass_math500.workers import Plan, Workshop
workshop = Workshop(Plan('the process', ({HANDLERS!r}, 'load')))
with workshop.connect() as connection:
    connection.greeting()
    print(workshop.pid, connection.pid, flush=True)
    connection.ask({request_!r})
"""
    process = subprocess.Popen(
        [sys.executable, '-c', code], cwd=tmp_path, stdout=subprocess.PIPE, text=True,
        stderr=subprocess.DEVNULL, env={**os.environ, 'PYTHONPATH': str(ROOT)},
    )  # fmt: skip
    assert process.stdout is not None
    with process.stdout:
        pids = [int(pid) for pid in process.stdout.readline().split()]
        assert len(pids) == 2 and all(map(is_running, pids))
        process.send_signal(how)
        process.wait()
    assert all_ended(pids)


@NEEDS_PROC
def test_when_the_keeper_is_killed_its_children_end(forked: Workshop) -> None:
    if sys.platform != 'linux':
        pytest.skip('elsewhere they end with their CPU time')
    with forked.connect() as connection:
        connection.greeting()
        assert forked.pid and connection.pid
        os.kill(forked.pid, signal.SIGKILL)
        assert all_ended([connection.pid])
