"""``lm_eval --include_path "$(math500 lm-eval-path)"``: the real command and what it writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from harness_runs import boxed
from loopback_api import LoopbackAPI

from opencompass_math500.dataset import load_problems

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
KEY = 'sk-of-nobody-else-0123456789'


@dataclass(frozen=True)
class Finished:
    """One finished command, the folder it wrote and the requests it made."""

    out: Path
    stdout: str
    stderr: str
    requests: list[dict[str, Any]]

    def results(self) -> Any:
        (path,) = self.out.glob('m__x/results_*.json')

        def refuse(text: str) -> None:
            raise ValueError(f'{text} is no JSON')

        return json.loads(path.read_text(encoding='utf-8'), parse_constant=refuse)

    def samples(self, task: str) -> list[Any]:
        (path,) = self.out.glob(f'm__x/samples_{task}_2*.jsonl')
        return [json.loads(line) for line in path.read_text(encoding='utf-8').splitlines()]


def printed(*command: str, **env: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get('PYTHONPATH', '')]))
    return subprocess.run(
        [sys.executable, '-m', *command],
        env={**os.environ, 'PYTHONPATH': path, **env},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope='module')
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    out = tmp_path_factory.mktemp('lm_eval')
    folder = printed('opencompass_math500', 'lm-eval-path').stdout.strip()
    with LoopbackAPI(reply=lambda prompt: boxed('5')) as api:
        done = printed(
            'lm_eval', '--include_path', folder, '--tasks', 'math500_prompts',
            '--model', 'local-chat-completions',
            '--model_args', f'model=m/x,base_url={api.url}/chat/completions,num_concurrent=2',
            '--apply_chat_template', '--limit', '2', '--metadata', 'math500_data=sample',
            '--gen_kwargs', 'max_gen_toks=512', '--log_samples', '--output_path', str(out),
            OPENAI_API_KEY=KEY, HF_HUB_OFFLINE='1',
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return Finished(out, done.stdout, done.stderr, api.requests)


def test_both_tasks_ran_under_the_limits_of_the_command_line(finished: Finished) -> None:
    assert len(finished.requests) == 4
    assert {request['max_tokens'] for request in finished.requests} == {512}
    assert sorted(len(request['messages']) for request in finished.requests) == [1, 1, 9, 9]


def test_the_results_are_json_with_what_they_are_of(finished: Finished) -> None:
    results = finished.results()
    slug = load_problems('sample').slug
    for task, prompt in (('math500', '0shot-cot'), ('math500_4shot', '4shot-chat')):
        assert results['results'][task]['accuracy,none'] == 0.5
        assert results['results'][task]['unknown_ending,none'] == 0
        assert results['configs'][task]['generation_kwargs']['max_gen_toks'] == 512
        assert results['configs'][task]['metadata']['math500_dataset'] == f'{slug}_{prompt}'
    assert results['lm_eval_version'].startswith('0.4.')


@pytest.mark.parametrize('task', ['math500', 'math500_4shot'])
def test_the_samples_say_verdict_and_reason(finished: Finished, task: str) -> None:
    rows = sorted(finished.samples(task), key=lambda row: int(row['doc_id']))
    grades = [row['doc']['math500'][0] for row in rows]
    assert [grade['verdict'] for grade in grades] == ['correct', 'incorrect']
    assert [grade['finish_reason'] for grade in grades] == ['stop', 'stop']
    assert all(grade['reason'] for grade in grades)
    assert [row['target'] for row in rows] == [p.answer for p in load_problems('sample')[:2]]
    assert [row['resps'] for row in rows] == [[[boxed('5')]]] * 2
    assert [row['filtered_resps'] for row in rows] == [[['5']]] * 2


def test_the_table_shows_score_and_counts(finished: Finished) -> None:
    for name in ('accuracy', 'no_answer', 'truncated', 'subject_algebra', 'level_1'):
        assert name in finished.stdout


def test_the_key_is_in_no_file_and_not_printed(finished: Finished) -> None:
    texts = [path.read_text(encoding='utf-8') for path in finished.out.rglob('*.*')]
    assert len(texts) == 3
    assert not [text for text in (finished.stdout, finished.stderr, *texts) if KEY in text]
