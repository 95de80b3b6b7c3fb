"""Whatever stands in whatever place: a verdict, and never by the last safety net."""

from __future__ import annotations

from typing import Final

import pytest
from fuzz.targets import without_fallback
from latex_trees import pair

from opencompass_math500 import grade, judge
from opencompass_math500.grading import OUTCOMES, Policy

_PROBLEMS: Final = (None, 'Simplify ${}$.', 'Factor ${}$.', 'Expand \\[{}\\] as a percent.', '{')
_RESPONSES: Final = ('So \\boxed{{{}}}.', 'Therefore ${}$', '**Answer:** {}', '{}', '\\[{}\\]')
_STRICT: Final = Policy(unevaluated='reject', scaled_equation='reject')


def faults(seeds: range) -> list[tuple[int, str]]:
    """The seeds whose pair ends in a fault of the grader."""
    found = []
    for seed in seeds:
        gold, answer = pair(seed)
        shown = _PROBLEMS[seed % len(_PROBLEMS)]
        problem = shown and shown.replace('{}', (gold, answer)[seed % 2])
        policy = _STRICT if seed % 3 else None
        verdicts = [judge(answer=answer, gold=gold, problem=problem, policy=policy)]
        if seed % 4 == 0:
            response = _RESPONSES[seed // 4 % len(_RESPONSES)].format(answer)
            reason = ('stop', 'length', None, 'content_filter')[seed // 4 % 4]
            verdicts.append(
                grade(response=response, gold=gold, problem=problem, finish_reason=reason)
            )
        for verdict in verdicts:
            assert verdict.outcome in OUTCOMES and verdict.reason, (seed, verdict)
            if verdict.rule == 'judge.error':
                found.append((seed, verdict.reason))
    return found


def test_a_pair_depends_on_its_seed_alone() -> None:
    assert pair(7) == pair(7)
    assert len({pair(seed) for seed in range(100)}) > 90


def test_any_value_in_any_place_gets_a_verdict() -> None:
    with without_fallback():
        assert faults(range(2_000)) == []


@pytest.mark.slow
def test_many_values_in_any_place_get_a_verdict() -> None:
    with without_fallback():
        assert faults(range(2_000, 80_000)) == []


@pytest.mark.parametrize(
    ('gold', 'answer'),
    [
        ('7', '\\ln(3, 10^{-4000})'),
        ('5', '\\ldots, 90 : \\begin{cases} \\pi ='),
        ('\\cot(\\frac{1}{2}, 3)', '\\cot(\\frac{2}{2}, 3)'),
        ('2', '\\exp(1, 2)'),
        ('\\frac{d}{dx} \\infty \\ne 5', '\\frac{d}{dx} \\infty \\ne 6'),
        ('\\begin{pmatrix} 5 & 4 \\end{pmatrix}', '\\frac{d}{dx} x < x'),
        ('\\begin{cases} \\pi = 0 \\end{cases}', '\\text{so } \\begin{cases} \\pi ='),
        ('x = \\frac{d}{dx} y + x', 'y = \\frac{d}{dx} y + 2x'),
        ('\\frac{d}{dk} k\\pi, k \\in \\mathbb{Z}', '\\frac{d}{dn} n\\pi, n \\in \\mathbb{Z}'),
    ],
)
def test_what_once_failed_gets_a_verdict(gold: str, answer: str) -> None:
    with without_fallback():
        for first, second in ((gold, answer), (answer, gold)):
            assert judge(answer=second, gold=first).rule != 'judge.error'
