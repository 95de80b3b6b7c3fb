"""Runs that cannot succeed: an honest exit status and one line that says why."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from opencompass_runs import Workplace, sample_slug

pytestmark = pytest.mark.slow

IDS = ['sample/algebra/1.json', 'sample/algebra/2.json']
ABBR = f'{sample_slug(IDS)}_0shot-cot'

CONFIG = f"""
from mmengine.config import read_base
{{extra}}
with read_base():
    from .datasets.math500.math500_0shot_cot import math500_datasets as _zero_shot
    from .guarded import eval, infer, summarizer
    from .models.embedded_smollm2_135m import models as _embedded

datasets = [dict(_zero_shot[0], source='sample', ids={IDS}, abbr='{ABBR}')]
models = [dict(_embedded[0], max_out_len=16)]
work_dir = 'outputs'
"""
PLAIN = CONFIG.format(extra='')

TWO_OF_THE_SAMPLE = f"""
from mmengine.config import read_base

with read_base():
    from .math500_0shot_cot import math500_datasets as _zero_shot

math500_datasets = [dict(_zero_shot[0], source='sample', ids={IDS}, abbr='{ABBR}')]
"""

BROKEN_MODEL = """
from opencompass.models import HuggingFacewithChatTemplate

class BrokenModel(HuggingFacewithChatTemplate):
    def __init__(self, path, **kwargs):
        raise RuntimeError('the weights of this model are not for sale')
"""

BROKEN = """
from broken_models import BrokenModel

models = [dict(type=BrokenModel, abbr='broken', path='x', max_out_len=2048, batch_size=2,
               run_cfg=dict(num_gpus=0))]
"""


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    return Workplace.at(tmp_path)


def test_a_model_that_cannot_be_built_ends_opencompass_with_status_1(place: Workplace) -> None:
    """``opencompass CONFIG``; the cache of the embedded model cannot be written."""
    cache = place.folder / 'cache'
    cache.write_text('a file', encoding='utf-8')
    done = place.opencompass(place.config(PLAIN), MATH500_CACHE=str(cache))
    assert done.status == 1, done.text
    failed = [line for line in done.said() if ' failed: ' in line and 'OpenICLInfer' in line]
    assert len(failed) == 1, done.err
    assert f'cannot write the embedded model to {cache}' in failed[0]
    assert 'set MATH500_CACHE to a folder that you may write to' in failed[0]
    log = place.run_dir / 'logs' / 'infer' / 'smollm2-135m-instruct' / f'{ABBR}.out'
    assert f'(log: {log.relative_to(place.folder)})' in failed[0]
    assert 'set MATH500_CACHE' in log.read_text(encoding='utf-8').splitlines()[-1]
    (missing,) = [line for line in done.said() if 'results are missing' in line]
    assert f'smollm2-135m-instruct on {ABBR}' in missing
    assert cache.read_text(encoding='utf-8') == 'a file'


def test_a_model_that_cannot_be_built_ends_math500_run_with_status_1(place: Workplace) -> None:
    """``math500 run --models --datasets --config-dir``; the model class raises."""
    (place.folder / 'broken_models.py').write_text(BROKEN_MODEL, encoding='utf-8')
    place.config(BROKEN, 'models/broken.py')
    place.config(TWO_OF_THE_SAMPLE, 'datasets/math500/two_of_the_sample.py')
    paths = os.pathsep.join([str(place.folder), os.environ.get('PYTHONPATH', '')])
    done = place.math500(
        'run', '--models', 'broken', '--datasets', 'two_of_the_sample', '--config-dir', 'configs',
        '--work-dir', 'outputs', PYTHONPATH=paths,
    )  # fmt: skip
    assert done.status == 1, done.text
    failed = [line for line in done.said() if ' failed: ' in line and 'OpenICLInfer' in line]
    assert len(failed) == 1, done.err
    assert 'the weights of this model are not for sale' in failed[0]
    assert f'logs/infer/broken/{ABBR}.out' in failed[0]
    assert any(f'1 of 1 results are missing: broken on {ABBR}' in line for line in done.said())


def test_a_missing_data_file_stops_math500_run_before_anything_is_made(place: Workplace) -> None:
    data = place.folder / 'nowhere.jsonl'
    before = sorted(place.folder.iterdir())
    done = place.math500('run', 'configs/eval_math500.py', MATH500_DATA=str(data))
    assert done.status == 1, done.text
    error, last = [line for line in done.said() if 'warning' not in line]
    assert str(data) in error and error.startswith('math500: error: dataset math500-file-')
    assert last.startswith('math500: nothing was run: 1 error(s)')
    assert 'Traceback' not in done.text
    assert sorted(place.folder.iterdir()) == before


def test_a_package_that_is_not_installed_is_one_line(place: Workplace) -> None:
    before = sorted(place.folder.iterdir())
    text = CONFIG.format(extra='from nobody_has_this import Model')
    config = place.config(text.replace('[dict(_embedded[0], ', '[dict(_embedded[0], type=Model, '))
    done = place.math500('run', config)
    assert done.status == 1, done.text
    error, last = [line for line in done.said() if 'warning' not in line]
    assert 'models[0] names nobody_has_this.Model, which cannot be imported' in error
    assert "pip install the package that has 'nobody_has_this'" in error
    assert last.startswith('math500: nothing was run: 1 error(s)')
    assert 'Traceback' not in done.text
    assert sorted(place.folder.iterdir()) == before
