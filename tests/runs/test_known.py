"""Problems are known by their texts, also within a prompt."""

from __future__ import annotations

from typing import Any

import pytest

from opencompass_math500 import load_problems
from opencompass_math500.runs.known import known_problem, problem_within, subject_of

PROBLEM = load_problems('sample')[0]
LONG = load_problems('sample', ids=['sample/algebra/5.json'])[0]


def test_a_problem_of_the_sample_is_known_by_text_and_by_id() -> None:
    for unique_id in ('', PROBLEM.unique_id):
        found, row = known_problem(unique_id, PROBLEM.problem)
        assert found == PROBLEM.unique_id
        assert row is not None
        assert row.level == PROBLEM.level


def test_an_id_with_another_text_is_not_the_known_problem() -> None:
    assert known_problem(PROBLEM.unique_id, 'Another?') == (PROBLEM.unique_id, None)
    assert known_problem('', 'Another?') == ('', None)
    assert known_problem('', 'half a pair \ud800') == ('', None)


def test_every_problem_of_math500_is_known(math500_rows: list[dict[str, Any]]) -> None:
    assert [known_problem('', row['problem'])[0] for row in math500_rows] == [
        row['unique_id'] for row in math500_rows
    ]
    assert [subject_of(row['unique_id']) for row in math500_rows] == [
        row['subject'] for row in math500_rows
    ]


@pytest.mark.parametrize(
    ('before', 'after'),
    [('', ''), ('Solve.\n\n', ''), ('', '\nReason.'), ('Q:\n', '\n\nA:'), ('Solve.\r\n', '\n')],
)
def test_a_prompt_is_split_at_its_problem(before: str, after: str) -> None:
    assert problem_within(before + LONG.problem + after) == (before, LONG.problem, after)


def test_of_several_problems_the_longest_and_then_the_last_is_meant() -> None:
    assert problem_within(f'{PROBLEM.problem}\n{LONG.problem}\nGo.') == (
        f'{PROBLEM.problem}\n', LONG.problem, '\nGo.',
    )  # fmt: skip
    assert problem_within(f'{PROBLEM.problem}\n{PROBLEM.problem}') == (
        f'{PROBLEM.problem}\n', PROBLEM.problem, '',
    )  # fmt: skip


@pytest.mark.parametrize('prompt', ['', 'Another?', '\n' * 50 + PROBLEM.problem, '\ud800'])
def test_a_prompt_without_a_known_problem_is_left_whole(prompt: str) -> None:
    assert problem_within(prompt) is None
