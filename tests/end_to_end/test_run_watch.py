"""A run of the real OpenCompass, watched from a second process until it ends."""

from __future__ import annotations

import json
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faulty_api
import pytest
from faulty_api import FaultyAPI
from opencompass_runs import OURS, Workplace, details, sample_slug

from opencompass_math500.dataset import load_problems
from opencompass_math500.watch import Standing, State, Watcher

pytestmark = pytest.mark.slow

IDS = [f'sample/algebra/{number}.json' for number in range(1, 6)] + [
    f'sample/geometry/{number}.json' for number in range(1, 6)
]
PROBLEMS = load_problems('sample', ids=IDS)
ABBR = f'{sample_slug(IDS)}_0shot-cot'
MODEL = 'endpoint'
TOO_LONG, LIMITED = 2, 4  # places of the problems
CONFIG = f"""
from mmengine.config import read_base

with read_base():
    from .datasets.math500.math500_0shot_cot import math500_datasets as _zero_shot
    from .guarded import eval, infer, summarizer
    from .models.api_openai_compatible import models as _endpoint

datasets = [dict(_zero_shot[0], source='sample', ids={IDS}, abbr='{ABBR}')]
models = [dict(_endpoint[0], abbr='{MODEL}', concurrency=2)]
work_dir = 'outputs'
"""


def place_of(item: str) -> int:
    """Which problem a prompt is about."""
    (place,) = [place for place, problem in enumerate(PROBLEMS) if problem.problem in item]
    return place


def text(item: str) -> str:
    """The right answer to every problem but each third."""
    place = place_of(item)
    return f'So it is $\\boxed{{{"10^9" if place % 3 == 0 else PROBLEMS[place].answer}}}$.'


def schedule(item: str, nth: int) -> str:
    """One problem fails for good; one is told to wait once."""
    place = place_of(item)
    if place == TOO_LONG:
        return '400-context'
    return '429-seconds' if place == LIMITED and nth == 0 else 'ok'


@dataclass(frozen=True, slots=True)
class Watched:
    """What was seen of a run.

    Attributes:
        status, log: of the run.
        said: what ``math500 watch`` printed in a pipe, beside its status.
        looks: what a watcher in this process saw, look by look.
    """

    place: Workplace
    status: int
    log: str
    watch_status: int
    said: list[str]
    looks: list[State]


def last(states: list[State], stage: str) -> Standing:
    """The last look at the pair in this stage."""
    return [one for state in states for one in state.standings if one.stage == stage][-1]


@pytest.fixture(scope='module')
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    place = Workplace.at(tmp_path_factory.mktemp('watched'))
    config, log = place.config(CONFIG), place.folder / 'run.log'
    outputs = place.folder / 'outputs'
    with pytest.MonkeyPatch.context() as patch, FaultyAPI(schedule=schedule, slow=1.0) as api:
        patch.setattr(faulty_api, 'right_text', text)
        env = {'OPENAI_API_KEY': 'sk-x', 'OPENAI_BASE_URL': api.url, 'MATH500_API_MODEL': 'm'}
        watch = subprocess.Popen(
            [*OURS, 'watch', str(outputs), '--interval', '0.5'],
            cwd=place.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, encoding='utf-8', env=place.environment({}),
        )  # fmt: skip
        run = place.start(config, log=log, **env)
        said: list[str] = []
        reader = threading.Thread(target=lambda: said.extend(watch.stdout or ()), daemon=True)
        reader.start()
        looks: list[State] = []
        watcher = Watcher(outputs)
        try:
            until = time.monotonic() + 400
            while run.poll() is None and time.monotonic() < until:
                looks.append(watcher.look())
                time.sleep(0.3)
            status = run.wait(timeout=60)
            looks.append(watcher.look())
            watch_status = watch.wait(timeout=60)
            reader.join(timeout=10)
        finally:
            run.kill()
            watch.kill()
        yield Watched(place, status, log.read_text('utf-8'), watch_status, said, looks)


def test_the_watching_ends_with_the_run(watched: Watched) -> None:
    assert watched.status == 1, watched.log  # one request failed
    assert watched.watch_status == 0, watched.said
    assert watched.looks[-1].over
    assert watched.said[0] == f'waiting for the folder {watched.place.folder / "outputs"}\n'
    assert f'{watched.place.run_dir}\n' in watched.said
    end = 'over: all results are there, but 1 request failed; run again with -r\n'
    assert watched.said[-1] == end


def test_the_last_counts_are_those_of_the_results(watched: Watched) -> None:
    rows = details(watched.place.run_dir, MODEL, ABBR)
    (standing,) = watched.looks[-1].standings
    tally = standing.tally
    assert standing.official and (tally.done, standing.total) == (len(IDS), len(IDS))
    assert tally.right == sum(row['correct'] for row in rows)
    kinds = [row['verdict'] for row in rows]
    assert dict(tally.outcomes) == {kind: kinds.count(kind) for kind in set(kinds)}
    assert kinds.count('failed_request') == 1 and kinds.count('correct') == 5
    assert re.search(rf'^{MODEL} on {ABBR}: 10 of 10 items, finished; score ', ''.join(
        watched.said), re.MULTILINE)  # fmt: skip


def test_our_verdicts_on_the_way_are_those_of_the_results(watched: Watched) -> None:
    """Graded from the journal as it grew, and again from the predictions alone."""
    final = watched.looks[-1].standings[0].tally
    before = last(watched.looks, 'answered')
    assert not before.official
    assert before.tally.outcomes == final.outcomes
    results = watched.place.run_dir / 'results' / MODEL / f'{ABBR}.json'
    moved = results.rename(results.with_suffix('.kept'))
    try:
        late = Watcher(watched.place.run_dir).look().standings[0]
    finally:
        moved.rename(results)
    assert late.stage == 'answered' and late.tally.outcomes == final.outcomes


def test_the_growth_was_seen(watched: Watched) -> None:
    seen = [one for state in watched.looks for one in state.standings]
    stages = list(dict.fromkeys(one.stage for one in seen))
    assert stages == ['waiting', 'answering', 'answered', 'graded']
    growing = [one.tally.done for one in seen if one.stage == 'answering']
    assert growing == sorted(growing) and len(set(growing)) > 3
    assert {one.total for one in seen if one.stage == 'answering'} == {len(IDS)}
    assert [line for line in watched.said if ' of 10 items; so far ' in line]
    assert not any(state.notes for state in watched.looks)


def test_what_the_endpoint_refused_is_told(watched: Watched) -> None:
    tally = last(watched.looks, 'answered').tally
    assert (tally.failed, tally.repeated) == (1, 1)
    assert tally.error
    (failed,) = [
        row for row in _rows(watched.place.run_dir) if row['finish_reason'] == 'failed_request'
    ]
    assert failed['reply']['error'].startswith(tally.error)
    said = ''.join(watched.said)
    assert 'failed requests: 1, the last one: ' in said
    assert 'replies that took more than one request: 1' in said


def test_nothing_of_the_run_was_touched(watched: Watched) -> None:
    names = {path.name for path in (watched.place.run_dir / 'predictions' / MODEL).iterdir()}
    assert names == {f'{ABBR}.json'}


def _rows(run_dir: Path) -> list[dict[str, Any]]:
    path = run_dir / 'predictions' / MODEL / f'{ABBR}.json'
    return list(json.loads(path.read_text('utf-8')).values())
