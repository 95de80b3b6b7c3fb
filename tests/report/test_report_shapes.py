"""Reports of runs of every shape: damaged, without records, of OpenCompass itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from dumped_config import DUMPED
from record_runs import whole
from report_command import Said
from report_pages import page_at, page_of
from report_runs import mixed, save_graded
from response_runs import THEIRS, responses_of, save_responses
from work_dirs import (
    MODEL,
    RECORD,
    detail,
    prediction,
    replied,
    save_json,
    save_predictions,
    save_results,
)

from opencompass_math500.grading import grader_version
from opencompass_math500.report import Scope, write_report

# Runs of every shape ----------------------------------------------------------------------


@pytest.mark.parametrize('beside', [(), ('correct', 'incorrect')], ids=['alone', 'beside others'])
def test_failed_requests_with_a_text_have_no_length(
    beside: tuple[str, ...], tmp_path: Path
) -> None:
    """What a server said instead of a reply: with nothing else, there was nothing to measure."""
    kinds = ('failed_request', 'failed_request', *beside)
    texts = ['Bad gateway'] * 2 + ['four'] * len(beside)
    rows = [prediction(n, prediction=text, response_tokens=None) for n, text in enumerate(texts)]
    save_predictions(tmp_path, rows)
    details = [detail(n, kind, response_tokens=None) for n, kind in enumerate(kinds)]
    save_results(tmp_path, details)
    page, written = page_of(tmp_path)
    (run,) = written.sheet.runs
    if beside:
        assert run.lengths and (run.lengths.measured, run.lengths.high) == (2, 4)
    else:
        assert run.lengths is None and 'no length of a response is known' in page.text


def test_damaged_predictions_are_noted_and_the_rest_is_there(
    tmp_path: Path, reported: Said
) -> None:
    whole(tmp_path / 'run', *['correct'] * 6, 'incorrect', 'incorrect')
    (path,) = (tmp_path / 'run' / 'predictions').rglob('*.json')
    path.write_bytes(path.read_bytes()[:-400])
    status, _, err = reported('run')
    page = page_at(tmp_path / 'run' / 'summary' / 'math500_report.html')
    assert status == 0 and err
    for line in err.splitlines():
        assert ' '.join(line.removeprefix('math500: ').split()) in page.text
    assert 0 < len(page.items) < 8
    # The score is the one that every other command shows.
    missing = 8 - len(page.items)
    assert '75.00 %' in page.text
    assert f'over 8 responses; {missing} of them could not be read as items' in page.text


def test_predictions_that_are_lost_leave_the_score(tmp_path: Path) -> None:
    whole(tmp_path / 'run', 'correct', 'incorrect')
    (path,) = (tmp_path / 'run' / 'predictions').rglob('*.json')
    path.write_text('[', encoding='utf-8')
    page, written = page_of(tmp_path / 'run')
    assert page.items == [] and '50.00 %' in page.text
    assert written.sheet.runs[0].lengths is None
    assert '2 of them could not be read' in page.text


def test_results_alone(tmp_path: Path) -> None:
    save_results(tmp_path, [detail(n, subject='Geometry') for n in range(3)])
    page, written = page_of(tmp_path)
    assert 'results, but no predictions' in page.text and '100.00 %' in page.text
    assert [item['chars'] for item in page.items] == [0, 0, 0]
    (run,) = written.sheet.runs
    assert run.lengths is not None and run.lengths.unit == 'tokens'
    assert run.warnings == ()


def test_predictions_alone_are_graded(tmp_path: Path) -> None:
    rows = [prediction(n, prediction=f'\\boxed{{{7 + n}}}') for n in range(4)]
    save_predictions(tmp_path, rows)
    page, written = page_of(tmp_path)
    (run,) = written.sheet.runs
    assert run.score is not None and run.score.right == 1 and run.graded_now == 4
    assert '4 of the responses were graded for this report' in page.text
    assert 'settings were not recorded' in page.text
    assert {item['graded'] for item in page.items} == {1}


def test_a_score_without_recorded_settings_is_shown_with_that_remark(tmp_path: Path) -> None:
    save_predictions(tmp_path, [prediction(0)])
    save_results(tmp_path, [detail(0)], record=None)
    page, written = page_of(tmp_path)
    assert written.sheet.runs[0].settings == '' and '100.00 %' in page.text
    assert 'settings were not recorded' in page.text
    remarks = written.sheet.runs[0].published
    assert remarks and remarks.remarks[0].endswith('its settings were not recorded')


def test_a_partly_failed_run_is_incomplete_wherever_its_score_stands(tmp_path: Path) -> None:
    rows = [replied(n) for n in range(3)] + [replied(3, 'failed_request')]
    save_predictions(tmp_path, rows)
    kinds = ('correct', 'correct', 'incorrect', 'failed_request')
    save_results(tmp_path, [detail(n, kind) for n, kind in enumerate(kinds)])
    page, written = page_of(tmp_path)
    (run,) = written.sheet.runs
    assert run.warnings == ('incomplete: 1 of 4 requests failed; run again with -r',)
    assert run.score is not None and run.score.accuracy_answered is not None
    assert '50.00 %' in page.text and '66.67 %' in page.text and run.warnings[0] in page.text
    assert run.lengths is not None and run.lengths.measured == 3


def test_different_numbers_of_responses_make_no_score(tmp_path: Path) -> None:
    save_predictions(tmp_path, [prediction(n) for n in (0, 0, 1)])
    save_predictions(tmp_path, [prediction(n) for n in (0, 1)], model='b')
    page, written = page_of(tmp_path)
    broken = next(run for run in written.sheet.runs if run.score is None)
    assert broken.no_score in page.text and len(page.items) == 5
    (pair,) = written.sheet.pairs
    assert pair.outcome == 'not comparable' and f'{broken.name} has no score' in page.text


@pytest.mark.parametrize('tokens', [-3, 10**10, 10**350, 1.5, True, '7'], ids=repr)
def test_no_count_of_tokens_is_unknown(tokens: Any, tmp_path: Path) -> None:
    save_predictions(tmp_path, [prediction(0, response_tokens=tokens), prediction(1)])
    page, written = page_of(tmp_path)
    (run,) = written.sheet.runs
    assert run.lengths is not None and run.lengths.unit == 'characters'
    assert [item['tokens'] for item in page.items] == [-1, 11]


@pytest.mark.parametrize(
    'changes',
    [{'response_tokens': 'many'}, {'pred': ['7']}, {'reason': 4}, {'answer': None}],
    ids=str,
)
def test_results_of_other_types_are_damaged(changes: dict[str, Any], tmp_path: Path) -> None:
    save_predictions(tmp_path, [prediction(0, prediction='\\boxed{7}')])
    save_results(tmp_path, [detail(0, **changes)])
    page, written = page_of(tmp_path)
    assert written.sheet.runs[0].graded_now == 1 and len(page.items) == 1
    assert 'the responses are graded anew' in page.text


def test_a_damaged_record_is_noted(tmp_path: Path) -> None:
    whole(tmp_path, 'correct')
    for model in ('b', 'c'):
        save_predictions(tmp_path, [prediction(0)], model=model)
        save_results(tmp_path, [detail(0)], model=model)
    (path,) = (tmp_path / 'math500' / MODEL).iterdir()
    path.write_text('{', encoding='utf-8')
    (path,) = (tmp_path / 'math500' / 'b').iterdir()
    save_json(path, {**RECORD, 'inference': {'prompt': 5, 'model': {'path': ['x']}}})
    page, written = page_of(tmp_path)
    assert [run.score.accuracy for run in written.sheet.runs if run.score] == [100.0] * 3
    assert 'is damaged' in page.text and 'settings were not recorded' in page.text


@pytest.mark.parametrize(
    'record',
    [
        {'grading': 5},
        {'context': [1]},
        {'grading': {'policy': 'x', 'evaluator': {'type': 'MATH500Evaluator'}}},
        {**RECORD, 'context': {'versions': 5}},
        {**RECORD, 'inference': {'prompt': [], 'model': {'path': 5}, 'retriever': 3}},
        {**RECORD, 'inference': {'model': {'path': {'a': 1}, 'generation_kwargs': 'abc'}}},
    ],
    ids=lambda record: str(record)[-60:],
)
def test_no_record_keeps_a_score_from_being_shown(record: Any, tmp_path: Path) -> None:
    for name in ('a', 'b'):
        whole(tmp_path / name, 'correct', 'incorrect')
    (path,) = (tmp_path / 'a' / 'math500' / MODEL).iterdir()
    save_json(path, record)
    _, written = page_of(tmp_path / 'a', tmp_path / 'b')
    assert [run.score.accuracy for run in written.sheet.runs if run.score] == [50.0, 50.0]


def test_the_configs_of_opencompass_itself(shared: Path, tmp_path: Path) -> None:
    """Its rows have no ids and its golds are solutions; its verdicts stand beside ours."""
    rows = responses_of(shared, 'Llama-3.1-8B-Instruct')[:40]
    save_responses(tmp_path, rows, MODEL, 'opencompass')
    config = DUMPED.format(model=MODEL, dataset=THEIRS, cap=512)
    save_json(tmp_path / 'configs' / 'one.py', config)
    details = {
        str(n): {'pred': 'x', 'answer': row['gold'], 'correct': n % 2 == 0}
        for n, row in enumerate(rows)
    }
    results = {'accuracy': 50.0, 'details': details}
    save_json(tmp_path / 'results' / MODEL / f'{THEIRS}.json', results)
    page, written = page_of(tmp_path)
    (run,) = written.sheet.runs
    assert run.graded_now == run.responses == len(page.items) == 40
    assert run.other is not None and (run.other.right, run.other.responses) == (20, 40)
    assert run.other.apart == sum(
        (item['other'] == 1) != (item['verdict'] == 0) for item in page.items
    )
    assert 'own evaluator takes 20 of 40 for right (50.00 %)' in page.text
    # Graded by this judge, whatever the config says.
    assert f'grader {grader_version()}' in run.settings and 'token cap 512' in run.settings
    assert 'those shown are of the configs beside it' in page.text
    assert '</math>' in page.index['problems'][0]['html']


def test_subjects_and_levels_are_known_by_the_problems(
    shared: Path, math500_file: Path, tmp_path: Path, reported: Said
) -> None:
    """Of a run of OpenCompass itself, which keeps neither: with the data, and without."""
    rows = responses_of(shared, 'Llama-3.1-8B-Instruct')[:10]
    save_responses(tmp_path / 'run', rows, MODEL, 'opencompass')
    path = tmp_path / 'run' / 'summary' / 'math500_report.html'
    for more in ([], ['--data', math500_file]):
        assert reported('run', *more)[0] == 0
        problems = page_at(path).index['problems']
        assert [problem['id'] for problem in problems] == [r['unique_id'] for r in rows]
        assert all(problem['level'] and problem['subject'] for problem in problems)



def test_runs_of_both_makers_share_their_problems(
    shared: Path, math500_file: Path, tmp_path: Path
) -> None:
    from opencompass_math500 import load_problems

    # One maker alone records how a response ended, and without a box that may decide.
    rows = [row for row in mixed(shared, 0) if '\\boxed' in row['response']][:30]
    save_graded(tmp_path / 'ours', rows, 'a')
    save_responses(tmp_path / 'theirs', rows, 'b', 'opencompass')
    data = load_problems(str(math500_file))
    page, written = page_of(tmp_path / 'ours', tmp_path / 'theirs', scope=Scope(data=data))
    assert len(page.index['problems']) == 30 and len(page.items) == 60
    (pair,) = written.sheet.pairs
    assert pair.difference is not None and pair.difference.points == 0.0


def test_a_folder_with_the_only_run_below_is_taken(tmp_path: Path, reported: Said) -> None:
    whole(tmp_path / 'outputs' / 'x' / '20260101_120000', 'correct')
    status, out, err = reported('outputs')
    assert status == 0 and 'is taken, the only run in outputs' in err
    assert out.startswith('outputs/x/20260101_120000/summary/math500_report.html')


def test_the_report_does_not_change_the_run(tmp_path: Path) -> None:
    whole(tmp_path, 'correct', 'incorrect')
    before = {path: path.read_bytes() for path in tmp_path.rglob('*') if path.is_file()}
    first = write_report([tmp_path], note=lambda text: None)
    data = first.path.read_bytes()
    again = write_report([tmp_path], note=lambda text: None)
    assert again.path.read_bytes() == data
    after = {path: path.read_bytes() for path in tmp_path.rglob('*') if path.is_file()}
    assert after == {**before, first.path: data}


def test_every_control_character_of_a_note_is_shown(tmp_path: Path) -> None:
    save_predictions(tmp_path, [prediction(0)], name='a\x1b[31mb')
    save_json(tmp_path / 'predictions' / MODEL / 'tmp_a\x1bb.json', '{}')
    page, _ = page_of(tmp_path)
    assert 'a\\u001bb.json is left out' in page.text
    assert not re.search('[\x00-\x08\x0e-\x1f]', page.source)
