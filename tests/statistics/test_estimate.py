"""The errors of two percentages, and whether they explain the difference."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marked import marked

from opencompass_math500.response import Response
from opencompass_math500.statistics.difference import Estimate, difference, measured
from opencompass_math500.statistics.score import wilson_interval

ESTIMATES = st.builds(
    lambda right, size: Estimate(100 * right / size, size),
    st.integers(0, 50),
    st.integers(50, 5000),
)


def items(*problems: str) -> list[Response]:
    """Each problem as its responses: ``+`` right, ``-`` wrong."""
    return [
        marked(str(number), 'correct' if sign == '+' else 'incorrect', sample=sample)
        for number, signs in enumerate(problems)
        for sample, sign in enumerate(signs)
    ]  # fmt: skip


@given(ESTIMATES, ESTIMATES)
def test_interval_and_p_value_never_contradict_each_other(one: Estimate, other: Estimate) -> None:
    found = difference(one, other)
    assert found.low - 1e-9 <= found.points <= found.high + 1e-9
    assert 0 <= found.p <= 1
    if abs(found.p - 0.05) > 1e-6:
        assert found.within_error == (found.low <= 0 <= found.high)


@given(ESTIMATES, ESTIMATES)
def test_the_other_way_round_is_the_mirror(one: Estimate, other: Estimate) -> None:
    there, back = difference(one, other), difference(other, one)
    assert there.points == pytest.approx(-back.points)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert there.p == pytest.approx(back.p, abs=1e-6)


@given(ESTIMATES)
def test_nothing_differs_from_itself(one: Estimate) -> None:
    assert difference(one, one).p == pytest.approx(1)


def test_newcombes_own_example() -> None:
    """56 of 70 against 48 of 80: 0.2000, interval 0.0524 to 0.3339.

    Source: Newcombe 1998, table II, example (a), method 10.
    """
    found = difference(Estimate(100 * 56 / 70, 70), Estimate(100 * 48 / 80, 80))
    assert (found.points, found.low, found.high) == pytest.approx((20.0, 5.24, 33.39), abs=0.005)


@pytest.mark.parametrize(
    ('measured_at', 'size', 'published', 'p'),
    [(75.16, 5000, 83.1, 0.0), (94.0, 500, 94.3, 0.84), (100.0, 500, 100.0, 1.0)],
    ids=['eight points of 5000', 'a third of a point of 500', 'both perfect'],
)
def test_a_difference_in_context(measured_at: float, size: int, published: float, p: float) -> None:
    found = difference(Estimate(measured_at, size), Estimate(published, size))
    assert found.p == pytest.approx(p, abs=0.005)


@pytest.mark.parametrize(
    ('problems', 'percent', 'size'),
    [
        (('+', '-', '+', '+'), 75.0, 4),
        (('++', '--', '++', '++'), 75.0, 4),  # the second sample of a problem tells nothing
        (('+-', '-+', '+-', '-+'), 50.0, 4),  # every problem alike: no error is measured
        (('++', '++'), 100.0, 2),
        (('+-+-',), 50.0, 1),
    ],
    ids=['one sample', 'samples agree', 'problems agree', 'all right', 'one problem'],
)
def test_the_size_is_that_of_independent_responses(
    problems: tuple[str, ...], percent: float, size: float
) -> None:
    assert measured(items(*problems)) == Estimate(percent, size)


@given(st.lists(st.text('+-', min_size=4, max_size=4), min_size=2, max_size=60))
def test_samples_never_count_for_less_than_a_problem_nor_more_than_themselves(
    problems: list[str],
) -> None:
    found = measured(items(*problems))
    assert len(problems) <= found.size <= 4 * len(problems)


def test_another_level_is_another_width() -> None:
    narrow, wide = Estimate(80, 500).interval(1.0), Estimate(80, 500).interval(3.0)
    assert wide[0] < narrow[0] < 80 < narrow[1] < wide[1]
    assert Estimate(80, 500).interval() == wilson_interval(400, 500)
