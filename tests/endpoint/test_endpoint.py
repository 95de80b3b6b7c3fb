"""Many questions at once: nothing is lost, nothing is asked twice, and it stops in time."""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from endpoint_runs import KEY, ask, question, settings
from faulty_api import ANSWERS, FaultyAPI, always, by_item, random_faults, right_text

from opencompass_math500.endpoint.client import Endpoint
from opencompass_math500.endpoint.reply import Question, Reply
from opencompass_math500.errors import EndpointError

pytestmark = pytest.mark.slow


def passing(*, stream: bool) -> list[str]:
    """Faults that need no time to show."""
    return [
        name
        for name, case in ANSWERS.items()
        if case['ends'] == 'retried'
        and not case.keys() & {'waits', 'timeout'}
        and stream == ('events' in case or case.get('stream', False))
    ]


@pytest.mark.parametrize(('items', 'stream'), [(500, False), (150, True)], ids=['whole', 'stream'])
def test_many_items_under_random_faults(items: int, stream: bool, tmp_path: Path) -> None:
    attempts = 2
    names = [*passing(stream=stream), '400-context', '400-filter']
    schedule = random_faults(1, names, share=0.2)
    with FaultyAPI(schedule) as api:
        given = settings(
            api.url, tmp_path, concurrency=16, attempts=attempts, stream=stream, timeout=30.0
        )
        run = ask(given, range(items))
    assert run.stopped is None
    assert sorted(run.replies) == list(range(items))
    assert run.attempts == api.total
    assert api.peak <= 16
    for index, reply in run.replies.items():
        wanted, sent = expected(f'q{index}', schedule, attempts)
        assert (reply.finish_reason, reply.attempts) == (wanted, sent), index
        assert api.counts[f'q{index}'] == sent
        assert reply.text == (right_text(f'q{index}') if wanted == 'stop' else '')
        assert bool(reply.error) == (wanted != 'stop')
    ends = {reply.finish_reason for reply in run.replies.values()}
    assert ends == {'stop', 'content_filter', 'failed_request'}  # each way was taken


def expected(item: str, schedule: Any, attempts: int) -> tuple[str, int]:
    """How an item must end, and after how many requests."""
    for nth in range(attempts):
        name = schedule(item, nth)
        if name == 'ok':
            return 'stop', nth + 1
        if ANSWERS[name]['ends'] != 'retried':
            filtered = ANSWERS[name]['ends'] == 'filtered'
            return 'content_filter' if filtered else 'failed_request', nth + 1
    return 'failed_request', attempts


def test_nothing_is_asked_of_nobody(tmp_path: Path) -> None:
    with FaultyAPI() as api:
        assert ask(settings(api.url, tmp_path), []).recorded == []
    assert api.total == 0


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """Set when the client says that it sends nothing more."""
    said = threading.Event()

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.getMessage().startswith('stopping once the requests in flight have ended'):
                said.set()

    logger, ear = logging.getLogger(Endpoint.__module__), Ear()
    logger.addHandler(ear)
    try:
        yield said
    finally:
        logger.removeHandler(ear)


def test_a_stop_keeps_what_is_in_flight(tmp_path: Path) -> None:
    quota = by_item({'q0': 'insufficient_quota'})

    def schedule(item: str, nth: int) -> str:
        if item != 'q0':
            refused.wait(30)  # still under way when the quota is refused
        return quota(item, nth)

    with FaultyAPI(schedule) as api, stopping() as refused:
        run = ask(settings(api.url, tmp_path, concurrency=4), range(100))
    assert isinstance(run.stopped, EndpointError)
    assert sorted(run.replies) == [1, 2, 3]
    assert all(not reply.failed for reply in run.replies.values())
    assert api.total == 4


def test_after_adding_money_the_rest_is_asked(tmp_path: Path) -> None:
    def schedule(item: str, nth: int) -> str:
        return 'insufficient_quota' if int(item[1:]) >= 10 else 'ok'

    with FaultyAPI(schedule) as api:
        given = settings(api.url, tmp_path)
        first = ask(given, range(30))
        api.mended = True
        second = ask(given, [i for i in range(30) if i not in first.replies])
    assert first.stopped is not None
    assert second.stopped is None
    assert sorted([*first.replies, *second.replies]) == list(range(30))
    answered = [item for item in api.counts if int(item[1:]) < 10]
    assert {api.counts[item] for item in answered} == {1}, 'one with a reply was asked again'


def test_a_stop_does_not_wait_for_those_who_wait(tmp_path: Path) -> None:
    schedule = by_item({'q0': '429-an-hour', 'q1': '401'})
    with FaultyAPI(schedule, slow=0.02) as api:
        began = time.monotonic()
        given = settings(
            api.url, tmp_path, concurrency=2, attempts=50, first_wait=500.0, patience=10_000.0
        )
        run = ask(given, range(2))
    assert time.monotonic() - began < 60
    assert run.stopped is not None
    assert '401' in str(run.stopped)
    assert run.recorded == []  # it is no failure of q0 that it was given no time


def test_a_longer_wait_than_patience_stops_this_run_only(tmp_path: Path) -> None:
    with FaultyAPI(always('429-an-hour')) as api:
        began = time.monotonic()
        run = ask(settings(api.url, tmp_path), range(20))
        api.mended = True
        again = ask(settings(api.url, tmp_path), range(2))  # nothing holds the next run up
        assert time.monotonic() - began < 60
    assert 'asks to wait 3600 s, more than patience=20 s' in str(run.stopped)
    assert run.recorded == []
    assert sorted(again.replies) == [0, 1]


def test_an_unreachable_server_is_named_without_its_password(tmp_path: Path) -> None:
    with socket.socket() as taken:  # by nobody who listens
        taken.bind(('127.0.0.1', 0))
        address = f'127.0.0.1:{taken.getsockname()[1]}/v1'
        run = ask(settings(f'http://me:hush@{address}?token=hush', tmp_path), range(5))
    assert str(run.stopped).startswith(f'http://{address} cannot be reached: ')
    assert 'hush' not in str(run.stopped)
    assert run.recorded == []


def test_a_server_that_goes_away_is_no_wrong_address(tmp_path: Path) -> None:
    with FaultyAPI() as api:
        endpoint = Endpoint(settings(api.url, tmp_path, failures_in_a_row=3), KEY)
        assert ask(settings(api.url, tmp_path), [0], endpoint).stopped is None
    run = ask(settings(api.url, tmp_path), range(20), endpoint)
    assert '3 requests in a row failed' in str(run.stopped)
    assert 3 <= len(run.replies) <= 6
    assert all(reply.failed for reply in run.replies.values())


def test_ten_failures_in_a_row_stop(tmp_path: Path) -> None:
    with FaultyAPI(always('500')) as api:
        given = settings(api.url, tmp_path, attempts=2, concurrency=4)
        endpoint = Endpoint(given, KEY)
        for _ in range(2):  # the second run counts for itself
            run = ask(given, range(100), endpoint)
            assert '10 requests in a row failed, the last one: HTTP 500' in str(run.stopped)
            assert 10 <= len(run.replies) <= 13  # with those in flight
            assert all(reply.failed for reply in run.replies.values())


def test_a_reply_in_between_begins_the_row_anew(tmp_path: Path) -> None:
    def schedule(item: str, nth: int) -> str:
        return 'ok' if int(item[1:]) % 10 == 9 else '400-context'

    with FaultyAPI(schedule) as api:
        run = ask(settings(api.url, tmp_path, concurrency=1), range(40))
    assert run.stopped is None
    assert len(run.replies) == 40


def test_a_record_that_cannot_be_kept_stops(tmp_path: Path) -> None:
    kept: list[int] = []
    failed = threading.Event()

    def record(asked: Question, reply: Reply) -> None:
        if asked.index == 0:
            failed.set()
            raise OSError('disk full')
        kept.append(asked.index)

    def schedule(item: str, nth: int) -> str:
        if item != 'q0':
            failed.wait(30)  # still under way
        return 'ok'

    with FaultyAPI(schedule) as api, pytest.raises(OSError, match='disk full'):
        Endpoint(settings(api.url, tmp_path), KEY).ask_all(map(question, range(50)), record)
    assert sorted(kept) == [1, 2, 3]  # what was paid for is kept
    assert api.total == 4


def test_questions_that_cannot_be_made_stop(tmp_path: Path) -> None:
    def questions() -> Iterator[Question]:
        yield question(0)
        raise LookupError('no prompt for 1')

    kept: list[int] = []
    with FaultyAPI(slow=0.1) as api, pytest.raises(LookupError, match='no prompt'):
        endpoint = Endpoint(settings(api.url, tmp_path), KEY)
        endpoint.ask_all(questions(), lambda q, r: kept.append(q.index))
    assert kept == [0]


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C as a terminal has it; a job in the background is started with it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures('interruptible')
def test_an_interrupt_keeps_what_is_recorded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept: list[int] = []

    def schedule(item: str, nth: int) -> str:
        return 'ok' if int(item[1:]) < 6 else 'hang'

    def interrupt() -> None:
        while api.total < 10:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    with FaultyAPI(schedule) as api:
        endpoint = Endpoint(settings(api.url, tmp_path, timeout=60.0), KEY)
        began = time.monotonic()
        threading.Thread(target=interrupt, daemon=True).start()
        with pytest.raises(KeyboardInterrupt):
            endpoint.ask_all(map(question, range(500)), lambda q, r: kept.append(q.index))
        assert time.monotonic() - began < 30
    assert sorted(kept) == list(range(6))
    assert api.total == 10
    gc.collect()
    assert 'never retrieved' not in ''.join(capsys.readouterr())
