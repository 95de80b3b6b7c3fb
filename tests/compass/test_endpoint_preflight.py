"""What would fail with an endpoint is found before it is asked."""

from __future__ import annotations

import re
from typing import Any

import pytest
from mmengine.config import Config

from opencompass_math500.compass.preflight import Finding, inspect_config
from opencompass_math500.dataset import load_problems
from opencompass_math500.locations import config_dir

SLUG = load_problems('sample').slug
MODEL = {
    'type': 'opencompass_math500.compass.MATH500OpenAI',
    'abbr': 'gpt',
    'path': '/models/gpt',  # a server's name for it, no folder here
    'max_out_len': 4096,
}


@pytest.fixture(autouse=True)
def no_foreign_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a developer's shell may hold."""
    for name in ('MATH500_DATA', 'OPENAI_API_KEY', 'OPENAI_BASE_URL', 'OTHER_KEY'):
        monkeypatch.delenv(name, raising=False)


def found(judge: dict[str, Any] | None = None, **changes: Any) -> list[Finding]:
    """What is found in a config with an endpoint, or with another that judges."""
    evaluator: dict[str, Any] = {'type': 'opencompass_math500.compass.MATH500Evaluator'}
    if judge is not None:
        evaluator['llm_evaluator'] = {'judge_cfg': judge}
    dataset = {
        'type': 'opencompass_math500.compass.MATH500Dataset',
        'abbr': f'{SLUG}_0shot-cot',
        'source': 'sample',
        'eval_cfg': {'evaluator': evaluator},
    }
    model = {k: v for k, v in {**MODEL, **changes}.items() if v is not None}
    config: dict[str, Any] = {'models': [model], 'datasets': [dataset]}
    findings = inspect_config(config)
    # A config from a file comes as mmengine's Config: the same is found.
    assert inspect_config(Config(config)) == findings
    return findings


FINDINGS: dict[str, tuple[dict[str, Any], str, str]] = {
    'no key': (
        {}, 'error',
        r'model gpt: no key for https://api.openai.com/v1: OPENAI_API_KEY is not set: '
        r'export OPENAI_API_KEY=\.\.\.',
    ),
    'no key of that name': (
        {'key_env': 'OTHER_KEY'}, 'error', 'OTHER_KEY is not set: export OTHER_KEY='
    ),
    'no key for another machine': (
        {'base_url': 'http://gpu7:8000/v1'}, 'error', 'any text for a server of your own'
    ),
    'a key in the config': ({'key': 'sk-secret'}, 'error', 'takes no key from a config'),
    'a price too few': (
        {'prices': {'prompt': 1}, 'base_url': 'http://127.0.0.1:1/v1'},
        'error', 'prices=.* cannot be read .*: give prices=dict',
    ),
    'no address': ({'base_url': 'gpu7:8000'}, 'error', 'base_url is no address: write it as http'),
    'nobody at a time': (
        {'concurrency': 0, 'base_url': 'http://127.0.0.1:1/v1'}, 'error', 'concurrency=0'
    ),
    'no cap': (
        {'max_out_len': None, 'base_url': 'http://127.0.0.1:1/v1'},
        'error', 'model gpt: no token cap: set max_out_len',
    ),
    'a password in the address': (
        {'base_url': 'http://me:secret@127.0.0.1:1/v1'},
        'warning', 'base_url holds a password, .*: remove base_url and export OPENAI_BASE_URL',
    ),
    'a judge without a key': (
        {'base_url': 'http://127.0.0.1:1/v1', 'judge': {**MODEL, 'abbr': 'judge'}},
        'error', 'model judge: no key for https://api.openai.com/v1',
    ),
}  # fmt: skip


@pytest.mark.parametrize(('changes', 'level', 'message'), FINDINGS.values(), ids=FINDINGS)
def test_each_fault_is_one_finding(changes: dict[str, Any], level: str, message: str) -> None:
    (finding,) = found(**changes)
    assert finding.level == level
    assert finding.remedy
    assert re.search(message, str(finding)), finding
    assert 'secret' not in str(finding)


@pytest.mark.parametrize('url', ['http://localhost:8000/v1', 'http://127.0.0.1:8000/v1'])
def test_a_server_on_this_machine_needs_nothing(url: str) -> None:
    assert found(base_url=url) == []


def test_a_key_in_the_environment_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('OTHER_KEY', 'sk-secret')
    assert found(key_env='OTHER_KEY', prices={'prompt': 2.5, 'completion': 10}) == []


def test_the_shipped_config_wants_a_key_and_nothing_else() -> None:
    path = config_dir() / 'models' / 'api_openai_compatible.py'
    (model,) = Config.fromfile(str(path), format_python_code=False)['models']
    (finding,) = found(**model)
    assert 'OPENAI_API_KEY is not set' in finding.what
