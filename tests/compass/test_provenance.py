"""Where weights come from, told by the hub's cache or the model's folder."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from work_dirs import save_json

pytest.importorskip('opencompass')

from opencompass_math500.compass.provenance import model_identity
from opencompass_math500.compass.run_record import record_of

COMMIT, OLDER = 'a' * 40, 'b' * 40
CONFIG = '{"hidden_size": 8}'
HASH = sha256(CONFIG.encode()).hexdigest()[:12]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A hub cache with one model, two of its commits."""
    monkeypatch.setenv('HF_HUB_CACHE', str(tmp_path / 'hub'))
    folder = tmp_path / 'hub' / 'models--org--tiny'
    save_json(folder / 'refs' / 'main', COMMIT + '\n')
    save_json(folder / 'refs' / 'v1', OLDER)
    save_json(folder / 'snapshots' / COMMIT / 'config.json', CONFIG)
    save_json(folder / 'snapshots' / OLDER / 'config.json', '{}')
    return folder


@pytest.mark.parametrize(
    ('model', 'expected'),
    [
        ({'path': 'org/tiny'}, {'revision': COMMIT, 'config_hash': HASH}),
        (
            {'path': 'org/tiny', 'model_kwargs': {'revision': 'v1'}},
            {'revision': OLDER, 'config_hash': sha256(b'{}').hexdigest()[:12]},
        ),
        ({'path': 'org/tiny', 'model_kwargs': {'revision': 'c' * 40}}, {'revision': 'c' * 40}),
        ({'path': '{cache}/snapshots/' + COMMIT}, {'revision': COMMIT, 'config_hash': HASH}),
        ({'path': 'org/other'}, {}),
        ({'path': 'gpt-4o'}, {}),
        ({'path': None}, {}),
        ({}, {}),
        ({'path': '\0'}, {}),
    ],
    ids=['hub id', 'tag', 'commit, not cached', 'snapshot', 'not cached', 'api', 'none', 'no path',
         'null byte'],
)  # fmt: skip
def test_the_cache_tells_the_revision(
    model: dict[str, Any], expected: dict[str, str], cache: Path
) -> None:
    if model.get('path'):
        model = {**model, 'path': model['path'].replace('{cache}', str(cache))}
    assert model_identity(model) == expected


def test_a_folder_has_a_hash_and_no_revision(tmp_path: Path) -> None:
    save_json(tmp_path / 'mine' / 'config.json', CONFIG)
    assert model_identity({'path': str(tmp_path / 'mine')}) == {'config_hash': HASH}


def test_it_is_context_and_decides_nothing(cache: Path) -> None:
    """A model that was downloaded meanwhile must not stop -r."""
    model = {'abbr': 'm', 'type': 'x.Model', 'path': 'org/tiny'}
    dataset = {'abbr': 'd', 'type': 'x.Data', 'source': 'hub', 'infer_cfg': {}, 'eval_cfg': {}}
    before = record_of(model, dataset)
    save_json(cache / 'refs' / 'main', OLDER)
    after = record_of(model, dataset)
    assert before['context']['model']['revision'] == COMMIT
    assert after['context']['model']['revision'] == OLDER
    assert [before[part] for part in ('inference', 'grading')] == [
        after[part] for part in ('inference', 'grading')
    ]
    assert before['context']['data'] == {'type': 'x.Data', 'source': 'hub'}
    assert {'python', 'sympy'} <= set(before['context']['graded_with'])
