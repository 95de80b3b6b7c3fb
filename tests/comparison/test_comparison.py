"""A run against published scores: reproduced, differs, not comparable, and why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from compared_runs import MATH500, record, save_run
from work_dirs import detail, save_results

from opencompass_math500.comparison import compare_run
from opencompass_math500.comparison.outcome import published_estimate
from opencompass_math500.comparison.regraded import grader_of, items_under, report_of
from opencompass_math500.dataset.index import math500_index
from opencompass_math500.graders import Report, report_path, save_report
from opencompass_math500.graders.anatomy import Anatomy
from opencompass_math500.graders.matrix import GraderScore, GraderVerdict, Judged, Share
from opencompass_math500.published import load_published
from opencompass_math500.runs.graded import comparable_runs
from opencompass_math500.statistics.difference import Estimate, difference

Golds = dict[str, str]


@pytest.fixture
def real_golds(math500_rows: list[dict[str, Any]]) -> Golds:
    """The golds of MATH-500 by id."""
    return {row['unique_id']: row['answer'] for row in math500_rows}


@pytest.mark.parametrize(
    ('right', 'outcome'),
    [(274, 'reproduced'), (300, 'reproduced'), (325, 'differs'), (200, 'differs')],
)
def test_like_for_like_it_is_the_error_that_decides(
    right: int, outcome: str, real_golds: Golds, tmp_path: Path
) -> None:
    """Against 54.8 of Llama-3.1-8B-Instruct, of which nothing but the metric is stated."""
    found = save_run(tmp_path, real_golds, right, path='meta-llama/Llama-3.1-8B-Instruct')
    against = next(a for a in found.against if a.row.score == 54.8)
    assert against.row.benchmark == found.fingerprint.benchmark == 'MATH-500'
    assert against.outcome == outcome
    assert against.line == (
        f'{outcome}; shots, prompt, system prompt, temperature, token cap and grader unknown'
    )
    assert against.difference is not None
    assert against.difference.points == pytest.approx(right / 5 - 54.8)


@pytest.mark.parametrize(
    ('right', 'cut', 'outcome'),
    [(200, 0, 'differs'), (200, 20, 'differs'), (200, 60, 'not comparable'),
     (274, 60, 'reproduced'), (340, 60, 'differs')],
    ids=['none cut', 'too few cut', 'the cap may explain it', 'reproduced all the same',
         'a cap never explains a higher score'],
)  # fmt: skip
def test_a_cap_that_was_hit_is_no_difference_of_the_model(
    right: int, cut: int, outcome: str, real_golds: Golds, tmp_path: Path
) -> None:
    path = 'meta-llama/Llama-3.1-8B-Instruct'
    found = save_run(tmp_path, real_golds, right, cut, path=path)
    assert next(a.outcome for a in found.against if a.row.score == 54.8) == outcome


def test_another_gold_is_another_set(real_golds: Golds, tmp_path: Path) -> None:
    golds = {**dict([*real_golds.items()][:499]), 'test/algebra/0.json': '7'}
    found = save_run(tmp_path, golds, 400)
    assert found.fingerprint.benchmark == 'another set'
    made_up = tmp_path / 'made up'
    save_results(made_up, [detail(0, unique_id='x')], 'qwen', MATH500, record())
    assert compare_run(comparable_runs(made_up)[0]).fingerprint.benchmark == 'another set'


def test_a_subset_is_not_the_benchmark(real_golds: Golds, tmp_path: Path) -> None:
    found = save_run(tmp_path, dict([*real_golds.items()][:134]), 100)
    assert found.fingerprint.benchmark == 'MATH-500 subset'
    line = next(a.line for a in found.against if a.row.benchmark == 'MATH-500')
    assert 'benchmark MATH-500 subset (134 problems) against MATH-500' in line


def test_a_failed_request_makes_all_incomparable(real_golds: Golds, tmp_path: Path) -> None:
    details = [
        detail(n, 'failed_request' if n == 3 else 'correct', unique_id=name, answer=gold)
        for n, (name, gold) in enumerate(real_golds.items())
    ]
    save_results(tmp_path, details, 'qwen', MATH500, record())
    found = compare_run(comparable_runs(tmp_path)[0])
    assert found.against
    for against in found.against:
        assert against.reasons[0] == 'incomplete: 1 of 500 requests failed'
        assert against.difference is None


def test_unrecorded_settings_make_all_incomparable(tmp_path: Path) -> None:
    save_results(tmp_path, [detail(0)], 'qwen2.5-72b-instruct-hf', MATH500, None)
    found = compare_run(comparable_runs(tmp_path)[0])
    assert {a.reasons[0] for a in found.against} == {'its settings were not recorded'}


def test_the_published_error_is_that_of_its_problems_and_samples() -> None:
    rows = [r for r in load_published() if r.score is not None and r.benchmark != 'unclear']
    sizes = {published_estimate(row).size for row in rows}
    assert {500, 5000, 500 * 16} <= sizes
    votes = [row for row in rows if row.metric in ('maj@k', 'RM@k')]
    assert votes and {published_estimate(row).size for row in votes} <= {500, 5000}
    unclear = [row for row in load_published() if row.benchmark == 'unclear']
    with pytest.raises(ValueError, match='known benchmark'):
        published_estimate(unclear[0])


def test_no_row_is_compared_without_all_of_its_settings(tmp_path: Path) -> None:
    """Over every published model: whatever is different is a reason, and nothing else is."""
    save_run(tmp_path, dict.fromkeys(math500_index(), '7'), 400)
    (run,) = comparable_runs(tmp_path)
    for model in {row.hf_id for row in load_published() if row.hf_id}:
        named = replace(run.settings, model=model)
        for against in compare_run(replace(run, model='m', settings=named)).against:
            different = [str(s) for s in against.settings if s.relation == 'different']
            assert set(different) <= set(against.reasons)
            assert bool(against.reasons) == (against.outcome == 'not comparable')
            assert (against.difference is None) == (against.outcome == 'not comparable')


def test_the_errors_are_as_the_documentation_says() -> None:
    def error(percent: float) -> float:
        return float((percent * (100 - percent) / 500) ** 0.5)

    assert (round(error(75), 1), round(error(95), 1)) == (1.9, 1.0)
    inside, outside = (difference(Estimate(75, 500), Estimate(75 - d, 500)) for d in (5.4, 5.6))
    assert inside.within_error and not outside.within_error


def save_report_of(work_dir: Path, right: int, problems: int, worse: list[str]) -> None:
    """What ``math500 regrade`` leaves: MATHEvaluator v2 and math-verify reject ``worse``."""

    def share(count: int) -> Share:
        return Share(count, problems, 100 * count / problems, 0.0, 100.0)

    graders = ('math500', 'opencompass_v2', 'math_verify')
    ours, theirs = GraderVerdict('7', True), GraderVerdict('7', False)
    report = Report(
        'qwen', MATH500, problems, problems, 'x', {}, {},
        tuple(GraderScore(g, share(right - len(worse) * (g != 'math500')), 0) for g in graders),
        (),
        Anatomy((), 0),
        tuple(
            Judged(name, 0, '7', 'correct', '', '', False, True,
                   {g: ours if g == 'math500' else theirs for g in graders})
            for name in worse
        ),
    )  # fmt: skip
    save_report(report_path(work_dir, 'qwen', MATH500), report)


def test_a_score_is_compared_under_its_own_grader(real_golds: Golds, tmp_path: Path) -> None:
    """Open-R1's rows are by math-verify: with its verdicts the grader is no reason."""
    save_run(tmp_path, real_golds, 420, path='deepseek-ai/DeepSeek-R1-Distill-Qwen-7B')
    (run,) = comparable_runs(tmp_path)
    plain = [a for a in compare_run(run).against if a.row.grader == 'lighteval (math-verify)']
    assert plain and all('grader' in '; '.join(a.reasons) for a in plain)
    save_report_of(tmp_path, 420, 500, [*real_golds][:20])
    report = report_of(tmp_path, run)
    again = [
        a for a in compare_run(run, report=report).against if a.row.grader == plain[0].row.grader
    ]
    for against in again:
        assert against.regraded == 80.0
        assert 'grader' in against.unknown  # the library is the same, its settings are not known
        assert 'grader' not in '; '.join(against.reasons)
    others = [a for a in compare_run(run, report=report).against if a.row.grader is None]
    assert others and {a.regraded for a in others} == {None}


def test_a_report_of_other_verdicts_is_left_alone(real_golds: Golds, tmp_path: Path) -> None:
    save_run(tmp_path, real_golds, 420)
    save_report_of(tmp_path, 421, 500, [*real_golds][:20])
    (run,) = comparable_runs(tmp_path)
    assert report_of(tmp_path, run) is None


def test_the_verdicts_of_another_grader(real_golds: Golds, tmp_path: Path) -> None:
    save_run(tmp_path, real_golds, 420)
    save_report_of(tmp_path, 420, 500, [*real_golds][:20])
    (run,) = comparable_runs(tmp_path)
    report = report_of(tmp_path, run)
    assert report is not None
    row = replace(load_published()[0], grader='OpenCompass MATHEvaluator v2')
    assert grader_of(row, report) == ('opencompass_v2', row.grader)
    assert grader_of(replace(row, grader='OpenCompass MATHEvaluator v1'), report) is None
    assert grader_of(replace(row, grader='Qwen2.5-Math grader'), report) is None
    assert sum(item.is_correct for item in items_under(run, report, 'opencompass_v2')) == 400
    assert items_under(run, report, 'math500') == list(run.items)
