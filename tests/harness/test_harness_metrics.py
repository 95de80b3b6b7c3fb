"""The metrics of the lm-eval tasks: shares, counts, and the score that they agree with."""

from __future__ import annotations

import json
import math
from itertools import cycle
from typing import get_args

import pytest
from examples import examples
from harness_runs import answered, boxed, gold_of, problem_of, samples_of
from hypothesis import given
from hypothesis import strategies as st
from marked import marked

from opencompass_math500.dataset import load_problems
from opencompass_math500.grading import OUTCOMES, Outcome
from opencompass_math500.harness.grades import Grade
from opencompass_math500.harness.metrics import COUNTED, counts_of, metrics_of, subject_name
from opencompass_math500.statistics.score import score_items


def test_every_subject_and_level_has_its_share() -> None:
    """All of a subject right, all others wrong."""

    def reply(prompt: str) -> str:
        problem = problem_of(prompt)
        return boxed(problem.answer if problem.subject == 'Geometry' else '123456789')

    results, _ = answered(reply, limit=None)
    found = results['results']['math500']
    problems = load_problems('sample')
    for subject in {problem.subject for problem in problems}:
        assert found[f'{subject_name(subject)},none'] == (subject == 'Geometry')
    for level in range(1, 6):
        ours = [problem.subject == 'Geometry' for problem in problems if problem.level == level]
        assert found[f'level_{level},none'] == pytest.approx(sum(ours) / len(ours))
    assert found['accuracy,none'] == pytest.approx(5 / 35)


def test_the_standard_error_stands_beside_the_accuracy_alone() -> None:
    right = cycle([True, False, True, True])
    results, _ = answered(
        lambda prompt: boxed(gold_of(prompt) if next(right) else '0.123'),
        limit=4,
        bootstrap_iters=10,
    )
    found = results['results']['math500']
    assert found['accuracy,none'] == 0.75
    assert found['accuracy_stderr,none'] == pytest.approx(math.sqrt(0.75 * 0.25 / 3))
    assert found['level_1_stderr,none'] == 'N/A'


def test_a_part_without_problems_has_no_share_and_the_file_stays_json() -> None:
    results, _ = answered(boxed(), limit=1)
    found = results['results']['math500']
    assert found['subject_geometry,none'] == 'N/A'
    json.dumps(results['results'], allow_nan=False)


def test_all_problems_give_all_metrics(caplog: pytest.LogCaptureFixture) -> None:
    """lm-eval warns of a metric that some problems lack."""
    results, _ = answered(boxed(), limit=None)
    names = [each['metrics'] for each in samples_of(results)]
    listed = [each['metric'] for each in results['configs']['math500']['metric_list']]
    assert names == [listed] * 35
    assert 'metric' not in caplog.text


GRADES = st.builds(
    Grade,
    verdict=st.sampled_from(get_args(Outcome)),
    answer=st.just('1'),
    reason=st.just(''),
    rule=st.just(''),
    extraction=st.just(''),
    was_cut=st.booleans(),
    finish_reason=st.sampled_from(['stop', 'length', 'content_filter', None]),
    response_tokens=st.just(1),
)


@examples(60)
@given(st.integers(1, 3).flatmap(lambda n: st.lists(st.lists(GRADES, min_size=n, max_size=n), min_size=1, max_size=6)))  # noqa: E501  # fmt: skip
def test_metrics_are_those_of_a_score_of_ours(replies: list[list[Grade]]) -> None:
    """The settled score of the same replies: percent there, shares here."""
    items = [
        marked(
            str(number), one['verdict'], subject='Algebra', level=1, sample=sample,
            was_cut=one['was_cut'], finish_reason=one['finish_reason'], tokens=1,
        )
        for number, grades in enumerate(replies)
        for sample, one in enumerate(grades)
    ]  # fmt: skip
    score = score_items(items)
    doc = {'subject': 'Algebra', 'level': 1}
    found = [metrics_of(doc, grades, ['accuracy', *COUNTED]) for grades in replies]
    assert 100 * sum(each['accuracy'] or 0 for each in found) / len(found) == pytest.approx(
        score.accuracy
    )
    totals = counts_of([grade for grades in replies for grade in grades])
    assert totals == {name: sum(each[name] or 0 for each in found) for name in COUNTED}
    assert totals['cut'] == score.cut
    assert totals['unknown_ending'] == score.unknown_ending
    for outcome in set(OUTCOMES) - {'correct', 'incorrect'}:
        assert totals[outcome] == score.outcomes.get(outcome, 0)
