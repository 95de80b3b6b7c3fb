"""Every command reads the logs that other harnesses leave, and sets them beside OpenCompass'."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from canned import canned_problems
from report_pages import page_at
from work_dirs import RECORD, detail, save_results

from opencompass_math500.cli import main
from opencompass_math500.graders import report_path
from opencompass_math500.runs.places import find_place

LOGS = Path(__file__).parents[1] / 'logs'
# What each log holds of the eight canned replies.
GREEDY = {name: LOGS / name / 'greedy' for name in ('evalscope', 'lighteval')}


@pytest.fixture(params=sorted(GREEDY))
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of a log: reports are written beside it."""
    return Path(shutil.copytree(GREEDY[request.param], tmp_path / request.param))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """What a command prints; it must end well."""

    def done(*arguments: str | Path) -> str:
        status = main([str(one) for one in arguments])
        printed = capsys.readouterr()
        assert status == 0, printed.err
        return printed.out

    return done


def test_table_counts_the_replies(log: Path, run: Callable[..., str]) -> None:
    out = run('table', log)
    assert 'canned on math_500' in out
    assert 'sampling greedy' in out
    assert 'grader' in out


def test_export_holds_every_reply_with_both_verdicts(log: Path, run: Callable[..., str]) -> None:
    lines = log.parent / 'all.jsonl'
    run('export', log, '--all', '--output', lines)
    rows = [json.loads(line) for line in lines.read_text().splitlines()]
    ours = {row['unique_id'] for row in rows if row['verdict'] == 'correct'}
    assert ours == {'sample/algebra/1.json', 'sample/algebra/2.json'}
    assert all(row['other_verdict'] in (True, False) for row in rows)
    assert {row['unique_id'] for row in rows if row['other_verdict']} >= ours


def test_report_shows_the_run(log: Path, run: Callable[..., str]) -> None:
    page = log.parent / 'page.html'
    run('report', log, '--output', page)
    shown = page_at(page)
    assert 'canned on math_500' in shown.text
    assert len(shown.items) == len(_responses(log))


def test_compare_pairs_it_with_a_run_of_opencompass(log: Path, run: Callable[..., str]) -> None:
    there = {one.unique_id: one.gold for one in _responses(log)}
    problems = [one for one in canned_problems() if one.unique_id in there]
    details = [
        detail(number, unique_id=one.unique_id, answer=one.answer, level=one.level)
        for number, one in enumerate(problems)
    ]
    record = {**RECORD, 'grading': {'evaluator': {'type': 'MATH500Evaluator'}}}
    save_results(log.parent / 'compass', details, model='canned', record=record)
    (pair,) = json.loads(run('compare', log.parent / 'compass', log, '--json'))['pairs']
    assert pair['outcome'] in ('differs', 'within error')
    assert pair['reasons'] == []
    flipped = {flip['unique_id'] for flip in pair['flips']}
    assert flipped == there.keys() - {'sample/algebra/1.json', 'sample/algebra/2.json'}
    assert any(name == 'engine' for name, *_ in map(_setting, pair['settings']))


def _setting(one: object) -> list[object]:
    return list(one.values()) if isinstance(one, dict) else list(one)  # type: ignore[call-overload]


def _responses(log: Path) -> list[object]:
    place = find_place(log)
    (stored,) = place.runs()
    return list(place.source.responses(stored, lambda text: None))


@pytest.mark.slow
def test_regrade_gives_every_reply_to_other_graders(log: Path, run: Callable[..., str]) -> None:
    out = run('regrade', log)
    assert 'MATHEvaluator v2' in out
    (stored,) = find_place(log).runs()
    assert report_path(log, stored.model, stored.dataset).is_file()


@pytest.mark.parametrize(
    ('name', 'what'),
    [
        ('evalscope/greedy/predictions', 'the predictions of evalscope'),
        ('evalscope/greedy/reviews', 'the reviews of evalscope'),
        ('lighteval/greedy/details', 'the details of lighteval'),
    ],
)
def test_grade_says_what_reads_such_a_log(
    name: str, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = next(path for path in sorted((LOGS / name).rglob('*')) if path.is_file())
    assert main(['grade', str(path), '--summary']) == 1
    err = capsys.readouterr().err
    assert f' is of {what}, which is no file of responses alone: math500 table' in err
