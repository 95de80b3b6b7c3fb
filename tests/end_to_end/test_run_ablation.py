"""A small ablation through real OpenCompass: each setting changed alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from opencompass_runs import Finished, Workplace, predictions, sample_slug

from opencompass_math500.embedded import embedded_model_dir
from opencompass_math500.runs.graded import graded_runs

pytestmark = pytest.mark.slow

IDS = ['sample/algebra/1.json', 'sample/geometry/1.json', 'sample/precalculus/1.json']
SLUG = sample_slug(IDS)
MODEL = 'smollm2-135m-instruct'

# The shipped config on three problems, with caps that take seconds.
SMALL = f"""
from mmengine.config import read_base

with read_base():
    from .eval_math500_ablation import *

_caps = {{'{MODEL}_cap-256': 8, '{MODEL}_cap-1024': 24}}
for _item in models:
    _item['max_out_len'] = _caps.get(_item['abbr'], 16)
for _item in datasets:
    _item['source'], _item['ids'] = 'sample', {IDS}
    _item['abbr'] = '{SLUG}_' + _item['abbr'].split('_', 1)[1]
_some = ('guided-steps', 'system', '4shot-cot')
_few = [_item for _item in datasets[1:] if _item['abbr'].endswith(_some)]
_baseline_model, _baseline_data = models[0], datasets[0]
models = [_item for _item in models if not _item['abbr'].endswith('cap-1024')]
datasets = [_baseline_data] + _few
model_dataset_combinations = [
    dict(models=[_baseline_model], datasets=datasets),
    dict(models=models[1:], datasets=[_baseline_data]),
]
eval['runner']['max_num_workers'] = 2
work_dir = 'outputs'
"""


@pytest.fixture(scope='module')
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workplace, Finished]:
    embedded_model_dir()
    place = Workplace.at(tmp_path_factory.mktemp('ablation'))
    return place, place.opencompass(place.config(SMALL))


def test_each_setting_is_changed_alone(run: tuple[Workplace, Finished]) -> None:
    place, finished = run
    assert finished.status == 0, finished.text
    (copy,) = (place.run_dir / 'summary').glob('math500_*.txt')
    for text in (finished.out, copy.read_text(encoding='utf-8')):
        ablation = text[text.index(f'Ablation: baseline {MODEL} on {SLUG}_0shot-cot, ') :]
        assert re.findall(r'^\d  (.+)$', ablation, re.MULTILINE) == [
            'prompt wording: 0shot_cot → guided-steps',
            'shots: 0 → 4',
            "system prompt: none → 'You are a helpful assistant.'",
            'token cap: 16 → 8',
            'sampling: greedy → temperature 0.6, top_p 0.95',
            'batch size: 16 → 1',
        ]
        assert (
            len(re.findall(r'^ +\d   .+ \+\d -\d +\d\.\d{3} +\d *$', ablation, re.MULTILINE)) == 6
        )


def test_what_is_shown_is_what_was_asked(run: tuple[Workplace, Finished]) -> None:
    folder: Path = run[0].run_dir
    assert len(graded_runs(folder, print)) == 7
    (one, *_) = predictions(folder, MODEL, f'{SLUG}_0shot-cot-system')
    assert [turn['role'] for turn in one['origin_prompt']] == ['SYSTEM', 'HUMAN']
    (one, *_) = predictions(folder, MODEL, f'{SLUG}_4shot-cot')
    assert [turn['role'] for turn in one['origin_prompt']] == ['HUMAN', 'BOT'] * 4 + ['HUMAN']
    caps = {
        abbr: max(row['response_tokens'] for row in predictions(folder, abbr, f'{SLUG}_0shot-cot'))
        for abbr in (MODEL, f'{MODEL}_cap-256')
    }
    assert caps == {MODEL: 16, f'{MODEL}_cap-256': 8}
