"""An endpoint through the real OpenCompass: killed, refused, out of money, mended, complete."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest
from loopback_api import LoopbackAPI
from opencompass_runs import Finished, Workplace, details, predictions, sample_slug

from opencompass_math500.dataset import load_problems

pytestmark = pytest.mark.slow

IDS = [f'sample/algebra/{number}.json' for number in range(1, 6)] + [
    f'sample/geometry/{number}.json' for number in range(1, 4)
]
PROBLEMS = load_problems('sample', ids=IDS)
ABBR = f'{sample_slug(IDS)}_0shot-cot'
ANSWERED, IN_FLIGHT = 3, 2  # when the process is killed
WRONG, TOO_LONG, LAST_PAID = 3, 6, 4  # places of the problems
QUOTA = {'message': 'You exceeded your current quota.', 'code': 'insufficient_quota'}
BAD = {'message': 'the prompt is too long', 'code': 'context_length_exceeded'}
KEY = 'sk-not-for-any-file'

CONFIG = f"""
from mmengine.config import read_base

with read_base():
    from .datasets.math500.math500_0shot_cot import math500_datasets as _zero_shot
    from .guarded import eval, infer, summarizer
    from .models.api_openai_compatible import models as _endpoint

datasets = [dict(_zero_shot[0], source='sample', ids={IDS}, abbr='{ABBR}')]
models = [
    dict(
        _endpoint[0], abbr='endpoint', concurrency={IN_FLIGHT},
        # 0.40 USD a reply
        prices=dict(prompt=100_000, completion=300_000),
    )
]
work_dir = 'outputs'
"""


def place_of(prompt: str) -> int:
    """Which problem a prompt is about."""
    (place,) = [place for place, problem in enumerate(PROBLEMS) if problem.problem in prompt]
    return place


def reply(prompt: str) -> str:
    """The right answer to the problem in the prompt, but for one problem."""
    place = place_of(prompt)
    return f'So it is $\\boxed{{{"10^9" if place == WRONG else PROBLEMS[place].answer}}}$.'


def wait_for(condition: Any, running: Any, log: Path, seconds: float = 600) -> None:
    """Until a condition holds of a running process."""
    until = time.monotonic() + seconds
    while not condition():
        assert running.poll() is None and time.monotonic() < until, log.read_text('utf-8')
        time.sleep(0.2)


def kill_inference(parent: int) -> None:
    """Kill, as the kernel does for want of memory, the process that asks."""
    for process in psutil.Process(parent).children(recursive=True):
        if any(part.endswith('openicl_infer.py') for part in process.cmdline()):
            process.kill()
            return
    raise AssertionError('no inference process to kill')


@dataclass(frozen=True, slots=True)
class Step:
    """One run, the requests that the endpoint saw of it, and what lay there afterwards.

    Attributes:
        run: what it said.
        asked: how often each problem was asked.
        journal: its rows by position, each as often as it is there.
        files: the names of all files beside the journal.
    """

    run: Finished
    asked: Counter[int]
    journal: list[dict[str, Any]]
    files: list[str]


@dataclass(frozen=True, slots=True)
class History:
    """The runs in one folder, one after the other."""

    place: Workplace
    api: LoopbackAPI
    killed: Step
    refused: Step
    unpaid: Step
    paid: Step
    mended: Step
    shown: list[dict[str, Any]]
    """The rows of the run with a failed request, as they were published."""


def journal(place: Workplace) -> Path:
    return place.run_dir / 'predictions' / 'endpoint' / f'tmp_{ABBR}.jsonl'


def kept(history: History) -> set[int]:
    """The problems whose replies the killed process had recorded."""
    return {row['idx'] for row in history.killed.journal}


class Recorder:
    """Takes each run with what the endpoint saw of it."""

    def __init__(self, place: Workplace, api: LoopbackAPI) -> None:
        self.place, self.api, self.seen = place, api, 0

    def step(self, run: Finished) -> Step:
        new = self.api.prompts[self.seen :]
        self.seen += len(new)
        path = journal(self.place)
        lines = path.read_text('utf-8').splitlines() if path.exists() else []
        files = sorted(file.name for file in path.parent.iterdir())
        rows = sorted((json.loads(line) for line in lines), key=lambda row: int(row['idx']))
        return Step(run, Counter(map(place_of, new)), rows, files)


def killed_run(place: Workplace, config: str, api: LoopbackAPI, env: dict[str, str]) -> Finished:
    """A run whose inference is killed while requests are in flight."""
    log = place.folder / 'first.log'
    running = place.start(config, log=log, **env)
    try:
        wait_for(lambda: len(api.requests) == ANSWERED + IN_FLIGHT, running, log)
        wait_for(
            lambda: len(journal(place).read_text('utf-8').splitlines()) == ANSWERED, running, log
        )
        wait_for(lambda: f'{ANSWERED}/{len(IDS)}' in log.read_text('utf-8'), running, log)
        kill_inference(running.pid)
        status = running.wait(timeout=300)
    finally:
        running.kill()
    return Finished(status, '', log.read_text('utf-8'))


@pytest.fixture(scope='module')
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    place = Workplace.at(tmp_path_factory.mktemp('api'))
    config = place.config(CONFIG)
    with LoopbackAPI(reply, patience=ANSWERED, model='best-2026-01-01') as api:
        env = {'OPENAI_API_KEY': KEY, 'OPENAI_BASE_URL': api.url, 'MATH500_API_MODEL': 'best'}
        recorder = Recorder(place, api)
        killed = recorder.step(killed_run(place, config, api, env))
        api.resume()

        warmer = CONFIG.replace("abbr='endpoint',", "abbr='endpoint', sampling=dict(top_p=0.9),")
        refused = recorder.step(
            place.opencompass(place.config(warmer, 'eval_warmer.py'), '-r', **env)
        )

        with journal(place).open('a', encoding='utf-8') as stream:
            stream.write('{"idx": 2, "origin_prompt": [{"role": "HUM')  # cut by a power failure
        api.refuse = lambda prompt: (429, QUOTA) if place_of(prompt) > LAST_PAID else None
        unpaid = recorder.step(place.math500('run', config, '-r', '-m', 'infer', **env))

        api.refuse = lambda prompt: (400, BAD) if place_of(prompt) == TOO_LONG else None
        paid = recorder.step(place.math500('run', config, '-r', **env))
        shown = predictions(place.run_dir, 'endpoint', ABBR)

        api.refuse = lambda prompt: None
        api.model = 'best-2026-02-02'
        mended = recorder.step(place.opencompass(config, '-r', **env))
        yield History(place, api, killed, refused, unpaid, paid, mended, shown)


def test_a_killed_task_is_told_and_the_status_is_not_zero(history: History) -> None:
    run = history.killed.run
    assert run.status == 1
    (line,) = re.findall(r'^math500: 1 of 1 results are missing: .*$', run.text, re.MULTILINE)
    assert f'endpoint on {ABBR}' in line and '-r' in line
    assert re.search(r'^math500: OpenICLInfer\[.*\] failed: killed by signal 9', run.text, re.M)
    # The grading that follows has no rows to count: the bar of the dead task is not its own.
    assert 'item' not in run.text.split('launch OpenICLEval')[1]


def test_the_bar_shows_items_speed_and_cost(history: History) -> None:
    assert re.search(
        rf'endpoint {re.escape(ABBR)}: .*{ANSWERED}/{len(IDS)} \[.*<.*, \d+ tokens/s, 1\.20 USD\]',
        history.killed.run.text,
    )


def test_what_was_answered_is_on_disk_when_the_process_is_killed(history: History) -> None:
    # Which of them were answered hangs on the order in which two at a time arrived.
    assert history.killed.asked == Counter(range(ANSWERED + IN_FLIGHT))
    assert len(kept(history)) == ANSWERED
    assert kept(history) < set(history.killed.asked)


def test_another_sampling_is_refused_with_the_difference(history: History) -> None:
    assert history.refused.run.status == 1, history.refused.run.text
    (line,) = history.refused.run.said()
    assert f'tmp_{ABBR}.jsonl was made under other settings' in line
    assert 'model.sampling.temperature: then 0, now null' in line
    assert 'model.sampling.top_p: then null, now 0.9' in line
    assert not history.refused.asked
    assert history.refused.journal == history.killed.journal


def test_no_money_ends_the_run_at_once_and_keeps_the_journal(history: History) -> None:
    run = history.unpaid.run
    assert run.status == 1, run.text
    (line,) = [line for line in run.said() if 'OpenICLInfer' in line]
    assert 'failed: http://127.0.0.1' in line
    assert 'You exceeded your current quota' in line
    assert 'nothing answered is asked again' in line
    assert f'math500: endpoint {ABBR}: 5 of 8 answered so far; 2.00 USD' in run.said()
    assert run.said()[-1].startswith('math500: 1 of 1 predictions are missing')
    # Those in flight at the kill are repeated, those recorded are not.
    in_flight = {*range(LAST_PAID + 1)} - kept(history)
    assert in_flight < set(history.unpaid.asked)
    assert not kept(history) & set(history.unpaid.asked)
    # When one is refused, as many are under way as may be, and no further one is begun.
    assert history.unpaid.asked.total() <= len(in_flight) + IN_FLIGHT
    assert [row['idx'] for row in history.unpaid.journal] == list(range(LAST_PAID + 1))


def test_once_there_is_money_only_the_rest_is_asked(history: History) -> None:
    assert history.paid.asked == Counter(range(LAST_PAID + 1, len(IDS)))
    run = history.paid.run
    told = '7 of 8 answered; 1 failed, which -r asks again; 2.80 USD'
    assert f'math500: endpoint {ABBR}: {told}' in run.said()


def test_a_failed_request_is_a_row_of_its_own(history: History) -> None:
    assert history.paid.files == [f'{ABBR}.json']
    assert [row['unique_id'] for row in history.shown] == IDS
    failed = history.shown[TOO_LONG]
    assert (failed['prediction'], failed['finish_reason']) == ('', 'failed_request')
    assert 'the prompt is too long' in failed['reply']['error']
    others = [row for place, row in enumerate(history.shown) if place != TOO_LONG]
    assert {row['finish_reason'] for row in others} == {'stop'}
    for row in history.killed.journal:
        assert {'idx': row['idx'], **history.shown[row['idx']]} == row


def test_a_run_with_a_failed_request_is_incomplete(history: History) -> None:
    assert history.paid.run.status == 1, history.paid.run.text


def test_a_rerun_asks_what_failed_and_that_alone(history: History) -> None:
    run = history.mended.run
    assert history.mended.asked == Counter([TOO_LONG])
    assert run.status == 0, run.text
    assert (
        f'math500: endpoint on {ABBR}: 1 of 8 requests had failed and are asked again; '
        '7 replies are kept' in run.said()
    )
    rows = predictions(history.place.run_dir, 'endpoint', ABBR)
    assert [row['prediction'] for row in rows] == [reply(p.problem) for p in PROBLEMS]
    kept = [row for place, row in enumerate(rows) if place != TOO_LONG]
    assert kept == [row for place, row in enumerate(history.shown) if place != TOO_LONG]
    assert history.mended.files == [f'{ABBR}.json']


def test_two_models_behind_one_name_are_told(history: History) -> None:
    said = history.mended.run.said(f'math500: endpoint {ABBR}: ')
    assert said == [
        f'math500: endpoint {ABBR}: 8 of 8 answered; 3.20 USD',
        f'math500: endpoint {ABBR}: the endpoint answered as best-2026-01-01 for 7 rows '
        'and as best-2026-02-02 for 1 row',
    ]


def test_every_reply_is_graded_by_its_box(history: History) -> None:
    rows = details(history.place.run_dir, 'endpoint', ABBR)
    wrong = [place for place, row in enumerate(rows) if row['verdict'] != 'correct']
    assert wrong == [WRONG]
    assert rows[WRONG]['verdict'] == 'incorrect' and rows[WRONG]['pred'] == '10^9'
    assert {row['finish_reason'] for row in rows} == {'stop'}


def test_the_request_is_greedy_and_has_the_cap_and_the_prompt(history: History) -> None:
    for request in history.api.requests:
        assert request['temperature'] == 0
        assert request['max_tokens'] == 4096
        (message,) = request['messages']
        assert message['role'] == 'user'
        assert message['content'].endswith('put your final answer within \\boxed{}.')


def test_the_key_is_in_no_file(history: History) -> None:
    holding = [
        path
        for path in history.place.folder.rglob('*')
        if path.is_file() and KEY.encode() in path.read_bytes()
    ]
    assert holding == []
