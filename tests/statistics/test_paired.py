"""Two runs over the same problems: the difference, its interval, what flipped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marked_items import items

from opencompass_math500.errors import MalformedData
from opencompass_math500.response import Response
from opencompass_math500.statistics.paired import paired_difference


# Table of the 500: both right, gained, lost, both wrong.
def of_500(both: int, gained: int, lost: int) -> tuple[list[Response], list[Response]]:
    neither = 500 - both - gained - lost
    before = [True] * both + [False] * gained + [True] * lost + [False] * neither
    after = [True] * both + [True] * gained + [False] * lost + [False] * neither
    return items(*before), items(*after)


@pytest.mark.parametrize(
    ('gained', 'lost', 'points', 'low', 'high', 'p'),
    [
        # Worked out by hand from Bonett & Price: the centre is (gained - lost) / 502.
        (0, 0, 0.0, -0.55, 0.55, 1.0),
        (1, 0, 0.2, -0.48, 0.87, 1.0),
        (30, 10, 4.0, 1.478, 6.490, 0.00222),
        (10, 30, -4.0, -6.490, -1.478, 0.00222),
        (50, 50, 0.0, -3.94, 3.94, 1.0),
    ],
)
def test_one_response_a_problem(
    gained: int, lost: int, points: float, low: float, high: float, p: float
) -> None:
    found = paired_difference(*of_500(300, gained, lost))
    assert found.points == pytest.approx(points)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.006)
    assert found.p == pytest.approx(p, rel=0.01)
    assert (len(found.gained), len(found.lost)) == (gained, lost)


def test_the_flipped_problems_are_named() -> None:
    found = paired_difference(items(True, False, True), items(False, True, True))
    assert (found.gained, found.lost) == (('mine/1',), ('mine/0',))


def test_of_several_responses_their_mean_counts() -> None:
    before = items((True, False), (False, False), (True, True), (True, False))
    after = items((True, True), (False, False), (True, True), (False, True))
    found = paired_difference(before, after)
    assert found.points == pytest.approx(12.5)
    assert found.gained == ('mine/0',)
    assert found.low < 0 < found.high
    assert 0 < found.p < 1


def test_equal_steps_are_no_certainty() -> None:
    """Two problems that both went from one of two to two of two: p was 0."""
    half, full = items((True, False), (False, True)), items((True, True), (True, True))
    found = paired_difference(half, full)
    assert found.low < 0 < found.high
    assert found.p > 0.05
    same = items(*[(True, False)] * 500)
    assert paired_difference(same, same).p == 1


def test_pairing_sees_what_two_intervals_overlook() -> None:
    """40 flips of 500, 30 of them one way: the two accuracies alone are 2.1 errors apart."""
    before, after = of_500(300, 30, 10)
    shuffled = [*reversed(after)]
    assert paired_difference(before, shuffled) == paired_difference(before, after)


@pytest.mark.parametrize(
    ('before', 'after'),
    [(items(True), items(True, True)), (items(True), items(True, first=1)), ([], [])],
    ids=['fewer', 'others', 'none'],
)
def test_other_problems_are_refused(before: list[Response], after: list[Response]) -> None:
    with pytest.raises(MalformedData, match='different problems'):
        paired_difference(before, after)


pairs = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40)


@given(pairs)
def test_the_other_way_round_is_the_negative(marks: list[tuple[bool, bool]]) -> None:
    one, other = items(*(a for a, _ in marks)), items(*(b for _, b in marks))
    found, back = paired_difference(one, other), paired_difference(other, one)
    assert (back.points, back.low, back.high) == pytest.approx(
        (-found.points, -found.high, -found.low)
    )
    assert (back.gained, back.lost, back.p) == (found.lost, found.gained, pytest.approx(found.p))
    assert -100 <= found.low < found.high <= 100
    assert 0 < found.p <= 1
