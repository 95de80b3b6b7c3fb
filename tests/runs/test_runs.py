"""Graded runs: whole or not, comparable or not, and what ends in a status of 1."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from work_dirs import DATASET, RECORD, detail, save_json, save_results

from opencompass_math500.cli import main
from opencompass_math500.errors import ConfigError, IncompleteRunError, MalformedData
from opencompass_math500.grading import OUTCOMES
from opencompass_math500.runs.graded import graded_runs
from opencompass_math500.runs.run import Run, checked_outcomes, refuse_outcomes


def run(work_dir: Path, *outcomes: str, record: dict[str, Any] | None = RECORD) -> Run:
    details = [detail(number, outcome) for number, outcome in enumerate(outcomes)]
    save_results(work_dir, details, record=record)
    (found,) = graded_runs(work_dir, print)
    return found


UNRECORDED = {**RECORD, 'context': {**RECORD['context'], 'unrecorded': True}}


@pytest.mark.parametrize(
    ('outcomes', 'record', 'reason'),
    [
        (('correct', 'incorrect'), RECORD, None),
        (('correct', 'content_filter', 'empty_response', 'truncated'), RECORD, None),
        (('correct', 'failed_request'), RECORD, 'incomplete: 1 of 2 requests failed'),
        (('correct', 'failed_request'), None, 'incomplete: 1 of 2 requests failed'),
        (('correct',), None, 'its settings were not recorded'),
        (('correct',), UNRECORDED,
         'its predictions were made before their settings were recorded'),
    ],
    ids=['whole', 'other endings', 'failed', 'failed, unrecorded', 'no record', 'late record'],
)  # fmt: skip
def test_what_may_be_compared(
    outcomes: tuple[str, ...], record: dict[str, Any] | None, reason: str | None, tmp_path: Path
) -> None:
    assert run(tmp_path, *outcomes, record=record).why_not_comparable == reason


@pytest.mark.parametrize('outcome', OUTCOMES)
def test_by_default_only_failed_requests_are_refused(outcome: str, tmp_path: Path) -> None:
    runs = [run(tmp_path, 'correct', outcome, outcome)]
    if outcome != 'failed_request':
        refuse_outcomes(runs)
        return
    with pytest.raises(IncompleteRunError) as caught:
        refuse_outcomes(runs, resume='-r 20260101_120000')
    assert str(caught.value) == (
        f'2 of 3 requests failed (tiny on {DATASET}): run again with -r 20260101_120000: '
        'only what failed is asked again'
    )


def test_whatever_is_named_is_refused_and_what_can_be_mended_comes_first(tmp_path: Path) -> None:
    runs = [run(tmp_path, 'correct', 'content_filter', 'failed_request', 'truncated')]
    with pytest.raises(IncompleteRunError) as caught:
        refuse_outcomes(runs, ('content_filter', 'failed_request', 'empty_response'))
    assert re.fullmatch(
        r'1 of 4 requests failed \(.*\); 1 of 4 responses are content_filter \(.*\): '
        r'run again with -r: only what failed is asked again; see their reasons under results/',
        str(caught.value),
    )
    refuse_outcomes(runs, ('empty_response',))
    refuse_outcomes(runs, ())


def test_every_run_is_looked_at(tmp_path: Path) -> None:
    for model, outcome in (('a', 'correct'), ('b', 'failed_request'), ('c', 'failed_request')):
        save_results(tmp_path, [detail(0, outcome)], model=model)
    with pytest.raises(IncompleteRunError) as caught:
        refuse_outcomes(graded_runs(tmp_path, print))
    assert caught.value.what == (
        f'1 of 1 requests failed (b on {DATASET}); 1 of 1 requests failed (c on {DATASET})'
    )


def test_outcomes_are_checked() -> None:
    assert checked_outcomes(['truncated', 'failed_request', 'truncated']) == (
        'truncated', 'failed_request',
    )  # fmt: skip
    assert checked_outcomes(()) == ()
    assert set(checked_outcomes(iter(OUTCOMES))) == set(OUTCOMES)


@pytest.mark.parametrize(
    ('names', 'said'),
    [
        (['failed'], "fail_on=['failed'] is no list of outcomes ('failed' is unknown)"),
        ('failed_request', "fail_on='failed_request' is no list of outcomes"),
        ([None, 'x'], "(None, 'x' is unknown)"),
        ([['truncated']], "(['truncated'] is unknown)"),
        (5, 'fail_on=5 is no list of outcomes'),
    ],
    ids=['unknown', 'a bare text', 'not text', 'nested', 'a number'],
)
def test_what_is_no_outcome_is_refused(names: Any, said: str) -> None:
    with pytest.raises(ConfigError, match='give some of correct, incorrect, ') as caught:
        checked_outcomes(names)
    assert said in str(caught.value)
    assert '\n' not in str(caught.value)


def test_other_evaluators_results_are_passed_over(tmp_path: Path) -> None:
    save_results(tmp_path, [detail(0)])
    other = {**RECORD, 'grading': {'evaluator': {'type': 'opencompass.AccEvaluator'}}}
    save_results(tmp_path, '{"accuracy": 1.0}', dataset='ceval', record=other)
    save_json(tmp_path / 'results' / 'tiny' / f'{DATASET}_llm_judge_replica0.json', {'0': {}})
    assert [found.name for found in graded_runs(tmp_path, print)] == [f'tiny on {DATASET}']


def test_an_empty_folder_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(MalformedData, match=r'holds neither .*: give the folder of one run'):
        graded_runs(tmp_path, print)


# math500 table ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ('outcomes', 'options', 'said'),
    [
        (('correct', 'incorrect'), (), ''),
        (('correct', 'failed_request'), (), '1 of 2 requests failed .*: run again with -r run:'),
        (('correct', 'content_filter'), (), ''),
        (('correct', 'content_filter'), ('truncated',), ''),
        (('correct', 'content_filter'), ('content_filter',), '1 of 2 responses are content_fil'),
        (('correct', 'content_filter'), ('truncated', 'content_filter'), '.* content_filter'),
        (('correct', 'failed_request'), ('truncated',), '1 of 2 requests failed'),
    ],
    ids=['whole', 'failed', 'filtered', 'another', 'named', 'one of two', 'failed all the same'],
)
def test_the_tables_status(
    outcomes: tuple[str, ...],
    options: tuple[str, ...],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(tmp_path / 'run', *outcomes)
    status = main(['table', str(tmp_path / 'run'), *(f'--fail-on={name}' for name in options)])
    out, err = capsys.readouterr()
    assert '50.00' in out
    assert status == bool(said)
    assert re.match(f'math500: {said}' if said else '$', err)
    assert err.count('\n') == status


def test_the_table_fails_on_outcomes_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match='2'):
        main(['table', str(tmp_path), '--fail-on', 'failures'])
    err = capsys.readouterr().err
    assert "invalid choice: 'failures'" in err
    assert 'content_filter' in err
