"""Configs of models behind endpoints: each builds with its key, and gives it away nowhere."""

from __future__ import annotations

import ast
import json
import os
from pathlib import Path
from typing import Any

import pytest
from package_configs import CONFIGS, ENDPOINTS, chosen, model_in, reloaded, stem

from opencompass_math500.compass.openai_model import api_model
from opencompass_math500.compass.preflight import Finding, inspect_config
from opencompass_math500.dataset import load_problems


@pytest.fixture(autouse=True)
def no_foreign_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a developer's shell may hold."""
    for name in list(os.environ):
        if name in ('MATH500_DATA', 'MATH500_API_MODEL') or name.endswith(
            ('_API_KEY', '_BASE_URL')
        ):
            monkeypatch.delenv(name)


def test_the_key_of_an_api_is_never_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv('OPENAI_API_KEY', 'sk-not-for-the-log')
    for dataset in ('math500_gen', 'math500_0shot_cot_cascade'):
        reloaded(chosen(monkeypatch, 'api_openai_compatible', dataset), tmp_path)
        assert 'sk-not-for-the-log' not in (tmp_path / 'dumped.py').read_text()


def test_an_api_takes_its_address_and_model_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv('MATH500_API_MODEL', 'vendor/best')
    monkeypatch.setenv('OPENAI_BASE_URL', 'http://127.0.0.1:8000/v1')
    (model,) = chosen(monkeypatch, 'api_openai_compatible', 'math500_gen')['models']
    assert (model['path'], model['abbr']) == ('vendor/best', 'vendor_best')
    made = api_model(model)
    assert made is not None
    assert made.settings.base_url == 'http://127.0.0.1:8000/v1'
    assert made.settings.sampling == {'temperature': 0}


def found_in(model: dict[str, Any]) -> list[Finding]:
    """What the preflight finds in a model, on data with which nothing is wrong."""
    dataset = {
        'type': 'opencompass_math500.compass.MATH500Dataset',
        'abbr': f'{load_problems("sample").slug}_0shot-cot',
        'source': 'sample',
    }
    return inspect_config({'models': [model], 'datasets': [dataset]})


@pytest.mark.parametrize('path', ENDPOINTS, ids=stem)
def test_an_endpoint_wants_its_key_and_nothing_else(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dumped = reloaded(chosen(monkeypatch, path.stem, 'math500_gen'), tmp_path)
    model = dumped['models'][0].to_dict()
    name = model.get('key_env', 'OPENAI_API_KEY')
    if 'local' not in path.stem:  # a server on this machine asks for none
        (finding,) = found_in(model)
        assert f'{name} is not set' in str(finding)
    monkeypatch.setenv(name, 'sk-of-this-test')
    assert found_in(model) == []
    made = api_model(model)
    assert made is not None
    assert made.key() == 'sk-of-this-test'
    # Said, not left to a default: the file is where a reader looks for it.
    assert json.loads(json.dumps(made.deciding))['sampling'] == model['sampling']
    assert 'sk-of-this-test' not in (tmp_path / 'dumped.py').read_text()


@pytest.mark.parametrize('path', ENDPOINTS, ids=stem)
def test_the_sampling_of_a_vendors_model_has_a_source(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text(encoding='utf-8'))) or ''
    assert ('Source' in said) == (path.stem != 'api_openai_compatible')


def test_the_address_of_a_local_server_stays_out_of_the_config(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert model_in(CONFIGS / 'models' / 'api_local_server.py')['base_url'].startswith('http://127')
    monkeypatch.setenv('OPENAI_BASE_URL', 'http://me:secret@127.0.0.1:8000/v1')
    (model,) = reloaded(chosen(monkeypatch, 'api_local_server', 'math500_gen'), tmp_path)['models']
    assert 'secret' not in (tmp_path / 'dumped.py').read_text()
    made = api_model(model)
    assert made is not None
    assert made.settings.base_url == 'http://me:secret@127.0.0.1:8000/v1'
