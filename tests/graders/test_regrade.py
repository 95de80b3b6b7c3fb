"""``math500 regrade`` on work directories of ours and of OpenCompass's own configs."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from doc_pages import pairs
from documented_commands import REGRADE
from response_runs import OURS, THEIRS, responses_of, save_responses
from work_dirs import RECORD, prediction, save_json, save_predictions

from opencompass_math500.cli import main
from opencompass_math500.graders import GraderVerdict, load_report, report_path
from opencompass_math500.graders.peer import Peer
from opencompass_math500.graders.regrade import (
    math_verify_command,
    opencompass_command,
    regrade_run,
)
from opencompass_math500.runs.places import find_place
from opencompass_math500.runs.record import record_path

ROOT = Path(__file__).resolve().parents[2]
LLAMA = 'Llama-3.1-8B-Instruct'
RUN_DIR = 'outputs/math500/20260101_120000'
SCORES = next(pair for pair in pairs() if pair[0].path.name == 'scores.md')

# Without peers --------------------------------------------------------------------------


def regraded(work_dir: Path, model: str, dataset: str) -> Any:
    place = find_place(work_dir)
    (run,) = place.runs([model], [dataset])
    return regrade_run(place, run, [])


def test_both_makers_files_are_read_alike(shared: Path, tmp_path: Path) -> None:
    rows = responses_of(shared, LLAMA)[::20]
    save_responses(tmp_path / 'a', rows, 'llama')
    save_responses(tmp_path / 'b', rows, 'llama', maker='opencompass')
    ours = regraded(tmp_path / 'a', 'llama', OURS)
    theirs = regraded(tmp_path / 'b', 'llama', THEIRS)
    assert ours.responses == theirs.responses == 25
    assert ours.scores == theirs.scores
    assert 0 < ours.scores[0].share.right < 25
    assert (ours.anatomy.unknown_ending, theirs.anatomy.unknown_ending) == (0, 25)


def test_samples_of_a_problem_are_told_apart(tmp_path: Path) -> None:
    """OpenCompass writes the whole set n times, one after the other, without ids."""
    texts = ['\\boxed{7}', '\\boxed{8}', '\\boxed{7}', 'I do not know']
    rows = [
        {'origin_prompt': f'prompt {number % 2}', 'prediction': text, 'gold': '7'}
        for number, text in enumerate(texts)
    ]
    save_predictions(tmp_path, rows, 'math-500', 'tiny')
    report = regraded(tmp_path, 'tiny', 'math-500')
    assert (report.problems, report.responses) == (2, 4)
    share = report.scores[0].share
    assert share.accuracy == 50
    assert share.low == 0  # one of the problems has both right, the other none: clustered
    assert report.anatomy.count('no_answer') == 1


def test_a_set_is_graded_under_the_policy_of_its_run(tmp_path: Path) -> None:
    save_predictions(tmp_path, [prediction(0, prediction='\\boxed{(1,2)}', gold='1,2')], 'd', 'm')
    assert regraded(tmp_path, 'm', 'd').scores[0].share.right == 0
    policy = {'list_against_tuple': 'accept'}
    record = {**RECORD, 'grading': {**RECORD['grading'], 'policy': policy}}
    save_json(record_path(tmp_path, 'm', 'd'), record)
    report = regraded(tmp_path, 'm', 'd')
    assert (report.scores[0].share.right, report.policy) == (1, policy)


def test_what_was_cut_failed_or_filtered_is_counted(tmp_path: Path) -> None:
    rows = [
        prediction(0, prediction='\\boxed{7}'),
        prediction(1, prediction='\\boxed{7} and', finish_reason='length'),
        prediction(2, prediction='Let us', finish_reason='length'),
        prediction(3, prediction='', finish_reason='failed_request'),
        prediction(4, prediction='Hm', finish_reason='content_filter'),
        prediction(5, prediction='', finish_reason='stop'),
    ]
    save_predictions(tmp_path, rows, 'd', 'm')
    found = regraded(tmp_path, 'm', 'd').anatomy
    counts = {loss.name: loss.count for loss in found.losses if loss.count}
    assert counts == {
        'cut': 2, 'truncated': 1, 'empty_response': 1, 'content_filter': 1, 'failed_request': 1,
    }  # fmt: skip
    assert found.losses[0].without.total == 4


# The command ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ('arguments', 'said'),
    [
        (['nowhere'], "no folder 'nowhere': give the folder of one run"),
        (['run', '--math-verify', 'no-python'], '--math-verify no-python: no such interpreter'),
    ],
    ids=['no run', 'no interpreter'],
)
def test_what_cannot_be_done_is_one_line(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    save_predictions(tmp_path / 'run', [prediction()])
    monkeypatch.chdir(tmp_path)
    assert main(['regrade', *arguments]) == 1
    err = capsys.readouterr().err
    assert err.startswith(f'math500: {said}')
    assert err.count('\n') == 1


@dataclass(frozen=True, slots=True)
class Done:
    """A finished command and its run."""

    run_dir: Path
    reports: list[dict[str, Any]]
    err: str
    status: int


@pytest.fixture(scope='module')
def done(shared: Path, math_verify_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Done:
    """Real responses under every grader that is here; one set of the run is damaged."""
    run_dir = tmp_path_factory.mktemp('regrade') / 'run'
    rows = responses_of(shared, LLAMA)[::5]
    save_responses(
        run_dir, rows, 'llama', finish_reason=lambda row: 'length' if '377' in row['unique_id']
        else 'stop',
    )  # fmt: skip
    save_responses(run_dir, rows[:20], 'llama', maker='opencompass')
    save_json(run_dir / 'predictions' / 'broken' / 'math-500.json', {'0': {'prediction': '7'}})
    command = [sys.executable, '-m', 'opencompass_math500', 'regrade', str(run_dir), '--json']
    command += ['--math-verify', str(math_verify_python)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    return Done(run_dir, json.loads(ended.stdout), ended.stderr, ended.returncode)


@pytest.mark.slow
def test_every_grader_speaks_on_real_responses(done: Done) -> None:
    ours, theirs = sorted(done.reports, key=lambda report: report['responses'])[::-1]
    assert (ours['dataset'], theirs['dataset']) == (OURS, THEIRS)
    rights = {score['grader']: score['share']['right'] for score in ours['scores']}
    assert rights['opencompass_v1'] < rights['opencompass_v2'] <= rights['math500'] < 100
    assert [score['undecided'] for score in ours['scores']] == [0] * len(rights)
    assert ours['versions']['opencompass_v2'].startswith('opencompass 0.5.')
    for item in ours['items']:
        assert len({word['is_correct'] for word in item['words'].values()}) == 2
        assert item['reason'] and item['gold']


@pytest.mark.slow
def test_a_damaged_set_costs_the_status_but_not_the_others(done: Done) -> None:
    assert done.status == 1
    assert len(done.reports) == 2
    why, error = [line for line in done.err.splitlines() if line.startswith('math500: ')]
    assert 'broken/math-500.json' in why
    assert 'broken on math-500 holds no rows that can be read' in error


@pytest.mark.slow
def test_the_reports_lie_beside_the_results(done: Done) -> None:
    for report in done.reports:
        kept = report_path(done.run_dir, report['model'], report['dataset'])
        assert json.loads(kept.read_text(encoding='utf-8')) == report
        assert load_report(kept).responses == report['responses']


@pytest.mark.slow
def test_math_verify_speaks_from_its_own_environment(done: Done, math_verify_python: Path) -> None:
    ours = max(done.reports, key=lambda report: int(report['responses']))
    assert ours['versions']['math_verify'] == 'math-verify 0.9.0'
    (score,) = [one for one in ours['scores'] if one['grader'] == 'math_verify']
    assert abs(score['share']['right'] - ours['scores'][0]['share']['right']) <= 3
    with Peer(math_verify_command(str(math_verify_python))) as peer:
        assert peer.ask('math_verify', 'It is $\\boxed{0.25}$.', '\\frac{1}{4}') == GraderVerdict(
            '0.25', True
        )
        assert peer.ask('math_verify', 'I do not know', '7') == GraderVerdict(None, False)


@pytest.mark.slow
def test_opencompasss_grader_is_ended_where_it_hangs() -> None:
    r"""Its pattern for \text{...} looks to the end of the text from each of them."""
    with Peer(replace(opencompass_command(), item_seconds=2.0)) as peer:
        word = peer.ask('opencompass_v1', 'The final answer is ' + '\\text{' * 100_000, '7')
        assert word == GraderVerdict(None, False, 'no verdict within 2 s')
        assert peer.ask('opencompass_v1', 'The final answer is 7', '7') == GraderVerdict('7', True)


@pytest.mark.slow
def test_the_documentation_shows_what_is_printed(
    shared: Path, math_verify_python: Path, tmp_path: Path
) -> None:
    """The shown commands on all 500 real responses; of the differences the pages show three."""
    rows = responses_of(shared, LLAMA)
    save_responses(tmp_path / RUN_DIR, rows, 'llama-3.1-8b-instruct')
    (tmp_path / 'peer').symlink_to(math_verify_python.parents[1])
    printed = ''
    for command in REGRADE:
        words = [sys.executable, '-m', 'opencompass_math500', *shlex.split(command)[1:]]
        environment = {**os.environ, 'PYTHONPATH': str(ROOT), 'COLUMNS': '80'}
        ended = subprocess.run(
            words, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300
        )
        assert (ended.returncode, ended.stderr) == (0, '')
        printed += ended.stdout
    lines = [line.rstrip() for line in printed.splitlines()]
    (report,) = json.loads((tmp_path / 'graders.json').read_text(encoding='utf-8'))
    for page in SCORES:
        assert {one for one in page.commands if one.startswith('math500 regrade')} == REGRADE
        (block,) = [one.text for one in page.blocks if 'MATHEvaluator v1' in one.text]
        tables, *differences = block.split('\n\ntest/')
        assert [line for line in tables.splitlines() if line not in lines] == []
        for difference in differences:
            (item,) = [i for i in report['items'] if i['name'] == f'test/{difference.split()[0]}']
            for word in item['words'].values():
                assert ('right  ' if word['is_correct'] else 'wrong  ') in difference
                assert (word['answer'] or '(none)') in difference
            assert item['reason'] in difference
