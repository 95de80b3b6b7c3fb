"""The numbers of a report are those of ``math500 table`` and ``compare``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from compared_runs import QWEN, save_run
from report_pages import page_of
from report_runs import LLAMA, mixed, sampled, save_graded
from response_runs import responses_of
from work_dirs import detail, save_results

from opencompass_math500.cli import main
from opencompass_math500.comparison import compare_run
from opencompass_math500.dataset.index import math500_index
from opencompass_math500.grading import OUTCOMES
from opencompass_math500.runs.graded import comparable_runs, graded_runs


def printed(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """What a command prints, blanks as one."""
    capsys.readouterr()
    assert main([str(each) for each in arguments]) == 0
    return ' '.join(capsys.readouterr().out.split())


@pytest.fixture(scope='module')
def three(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three models on 100 problems, real responses."""
    folder = tmp_path_factory.mktemp('three') / 'run'
    for number in range(3):
        save_graded(folder, mixed(shared, number)[:100], f'mixed-{number}')
    return folder


# As table says ----------------------------------------------------------------------------


def test_scores_are_those_of_the_table(three: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, written = page_of(three)
    table = printed(capsys, 'table', three)
    assert len(written.sheet.runs) == 3
    for run, other in zip(written.sheet.runs, graded_runs(three, print), strict=True):
        assert run.score == other.score is not None
        row = f'{run.mark} 100 {run.score.accuracy:.2f} {run.score.low:.1f} – {run.score.high:.1f}'
        assert row in table
        assert f'{run.score.accuracy:.2f} %' in page.text
        assert f'{run.score.low:.1f} – {run.score.high:.1f}' in page.text
        assert run.settings in ' '.join(table.split())
        assert {one.verdict: one.count for one in run.verdicts} == dict(other.score.outcomes)


def test_subjects_and_levels_are_those_of_the_table(
    three: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, written = page_of(three)
    table = printed(capsys, 'table', three)
    heats = [run.heat for run in written.sheet.runs]
    assert all(heats)
    subjects = [{row.subject: row.total for row in heat.rows} for heat in heats if heat]
    levels = [cell for heat in heats if heat for cell in heat.total.cells]
    for cell in (*levels, *(cell for one in subjects for cell in one.values())):
        assert cell is not None
        assert f'{cell.percent:.1f} ({cell.right}/{cell.total})' in table
    for name in subjects[0]:
        cells = [
            f'{one[name].percent:.1f} ({one[name].right}/{one[name].total})' for one in subjects
        ]
        assert f'{name} {" ".join(cells)}' in table
        assert name in page.text


def test_samples_are_those_of_the_table(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_graded(tmp_path, sampled(shared, 8), 'qwen2')
    page, written = page_of(tmp_path)
    table = printed(capsys, 'table', tmp_path)
    (run,) = written.sheet.runs
    assert [line.k for line in run.sampled] == [2, 4, 8]
    for line in run.sampled:
        shown = ' '.join(
            f'{one.value:.2f} {one.low:.1f} – {one.high:.1f}' for one in (line.passed, line.won)
        )
        assert f'A {line.k} {shown}' in table
        assert f'{line.k} {shown}' in page.text


def test_verdicts_fill_a_bar(tmp_path: Path) -> None:
    save_results(tmp_path, [detail(n, kind) for n, kind in enumerate(OUTCOMES)])
    (run,) = page_of(tmp_path)[1].sheet.runs
    assert [one.verdict for one in run.verdicts] == list(OUTCOMES)
    ends = [one.start + one.percent for one in run.verdicts]
    assert [one.start for one in run.verdicts] == pytest.approx([0, *ends[:-1]])
    assert ends[-1] == pytest.approx(100)


# As compare says --------------------------------------------------------------------------


def test_pairs_are_those_of_compare(three: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, written = page_of(three)
    said = printed(capsys, 'compare', three)
    sheet = written.sheet
    assert [(pair.first.mark, pair.second.mark) for pair in sheet.pairs] == [
        ('A', 'B'),
        ('A', 'C'),
        ('B', 'C'),
    ]
    for pair in sheet.pairs:
        assert f'{pair.first.name} against {pair.second.name} {pair.line}' in said
        counts = f'{pair.lost} right in the first alone, {pair.gained} in the second'
        assert f'{pair.gained + pair.lost} problems flipped: {counts}' in said
        assert str(pair.difference) in page.text and pair.outcome in page.text


def test_where_runs_differ_is_what_the_items_say(three: Path) -> None:
    """The counts of a pair are of the items that the page then shows."""
    page, written = page_of(three)
    for pair in written.sheet.pairs:
        right: list[dict[int, bool]] = [{}, {}]
        for item in page.items:
            for side, run in enumerate((pair.first, pair.second)):
                if item['run'] == run.number:
                    right[side][item['problem']] = item['verdict'] == OUTCOMES.index('correct')
        gained = [n for n in right[0] if right[1][n] > right[0][n]]
        lost = [n for n in right[0] if right[1][n] < right[0][n]]
        assert (pair.gained, pair.lost) == (len(gained), len(lost))


@pytest.fixture(scope='module')
def golds(math500_rows: list[dict[str, str]]) -> Mapping[str, str]:
    found = {row['unique_id']: row['answer'] for row in math500_rows}
    assert found.keys() == math500_index().keys()
    return found


def test_published_scores_are_compared_as_compare_does(
    golds: Mapping[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_run(tmp_path, golds, 415, path=QWEN)
    page, written = page_of(tmp_path)
    said = printed(capsys, 'compare', tmp_path)
    (run,) = written.sheet.runs
    (other,) = comparable_runs(tmp_path)
    against = compare_run(other).against
    assert run.published is not None and len(run.published.rows) == len(against) > 0
    for row, one in zip(run.published.rows, against, strict=True):
        assert (row.score, row.outcome, row.line) == (one.row.score, one.outcome, one.line)
        assert (row.difference, row.settings) == (one.difference, one.settings)
        assert f'published {row.score} % on {row.benchmark} by {row.reported_by}' in said
        assert row.line in page.text and row.reported_by in page.text
        assert f'{row.score}' in page.text
        if row.difference:
            assert str(row.difference) in said and str(row.difference) in page.text
        assert row.link == '' or row.link in [e.attributes.get('href') for e in page.elements]
    assert {row.outcome for row in run.published.rows} == {one.outcome for one in against}


def test_nothing_published_is_said(three: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, _ = page_of(three)
    assert 'Nothing is published of tiny.' in page.text
    assert 'Nothing is published of tiny.' in printed(capsys, 'compare', three)


def test_lengths_are_in_tokens_where_all_are_known(shared: Path, tmp_path: Path) -> None:
    rows = responses_of(shared, LLAMA)[:5]
    problems = {row['unique_id']: row for row in mixed(shared, 0)}
    rows = [{**problems[row['unique_id']], **row} for row in rows]
    save_graded(tmp_path, rows, 'counted')
    save_graded(tmp_path, rows, 'uncounted', tokens=False)
    _, written = page_of(tmp_path)
    counted, uncounted = (run.lengths for run in written.sheet.runs)
    assert counted and uncounted and (counted.unit, uncounted.unit) == ('tokens', 'characters')
    sizes = sorted(len(row['response']) for row in rows)
    assert (uncounted.median, uncounted.high) == (sizes[2], sizes[4])
    assert (counted.median, counted.high) == (sizes[2] // 4, sizes[4] // 4)
    assert counted.bins[0].low == sizes[0] // 4 and counted.bins[-1].high == sizes[4] // 4
