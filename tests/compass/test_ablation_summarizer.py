"""The end of an ablation: the table of changes, and what is no single change."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from marked_items import items
from mmengine.config import Config, ConfigDict
from opencompass.registry import build_from_cfg
from summarized_runs import DATA
from work_dirs import DATASET, MODEL, RECORD, detail, save_results

from opencompass_math500.comparison.ablation import ablation_of
from opencompass_math500.compass.pairs import wanted_pairs
from opencompass_math500.compass.run_record import record_of
from opencompass_math500.locations import config_dir
from opencompass_math500.runs.run import Run
from opencompass_math500.runs.settings import parse_settings


def record(**inference: Any) -> dict[str, Any]:
    changed = copy.deepcopy(RECORD)
    changed['inference'].update(inference)
    return changed


def save(work_dir: Path, model: str, record: dict[str, Any], *outcomes: str) -> None:
    details = [detail(number, outcome) for number, outcome in enumerate(outcomes)]
    save_results(work_dir, details, model=model, record=record)


def ended(work_dir: Path, *models: str) -> str:
    """What the run of an ablation ends with, the first model being the baseline."""
    configs = [{'type': 'x.Model', 'path': 'x', 'abbr': model} for model in models]
    config = {
        'models': configs,
        'datasets': [DATA],
        'model_dataset_combinations': [
            {'models': [model], 'datasets': [DATA]} for model in configs
        ],
        'work_dir': str(work_dir),
    }
    kind = 'opencompass_math500.compass.MATH500AblationSummarizer'
    summarizer = build_from_cfg(ConfigDict({'type': kind, 'config': ConfigDict(config)}))
    try:
        summarizer.summarize(time_str='now')
    except SystemExit as end:
        return str(end.code)
    return ''


def test_the_changes_stand_under_the_scores(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path, MODEL, RECORD, 'correct', 'correct', 'incorrect')
    save(tmp_path, 'short', record(max_out_len=9), 'correct', 'truncated', 'incorrect')
    assert ended(tmp_path, MODEL, 'short') == ''
    shown = capsys.readouterr().out
    copied = (tmp_path / 'summary' / 'math500_now.txt').read_text(encoding='utf-8')
    for text in (shown, copied):
        assert text.index('95 % interval') < text.index('Ablation: baseline')
        (line,) = [one for one in text.splitlines() if one.startswith('  1   token cap')]
        assert line.split()[3:5] == ['33.33', '-33.33']
        assert '1  token cap: 256 → 9\n' in text


def test_a_variant_with_two_changes_ends_in_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path, MODEL, RECORD, 'correct', 'incorrect')
    two = record(max_out_len=9)
    two['context']['batch_size'] = 1
    save(tmp_path, 'two', two, 'correct', 'correct')
    save(tmp_path, 'one', record(max_out_len=9), 'correct', 'correct')
    said = ended(tmp_path, MODEL, 'two', 'one')
    assert said == (
        'math500: 1 of 2 variants are no single change of the baseline: '
        f'two on {DATASET} differs from the baseline {MODEL} on {DATASET} in 2 settings '
        '(token cap, batch size): change exactly one setting of the baseline'
    )
    assert 'token cap' in capsys.readouterr().out


def test_without_its_baseline_no_change_is_worth_anything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path, 'one', record(max_out_len=9), 'correct')
    said = ended(tmp_path, MODEL, 'one')
    assert 'results are missing' in said
    assert 'Ablation' not in capsys.readouterr().out


def test_the_shipped_ablation_changes_one_setting_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv('MATH500_DATA', 'sample')
    path = config_dir() / 'eval_math500_ablation.py'
    config = Config.fromfile(str(path), format_python_code=False)
    runs = [
        Run(
            model['abbr'],
            dataset['abbr'],
            items(True, False),
            parse_settings(record_of(model, dataset)),
        )
        for model, dataset in wanted_pairs(config)
    ]
    found = ablation_of(runs[0], runs[1:])
    assert found.refused == ()
    changed = [(change.setting, change.before, change.after) for change in found.changes]
    assert changed == [
        ('prompt wording', '0shot_cot', '0shot_nocot'),
        ('prompt wording', '0shot_cot', 'guided-steps'),
        ('prompt wording', '0shot_cot', 'cot-zh'),
        ('prompt wording', '0shot_cot', 'self-check'),
        ('prompt wording', '0shot_cot', 'backward-check'),
        ('shots', '0', '4'),
        ('system prompt', 'none', "'You are a helpful assistant.'"),
        ('token cap', '512', '256'),
        ('token cap', '512', '1024'),
        ('sampling', 'greedy', 'temperature 0.6, top_p 0.95'),
        ('batch size', '16', '1'),
    ]
