"""A real OpenAI-compatible server, through the real OpenCompass: ``transformers serve``.

It serves the embedded model, answers with streams only, and states neither lengths nor
whether a reply was cut.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from opencompass_runs import Finished, Workplace, details, predictions, sample_slug

from opencompass_math500.dataset import load_problems
from opencompass_math500.embedded import embedded_model_dir

pytestmark = pytest.mark.slow

IDS = [f'sample/algebra/{number}.json' for number in (1, 2, 3)] + ['sample/geometry/1.json']
PROBLEMS = load_problems('sample', ids=IDS)
ABBR = f'{sample_slug(IDS)}_0shot-cot'
CAP = 64
SAMPLING = {'temperature': 0, 'max_tokens': CAP}

CONFIG = f"""
from mmengine.config import read_base

with read_base():
    from .datasets.math500.math500_0shot_cot import math500_datasets as _zero_shot
    from .guarded import eval, infer, summarizer
    from .models.api_openai_compatible import models as _endpoint

datasets = [dict(_zero_shot[0], source='sample', ids={IDS}, abbr='{ABBR}')]
models = [
    dict(_endpoint[0], abbr='served', stream=True, max_out_len={CAP}, concurrency=1, attempts=1)
]
work_dir = 'outputs'
"""


@dataclass(frozen=True, slots=True)
class Served:
    """The finished run, and what the server says when it is asked once more.

    Attributes:
        model: the name by which it was asked: a folder.
        again: the text of its reply to the last prompt, read without our client.
        last_event: what it said besides the text, with its last event.
    """

    place: Workplace
    finished: Finished
    model: str
    again: str
    last_event: dict[str, Any]

    @property
    def rows(self) -> list[dict[str, Any]]:
        return predictions(self.place.run_dir, 'served', ABBR)


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as found:
        found.bind(('127.0.0.1', 0))
        return int(found.getsockname()[1])


@contextmanager
def transformers_serve(log: Path) -> Iterator[int]:
    """The port of a server that runs until the context is left."""
    port = free_port()
    command = [sys.executable, '-m', 'transformers.commands.transformers_cli', 'serve']
    with log.open('w', encoding='utf-8') as stream:
        server = subprocess.Popen(
            [*command, '--host', '127.0.0.1', '--port', str(port)],
            env={**os.environ, 'HF_HUB_OFFLINE': '1'},
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        until = time.monotonic() + 300
        while not is_open(port):
            assert server.poll() is None and time.monotonic() < until, log.read_text('utf-8')
            time.sleep(0.2)
        yield port
    finally:
        # All of its group, at once: told to end, it waits for idle connections.
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def is_open(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as caller:
        caller.settimeout(1)
        return caller.connect_ex(('127.0.0.1', port)) == 0


def asked_plainly(port: int, body: dict[str, Any]) -> list[dict[str, Any]]:
    """The events of one reply, with the standard library alone."""
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=120)
    connection.request(
        'POST', '/v1/chat/completions', json.dumps(body), {'Content-Type': 'application/json'}
    )
    lines = connection.getresponse().read().decode().splitlines()
    connection.close()
    data = [line.removeprefix('data: ') for line in lines if line.startswith('data: ')]
    return [json.loads(event) for event in data if event != '[DONE]']


@pytest.fixture(scope='module')
def served(tmp_path_factory: pytest.TempPathFactory) -> Served:
    for needed in ('fastapi', 'uvicorn'):  # of the extra [test]
        pytest.importorskip(needed)
    model = str(embedded_model_dir())
    folder = tmp_path_factory.mktemp('served')
    place = Workplace.at(folder)
    with transformers_serve(folder / 'server.log') as port:
        finished = place.math500(
            'run',
            place.config(CONFIG),
            OPENAI_BASE_URL=f'http://127.0.0.1:{port}/v1',
            MATH500_API_MODEL=model,
        )
        assert finished.status == 0, finished.text
        prompt = predictions(place.run_dir, 'served', ABBR)[-1]['origin_prompt'][0]['prompt']
        body = {'model': model, 'messages': [{'role': 'user', 'content': prompt}], **SAMPLING}
        events = asked_plainly(port, body)
    texts = [event['choices'][0]['delta'].get('content') or '' for event in events]
    return Served(place, finished, model, ''.join(texts), events[-1])


def test_every_problem_has_a_reply_of_the_model(served: Served) -> None:
    rows = served.rows
    assert [row['unique_id'] for row in rows] == IDS
    assert [row['gold'] for row in rows] == [problem.answer for problem in PROBLEMS]
    texts = [row['prediction'] for row in rows]
    assert all(len(text) > 10 for text in texts)
    assert len(set(texts)) == len(IDS)


def test_the_text_is_whole(served: Served) -> None:
    assert served.rows[-1]['prediction'] == served.again


def test_every_reply_has_its_record(served: Served) -> None:
    replies = [row['reply'] for row in served.rows]
    for reply in replies:
        # The server's own name for it: the folder with a revision.
        assert reply['model'].partition('@')[0] == served.model
        assert reply['sampling'] == SAMPLING
        assert (reply['attempts'], reply['error'], reply['reasoning']) == (1, '', '')
        assert 0 < reply['latency'] < 120
    assert len({reply['request_id'] for reply in replies}) == len(IDS)


def test_what_the_server_does_not_state_is_not_made_up(served: Served) -> None:
    for row in served.rows:
        reply = row['reply']
        assert row['response_tokens'] is reply['prompt_tokens'] is reply['cached_tokens'] is None
    # It was asked for a whole reply this time, and for no more tokens than CAP.
    assert served.last_event['object'] == 'chat.completion.chunk'
    assert 'usage' not in served.last_event
    # Its word for every end, that of a reply cut by the cap included.
    assert served.last_event['choices'][0]['finish_reason'] == 'stop'
    assert {row['finish_reason'] for row in served.rows} == {'stop'}


def test_the_replies_are_graded_and_shown(served: Served) -> None:
    rows = details(served.place.run_dir, 'served', ABBR)
    assert [row['unique_id'] for row in rows] == IDS
    assert {row['verdict'] for row in rows} <= {'correct', 'incorrect', 'no_answer'}
    right = sum(row['verdict'] == 'correct' for row in rows)
    (line,) = re.findall(r'^  A +4 +([\d.]+) .* (\d+) *$', served.finished.text, re.MULTILINE)
    assert line == (f'{25 * right:.2f}', '0')
    assert f'math500: served {ABBR}: 4 of 4 answered' in served.finished.said()
