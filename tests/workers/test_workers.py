"""Killable processes: in step, alone, and their ends told."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from processes import is_running
from worker_plans import NEEDS_FORK, ask, plan

from opencompass_math500.workers import (
    Connection,
    EndedError,
    ExpiredError,
    NotStartedError,
    RaisedError,
    WorkerError,
    Workshop,
)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=[pytest.param(True, marks=NEEDS_FORK), False], ids=['forked', 'alone'])
def workshop(request: pytest.FixtureRequest) -> Iterator[Workshop]:
    with Workshop(plan(fork=request.param)) as made:
        yield made


@pytest.fixture
def forked() -> Iterator[Workshop]:
    with Workshop(plan()) as made:
        yield made


# -- replies ----------------------------------------------------------------------------


def test_what_is_asked_is_answered(workshop: Workshop) -> None:
    with workshop.connect() as connection:
        for number in range(5):
            assert connection.ask(['echo', number]) == [number]
        assert connection.ask(['echo', 'ü\ud800\x00\n']) == ['ü\ud800\x00\n']
        assert connection.ask(['echo', 'x' * 2_000_000]) == ['x' * 2_000_000]
        assert connection.pid is not None and is_running(connection.pid)


def test_an_exception_is_told_and_the_next_request_answered(workshop: Workshop) -> None:
    with workshop.connect() as connection:
        with pytest.raises(RaisedError, match='ValueError: no good'):
            connection.ask(['raise', 'no good'])
        assert connection.ask(['echo', 1]) == [1]


def test_what_is_printed_is_no_reply(workshop: Workshop) -> None:
    with workshop.connect() as connection:
        assert connection.ask(['print', 1_000_000]) == [1_000_000]
        assert connection.ask(['echo', 1]) == [1]


def test_nothing_is_left_behind_for_the_next_one(workshop: Workshop) -> None:
    assert [ask(workshop, 'state') for _ in range(3)] == [1, 1, 1]


def test_the_order_of_sets_is_always_the_same(forked: Workshop) -> None:
    orders = [ask(forked, 'where')['set order']]
    for _ in range(3):
        forked.close()
        orders.append(ask(forked, 'where')['set order'])
    assert orders == [orders[0]] * 4


@pytest.mark.parametrize(
    'line', [[7, 'late', None], [2, 'early', None]], ids=['another number', 'the next number']
)
def test_a_reply_with_another_number_is_no_reply(line: list[Any]) -> None:
    ours, theirs = socket.socketpair()
    with theirs, Connection(ours, lambda status, _: EndedError(status)) as connection:
        theirs.sendall(f'[0, 1, null]\n{json.dumps(line)}\n'.encode())
        with pytest.raises(EndedError):
            connection.ask(['echo', 1])
        with pytest.raises(EndedError):
            connection.ask(['echo', 1])


# -- ends -------------------------------------------------------------------------------


def test_what_becomes_of_a_child_is_told(workshop: Workshop) -> None:
    for request, status in ((['die', 11], -11), (['die', 9], -9), (['exit', 3], 3)):
        with pytest.raises(EndedError) as caught:
            ask(workshop, *request)
        assert caught.value.status == status
        assert not caught.value.is_overrun
    assert ask(workshop, 'echo', 1) == [1]


def test_cpu_time_is_bounded_in_c_code_too(workshop: Workshop) -> None:
    pid = workshop.pid
    with pytest.raises(EndedError) as caught:
        ask(workshop, 'C code', cpu_seconds=0.1)
    assert caught.value.is_overrun
    assert ask(workshop, 'echo', 1, cpu_seconds=20) == [1]
    assert pid is None or workshop.pid == pid


def test_waiting_is_no_cpu_time(forked: Workshop) -> None:
    assert ask(forked, 'wait', 0.5, cpu_seconds=0.2) == [0.5]


def test_no_sign_of_life_is_told_apart(workshop: Workshop) -> None:
    with workshop.connect() as connection:
        connection.greeting()
        with pytest.raises(ExpiredError, match=r'no sign of life within 0\.1 s'):
            connection.ask(['wait', 3600], seconds=0.1)
    assert ask(workshop, 'echo', 1) == [1]


def test_a_process_that_does_not_load_says_why_once() -> None:
    with Workshop(plan('load_badly')) as workshop:
        for _ in range(3):
            with pytest.raises(NotStartedError, match=r'^ImportError: no such grader$') as caught:
                ask(workshop, 'echo', 1)
            assert caught.value.for_good
            assert workshop.pid is None


@pytest.mark.parametrize('preload', [True, False])
def test_one_that_ends_without_a_word(preload: bool) -> None:
    with (
        Workshop(plan('load_by_exit', preload=preload)) as workshop,
        pytest.raises(NotStartedError, match='status 7'),
    ):
        ask(workshop, 'echo', 1)


def test_an_interpreter_that_is_not_there() -> None:
    with (
        Workshop(plan(python='/no/such/python')) as workshop,
        pytest.raises(NotStartedError, match='the process cannot start'),
    ):
        ask(workshop, 'echo', 1)


@pytest.mark.parametrize('preload', [True, False])
def test_arguments_and_greeting(preload: bool) -> None:
    with (
        Workshop(plan(arguments=('a', [1]), preload=preload)) as workshop,
        workshop.connect() as connection,
    ):
        assert connection.greeting() == ['a', [1]]


def test_a_keeper_that_was_killed_is_replaced(forked: Workshop) -> None:
    assert ask(forked, 'echo', 1) == [1]
    assert forked.pid is not None
    os.kill(forked.pid, signal.SIGKILL)
    # One connection may be made before its end is noticed.
    for _ in range(2):
        try:
            assert ask(forked, 'echo', 2) == [2]
            break
        except WorkerError:
            continue
    else:
        pytest.fail('not replaced')


def test_what_another_thread_closed_waits_for_no_explanation() -> None:
    """Whoever left ``grade_many`` early waited five seconds for a process that went on living."""
    ours, theirs = socket.socketpair()

    def explain(status: int | None, greeted: bool) -> WorkerError:
        raise AssertionError('asked why it ended')

    connection = Connection(ours, explain)
    with theirs, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(connection.ask, 'anything')
        assert theirs.recv(1)
        connection.close()
        with pytest.raises(EndedError):
            asked.result()
