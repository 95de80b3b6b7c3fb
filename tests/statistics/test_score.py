"""Accuracy and interval against formulas written out anew."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marked import marked
from work_dirs import DATASET, MODEL, detail, save_results

from opencompass_math500.errors import MalformedData
from opencompass_math500.grading import OUTCOMES
from opencompass_math500.response import Response
from opencompass_math500.runs.opencompass.results import read_items
from opencompass_math500.statistics.score import (
    Score,
    clustered_interval,
    mean_interval,
    score_items,
    wilson_interval,
)


def item(problem: int = 0, outcome: Any = 'correct', sample: int = 0, **changes: Any) -> Response:
    fields: dict[str, Any] = {
        'unique_id': f'mine/{problem}',
        'subject': 'Algebra',
        'level': 1,
        'sample': sample,
        'gold': '7',
        'answer': '7',
        'outcome': outcome,
        'was_cut': False,
        'finish_reason': 'stop',
        'tokens': 10,
        **changes,
    }
    return marked(**fields)


def graded(groups: list[list[bool]]) -> Score:
    return score_items(
        item(number, 'correct' if right else 'incorrect', sample)
        for number, group in enumerate(groups)
        for sample, right in enumerate(group)
    )


def wilson(right: int, total: int) -> tuple[float, float]:
    """The roots of (p - share)^2 = z^2 p (1 - p) / n, in percent: Wilson's definition."""
    z2 = 1.959963984540054**2
    # As a p^2 + b p + c = 0.
    share = right / total
    a, b, c = 1 + z2 / total, -(2 * share + z2 / total), share * share
    root = math.sqrt(max(0.0, b * b - 4 * a * c))
    return 100 * (-b - root) / (2 * a), 100 * (-b + root) / (2 * a)


@settings(deadline=None)  # the first call imports scipy
@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_one_sample_has_wilsons_interval(counts: tuple[int, int]) -> None:
    right, total = counts
    score = graded([[number < right] for number in range(total)])
    assert (score.problems, score.samples, score.right) == (total, 1, right)
    assert score.accuracy == pytest.approx(100 * right / total)
    assert (score.low, score.high) == pytest.approx(wilson(right, total), abs=1e-8)
    assert 0 <= score.low <= score.accuracy <= score.high <= 100


def test_wilson_as_published() -> None:
    # 0 of 10 and 10 of 10: the bound is z^2 / (n + z^2) = 3.8415 / 13.8415.
    none, full = graded([[False]] * 10), graded([[True]] * 10)
    assert (none.low, none.high) == pytest.approx((0, 27.75), abs=0.01)
    assert (full.low, full.high) == pytest.approx((72.25, 100), abs=0.01)


def test_the_clustered_interval_by_hand() -> None:
    # Problem means 1, 1/2, 0, 1/2: mean 1/2, variance 1/6, standard error sqrt(1/24).
    score = graded([[True, True], [True, False], [False, False], [False, True]])
    half = 100 * 1.959963984540054 * math.sqrt(1 / 24)
    assert (score.accuracy, score.samples, score.responses) == (50, 2, 8)
    assert (score.low, score.high) == pytest.approx((50 - half, 50 + half))


def test_the_clustered_interval_against_a_bootstrap_over_problems() -> None:
    rng = random.Random(7)
    skills = [rng.random() for _ in range(120)]
    groups = [[rng.random() < skill for _ in range(8)] for skill in skills]
    score = graded(groups)
    means = [sum(group) / 8 for group in groups]
    drawn = sorted(100 * sum(rng.choices(means, k=len(means))) / len(means) for _ in range(2000))
    assert score.low == pytest.approx(drawn[50], abs=1.0)
    assert score.high == pytest.approx(drawn[1950], abs=1.0)
    # Without the clusters it would pretend to 960 independent items: half as wide.
    naive = wilson(score.right, score.responses)
    assert score.high - score.low > 1.4 * (naive[1] - naive[0])


def test_repeated_equal_answers_add_no_certainty() -> None:
    once = graded([[number % 2 == 0] for number in range(100)])
    thrice = graded([[number % 2 == 0] * 3 for number in range(100)])
    assert thrice.high - thrice.low == pytest.approx(once.high - once.low, rel=0.05)


@pytest.mark.parametrize(
    ('problem', 'count'), [('+' * 4, 500), ('-' * 4, 500), ('+--+', 500), ('+' * 64, 2)]
)
def test_problems_that_agree_say_no_more_than_one_sample_of_each(problem: str, count: int) -> None:
    """100.0 to 100.0 was the interval of 500 problems that were right four times each."""
    score = graded([[sign == '+' for sign in problem]] * count)
    assert (score.low, score.high) == pytest.approx(wilson(score.right / len(problem), count))


def test_one_sample_more_that_is_wrong_adds_no_certainty() -> None:
    """499 of 500 problems four times right and one thrice: 99.85 to 100 was said.

    With 0.7 % of all problems always wrong, one sees none of them in 500 once in forty times.
    """
    score = graded([[True] * 4] * 499 + [[True, True, True, False]])
    perfect = graded([[True] * 4] * 500)
    assert score.low < perfect.low < 100 * 0.975 ** (1 / 500)
    assert (score.accuracy, score.high) == (pytest.approx(99.95), 100)


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 4), min_size=2, max_size=30),
    st.integers(0, 4),
    st.integers(2, 30),
)
def test_no_interval_is_narrower_than_its_problems_allow(
    rights: list[int], same: int, count: int
) -> None:
    """Not where all are alike, nor of whole problems; and the mirror image is the mirror's."""
    alike = clustered_interval([(same, 4)] * count)
    assert alike == pytest.approx(wilson_interval(same * count / 4, count))
    whole = [(4 * (right > 2), 4) for right in rights]
    low, high = clustered_interval(whole)
    single = wilson_interval(sum(right > 2 for right in rights), len(rights))
    assert low <= single[0] + 1e-9 and single[1] - 1e-9 <= high
    there = clustered_interval([(right, 4) for right in rights])
    back = clustered_interval([(4 - right, 4) for right in rights])
    assert there == pytest.approx((100 - back[1], 100 - back[0]))


def test_one_problem_of_many_samples_outweighs_no_others() -> None:
    """A thousand samples of one problem and one each of nine are not a thousand problems."""
    low, high = clustered_interval([(1000, 1000), *[(1, 1)] * 9])
    assert low < wilson_interval(2, 2)[0] < 50 and high == 100


def test_pass_at_k_of_problems_that_agree() -> None:
    assert mean_interval([0.5] * 100, 200) == pytest.approx((50, *wilson_interval(50, 100)))
    assert mean_interval([0.5], 4) == (50, 0, 100)
    low, high = mean_interval([1.0] * 499 + [0.75], 2000)[1:]
    assert low < wilson_interval(500, 500)[0] and high == 100


def test_one_problem_with_many_samples_says_nothing_of_others() -> None:
    score = graded([[True, True, False]])
    assert (score.low, score.high) == (0, 100)


@settings(deadline=None)
@given(st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=1, max_size=30))
def test_bounds_hold_the_accuracy(groups: list[list[bool]]) -> None:
    score = graded(groups)
    assert 0 <= score.low <= score.accuracy + 1e-9
    assert score.accuracy - 1e-9 <= score.high <= 100


def test_everything_is_counted_once() -> None:
    items = [item(number, outcome) for number, outcome in enumerate(OUTCOMES)]
    items += [item(90, 'correct', was_cut=True, finish_reason='length')]
    items += [item(91, 'no_answer', finish_reason=None)]
    score = score_items(items)
    assert sum(score.outcomes.values()) == score.responses == len(OUTCOMES) + 2
    assert (score.outcomes['correct'], score.outcomes['no_answer']) == (2, 2)
    assert (score.right, score.cut, score.unknown_ending) == (2, 1, 1)
    assert score.accuracy == pytest.approx(100 * 2 / len(items))


@pytest.mark.parametrize(
    'items', [[], [item(0), item(1), item(1, sample=1)]], ids=['none', 'uneven']
)
def test_no_score_of_nothing_or_of_uneven_samples(items: list[Response]) -> None:
    with pytest.raises(MalformedData, match='responses each'):
        score_items(items)


# The second score ---------------------------------------------------------------------

RIGHT, WRONG, FAILED, FILTERED = 'correct', 'incorrect', 'failed_request', 'content_filter'


def scored(*groups: tuple[str, ...]) -> Score:
    return score_items(
        item(problem, outcome, sample)
        for problem, group in enumerate(groups)
        for sample, outcome in enumerate(group)
    )


def test_where_every_request_was_answered_both_scores_are_one() -> None:
    for groups in ([(RIGHT,), (WRONG,), ('empty_response',)], [(RIGHT, WRONG), (WRONG, WRONG)]):
        score = scored(*groups)
        assert (score.failed, score.filtered, score.complete) == (0, 0, True)
        assert score.answered == score.responses
        first = (score.accuracy, score.low, score.high)
        assert (score.accuracy_answered, score.low_answered, score.high_answered) == first


@given(*[st.integers(0, 60)] * 5)
def test_the_second_score_is_that_of_the_rest(
    right: int, wrong: int, empty: int, failed: int, filtered: int
) -> None:
    rest = [(RIGHT,)] * right + [(WRONG,)] * wrong + [('empty_response',)] * empty
    score = scored(*rest, *[(FAILED,)] * failed, *[(FILTERED,)] * filtered, (WRONG,))
    alone = scored(*rest, (WRONG,))
    assert (score.failed, score.filtered) == (failed, filtered)
    assert score.complete == (failed == 0)
    assert score.answered == alone.responses
    assert score.accuracy == pytest.approx(100 * right / (len(rest) + failed + filtered + 1))
    assert score.accuracy_answered == pytest.approx(alone.accuracy)
    assert (score.low_answered, score.high_answered) == pytest.approx((alone.low, alone.high))


def test_of_several_samples_the_answered_ones_count() -> None:
    # 2 of 2, 1 of 1, 0 of 1, and a problem with no reply at all: 3 of 4, clustered by problem.
    groups = [(RIGHT, RIGHT), (RIGHT, FAILED), (FILTERED, WRONG), (FAILED, FILTERED)]
    score = scored(*groups)
    assert (score.accuracy, score.accuracy_answered, score.answered) == (37.5, 75, 4)
    interval = clustered_interval([(2, 2), (1, 1), (0, 1)])
    assert (score.low_answered, score.high_answered) == pytest.approx(interval)


def test_without_any_reply_there_is_no_second_score() -> None:
    score = scored((FAILED,), (FILTERED,))
    assert (score.accuracy, score.answered) == (0, 0)
    assert (score.accuracy_answered, score.low_answered, score.high_answered) == (None,) * 3


def test_a_filter_is_no_token_cap_and_a_failure_no_unknown_ending() -> None:
    score = score_items([
        item(0, FILTERED, was_cut=True, finish_reason='content_filter'),
        item(1, RIGHT, was_cut=True, finish_reason='content_filter'),
        item(2, RIGHT, was_cut=True, finish_reason='length'),
        item(3, FAILED, finish_reason=None),
        item(4, RIGHT, finish_reason=None),
    ])  # fmt: skip
    assert (score.cut, score.unknown_ending) == (1, 1)


def test_from_files_to_score(tmp_path: Path) -> None:
    save_results(tmp_path, [detail(0), detail(1, 'incorrect'), detail(2), detail(3, 'truncated')])
    score = score_items(read_items(tmp_path, MODEL, DATASET))
    assert (score.accuracy, score.problems) == (50, 4)
