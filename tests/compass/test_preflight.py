"""What would fail in an hour is found before: each finding with its remedy."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import problem_rows
import pytest
from mmengine.config import Config
from preflight_config import GOOD, SLUG
from problem_rows import row

from opencompass_math500.compass import MATH500Dataset
from opencompass_math500.compass.preflight import Finding, inspect_config
from opencompass_math500.dataset import load_problems
from opencompass_math500.locations import config_dir


@pytest.fixture(autouse=True)
def no_foreign_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a developer's shell may hold."""
    for name in ('MATH500_DATA', 'OPENAI_API_KEY', 'OPENAI_BASE_URL'):
        monkeypatch.delenv(name, raising=False)


Change = Callable[[dict[str, Any], dict[str, Any]], object]


def found(change: Change) -> list[Finding]:
    """What is found in the good config after a change to its model and its dataset."""
    config = copy.deepcopy(GOOD)
    change(config['models'][0], config['datasets'][0])
    findings = inspect_config(config)
    for finding in findings:
        assert finding.remedy
        assert '\n' not in str(finding)
    # A config from a file comes as mmengine's Config: the same is found.
    assert inspect_config(Config(config)) == findings
    return findings


def test_a_good_config_has_no_finding() -> None:
    assert found(lambda model, dataset: None) == []


FINDINGS: dict[str, tuple[Change, str, str]] = {
    'missing data file': (
        lambda m, d: d.update(source='/nowhere/math500.jsonl'),
        'error',
        "dataset .*: no file '/nowhere/math500.jsonl': give a .jsonl",
    ),
    'unknown source': (
        lambda m, d: d.update(source='hubb'), 'error', "unknown source 'hubb', did you mean 'hub'"
    ),
    'wrong abbr': (
        lambda m, d: d.update(abbr='math500'),
        'error',
        f"abbr 'math500' does not say which data .*: begin it with '{SLUG}'",
    ),
    'abbr of the whole for a part': (
        lambda m, d: d.update(levels=[1]), 'error', "begin it with 'sample-level1-"
    ),
    'unknown subject': (
        lambda m, d: d.update(subjects=['Algebre']),
        'error',
        "unknown subject 'Algebre', did you mean 'Algebra'",
    ),
    'unknown subject, given alone': (
        lambda m, d: d.update(subjects='Algebre'), 'error', "unknown subject 'Algebre'"
    ),
    'unknown level': (lambda m, d: d.update(levels=[6]), 'error', "unknown level '6'"),
    'unknown level, given alone': (lambda m, d: d.update(levels=6), 'error', "unknown level '6'"),
    'unknown id': (lambda m, d: d.update(ids=['x/1']), 'error', "unknown id 'x/1'"),
    'a part by test_range': (
        lambda m, d: d.update(reader_cfg={'test_range': '[:10]'}),
        'error',
        'test_range takes a part of .* choose by subjects, levels or ids',
    ),
    'empty filter': (lambda m, d: d.update(ids=[]), 'error', 'the filter ids is empty'),
    'a revision of a file': (
        lambda m, d: d.update(revision='main'), 'error', "revision 'main' does not apply"
    ),
    'uninstalled package': (
        lambda m, d: m.update(type='nosuch_package.models.Best'),
        'error',
        r'models\[0\] names nosuch_package.models.Best, which cannot be imported '
        r"\(No module named 'nosuch_package.*\): pip install the package that has "
        "'nosuch_package'",
    ),
    'misspelt class': (
        lambda m, d: m.update(type='opencompass.models.HuggingFase'),
        'error',
        'opencompass.models has no HuggingFase',
    ),
    'uninstalled evaluator': (
        lambda m, d: d['eval_cfg']['evaluator'].update(type='nosuch_package.Judge'),
        'error',
        r'datasets\[0\].eval_cfg.evaluator names nosuch_package.Judge',
    ),
    'missing model folder': (
        lambda m, d: m.update(path='/nowhere/model'),
        'error',
        'model tiny: no model folder at /nowhere/model: give the folder that holds config.json',
    ),
    'missing model folder, from home': (
        lambda m, d: m.update(path='~/no such model'), 'error', 'no model folder at /'
    ),
    'no cap': (
        lambda m, d: m.pop('max_out_len'), 'error', 'model tiny: no token cap: set max_out_len'
    ),
    'short cap': (
        lambda m, d: m.update(max_out_len=256), 'warning', 'a cap of 256 tokens truncates'
    ),
    'short cap of the dataset': (
        lambda m, d: d['infer_cfg']['inferencer'].update(max_out_len=99),
        'warning',
        'a cap of 99 tokens truncates',
    ),
    'no room for a prompt': (
        lambda m, d: m.update(max_seq_len=2048),
        'error',
        'max_seq_len=2048 leaves no room for a prompt beside max_out_len=2048',
    ),
    'no key': (
        lambda m, d: m.update(key='ENV'), 'error', 'model tiny: no key: export OPENAI_API_KEY'
    ),
    'no key among several': (
        lambda m, d: m.update(key=['ENV', '']), 'error', 'model tiny: no key'
    ),
    'no key, and none named': (
        lambda m, d: m.update(type='opencompass.models.OpenAISDK'), 'error', 'model tiny: no key'
    ),
    'no key for the judge': (
        lambda m, d: d['eval_cfg']['evaluator'].update(
            llm_evaluator={'judge_cfg': {'abbr': 'judge', 'key': 'ENV'}}
        ),
        'error',
        'model judge: no key',
    ),
    'key in the config': (
        lambda m, d: m.update(key='sk-secret'),
        'warning',
        "a key stands in the config, .*: write key='ENV'",
    ),
}  # fmt: skip


@pytest.mark.parametrize(('change', 'level', 'message'), FINDINGS.values(), ids=FINDINGS)
def test_each_fault_is_one_finding(change: Change, level: str, message: str) -> None:
    (finding,) = found(change)
    assert finding.level == level
    assert re.search(message, str(finding)), finding
    assert 'sk-secret' not in str(finding)


def test_a_key_in_the_environment_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('OPENAI_API_KEY', 'sk-secret')
    assert found(lambda m, d: m.update(key='ENV', type='opencompass.models.OpenAISDK')) == []


def test_a_model_folder_that_is_there_is_good(tmp_path: Path) -> None:
    (tmp_path / 'config.json').write_text('{}')
    assert found(lambda m, d: m.update(path=str(tmp_path))) == []


def test_one_name_alone_is_a_filter_of_one() -> None:
    part = load_problems('sample', subjects=['Algebra'])
    change = {'subjects': 'Algebra', 'abbr': part.slug}
    assert found(lambda m, d: d.update(change)) == []
    assert len(MATH500Dataset(source='sample', reader_cfg={
        'input_columns': ['problem'], 'output_column': 'answer'}, **change).test
    ) == len(part)  # fmt: skip


DATA = {
    '499 rows': (lambda rows: rows[:-1], 'is not MATH-500: it has 499 rows; 1 missing'),
    'duplicate ids': (lambda rows: [*rows[:-1], rows[0]], 'row 500 repeats the unique_id'),
    'another gold': (
        lambda rows: [{**rows[0], 'answer': '41'}, *rows[1:]],
        '1 with another gold',
    ),
    'no answer': (
        lambda rows: [{**rows[0], 'answer': ''}, *rows[1:]], 'set.jsonl:1: .*answer'
    ),
    'not JSON': (lambda rows: '{"problem": "x"\n{}\n', 'not JSON'),
    'empty': (lambda rows: '', 'holds no rows'),
}  # fmt: skip


@pytest.mark.parametrize(('make', 'message'), DATA.values(), ids=DATA)
def test_bad_data_are_one_finding_that_names_the_file(
    make: Any, message: str, math500_rows: list[Any], tmp_path: Path
) -> None:
    path = problem_rows.save(make(list(math500_rows)), tmp_path / 'set.jsonl')
    (finding,) = found(lambda m, d: d.update(source=str(path), abbr='math500-file-c6e0e802'))
    assert finding.level == 'error'
    assert str(path) in finding.what
    assert re.search(message, finding.what), finding


def test_a_set_of_ones_own_goes_by_its_own_name(tmp_path: Path) -> None:
    path = problem_rows.save([row(1), row(2)], tmp_path / 'mine.jsonl')
    slug = load_problems(path, custom=True).slug
    assert found(lambda m, d: d.update(source=str(path), custom=True, abbr=slug)) == []
    (finding,) = found(lambda m, d: d.update(source=str(path), abbr=slug))
    assert 'custom=True' in finding.remedy


def test_the_same_fault_with_two_datasets_is_told_once() -> None:
    config = copy.deepcopy(GOOD)
    config['datasets'] *= 2
    config['models'][0]['max_out_len'] = 256
    assert len(inspect_config(config)) == 1


@pytest.mark.parametrize('missing', ['models', 'datasets'])
def test_nothing_to_run_is_an_error(missing: str) -> None:
    config = {key: value for key, value in GOOD.items() if key != missing}
    (finding,) = inspect_config(config)
    assert str(finding) == f'error: the config has no {missing}: give it {missing}'
    assert inspect_config({**config, missing: []}) == [finding]


def test_a_misspelt_outcome_to_fail_on_is_told() -> None:
    (finding,) = inspect_config({**GOOD, 'summarizer': {'fail_on': ['trunctated']}})
    assert finding.level == 'error' and "'trunctated' is unknown" in finding.what


def test_only_the_pairs_that_are_asked_for_are_looked_at() -> None:
    (model,) = GOOD['models']
    short = {**model, 'abbr': 'short', 'max_out_len': 64}
    pairs = [{'models': [model], 'datasets': GOOD['datasets']}]
    both = {**GOOD, 'models': [model, short]}
    assert [f.level for f in inspect_config(both)] == ['warning']
    assert inspect_config({**both, 'model_dataset_combinations': pairs}) == []


def test_several_faults_are_told_at_once() -> None:
    def change(model: dict[str, Any], dataset: dict[str, Any]) -> None:
        model.update(path='/nowhere', max_out_len=99)
        dataset.update(abbr='x')

    assert [finding.level for finding in found(change)] == ['error', 'error', 'warning']


# Configs as files ---------------------------------------------------------------------


def read(path: Path) -> Config:
    return Config.fromfile(str(path), format_python_code=False)


def test_a_configs_imports_are_looked_at_without_importing(tmp_path: Path) -> None:
    """Reading an entry of such a config would raise ImportError by itself."""
    path = tmp_path / 'eval.py'
    path.write_text(
        'from nosuch_package.models import Best\n'
        'from opencompass_math500.compass import MATH500Dataset\n'
        "models = [dict(type=Best, abbr='best', max_out_len=2048)]\n"
        "datasets = [dict(type=MATH500Dataset, abbr='x', source='sample')]\n"
    )
    messages = [str(finding) for finding in inspect_config(read(path))]
    assert len(messages) == 2
    assert 'models[0] names nosuch_package.models.Best' in messages[0]
    assert f"begin it with '{SLUG}'" in messages[1]


def test_the_demo_has_a_short_cap_and_nothing_else() -> None:
    findings = inspect_config(read(config_dir() / 'eval_math500_demo.py'))
    assert [(finding.level, 'cap of 256' in finding.what) for finding in findings] == [
        ('warning', True)
    ]


def test_the_main_job_on_a_file_has_no_error(
    math500_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv('MATH500_DATA', str(math500_file))
    findings = inspect_config(read(config_dir() / 'eval_math500.py'))
    assert [finding for finding in findings if finding.level == 'error'] == []


def test_the_main_job_on_a_missing_file_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('MATH500_DATA', '/nowhere/math500.jsonl')
    findings = inspect_config(read(config_dir() / 'eval_math500.py'))
    assert ["no file '/nowhere" in finding.what for finding in findings][:1] == [True]
