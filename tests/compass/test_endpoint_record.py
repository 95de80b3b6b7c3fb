"""What of an endpoint's config decides its replies, and is not changed under them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from endpoint_partition import DATA, MODEL, partition
from work_dirs import replied, save_json, save_predictions

from opencompass_math500.compass.run_record import record_of

UNCHANGED: dict[str, dict[str, Any]] = {
    'pace': {'concurrency': 1, 'requests_per_minute': 60, 'tokens_per_minute': 9000},
    'patience': {'timeout': 9, 'connect_timeout': 9, 'attempts': 2, 'patience': 9,
                 'first_wait': 2, 'failures_in_a_row': 2},
    'prices': {'prices': {'prompt': 1, 'completion': 2}},
    'how the reply arrives': {'stream': True},
    'the place of the key': {'key_env': 'OTHER'},
    'defaults written out': {'sampling': {'temperature': 0}, 'token_parameter': 'auto',
                             'extra_body': {}},
    'another password': {'base_url': 'http://user:ch@nged@h/v1'},
    'what the host keeps': {'batch_size': 9, 'max_seq_len': 4096, 'run_cfg': {'num_gpus': 0}},
}  # fmt: skip


@pytest.mark.parametrize('changes', UNCHANGED.values(), ids=UNCHANGED)
def test_what_decides_no_reply_may_change(changes: dict[str, Any], tmp_path: Path) -> None:
    partition(tmp_path, 'inference')
    save_predictions(tmp_path, [replied(0)], DATA, MODEL)
    assert partition(tmp_path, 'inference', **changes) == []


CHANGED: dict[str, tuple[dict[str, Any], str]] = {
    'model': ({'path': 'n'}, 'model.path: then "m", now "n"'),
    'address': (
        {'base_url': 'http://other/v1'},
        'model.base_url: then "http://h/v1", now "http://other/v1"',
    ),
    'sampling': ({'sampling': {'top_p': 0.9}}, 'model.sampling.top_p: then null, now 0.9'),
    'no sampling': ({'sampling': {}}, 'model.sampling.temperature: then 0, now null'),
    'cap': ({'max_out_len': 512}, 'max_out_len: then 256, now 512'),
    'name of the cap': (
        {'token_parameter': 'max_tokens'},
        'model.token_parameter: then "auto", now "max_tokens"',
    ),
    'extra': ({'extra_body': {'seed': 1}}, 'model.extra_body.seed: then null, now 1'),
    'turns': (
        {'meta_template': {'round': [{'role': 'HUMAN', 'api_role': 'SYSTEM'}]}},
        'model.meta_template.reserved_roles: then ',
    ),
}


@pytest.mark.parametrize(('changes', 'shown'), CHANGED.values(), ids=CHANGED)
def test_what_decides_a_reply_may_not(changes: dict[str, Any], shown: str, tmp_path: Path) -> None:
    partition(tmp_path, 'inference')
    save_json(tmp_path / 'predictions' / MODEL / f'tmp_{DATA}.jsonl', '{"idx": 0}\n')
    with pytest.raises(SystemExit) as caught:
        partition(tmp_path, 'inference', **changes)
    assert shown in str(caught.value)


def test_the_address_of_the_environment_is_on_record_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv('OPENAI_BASE_URL', 'http://user:secret@env/v1')
    partition(tmp_path, 'inference', base_url=None)
    (record,) = (tmp_path / 'math500').rglob('*.json')
    assert 'http://env/v1' in record.read_text()
    assert 'secret' not in record.read_text()


@pytest.mark.parametrize('changes', [{'key': 'sk-secret'}, {'temprature': 0}], ids=str)
def test_a_config_that_cannot_work_ends_the_run_in_one_line(
    changes: dict[str, Any], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit, match=r'^math500: MATH500OpenAI') as caught:
        partition(tmp_path, 'inference', **changes)
    assert 'secret' not in str(caught.value)


def test_a_judge_is_on_record_by_the_same_rules(tmp_path: Path) -> None:
    judge = {
        'type': 'opencompass_math500.compass.MATH500OpenAI',
        'path': 'judge',
        'base_url': 'http://user:secret@h/v1',
        'max_out_len': 64,
    }
    evaluator = {
        'type': 'opencompass_math500.compass.MATH500CascadeEvaluator',
        'rule_evaluator': {'type': 'opencompass_math500.compass.MATH500Evaluator'},
        'llm_evaluator': {'type': 'GenericLLMEvaluator', 'judge_cfg': judge},
    }
    model = {'type': 'opencompass.models.VLLM', 'path': 'm', 'abbr': 'm'}
    dataset = {'abbr': DATA, 'eval_cfg': {'evaluator': evaluator}}
    record = record_of(model, dataset)
    shown = record['grading']['evaluator']['llm_evaluator']['judge_cfg']
    assert (shown['base_url'], shown['max_out_len']) == ('http://h/v1', 64)
    assert shown['sampling'] == {'temperature': 0}
    judge.update(concurrency=1, base_url='http://user:other@h/v1/')
    assert record_of(model, dataset) == record
