"""Where sample logs lie: several models in one folder, and paths that are not quite the log's."""

from __future__ import annotations

from pathlib import Path

import pytest
from sample_log_rows import DATE, results, row, save_log

from opencompass_math500.cli import main
from opencompass_math500.runs.lm_eval.run import logged_runs

LATER = '2026-01-02T00-00-00.000001'


def named(folder: Path, notes: list[str]) -> list[tuple[str, str]]:
    return [(run.model, run.log.date) for run in logged_runs(folder, notes.append)]


def test_two_models_in_one_folder_are_two_runs(tmp_path: Path) -> None:
    """As under --output_path mine.json, or where somebody has put logs together."""
    save_log(tmp_path, [row(0)], said=results(count=1, model_name='org/tiny'))
    save_log(tmp_path, [row(0)], date=LATER, said=results(count=1, model_name='org/small'))
    notes: list[str] = []
    assert sorted(named(tmp_path, notes)) == [('small', LATER), ('tiny', DATE)]
    assert notes == []


def test_two_models_of_one_name_are_told_apart(tmp_path: Path) -> None:
    save_log(tmp_path, [row(0)], said=results(count=1, model_name='org/tiny'))
    save_log(tmp_path, [row(0)], date=LATER, said=results(count=1, model_name='you/tiny'))
    assert sorted(named(tmp_path, [])) == [('org__tiny', DATE), ('you__tiny', LATER)]


def test_of_one_model_the_latest_is_read(tmp_path: Path) -> None:
    save_log(tmp_path, [row(0)], said=results(count=1))
    save_log(tmp_path, [row(0)], date=LATER, said=results(count=1))
    notes: list[str] = []
    assert named(tmp_path, notes) == [('tiny', LATER)]
    assert len(notes) == 1 and f'left out: samples_hendrycks_math500_{DATE}.jsonl' in notes[0]


def test_logs_that_lie_too_deep_are_named(tmp_path: Path) -> None:
    save_log(tmp_path / 'tiny', [row(0)], said=results(count=1))
    deep = tmp_path / 'before' / 'tiny'
    save_log(deep, [row(0)], said=results(count=1))
    notes: list[str] = []
    assert named(tmp_path, notes) == [('tiny', DATE)]
    assert notes == [f'{tmp_path}: logs further down are not read, as in {deep} (name that folder)']


@pytest.mark.parametrize('command', ['table', 'compare', 'report', 'export'])
@pytest.mark.parametrize(
    ('place', 'said'),
    [
        (f'results_{DATE}.json', 'but no responses: give {}, or a samples_*.jsonl in it'),
        (f'mine_{DATE}.json', 'but no responses: give {}, or a samples_*.jsonl in it'),
        ('mine.json', 'has written beside {}/mine.json: give {}, or a samples_*.jsonl in it'),
        ('renamed.jsonl', 'is not named as a sample log'),
    ],
)
def test_a_path_beside_the_log_says_what_to_give(
    command: str, place: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = save_log(tmp_path, [row(0)])
    (tmp_path / f'mine_{DATE}.json').write_text('{}', encoding='utf-8')
    (tmp_path / 'renamed.jsonl').write_bytes(log.read_bytes())
    assert main([command, str(tmp_path / place)]) == 1
    error = capsys.readouterr().err
    assert said.replace('{}', str(tmp_path)) in error
    assert error.count('\n') == 1


def test_a_log_without_its_results_says_how_to_show_its_score(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    graded = row(0)
    graded['doc']['math500'] = [
        {'verdict': 'correct', 'answer': '5', 'reason': 'written the same', 'rule': 'r',
         'extraction': 'e', 'was_cut': False, 'finish_reason': 'stop', 'response_tokens': 3},
    ]  # fmt: skip
    save_log(tmp_path, [graded], task='math500', said='')
    main(['table', str(tmp_path)])
    assert 'put the results_*.json of lm_eval beside its log' in capsys.readouterr().out
