"""What must hold for every answer, not only for those in the cases."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

from examples import examples
from hypothesis import HealthCheck, assume, example, given
from hypothesis import strategies as st

from opencompass_math500.grading import OUTCOMES, judge
from opencompass_math500.grading.parsing.latex import parse

_FILE = Path(__file__).parents[1] / 'cases' / 'answers.jsonl'
CASES = [json.loads(line) for line in _FILE.read_text('utf-8').splitlines()]
# Where the policy is asymmetric: the gold says what is asked for.
ASYMMETRIC = {
    'policy.false_chain',
    'lists.list_against_tuple', 'lists.square_brackets', 'units.percent_sign', 'text.sentence',
    'relations.equation', 'policy.approximation', 'policy.restated', 'policy.percent',
    'alternatives.repeated', 'ratio.fraction', 'choice.letters', 'lists.labels',
}  # fmt: skip

quick = examples(150, suppress_health_check=[HealthCheck.too_slow], derandomize=True)

integers = st.integers(-9_999, 9_999)
positive = st.integers(1, 999)


def _wrap(text: str) -> str:
    return f'\\left({text}\\right)' if text.startswith('-') else text


atoms = st.one_of(
    integers.map(str),
    st.builds('\\frac{{{}}}{{{}}}'.format, integers, positive),
    st.builds('{}\\sqrt{{{}}}'.format, positive, positive),
    st.sampled_from(['\\pi', 'x', 'y^2', 'x^{3}', '(x+2)', '\\sin{x}', '2i']),
)
expressions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds('{} + {}'.format, inner, inner),
        st.builds(lambda a, b: f'{_wrap(a)} \\cdot \\left({b}\\right)', inner, inner),
        st.builds('\\frac{{{}}}{{{}}}'.format, inner, positive),
    ),
    max_leaves=5,
)
answers = st.one_of(
    expressions,
    st.builds('({}, {})'.format, expressions, expressions),
    st.builds('{}, {}'.format, expressions, expressions),
)


@quick
@given(answers)
def test_notation_changes_nothing(text: str) -> None:
    for rewritten in (
        text.replace(' ', ''),
        text.replace(' ', '  '),
        text.replace('\\frac', '\\dfrac'),
        text.replace('\\left', '').replace('\\right', ''),
        f'\\(\\displaystyle {text}\\)',
        f'**{text}**.',
        text.replace('\\cdot', '\\times'),
        text.replace('\\pi', 'π').replace('-', '−'),
    ):
        verdict = judge(answer=rewritten, gold=text)
        assert verdict.is_correct, (rewritten, verdict)


@quick
@given(expressions, expressions)
def test_order_of_terms_changes_nothing(a: str, b: str) -> None:
    assert judge(answer=f'{b} + {a}', gold=f'{a} + {b}').is_correct
    assert judge(answer=f'{b}, {a}', gold=f'{a}, {b}').is_correct


@quick
@given(answers, answers)
def test_outcomes_are_symmetric(a: str, b: str) -> None:
    there, back = judge(answer=a, gold=b), judge(answer=b, gold=a)
    if there.rule not in ASYMMETRIC and back.rule not in ASYMMETRIC:
        assert there.is_correct == back.is_correct, (there, back)


def test_cases_are_symmetric() -> None:
    for case in CASES:
        if {'clock', 'worker', 'fault'} & set(case):
            continue  # about the means, not about the pair
        back = judge(answer=case['gold'], gold=case['answer'])
        if not {'problem', 'policy'} & set(case) and back.is_correct == (
            case['outcome'] == 'correct'
        ):
            continue  # test_judge.py holds the other way to the case's outcome
        there = judge(answer=case['answer'], gold=case['gold'])
        rules = {there.rule, back.rule}
        if case['id'] in ('tuple-bare', 'list-square-brackets', 'thousands-not-tuple'):
            continue  # the gold's own form counts
        if not rules & ASYMMETRIC and '' not in (case['answer'].strip(), case['gold'].strip()):
            assert there.is_correct == back.is_correct, (case['id'], there, back)


@quick
@given(st.fractions(max_denominator=10**6), st.fractions(max_denominator=10**6))
@example(Fraction(1, 10**6), Fraction(0))
def test_rationals_are_equal_only_to_themselves(a: Fraction, b: Fraction) -> None:
    texts = [f'\\frac{{{x.numerator}}}{{{x.denominator}}}' for x in (a, b)]
    assert judge(answer=texts[0], gold=texts[1]).is_correct == (a == b)
    assert judge(answer=f'{a.numerator}/{a.denominator}', gold=texts[0]).is_correct


@quick
@given(st.lists(integers, min_size=2, max_size=6), st.data())
def test_mutated_elements_are_never_equal(items: list[int], data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(items) - 1))
    mutant = list(items)
    mutant[position] += data.draw(st.integers(1, 99))
    assume(sorted(mutant) != sorted(items))
    for shape in ('{}', '({})', '\\{{{}\\}}', '\\langle {} \\rangle'):
        gold, answer = (shape.format(', '.join(map(str, each))) for each in (items, mutant))
        if shape.startswith('\\{') and set(mutant) == set(items):
            continue
        verdict = judge(answer=answer, gold=gold)
        assert not verdict.is_correct, (gold, answer, verdict)


@quick
@given(expressions, st.integers(1, 10**6))
def test_a_different_value_is_never_equal(text: str, distance: int) -> None:
    for mutant in (f'{text} + {distance}', f'{text} - \\frac{{1}}{{{distance}}}'):
        assert not judge(answer=mutant, gold=text).is_correct


@examples(400, derandomize=True)
@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_gets_a_verdict(a: str, b: str) -> None:
    assert judge(answer=a, gold=b).outcome in OUTCOMES


_PIECES = (
    '\\frac \\sqrt \\text \\left \\right \\pm \\cup \\in \\le \\infty \\circ \\begin{pmatrix} '
    '\\end{pmatrix} \\\\ & { } ( ) [ ] | , ; : = < > + - * / ^ _ ! % $ \\$ \\% . 0 1 23 4.5 x y '
    'i e \\pi \\{ \\} \\mid and or cm \\mathbf \\sin \\log \\overline \\binom \\boxed'
)


@examples(600, derandomize=True)
@given(st.lists(st.sampled_from(_PIECES.split(' ')), max_size=25))
def test_any_mixture_of_latex_gets_a_verdict(pieces: list[str]) -> None:
    text = ' '.join(pieces)
    reading = parse(text)
    assert reading.values or reading.problem
    assert judge(answer=text, gold='\\sqrt{3}+x').outcome in OUTCOMES
    assert judge(answer=text, gold='(2, 7]').outcome in OUTCOMES
