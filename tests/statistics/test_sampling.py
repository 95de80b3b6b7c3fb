"""pass@k and maj@k: against brute force, by the judge's equality, bounded in time."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from marked import marked
from own_time import own_time

from opencompass_math500.errors import MalformedData, SelectionError
from opencompass_math500.grading import Outcome, Policy
from opencompass_math500.response import Response
from opencompass_math500.statistics import pass_at_k as sampling
from opencompass_math500.statistics.pass_at_k import (
    Cluster,
    Votes,
    default_ks,
    majority_share,
    pass_at_k,
    sampling_scores,
)
from opencompass_math500.statistics.score import score_items


def item(problem: str, answer: str, outcome: Outcome = 'incorrect', sample: int = 0) -> Response:
    return marked(problem, outcome, sample=sample, answer=answer)


def problem(name: str, *answers: str, right: Sequence[str] = ('7',)) -> list[Response]:
    """Samples of one problem; '' is a response without an answer."""
    kinds: dict[bool, Outcome] = {True: 'correct', False: 'incorrect'}
    return [
        item(name, answer, kinds[answer in right] if answer else 'no_answer', sample)
        for sample, answer in enumerate(answers)
    ]


def figures(items: Sequence[Response], *ks: int) -> dict[str, float]:
    return {score.name: score.value for score in sampling_scores(items, ks or None).scores}


# pass@k ---------------------------------------------------------------------------------


@given(st.lists(st.booleans(), min_size=1, max_size=9), st.data())
def test_pass_at_k_is_the_share_of_all_choices(right: list[bool], data: st.DataObject) -> None:
    k = data.draw(st.integers(1, len(right)))
    choices = list(combinations(right, k))
    share = Fraction(sum(any(choice) for choice in choices), len(choices))
    assert pass_at_k(len(right), sum(right), k) == pytest.approx(float(share), abs=1e-12)


def test_pass_at_k_where_floats_would_cancel() -> None:
    assert pass_at_k(100_000, 1, 1) == 1e-5
    assert pass_at_k(1000, 1, 999) == 0.999


@given(st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=2, max_size=9))
def test_pass_at_1_is_the_accuracy(rows: list[list[bool]]) -> None:
    items = [
        one
        for n, row in enumerate(rows)
        for one in problem(str(n), *('7' if r else '8' for r in row))
    ]
    passed, won = sampling_scores(items, [1]).scores
    score = score_items(items)
    assert passed.value == pytest.approx(score.accuracy) == won.value
    if any(0 < sum(row) < 4 for row in rows):  # else each problem is right or wrong as a whole
        assert (passed.low, passed.high) == pytest.approx((score.low, score.high))


# maj@k ----------------------------------------------------------------------------------


def brute(sizes: Sequence[int], silent: int, k: int) -> Fraction:
    """The first group's chance: every choice of k, a tie shared out."""
    names = [n for n, size in enumerate(sizes) for _ in range(size)] + [None] * silent
    won = total = Fraction(0)
    for choice in combinations(names, k):
        total += 1
        counts = Counter(name for name in choice if name is not None)
        most = max(counts.values(), default=0)
        first = [name for name, count in counts.items() if count == most]
        won += Fraction(int(0 in first), max(1, len(first)))
    return won / total


@examples(60)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.integers(0, 3), st.data())
def test_a_majority_is_the_share_of_all_choices(
    sizes: list[int], silent: int, data: st.DataObject
) -> None:
    samples = sum(sizes) + silent
    k = data.draw(st.integers(1, samples))
    ballot = [Cluster(size, size if n == 0 else 0) for n, size in enumerate(sizes)]
    expected = float(brute(sizes, silent, k))
    assert majority_share(ballot, samples, k) == pytest.approx(expected, abs=1e-12)


@examples(30)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(0, 5), st.data())
def test_the_chances_of_all_groups_add_up(
    sizes: list[int], silent: int, data: st.DataObject
) -> None:
    samples = sum(sizes) + silent
    k = data.draw(st.integers(silent + 1, samples))  # so that somebody votes
    chances = [
        majority_share([Cluster(s, s if n == m else 0) for m, s in enumerate(sizes)], samples, k)
        for n in range(len(sizes))
    ]
    assert sum(chances) == pytest.approx(1)


def test_the_order_of_samples_changes_nothing() -> None:
    answers = ['7', '7', '7.0', '8', '9', '9', '', '4+3', '8', '1']
    shuffled = random.Random(1).sample(answers, len(answers))
    right = ['7', '7.0', '4+3']
    one = figures(problem('a', *answers, right=right))
    other = figures(problem('a', *shuffled, right=right))
    assert one == other
    assert set(one) == {f'{name}@{k}' for name in ('pass', 'maj') for k in (2, 4, 8, 10)}


EQUAL_VOTES = {
    'a half is 0.5': (['1/2', '0.5', '\\frac12', '3', '3'], ['1/2', '0.5', '\\frac12'], 100),
    'as texts 3 would win': (['0.5', '\\frac{2}{4}', '3', '3', '1/2'], ['0.5', '1/2'], 66.67),
    'a list in any order': (['1,2', '2, 1', '(2,1)', '(2,1)', '5'], ['1,2', '2, 1'], 50),
    'a tie of two': (['7', '7', '8', '8'], ['7'], 50),
    'a tie of three': (['7', '8', '9'], ['7'], 33.33),
    'without an answer no vote': (['7', '', '', ''], ['7'], 100),
    'nobody votes': (['', '', ''], ['7'], 0),
    'the majority is wrong': (['8', '8', '7'], ['7'], 0),
    'spaces only': (['7', ' 7 ', '8', '8', '8'], ['7', ' 7 '], 0),
    'unreadable texts vote as texts': (['\\frac{', '\\frac{', '7'], ['7'], 0),
}  # fmt: skip


@pytest.mark.parametrize(('answers', 'right', 'percent'), EQUAL_VOTES.values(), ids=EQUAL_VOTES)
def test_votes_are_counted_by_equality(
    answers: list[str], right: list[str], percent: float
) -> None:
    found = figures(problem('a', *answers, right=right), len(answers))
    assert found[f'maj@{len(answers)}'] == pytest.approx(percent, abs=0.01)


@pytest.mark.parametrize(
    'outcome', ['truncated', 'empty_response', 'content_filter', 'failed_request']
)
def test_what_is_no_answer_does_not_vote(outcome: Outcome) -> None:
    items = [item('a', '8', outcome, n) for n in range(3)] + [item('a', '7', 'correct', 3)]
    assert figures(items, 4) == {'pass@4': 100, 'maj@4': 100}


def test_the_policy_decides_which_votes_are_equal() -> None:
    answers = problem('a', '90^\\circ', '\\frac{\\pi}{2}', '3')
    assert len(Votes().clusters(answers)) == 3
    assert len(Votes(Policy(radians_against_degrees='accept')).clusters(answers)) == 2


# Intervals and errors -------------------------------------------------------------------


def test_intervals_are_over_problems() -> None:
    items = [i for n in range(10) for i in problem(str(n), *('7' if n < 6 else '8',) * 4)]
    found = sampling_scores(items)
    assert (found.problems, found.samples, found.undecided) == (10, 4, 0)
    for score in found.scores:  # ten problems, not forty: Wilson's interval of 6 of 10
        assert score.value == 60
        assert (score.low, score.high) == pytest.approx((31.27, 83.18), abs=0.01)


def test_default_ks() -> None:
    assert [default_ks(n) for n in (1, 2, 3, 4, 6)] == [(), (2,), (2, 3), (2, 4), (2, 4, 6)]
    assert default_ks(64) == (2, 4, 8, 16, 32, 64)


@pytest.mark.parametrize('k', [0, 3])
def test_a_k_that_cannot_be_drawn(k: int) -> None:
    with pytest.raises(SelectionError, match=rf'k = {k} of 2 samples: give a k from 1 to 2'):
        sampling_scores(problem('a', '7', '8'), [k])


def test_uneven_samples_are_refused() -> None:
    with pytest.raises(MalformedData, match=r'problems have \[1, 2\] responses each'):
        sampling_scores([*problem('a', '7'), *problem('b', '7', '8')])
    with pytest.raises(MalformedData):
        sampling_scores([])


# Time -----------------------------------------------------------------------------------


def test_sixty_four_different_answers_are_voted_on_soon() -> None:
    """The worst case of honest answers: none like another, and every pair compared."""
    items = [
        one
        for n in range(5)
        for one in problem(str(n), *(f'\\frac{{{i}}}{{{64 + n}}}' for i in range(1, 65)))
    ]
    with own_time() as spent:
        found = sampling_scores(items)
    assert spent.seconds < 10
    assert found.undecided == 0


@pytest.mark.slow
def test_answers_that_cost_the_clock_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, '_CLOCKS_A_PROBLEM', 1)
    hard = [f'\\int_0^1 x^{{x^{n}}} \\sin(x^x) dx' for n in range(3, 9)]
    votes = Votes()
    started = time.perf_counter()
    ballot = votes.clusters(problem('a', *hard, hard[0]))
    assert time.perf_counter() - started < 25  # the clock of every pair takes 30
    assert [cluster.votes for cluster in ballot] == [2, 1, 1, 1, 1, 1]
    assert votes.undecided == 15  # every pair of the six
