"""Every config of the package, through OpenCompass's own reading of configs."""

from __future__ import annotations

import logging
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mmengine.config import Config
from mmengine.utils import get_object_from_string
from opencompass.utils import build_dataset_from_cfg, get_logger
from package_configs import (
    CONFIGS,
    DATASETS,
    ENDPOINTS,
    FILES,
    MODELS,
    TOP,
    chosen,
    model_in,
    reloaded,
    stem,
)

from opencompass_math500.dataset import load_problems
from opencompass_math500.prompts import ALIASES, TEMPLATES, template_named, texts

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def no_foreign_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a developer's shell may hold."""
    for name in os.environ.keys() & {'MATH500_DATA', 'MATH500_API_MODEL', 'MATH500_JUDGE_MODEL'}:
        monkeypatch.delenv(name)
    for name in [name for name in os.environ if name.endswith(('_API_KEY', '_BASE_URL'))]:
        monkeypatch.delenv(name)


@pytest.fixture
def warnings() -> Iterator[list[str]]:
    """What OpenCompass's logger warns of."""
    heard: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.getMessage())

    ear, logger = Ear(logging.WARNING), get_logger()
    logger.addHandler(ear)
    yield heard
    logger.removeHandler(ear)


def types(value: Any) -> Iterator[str]:
    """Every ``type`` in a dumped config that names a class: DeepSeek has one that does not."""
    if isinstance(value, dict):
        if isinstance(value.get('type'), str) and '.' in value['type']:
            yield value['type']
        for inner in value.values():
            yield from types(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from types(inner)


def resolve(name: str) -> Any:
    """The object of a dotted name, found as mmengine's registries find it."""
    return get_object_from_string(name)


@pytest.mark.parametrize('path', FILES, ids=stem)
def test_every_file_is_read(path: Path) -> None:
    assert Config.fromfile(str(path), format_python_code=False).keys()


@pytest.mark.parametrize('path', TOP, ids=stem)
def test_a_whole_config_survives_the_dump(path: Path, tmp_path: Path) -> None:
    config = Config.fromfile(str(path), format_python_code=False)
    again = reloaded(config, tmp_path)
    assert again.to_dict() == config.to_dict()
    found = set(types(again.to_dict()))
    assert 'opencompass_math500.compass.MATH500Dataset' in found
    assert [name for name in sorted(found) if not callable(resolve(name))] == []


@pytest.mark.parametrize('model', MODELS, ids=stem)
def test_every_model_goes_with_the_canonical_setting(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warnings: list[str]
) -> None:
    config = chosen(monkeypatch, model.stem, 'math500_gen')
    assert warnings == []
    again = reloaded(config, tmp_path)
    assert len(again['models']) == len(again['datasets']) == 1
    found = set(types(again.to_dict()))
    assert again['models'][0]['type'] in found
    # vllm, lmdeploy and openai need not be installed: OpenCompass imports them late.
    assert [name for name in sorted(found) if not callable(resolve(name))] == []


@pytest.mark.parametrize('dataset', DATASETS, ids=stem)
def test_every_setting_goes_with_the_embedded_model(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warnings: list[str]
) -> None:
    config = chosen(monkeypatch, 'embedded_smollm2_135m', dataset.stem)
    assert warnings == []
    again = reloaded(config, tmp_path)
    assert len(again['datasets']) == 1
    assert again['summarizer']['type'] == 'opencompass_math500.compass.MATH500Summarizer'
    found = set(types(again.to_dict()))
    assert [name for name in sorted(found) if not callable(resolve(name))] == []


@pytest.mark.parametrize('dataset', DATASETS, ids=stem)
def test_prompts_are_text_and_no_names(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """mmengine dumps an imported constant as its dotted name, and a model would be asked that."""
    config = chosen(monkeypatch, 'embedded_smollm2_135m', dataset.stem)
    dumped = repr(reloaded(config, tmp_path).to_dict())
    assert 'opencompass_math500.prompts' not in dumped
    special = {
        'math500_gen': [texts.BOXED_COT],
        'math500_0shot_cot_cascade': [texts.BOXED_COT, texts.JUDGE],
        'math500_4shot_chat': [texts.MINERVA_QUESTION, texts.MINERVA_SOLUTION, *texts.MINERVA_STOP],
        'math500_4shot_base': [texts.MINERVA_EXAMPLE, texts.MINERVA_SEPARATOR, *texts.MINERVA_STOP],
    }
    named = [
        template_named(name)
        for name in (*TEMPLATES, *ALIASES)
        if 'math500_' + name.replace('-', '_') == dataset.stem
    ]
    wanted = special.get(dataset.stem) or [
        text for each in named for text in (each.question, each.system, *each.stop)
    ]
    assert wanted
    assert [text for text in wanted if repr(text)[1:-1] not in dumped] == []


@pytest.mark.parametrize('dataset', DATASETS, ids=stem)
def test_every_abbr_stands_for_its_data(
    dataset: Path, math500_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_hub = Config.fromfile(str(dataset), format_python_code=False)['math500_datasets']
    assert [each['source'] for each in on_hub] == ['hub']
    monkeypatch.setenv('MATH500_DATA', str(math500_file))
    on_file = Config.fromfile(str(dataset), format_python_code=False)['math500_datasets']
    for each in on_file:
        built = build_dataset_from_cfg(each)
        assert (len(built.test), len(built.train)) == (500, 4)
    checksum = load_problems(math500_file).checksum[:8]
    for each, local in zip(on_hub, on_file, strict=True):
        assert each['abbr'].startswith(f'math500-hub-{checksum}_')
        assert local['abbr'] == each['abbr'].replace('hub', 'file')


@pytest.mark.parametrize('dataset', DATASETS, ids=stem)
def test_every_setting_is_tried_on_the_sample(
    dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv('MATH500_DATA', 'sample')
    (found,) = Config.fromfile(str(dataset), format_python_code=False)['math500_datasets']
    assert found['abbr'].startswith(load_problems('sample').slug + '_')
    assert len(build_dataset_from_cfg(found).test) == len(load_problems('sample'))


def test_the_demo_runs_on_the_sample_alone() -> None:
    config = Config.fromfile(str(CONFIGS / 'eval_math500_demo.py'), format_python_code=False)
    slug = load_problems('sample').slug
    assert [each['abbr'] for each in config['datasets']] == [
        f'{slug}_0shot-cot', f'{slug}_4shot-chat',
    ]  # fmt: skip
    for each in config['datasets']:
        assert len(build_dataset_from_cfg(each).test) == len(load_problems('sample'))
    assert [model['max_out_len'] for model in config['models']] == [256]


def test_the_main_job_is_math500_with_the_embedded_model() -> None:
    config = Config.fromfile(str(CONFIGS / 'eval_math500.py'), format_python_code=False)
    (dataset,), (model,) = config['datasets'], config['models']
    assert (dataset['source'], model['abbr']) == ('hub', 'smollm2-135m-instruct')
    assert config['infer']['partitioner']['stage'] == 'inference'
    assert config['eval']['partitioner']['stage'] == 'grading'


def test_the_canonical_alias_is_the_zero_shot_setting() -> None:
    alias, setting = (
        Config.fromfile(str(CONFIGS / 'datasets' / 'math500' / f'{name}.py'))
        for name in ('math500_gen', 'math500_0shot_cot')
    )
    assert alias.to_dict()['math500_datasets'] == setting.to_dict()['math500_datasets']


def test_a_configs_own_import_of_a_model_survives_the_dump(tmp_path: Path) -> None:
    """A user's config beside ours: the README's one changed line."""
    copy = tmp_path / 'configs'
    shutil.copytree(CONFIGS, copy)
    main = copy / 'eval_math500.py'
    line = 'from .models.embedded_smollm2_135m import models'
    for model in MODELS:
        text = (CONFIGS / 'eval_math500.py').read_text()
        assert line in text
        main.write_text(text.replace(line, f'from .models.{model.stem} import models'))
        config = Config.fromfile(str(main), format_python_code=False)
        again = reloaded(config, tmp_path).to_dict()['models']
        assert again == config.to_dict()['models']


@pytest.mark.parametrize('endpoints', [True, False], ids=['endpoints', 'engines'])
def test_at_most_eight_models_each_another_pattern(endpoints: bool) -> None:
    files = [path for path in MODELS if (path in ENDPOINTS) == endpoints]
    assert 0 < len(files) <= 8
    models = [model_in(path) for path in files]
    # Of an engine one model will do; of endpoints each vendor's models have ways of their own.
    ways = {(model['type'], model.get('key_env'), model['path']) for model in models}
    assert len(ways) == len(files)
    assert all(('MATH500OpenAI' in model['type']) == endpoints for model in models)


def test_no_two_models_share_an_abbr() -> None:
    assert len({model_in(path)['abbr'] for path in MODELS}) == len(MODELS)


def test_caps_leave_room_for_the_answer() -> None:
    reasoning = next(path for path in MODELS if 'reasoning' in path.stem)
    (model,) = Config.fromfile(str(reasoning))['models']
    assert model['max_out_len'] >= 32768
    assert model['max_seq_len'] > model['max_out_len']


def test_names_say_what_they_are_and_hold_no_hash() -> None:
    hashed = re.compile(r'(^|_)(?=[a-f]*\d)[0-9a-f]{6,}(_|$)')
    assert hashed.search('math500_gen_5e8458')
    names = [path.stem for path in FILES]
    assert [name for name in names if hashed.search(name)] == []
    assert len(names) == len(set(names))
