"""grade_many(): in order, from workers as from one process, and honest about a dead one."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from processes import all_ended, children

from opencompass_math500 import Verdict, grade, grade_many
from opencompass_math500.grading import batch
from opencompass_math500.workers import Connection, Workshop

ROOT = Path(__file__).resolve().parents[2]


def rows(count: int) -> Iterator[dict[str, Any]]:
    """Responses right and wrong by turns, a lone surrogate and an empty one among them."""
    responses = ('so \\boxed{%d}.', 'The answer is %d1.', 'no \udc80 idea %d', '')
    for number in range(count):
        form = responses[number % len(responses)]
        yield {
            'response': form % number if '%d' in form else form,
            'gold': str(number),
            'finish_reason': 'stop',
            'unique_id': 'ignored',
        }


def one_by_one(count: int) -> list[Verdict]:
    return [
        grade(response=row['response'], gold=row['gold'], finish_reason='stop')
        for row in rows(count)
    ]


@pytest.mark.parametrize('workers', [1, 2, None], ids=['one', 'two', 'by itself'])
def test_the_same_as_one_by_one_and_in_order(workers: int | None) -> None:
    assert list(grade_many(rows(700), workers)) == one_by_one(700)


def test_rows_are_taken_as_they_are_needed() -> None:
    """An endless stream in constant memory: no more is taken than the workers can hold."""
    taken = itertools.count()

    def endless() -> Iterator[dict[str, Any]]:
        while True:
            next(taken)
            yield {'response': '\\boxed{1}', 'gold': '1'}

    verdicts = grade_many(endless(), workers=2)
    assert all(verdict.is_correct for verdict in itertools.islice(verdicts, 300))
    verdicts.close()  # type: ignore[attr-defined]
    assert next(taken) < 2000


def test_long_rows_do_not_pile_up() -> None:
    """A megabyte each: few are on their way at any time."""
    taken = itertools.count()

    def endless() -> Iterator[dict[str, Any]]:
        while True:
            next(taken)
            yield {'response': 'word ' * 200_000 + '\\boxed{1}', 'gold': '1'}

    verdicts = grade_many(endless(), workers=2)
    assert next(verdicts).is_correct
    verdicts.close()  # type: ignore[attr-defined]
    assert next(taken) < 10


def test_who_leaves_early_waits_for_nobody() -> None:
    """Workers in the midst of rows that run into the symbolic clock, 64 to a chunk, end."""
    quick = {'response': '\\boxed{1}', 'gold': '1'}
    slow = {
        'response': '\\boxed{\\int_0^1 \\sin(x^{x^x}) \\, dx}',
        'gold': '\\int_1^2 x^{x^x} \\, dx',
    }
    verdicts = grade_many(itertools.chain([quick] * 64, itertools.repeat(slow)), workers=2)
    assert next(verdicts).is_correct
    started = time.monotonic()
    verdicts.close()  # type: ignore[attr-defined]
    assert time.monotonic() - started < 60  # the clocks of a chunk take 128


def test_workers_are_started_when_it_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, '_ALONE_SECONDS', 0.0)
    monkeypatch.setattr(batch, '_cores', lambda: 2)
    assert list(grade_many(rows(300))) == one_by_one(300)


def test_no_rows_start_no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, 'Workshop', None)
    assert list(grade_many([])) == []


def test_a_row_without_a_gold_is_an_error() -> None:
    with pytest.raises(KeyError, match='gold'):
        list(grade_many([{'response': '1'}]))


@pytest.mark.parametrize('workers', [1, 2])
@pytest.mark.parametrize(
    ('row', 'named'),
    [
        ({'response': '1', 'gold': 1}, 'row 70: gold is no text but int'),
        ({'response': ['1'], 'gold': '1'}, 'row 70: response is no text but list'),
    ],
)
def test_a_row_that_is_no_text_is_named(row: dict[str, Any], named: str, workers: int) -> None:
    with pytest.raises(TypeError, match=named):
        list(grade_many([*rows(70), row], workers))


def test_a_row_that_the_grader_fails_on_is_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr('opencompass_math500.grading.judging.same', faulty)
    given = [{'response': '\\boxed{7}', 'gold': '7'}, {'response': '\\boxed{x}', 'gold': 'y'}]
    found = [(verdict.outcome, verdict.rule) for verdict in grade_many(given * 2, workers=1)]
    assert found == [('correct', 'judge.integers'), ('timeout', 'judge.error')] * 2


INTERRUPTED = """
import itertools, sys
from opencompass_math500 import grade_many
slow = {'gold': r'\\ln 2', 'response': r'\\boxed{\\int_0^\\infty \\sin(x^{x^x}) e^{-x} \\, dx}'}
quick = {'gold': '1', 'response': r'\\boxed{1}'}
for verdict in grade_many(itertools.chain([quick] * 200, itertools.repeat(slow)), workers=2):
    print(verdict.outcome, flush=True)
"""


@pytest.mark.skipif(not Path('/proc/self/stat').exists(), reason='needs /proc')
@pytest.mark.parametrize(
    'how',
    [
        pytest.param(signal.SIGINT, marks=pytest.mark.slow),
        pytest.param(signal.SIGTERM, marks=pytest.mark.slow),
        signal.SIGKILL,
    ],
)
def test_whoever_ends_it_no_process_remains(how: signal.Signals, tmp_path: Path) -> None:
    """Workers, and what they compare with sympy in processes of their own."""
    process = subprocess.Popen(
        [sys.executable, '-c', INTERRUPTED], cwd=tmp_path, stdout=subprocess.PIPE, text=True,
        stderr=subprocess.DEVNULL, env={**os.environ, 'PYTHONPATH': str(ROOT)},
    )  # fmt: skip
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == 'correct\n'
        # A keeper, its two workers, and at least one keeper of theirs.
        while len(pids := children(process.pid)) < 4:
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(how)
    process.wait()
    assert all_ended(pids)


def test_a_dead_worker_is_named_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Connection] = []

    class Recorded(Workshop):
        def connect(self) -> Connection:
            made.append(super().connect())
            return made[-1]

    monkeypatch.setattr(batch, 'Workshop', Recorded)
    verdicts = grade_many(rows(10_000), workers=2)
    with pytest.raises(RuntimeError, match=r'rows \d+ to \d+ ended'):
        next(verdicts)
        for connection in made:
            assert connection.pid is not None
            os.kill(connection.pid, signal.SIGKILL)
        list(verdicts)
