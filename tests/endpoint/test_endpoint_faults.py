"""Every way in which an endpoint can fail, by itself, against a real server."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from endpoint_runs import KEY, Run, ask, settings, state_of
from faulty_api import ANSWERS, FaultyAPI, always, right_text

from opencompass_math500.endpoint import faults
from opencompass_math500.endpoint.reply import Reply
from opencompass_math500.errors import EndpointError

pytestmark = pytest.mark.slow


@dataclass
class Batch:
    """Many cases in one run: the server, the run, and the item of each case."""

    names: list[str]
    api: FaultyAPI
    run: Run
    log: str

    def of(self, name: str) -> tuple[str, int, Reply]:
        """Item, number of requests and reply of a case."""
        index = self.names.index(name)
        return f'q{index}', self.api.counts[f'q{index}'], self.run.replies[index]


def named(*ends: str, waits: bool = False) -> list[str]:
    return [
        name
        for name, case in ANSWERS.items()
        if case['ends'] in ends and waits == ('waits' in case)
    ]


def streams(name: str) -> bool:
    return 'events' in ANSWERS[name] or ANSWERS[name].get('stream', False)


def in_batches(names: list[str], first_only: bool, folder: Path) -> list[Batch]:
    """Run the cases together, apart only by what must be set for a whole run."""
    kinds: dict[tuple[bool, float], list[str]] = {}
    for name in names:
        kinds.setdefault((streams(name), ANSWERS[name].get('timeout', 10.0)), []).append(name)
    return [
        batch(group, first_only, folder, stream=stream, timeout=timeout)
        for (stream, timeout), group in kinds.items()
    ]


def batch(names: list[str], first_only: bool, folder: Path, **changes: Any) -> Batch:
    def schedule(item: str, nth: int) -> str:
        return 'ok' if first_only and nth else names[int(item[1:])]

    with FaultyAPI(schedule) as api, logged() as log:
        given = settings(api.url, folder, attempts=2, failures_in_a_row=1000, **changes)
        run = ask(given, range(len(names)))
    assert run.stopped is None
    assert len(run.replies) == len(names)
    assert run.attempts == api.total
    return Batch(names, api, run, log.getvalue())


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """Everything that any library logs."""
    text, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(text), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield text
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def find(batches: list[Batch], name: str) -> Batch:
    return next(batch for batch in batches if name in batch.names)


@pytest.fixture(scope='module')
def failed_once(tmp_path_factory: pytest.TempPathFactory) -> list[Batch]:
    """Each case that may pass, once; all is well after that."""
    return in_batches(named('retried'), True, tmp_path_factory.mktemp('once'))


@pytest.fixture(scope='module')
def ended(tmp_path_factory: pytest.TempPathFactory) -> list[Batch]:
    """Each case that does not stop the run, always."""
    names = named('retried', 'failed', 'filtered', 'answered')
    return in_batches(names, False, tmp_path_factory.mktemp('ended'))


def check_line(text: str) -> None:
    """One line of bounded length without the key."""
    assert text.strip()
    assert text.isprintable()
    assert len(text) < 700
    assert KEY not in text


@pytest.mark.parametrize('name', named('retried'))
def test_what_may_pass_is_tried_again(name: str, failed_once: list[Batch]) -> None:
    item, requests, reply = find(failed_once, name).of(name)
    assert (reply.text, reply.finish_reason) == (right_text(item), 'stop')
    assert (reply.attempts, requests, reply.error) == (2, 2, '')


@pytest.mark.parametrize('name', named('retried'))
def test_what_does_not_pass_is_recorded_as_failed(name: str, ended: list[Batch]) -> None:
    _, requests, reply = find(ended, name).of(name)
    assert reply.failed
    assert (reply.text, reply.attempts, requests) == ('', 2, 2)
    assert ANSWERS[name]['says'] in reply.error
    assert reply.sampling == {'temperature': 0, 'max_tokens': 64}
    check_line(reply.error)


@pytest.mark.parametrize('name', named('failed', 'filtered'))
def test_what_is_wrong_with_one_question_costs_only_that(name: str, ended: list[Batch]) -> None:
    _, requests, reply = find(ended, name).of(name)
    filtered = ANSWERS[name]['ends'] == 'filtered'
    assert reply.finish_reason == ('content_filter' if filtered else 'failed_request')
    assert (reply.text, reply.attempts, requests) == ('', 1, 1)
    assert ANSWERS[name]['says'] in reply.error
    check_line(reply.error)


@pytest.mark.parametrize('name', named('answered'))
def test_a_reply_is_recorded_as_it_is(name: str, ended: list[Batch]) -> None:
    item, requests, reply = find(ended, name).of(name)
    wanted = dict(ANSWERS[name]['reply'])
    if wanted.get('text') == '{text}':
        wanted['text'] = right_text(item)
    assert {field: getattr(reply, field) for field in wanted} == wanted
    assert (reply.attempts, requests, reply.error) == (1, 1, '')
    assert 0 < reply.latency < 10


def test_the_key_is_in_no_log(ended: list[Batch], failed_once: list[Batch]) -> None:
    for batch in (*ended, *failed_once):
        assert 'HTTP Request' in batch.log  # the client's own log was caught
        assert KEY not in batch.log


@pytest.mark.parametrize('name', named('stopped'))
def test_what_waiting_cannot_mend_stops_the_run(name: str, tmp_path: Path) -> None:
    with FaultyAPI(always(name)) as api:
        run = ask(settings(api.url, tmp_path, stream=streams(name), concurrency=2), range(50))
    assert run.recorded == []
    assert api.total <= 2, 'a request was sent after the stop'
    assert run.stopped is not None
    assert ANSWERS[name]['says'] in str(run.stopped)
    assert '-r' in run.stopped.remedy
    check_line(str(run.stopped))
    error: BaseException | None = run.stopped
    while error is not None:  # a traceback shows the whole chain
        assert KEY not in repr(error)
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize('name', named('retried', waits=True))
def test_retry_after_is_kept_by_all(name: str, tmp_path: Path) -> None:
    seconds = ANSWERS[name]['waits']

    def schedule(item: str, nth: int) -> str:
        first = (item, nth) == ('q0', 0)
        # Both are under way when the first is refused, and the other until that is known.
        while api.total < 2 if first else '"hold"' not in state_of(tmp_path).read_text():
            if api.released.wait(0.01):
                break
        return name if first else 'ok'

    with FaultyAPI(schedule) as api:
        run = ask(settings(api.url, tmp_path, concurrency=2), range(6))
    assert [run.replies[i].text for i in range(6)] == [right_text(f'q{i}') for i in range(6)]
    times = sorted(when for _, when in api.arrivals)
    assert max(later - sooner for sooner, later in pairwise(times)) >= seconds - 0.1
    # Only what was in flight with the refused request came before the wait was over.
    assert sum(when < times[0] + seconds - 0.1 for when in times) <= 2


@pytest.mark.parametrize(
    'answer',
    [{'code': 'Arrearage'}, {'type': 'Arrearage'}, {'error': {'code': 'Arrearage'}}],
    ids=['code', 'type', 'wrapped'],
)
def test_a_code_counts_wherever_it_stands(answer: dict[str, Any]) -> None:
    found = faults.fault_of(faults.Broken('no choice', body=answer), KEY)
    assert found is not None
    assert found.kind == 'stop'


def test_other_errors_are_none_of_the_endpoints() -> None:
    assert faults.fault_of(KeyError('x'), KEY) is None


def test_what_steers_a_terminal_is_taken_out() -> None:
    found = faults.fault_of(faults.Broken(f'a\x1b[31m\nb {KEY} ' + 'x' * 1000), KEY)
    assert found is not None
    assert found.what.startswith('a?[31m b *** xxx')
    check_line(found.what)


def test_a_word_for_no_key_stays_in_the_text() -> None:
    found = faults.fault_of(faults.Broken('there is none'), 'none')
    assert found == faults.Fault('wait', 'there is none')


def test_every_listed_code_has_its_source() -> None:
    text = Path(faults.__file__).parents[1] / 'data' / 'endpoint_errors.tsv'
    rows = [
        line.split('\t')
        for line in text.read_text(encoding='utf-8').splitlines()
        if not line.startswith('#')
    ]
    assert [row for row in rows if len(row) != 4 or not all(row)] == []
    keys = [(code, phrase) for code, phrase, _, _ in rows]
    assert len(set(keys)) == len(keys)
    # A line without a phrase hides those of its code that follow.
    for code, phrase in keys:
        if phrase != '-':
            assert (code, '-') not in keys[: keys.index((code, phrase))]


def test_the_record_of_a_failure_says_so() -> None:
    assert Reply('', 'failed_request').failed
    assert not Reply('', 'content_filter').failed
    assert isinstance(EndpointError('a'), Exception)
