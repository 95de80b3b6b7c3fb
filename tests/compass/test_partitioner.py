"""Reuse: the same settings pass, any other is refused by its name, before a task is made."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mmengine.config import Config
from work_dirs import detail, prediction, save_json, save_predictions, save_results

from opencompass_math500.compass import MATH500Partitioner
from opencompass_math500.grading import grader_version
from opencompass_math500.runs.record import read_record, record_path

MODEL, DATA = 'tiny', 'sample-00000000_0shot-cot'

CONFIG: dict[str, Any] = {
    'models': [
        {
            'type': 'opencompass.models.HuggingFacewithChatTemplate',
            'abbr': MODEL,
            'path': '/models/tiny',
            'generation_kwargs': {'do_sample': False},
            'max_out_len': 256,
            'batch_size': 4,
            'run_cfg': {'num_gpus': 0},
        }
    ],
    'datasets': [
        {
            'type': 'opencompass_math500.compass.MATH500Dataset',
            'abbr': DATA,
            'source': 'sample',
            'reader_cfg': {'input_columns': ['problem'], 'output_column': 'answer'},
            'infer_cfg': {
                'prompt_template': {
                    'type': 'opencompass.openicl.icl_prompt_template.PromptTemplate',
                    'template': {'round': [{'role': 'HUMAN', 'prompt': '{problem}'}]},
                },
                'retriever': {'type': 'opencompass.openicl.icl_retriever.ZeroRetriever'},
                'inferencer': {'type': 'opencompass_math500.compass.MATH500GenInferencer'},
            },
            'eval_cfg': {'evaluator': {'type': 'opencompass_math500.compass.MATH500Evaluator'}},
        }
    ],
}


def partition(work_dir: Path, stage: Any, config: dict[str, Any] = CONFIG) -> list[Any]:
    """What OpenCompass's main does with the partitioner of one stage."""
    out = {'inference': 'predictions', 'grading': 'results'}[stage]
    cfg = Config({**copy.deepcopy(config), 'work_dir': str(work_dir)})
    tasks: list[Any] = MATH500Partitioner(stage=stage, out_dir=str(work_dir / out))(cfg)
    return tasks


def run(work_dir: Path, config: dict[str, Any] = CONFIG) -> None:
    """Partition both stages, then leave behind what their tasks would."""
    partition(work_dir, 'inference', config)
    partition(work_dir, 'grading', config)
    save_predictions(work_dir, [prediction()], DATA, MODEL)
    save_results(work_dir, [detail()], MODEL, DATA, record=None)


def record(work_dir: Path) -> dict[str, Any]:
    return read_record(record_path(work_dir, MODEL, DATA))


Change = Callable[[dict[str, Any], dict[str, Any]], None]


def changed(change: Change) -> dict[str, Any]:
    """The config after a change to its model and its dataset."""
    config = copy.deepcopy(CONFIG)
    change(config['models'][0], config['datasets'][0])
    return config


def inferencer(dataset: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = dataset['infer_cfg']['inferencer']
    return found


def prompt(dataset: dict[str, Any], text: str) -> None:
    dataset['infer_cfg']['prompt_template']['template']['round'][0]['prompt'] = text


def test_a_first_run_makes_its_tasks_and_writes_the_record(tmp_path: Path) -> None:
    (task,) = partition(tmp_path, 'inference')
    assert task['models'][0]['abbr'] == MODEL
    assert set(record(tmp_path)) == {'inference', 'context'}
    assert len(partition(tmp_path, 'grading')) == 1
    kept = record(tmp_path)
    assert kept['inference']['prompt']['template']['round'][0]['prompt'] == '{problem}'
    assert (kept['inference']['data'], kept['inference']['max_out_len']) == (DATA, 256)
    assert kept['inference']['model']['path'] == '/models/tiny'
    assert kept['grading']['grader'] == grader_version()
    assert kept['context']['versions']['opencompass'].startswith('0.5')
    assert 'unrecorded' not in kept['context']


def test_the_same_settings_are_reused(tmp_path: Path) -> None:
    run(tmp_path)
    before = record(tmp_path)
    assert partition(tmp_path, 'inference') == []
    assert partition(tmp_path, 'grading') == []
    assert record(tmp_path) == before


def no_settings(model: dict[str, Any], dataset: dict[str, Any]) -> None:
    """What changes neither a response nor a verdict."""
    model.update(batch_size=64, run_cfg={'num_gpus': 8}, key='sk-other')


def test_how_fast_it_runs_is_no_setting(tmp_path: Path) -> None:
    run(tmp_path)
    assert partition(tmp_path, 'inference', changed(no_settings)) == []
    assert 'sk-other' not in record_path(tmp_path, MODEL, DATA).read_text()


INFERENCE: dict[str, tuple[Change, str]] = {
    'prompt': (
        lambda m, d: prompt(d, '{problem}\nThink.'),
        'prompt.template.round: then [{"role": "HUMAN", "prompt": "{problem}"}], now ',
    ),
    'max_out_len': (lambda m, d: m.update(max_out_len=512), 'max_out_len: then 256, now 512'),
    'cap of the dataset': (
        lambda m, d: inferencer(d).update(max_out_len=99),
        'max_out_len: then 256, now 99',
    ),
    'stop texts': (
        lambda m, d: inferencer(d).update(stopping_criteria=['Problem:']),
        'inferencer.stopping_criteria: then null, now ["Problem:"]',
    ),
    'generation_kwargs': (
        lambda m, d: m.update(generation_kwargs={'do_sample': True, 'temperature': 0.6}),
        'model.generation_kwargs.do_sample: then false, now true; '
        'model.generation_kwargs.temperature: then null, now 0.6',
    ),
    'model path': (
        lambda m, d: m.update(path='/models/other'),
        'model.path: then "/models/tiny", now "/models/other"',
    ),
    'model class': (lambda m, d: m.update(type='opencompass.models.VLLM'), 'model.type: then '),
    'n': (lambda m, d: d.update(n=4), 'samples: then 1, now 4'),
    'retriever': (
        lambda m, d: d['infer_cfg']['retriever'].update(fix_id_list=[0]),
        'retriever.fix_id_list: then null, now [0]',
    ),
}


@pytest.mark.parametrize(('change', 'shown'), INFERENCE.values(), ids=INFERENCE)
@pytest.mark.parametrize('left', ['predictions and results', 'predictions', 'journal', 'results'])
def test_another_setting_of_the_responses_is_refused(
    change: Change, shown: str, left: str, tmp_path: Path
) -> None:
    run(tmp_path)
    if 'results' not in left:
        (tmp_path / 'results' / MODEL / f'{DATA}.json').unlink()
    if 'predictions' not in left:
        (tmp_path / 'predictions' / MODEL / f'{DATA}.json').unlink()
    if left == 'journal':
        save_json(tmp_path / 'predictions' / MODEL / f'tmp_{DATA}.jsonl', '{"idx": 0}\n')
    before = record(tmp_path)
    with pytest.raises(SystemExit) as caught:
        partition(tmp_path, 'inference', changed(change))
    message = str(caught.value)
    assert message.startswith('math500: ')
    assert shown in message
    assert 'run without -r' in message
    assert '\n' not in message
    assert record(tmp_path) == before


GRADING: dict[str, tuple[Change, str]] = {
    'evaluator': (
        lambda m, d: d['eval_cfg']['evaluator'].update(type='opencompass.datasets.MATHEvaluator'),
        'evaluator.type: then "opencompass_math500.compass.MATH500Evaluator", now ',
    ),
    'dataset postprocessor': (
        lambda m, d: d['eval_cfg'].update(pred_postprocessor={'type': 'math500_postprocess'}),
        'dataset_postprocessor: then null, now {"type": "math500_postprocess"}',
    ),
    'model postprocessor': (
        lambda m, d: m.update(pred_postprocessor={'type': 'extract_non_reasoning_content'}),
        'model_postprocessor: then null, now ',
    ),
}


@pytest.mark.parametrize(('change', 'shown'), GRADING.values(), ids=GRADING)
def test_another_setting_of_the_verdicts_is_refused(
    change: Change, shown: str, tmp_path: Path
) -> None:
    run(tmp_path)
    with pytest.raises(SystemExit) as caught:
        partition(tmp_path, 'inference', changed(change))
    assert shown in str(caught.value)
    results = tmp_path / 'results' / MODEL / f'{DATA}.json'
    assert f'delete {results} to grade its predictions again' in str(caught.value)


def test_another_grader_is_refused_until_the_results_are_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path)
    old = grader_version()
    name = 'opencompass_math500.compass.run_record.grader_version'
    monkeypatch.setattr(name, lambda: 'ffffffffffff')
    with pytest.raises(SystemExit, match=f'grader: then "{old}", now "ffffffffffff"'):
        partition(tmp_path, 'inference')
    (tmp_path / 'results' / MODEL / f'{DATA}.json').unlink()
    # The predictions are still good: grading alone is made again, and on record.
    assert partition(tmp_path, 'inference') == []
    assert record(tmp_path)['grading']['grader'] == old
    assert len(partition(tmp_path, 'grading')) == 1
    assert record(tmp_path)['grading']['grader'] == 'ffffffffffff'


def test_a_fresh_folder_takes_any_setting(tmp_path: Path) -> None:
    run(tmp_path / 'one')
    change, _ = INFERENCE['max_out_len']
    assert len(partition(tmp_path / 'other', 'inference', changed(change))) == 1


def test_an_unfinished_attempt_is_resumed(tmp_path: Path) -> None:
    partition(tmp_path, 'inference')
    save_json(tmp_path / 'predictions' / MODEL / f'tmp_{DATA}.jsonl', '{"idx": 0}\n')
    assert len(partition(tmp_path, 'inference')) == 1


def test_predictions_without_a_record_are_marked_for_good(tmp_path: Path) -> None:
    save_predictions(tmp_path, [prediction()], DATA, MODEL)
    for stage in ('inference', 'grading', 'inference', 'grading'):
        partition(tmp_path, stage)
        assert record(tmp_path)['context']['unrecorded'] is True


def test_reused_predictions_keep_the_versions_they_were_made_under(tmp_path: Path) -> None:
    run(tmp_path)
    old = record(tmp_path)
    old['context']['versions']['transformers'] = '4.0.0'
    save_json(record_path(tmp_path, MODEL, DATA), old)
    partition(tmp_path, 'inference')
    assert record(tmp_path)['context']['versions']['transformers'] == '4.0.0'


def test_one_stale_pair_of_several_stops_all(tmp_path: Path) -> None:
    run(tmp_path)
    change, shown = INFERENCE['max_out_len']
    config = changed(change)
    config['models'].insert(0, {**config['models'][0], 'abbr': 'second'})
    with pytest.raises(SystemExit, match=shown):
        partition(tmp_path, 'inference', config)


def test_a_damaged_record_is_one_line(tmp_path: Path) -> None:
    run(tmp_path)
    save_json(record_path(tmp_path, MODEL, DATA), '{"inference')
    with pytest.raises(SystemExit, match=r'is damaged .*: run without -r'):
        partition(tmp_path, 'inference')
