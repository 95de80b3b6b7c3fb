"""An OpenAI-compatible endpoint, killed in the middle, resumed and brought to its table."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
from loopback_api import LoopbackAPI
from opencompass_runs import Finished, Workplace, details, predictions, sample_slug

from opencompass_math500.dataset import load_problems
from opencompass_math500.embedded import embedded_model_dir

pytestmark = pytest.mark.slow

IDS = [f'sample/algebra/{number}.json' for number in range(1, 6)]
PROBLEMS = load_problems('sample', ids=IDS)
ABBR = f'{sample_slug(IDS)}_0shot-cot'
BATCH = 2
WRONG = PROBLEMS[3]

CONFIG = f"""
from mmengine.config import read_base

with read_base():
    from .datasets.math500.math500_0shot_cot import math500_datasets as _zero_shot
    from .guarded import eval, infer, summarizer
    from .models.api_openai_compatible import models as _endpoint

datasets = [dict(_zero_shot[0], source='sample', ids={IDS}, abbr='{ABBR}')]
models = [dict(_endpoint[0], abbr='endpoint', batch_size={BATCH}, query_per_second=20)]
work_dir = 'outputs'
"""


def reply(prompt: str) -> str:
    """The right answer to the problem in the prompt, but for one problem."""
    (problem,) = [problem for problem in PROBLEMS if problem.problem in prompt]
    return f'So it is $\\boxed{{{"10^9" if problem is WRONG else problem.answer}}}$.'


def wait_for_lines(journal: Path, count: int, seconds: float = 240) -> list[str]:
    """The lines of a growing file, once there are so many."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if journal.exists() and len(lines := journal.read_text('utf-8').splitlines()) >= count:
            return lines
        time.sleep(0.2)
    raise AssertionError(f'{journal} did not grow to {count} lines in {seconds} s')


def kill_inference(parent: int) -> None:
    """Kill, as the kernel does for want of memory, the process that generates."""
    for process in psutil.Process(parent).children(recursive=True):
        if any(part.endswith('openicl_infer.py') for part in process.cmdline()):
            process.kill()
            return
    raise AssertionError('no inference process to kill')


@dataclass(frozen=True, slots=True)
class Crash:
    """What the killed run left, and what the resumed one made of it."""

    place: Workplace
    api: LoopbackAPI
    status: int
    text: str
    kept: list[str]
    asked_before: list[str]
    refused: Finished
    resumed: Finished


@pytest.fixture(scope='module')
def crash(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crash]:
    place = Workplace.at(tmp_path_factory.mktemp('api'))
    config = place.config(CONFIG)
    log = place.folder / 'first.log'
    with LoopbackAPI(reply, patience=BATCH) as api:
        settings = {
            'OPENAI_API_KEY': 'any',
            'OPENAI_BASE_URL': api.url,
            # OpenCompass's client counts tokens with the tokenizer of this name, and
            # would look for it on the network.
            'MATH500_API_MODEL': str(embedded_model_dir()),
        }
        running = place.start(config, log=log, **settings)
        try:
            journal = f'outputs/*/predictions/endpoint/tmp_{ABBR}.jsonl'
            while not list(place.folder.glob(journal)) and running.poll() is None:
                time.sleep(0.2)
            assert running.poll() is None, log.read_text('utf-8')
            kept = wait_for_lines(next(place.folder.glob(journal)), BATCH)
            until = time.monotonic() + 60
            while len(api.requests) < 2 * BATCH and time.monotonic() < until:
                time.sleep(0.1)
            kill_inference(running.pid)
            status = running.wait(timeout=300)
        finally:
            running.kill()
        asked_before = list(api.prompts)
        api.resume()
        shorter = CONFIG.replace('batch_size=', 'max_out_len=64, batch_size=')
        refused = place.opencompass(place.config(shorter, 'eval_shorter.py'), '-r', **settings)
        (left,) = place.folder.glob(journal)
        with left.open('a', encoding='utf-8') as stream:
            stream.write('{"idx": 2, "origin_prompt": [{"role": "HUM')  # cut by a power failure
        resumed = place.math500('run', config, '-r', **settings)
        text = log.read_text('utf-8')
        yield Crash(place, api, status, text, kept, asked_before, refused, resumed)


def test_a_killed_task_is_told_and_the_status_is_not_zero(crash: Crash) -> None:
    assert crash.status == 1
    (line,) = re.findall(r'^math500: 1 of 1 results are missing: .*$', crash.text, re.MULTILINE)
    assert f'endpoint on {ABBR}' in line and '-r' in line
    assert re.search(r'^math500: OpenICLInfer\[.*\] failed: killed by signal 9', crash.text, re.M)
    # The grading that follows has no rows to count: the bar of the dead task is not its own.
    assert 'item' not in crash.text.split('launch OpenICLEval')[1]


def test_rows_of_an_unfinished_run_are_not_mixed_with_others(crash: Crash) -> None:
    assert crash.refused.status == 1, crash.refused.text
    (line,) = crash.refused.said()
    assert f'tmp_{ABBR}.jsonl was made under other settings' in line
    assert 'max_out_len: then 4096, now 64' in line


def test_what_was_answered_before_is_not_asked_again(crash: Crash) -> None:
    assert [json.loads(line)['unique_id'] for line in crash.kept] == IDS[:BATCH]
    asked = Counter(
        next(p.unique_id for p in PROBLEMS if p.problem in prompt) for prompt in crash.api.prompts
    )
    # The second batch was asked, never answered, and had to be asked again.
    assert asked == {IDS[0]: 1, IDS[1]: 1, IDS[2]: 2, IDS[3]: 2, IDS[4]: 1}
    assert len(crash.asked_before) == 2 * BATCH


def test_the_resumed_run_has_every_row_once(crash: Crash) -> None:
    assert crash.resumed.status == 0, crash.resumed.text
    rows = predictions(crash.place.run_dir, 'endpoint', ABBR)
    assert [row['unique_id'] for row in rows] == IDS
    assert [row['prediction'] for row in rows] == [reply(p.problem) for p in PROBLEMS]
    before = [json.loads(line) for line in crash.kept]
    assert [{'idx': n, **rows[n]} for n in range(BATCH)] == before
    folder = crash.place.run_dir / 'predictions' / 'endpoint'
    assert [path.name for path in folder.iterdir()] == [f'{ABBR}.json']


def test_every_reply_is_graded_by_its_box(crash: Crash) -> None:
    rows = details(crash.place.run_dir, 'endpoint', ABBR)
    wrong = [row['unique_id'] for row in rows if row['verdict'] != 'correct']
    assert wrong == [WRONG.unique_id]
    assert rows[3]['verdict'] == 'incorrect' and rows[3]['pred'] == '10^9'
    assert {row['finish_reason'] for row in rows} == {None}


def test_the_table_says_that_truncation_is_unknown(crash: Crash) -> None:
    assert re.search(r'^ *A +5 +80\.00 +37\.6 – 96\.4 +0 +unknown +0 *$', crash.resumed.out, re.M)
    assert re.search(r'^A: .*sampling temperature=0;', crash.resumed.out, re.M)


def test_the_request_is_greedy_and_has_the_cap_and_the_prompt(crash: Crash) -> None:
    for request in crash.api.requests:
        assert request['temperature'] == 0
        assert request['max_tokens'] == 4096
        (message,) = request['messages']
        assert message['role'] == 'user'
        assert message['content'].endswith('put your final answer within \\boxed{}.')
