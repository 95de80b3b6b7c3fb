"""The policy: what its settings decide, alone and inside a whole, and what they leave alone."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, get_args

import pytest
from answer_cases import ANSWERS, RESPONSES, ending_verdict, verdict_on
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from opencompass_math500 import Policy, grade, grade_many, judge
from opencompass_math500.errors import ConfigError
from opencompass_math500.grading import rulebook
from opencompass_math500.grading.policy import (
    DEFAULT_POLICY,
    RULE_OF,
    Dispute,
    Setting,
    as_policy,
    parse_policy,
    settings_of,
)

NAMES: tuple[Dispute, ...] = get_args(Dispute)
POLICIES = st.builds(Policy, **{name: st.sampled_from(get_args(Setting)) for name in NAMES})
# Cases that wait for sympy, or for its clock, are judged once, in test_judge.py.
SLOW = ('\\int', '\\sum', '\\lim', '\\prod')
QUICK = [c for c in ANSWERS if not any(sign in c['answer'] for sign in SLOW)]
CASE = st.sampled_from(QUICK)
ALL_ACCEPTED = as_policy(dict.fromkeys(NAMES, 'accept'))
ALL_REJECTED = as_policy(dict.fromkeys(NAMES, 'reject'))


def under(policy: Policy | None, case: dict[str, Any]) -> Any:
    return judge(
        answer=case['answer'], gold=case['gold'], problem=case.get('problem'), policy=policy
    )


def test_every_dispute_is_a_setting_with_a_rule_of_its_own() -> None:
    assert tuple(asdict(DEFAULT_POLICY)) == NAMES == tuple(RULE_OF)
    assert len(set(RULE_OF.values())) == len(RULE_OF)
    assert set(RULE_OF.values()) <= set(rulebook())


@examples(150)
@given(CASE)
def test_no_policy_is_the_default_policy(case: dict[str, Any]) -> None:
    assert under(None, case) == under(Policy(), case)


@examples(300)
@given(CASE, POLICIES, POLICIES)
def test_a_policy_decides_only_under_the_rules_of_the_settings(
    case: dict[str, Any], one: Policy, other: Policy
) -> None:
    first, second = under(one, case), under(other, case)
    if first.outcome != second.outcome:
        assert {first.rule, second.rule} & set(RULE_OF.values())
    for verdict, policy in ((first, one), (second, other)):
        for name in NAMES:
            if verdict.rule == RULE_OF[name]:
                accepted = getattr(policy, name) == 'accept'
                assert verdict.outcome == ('correct' if accepted else 'incorrect')


def test_the_count_of_a_rule_is_the_same_either_way() -> None:
    disputed = set(RULE_OF.values())
    for case in QUICK:
        accepted, rejected = under(ALL_ACCEPTED, case), under(ALL_REJECTED, case)
        name = case['id']
        assert (accepted.rule in disputed) == (rejected.rule in disputed), name
        assert (accepted.outcome != rejected.outcome) == (accepted.rule in disputed), name
        if accepted.rule in disputed:
            assert accepted.rule == rejected.rule, name


def test_degrees_bound_a_set_too() -> None:
    pair = {'gold': '0 < x \\le 90^\\circ', 'answer': '0 < x \\le \\frac{\\pi}{2}'}
    assert under(None, pair).outcome == 'incorrect'
    assert under(None, pair).rule == RULE_OF['radians_against_degrees']
    assert under(ALL_ACCEPTED, pair).outcome == 'correct'
    value = {'gold': '0 < x \\le \\sin 30^\\circ', 'answer': '0 < x \\le \\frac{1}{2}'}
    assert under(ALL_REJECTED, value).outcome == 'correct'


@pytest.mark.parametrize('relation', ['x \\le {}', '0 < x < {}', 'x = {}', '(-\\infty, {}]'])
def test_a_logarithm_bounds_a_set(relation: str) -> None:
    pair = {'gold': relation.format('\\ln 7'), 'answer': relation.format('\\log 7')}
    assert under(None, pair).outcome == 'incorrect'
    assert under(as_policy({'log_against_ln': 'accept'}), pair).rule == RULE_OF['log_against_ln']
    other = {**pair, 'answer': relation.format('\\log_{10} 7')}
    assert under(ALL_ACCEPTED, other).outcome == 'incorrect'


@examples(300)
@given(CASE, CASE)
def test_a_dispute_is_all_that_lies_between(one: dict[str, Any], other: dict[str, Any]) -> None:
    mixed = {**one, 'answer': other['answer'] or one['answer']}
    accepted, rejected = under(ALL_ACCEPTED, mixed), under(ALL_REJECTED, mixed)
    disputed = set(RULE_OF.values())
    assert (accepted.outcome != rejected.outcome) == (accepted.rule in disputed)
    assert (accepted.rule == rejected.rule) or accepted.rule not in disputed


# A disputed form inside a whole must not be lost on the way up: gold, answer, setting.
INSIDE = [
    (r'\ln 7', r'\log 7', 'log_against_ln'),
    (r'40^\circ', r'\frac{2\pi}{9}', 'radians_against_degrees'),
]
WHOLES = [
    ('3, {}', '{}, 3'), ('(3, {})', '(3, {})'), (r'\{{3, {}\}}', r'\{{{}, 3\}}'), ('{}', 'x = {}'),
    ('y = {}', 'y = {}'), ('[0, {}]', '[0, {}]'), ('[0, {})', '[0, {})'), ('x + y < {}', 'x+y<{}'),
    (r'\begin{{pmatrix}} 3 \\ {} \end{{pmatrix}}', '(3, {})'),
    (r'(3, {})', r'\begin{{pmatrix}} 3 \\ {} \end{{pmatrix}}'),
    ('(a, b) \\cup (c, {})', '(a, b) \\cup (c, {})'), ('({}, 3), (1, 2)', '(1, 2), ({}, 3)'),
    (r'\{{ {} \}}', '{}'), ('P(3, {})', '(3, {})'),
]  # fmt: skip


@pytest.mark.parametrize('whole', WHOLES, ids=[gold for gold, _ in WHOLES])
@pytest.mark.parametrize(('gold', 'answer', 'name'), INSIDE, ids=[name for *_, name in INSIDE])
def test_a_setting_holds_inside_a_whole(
    gold: str, answer: str, name: Dispute, whole: tuple[str, str]
) -> None:
    pair = {'gold': whole[0].format(gold), 'answer': whole[1].format(answer)}
    assert under(None, pair).outcome == 'incorrect'
    accepting = under(as_policy({name: 'accept'}), pair)
    assert (accepting.outcome, accepting.rule) == ('correct', RULE_OF[name])
    same = {'gold': whole[0].format(gold), 'answer': whole[1].format(gold)}
    assert under(ALL_REJECTED, same).outcome == 'correct'


def test_grade_and_grade_many_take_the_policy() -> None:
    row = {'response': 'So the roots are $\\boxed{(-6,4)}$.', 'gold': '-6,4'}
    accepting = Policy(list_against_tuple='accept')
    response, gold = row.values()
    assert not grade(response=response, gold=gold).is_correct
    assert grade(response=response, gold=gold, policy=accepting).is_correct
    for workers in (0, 2):
        found = grade_many([row] * 3, workers=workers, policy=accepting)
        assert [verdict.is_correct for verdict in found] == [True] * 3
        assert not any(verdict.is_correct for verdict in grade_many([row], workers=workers))


def test_a_policy_is_written_and_read() -> None:
    policy = parse_policy(['radians_against_degrees=accept', 'unevaluated=reject'])
    assert policy == Policy(radians_against_degrees='accept', unevaluated='reject')
    assert as_policy(settings_of(policy)) == policy
    assert settings_of(parse_policy(['unevaluated=accept'])) == {}
    assert as_policy(None) == as_policy({}) == parse_policy([]) == DEFAULT_POLICY


@pytest.mark.parametrize(
    ('given', 'words'),
    [
        (['unevaluated'], 'is no NAME=VALUE'),
        (['unevaluated=accept', 'unevaluated=accept'], 'is given twice'),
        (['unevaluated=maybe'], 'its values are accept and reject'),
        (['unevalueted=accept'], 'the settings are restated, unasked_percent'),
        (['=accept'], 'the settings are'),
    ],
)
def test_a_wrong_setting_is_named_with_the_right_ones(given: list[str], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        parse_policy(given)


@pytest.mark.parametrize('given', ['accept', ['unevaluated'], {'unevaluated': True}, {1: 'accept'}])
def test_what_is_no_policy_is_refused(given: Any) -> None:
    with pytest.raises(ConfigError):
        as_policy(given)


def test_the_cases_under_a_policy_are_decided_by_it() -> None:
    cases = [case for case in ANSWERS if case.get('policy')]
    replies = [case for case in RESPONSES if case.get('policy')]
    assert {name for case in (*cases, *replies) for name in case['policy']} == set(NAMES)
    assert all(verdict_on(case).outcome == case['outcome'] for case in cases)
    assert all(ending_verdict(case).outcome == case['outcome'] for case in replies)


def test_the_count_of_unclosed_thoughts_is_the_same_either_way() -> None:
    thought = '<think>7 + 9 = 16.\n\nAnswer: 16'
    rule = RULE_OF['unclosed_thought']
    for policy, outcome in ((ALL_ACCEPTED, 'correct'), (ALL_REJECTED, 'truncated')):
        verdict = grade(response=thought, gold='16', policy=policy)
        assert (verdict.outcome, verdict.extraction) == (outcome, rule)
