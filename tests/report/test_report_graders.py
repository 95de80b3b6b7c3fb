"""The grader matrix of a report: as ``math500 regrade`` left it, stale, damaged, missing."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import pytest
from report_pages import ReportPage, page_of
from rich.console import Console
from work_dirs import DATASET, MODEL, detail, prediction, save_json, save_predictions, save_results

from opencompass_math500.graders import (
    Grader,
    GraderVerdict,
    Judged,
    Report,
    anatomy,
    differing,
    matrix,
    pairs,
    report_path,
    save_report,
)
from opencompass_math500.graders.grader_table import print_report
from opencompass_math500.grading import Outcome, grader_version
from opencompass_math500.report.sheet import RunSheet


def judged(number: int, ours: bool, theirs: bool) -> Judged:
    words: dict[Grader, GraderVerdict] = {
        'math500': GraderVerdict('7', ours),
        'opencompass_v2': GraderVerdict('8', theirs),
    }
    kind: Outcome = 'correct' if ours else 'incorrect'
    return Judged(f'mine/{number}', 0, '7', kind, 'r', 'x', False, True, words)


ROWS = [judged(n, n < 3, 0 < n < 3) for n in range(4)]


def regraded(work_dir: Path, **changes: object) -> Report:
    """A run of four, and what two graders say of it: theirs accepts two, ours three."""
    save_predictions(work_dir, [prediction(n) for n in range(4)])
    save_results(work_dir, [detail(n, 'correct' if n < 3 else 'incorrect') for n in range(4)])
    report = Report(
        MODEL, DATASET, 4, 4, grader_version(), {}, {'math500': 'us 1', 'opencompass_v2': 'oc 2'},
        tuple(matrix(ROWS)), tuple(pairs(ROWS)), anatomy(ROWS), tuple(differing(ROWS)),
    )  # fmt: skip
    report = replace(report, **changes)  # type: ignore[arg-type]
    save_report(report_path(work_dir, MODEL, DATASET), report)
    return report


def graders_of(work_dir: Path) -> tuple[ReportPage, RunSheet]:
    page, written = page_of(work_dir)
    (run,) = written.sheet.runs
    return page, run


def test_graders_are_those_of_regrade(tmp_path: Path) -> None:
    report = regraded(tmp_path)
    page, run = graders_of(tmp_path)
    console = Console(width=200, record=True, file=(tmp_path / 'x').open('w'))
    print_report(report, console)
    said = ' '.join(console.export_text().split())
    assert (run.graders.state, run.graders.remark, run.graders.differing) == ('present', '', 1)
    for score in run.graders.scores:
        share = score.share
        row = f'{share.accuracy:.2f} {share.low:.1f} – {share.high:.1f}'
        assert f'{score.title} {row} {share.right}/{share.total} {score.undecided}' in said
        assert row in page.text and score.title in page.text
    (pair,) = run.graders.pairs
    counts = f'{pair.only_first} {pair.only_second} {pair.agree}'
    assert f'{pair.first} {pair.second} {counts}' in said
    assert f'{pair.first} {pair.second} {counts}' in page.text
    assert f'Graders: {run.graders.versions}' in said


def test_the_responses_on_which_graders_differ_are_named(tmp_path: Path) -> None:
    words: dict[Grader, GraderVerdict] = {
        'math500': GraderVerdict(None, False),
        'opencompass_v2': GraderVerdict('9' * 300, True, ''),
    }
    odd = replace(ROWS[0], name='row 3', sample=1, gold='5' * 300, words=words)
    regraded(tmp_path, items=(ROWS[0], odd), responses=8)
    page, run = graders_of(tmp_path)
    first, second = run.graders.items
    assert (first.name, first.sample, first.gold) == ('mine/0', 1, '7')
    assert first.words == (('7', True), ('8', False))
    assert second.gold == '5' * 200 + ' …'
    assert second.words == (('(none)', False), ('9' * 200 + ' …', True))
    assert 'mine/0, sample 1 7 right 7 wrong 8' in page.text
    assert 'href="#run=0&amp;q=mine%2F0"' in page.markup
    assert 'q=row' not in page.markup, 'a search does not find a row by its number'


def test_many_responses_on_which_graders_differ_are_counted(tmp_path: Path) -> None:
    regraded(tmp_path, items=tuple(ROWS) * 60)
    page, run = graders_of(tmp_path)
    assert len(run.graders.items) == 200
    assert 'differ on 240 responses' in page.text
    assert 'The first 200 on which they differ' in page.text


def test_no_graders_were_asked(tmp_path: Path) -> None:
    save_predictions(tmp_path, [prediction(0)])
    page, run = graders_of(tmp_path)
    assert run.graders.state == 'missing' and f'math500 regrade {tmp_path}' in page.text


@pytest.mark.parametrize(
    ('changes', 'words'),
    [
        ({'grader': 'ffffffffffff'}, 'Made with version ffffffffffff of this judge'),
        ({'scores': tuple(matrix(ROWS[:3]))}, 'About other responses or verdicts'),
    ],
    ids=['an older judge', 'other responses'],
)
def test_stale_graders_are_shown_as_such(
    changes: dict[str, object], words: str, tmp_path: Path
) -> None:
    regraded(tmp_path, **changes)
    page, run = graders_of(tmp_path)
    assert run.graders.state == 'stale' and run.graders.remark.startswith(words)
    assert run.graders.remark in page.text and 'MATHEvaluator v2' in page.text


def test_graders_of_results_that_have_changed_are_stale(tmp_path: Path) -> None:
    regraded(tmp_path)
    save_results(tmp_path, [detail(n) for n in range(4)])
    assert graders_of(tmp_path)[1].graders.state == 'stale'


@pytest.mark.parametrize(
    'text',
    ['{', '[]', '{"grader": 1}', '"x"', '[' * 100_000, 'unknown', 'no number', 'half unknown'],
    ids=[
        'half',
        'a list',
        'no report',
        'a text',
        'deep',
        'unknown grader',
        'no number',
        'half unknown',
    ],
)
def test_damaged_graders_are_said(text: str, tmp_path: Path) -> None:
    report = regraded(tmp_path)
    path = report_path(tmp_path, MODEL, DATASET)
    if text == 'unknown':
        fields = asdict(report)
        fields['scores'][0]['grader'] = 'somebody'
        save_json(path, fields)
    elif text in ('no number', 'half unknown'):
        fields = asdict(report)
        fields['scores'][0]['share']['low'] = '<b>' if text == 'no number' else None
        save_json(path, fields)
    else:
        path.write_text(text, encoding='utf-8')
    page, run = graders_of(tmp_path)
    assert run.graders.state == 'damaged'
    assert run.graders.remark in page.text and 'makes it again' in run.graders.remark
    assert '75.00 %' in page.text  # the run's own score
