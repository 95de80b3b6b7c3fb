"""judge() and grade(): every case, every real gold, hostile input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from answer_cases import ANSWERS, ENDINGS, ending_verdict, verdict_on
from own_time import own_time

from opencompass_math500.grading import OUTCOMES, grade, judge

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize('case', ANSWERS, ids=[case['id'] for case in ANSWERS])
def test_case(case: dict[str, Any]) -> None:
    verdict = verdict_on(case)
    assert verdict.outcome == case['outcome'], f'{verdict.reason} ({verdict.rule}): {case["why"]}'
    assert verdict.reason
    assert verdict.rule


def test_cases_are_well_formed() -> None:
    for cases in (ANSWERS, ENDINGS):
        assert len({case['id'] for case in cases}) == len(cases)
        for case in cases:
            assert case['outcome'] in OUTCOMES
            assert case['why'] and case['source'], case['id']


def test_every_gold_equals_itself(math500_rows: list[dict[str, Any]]) -> None:
    """Written a little differently, so that the texts are not just compared."""
    for row in math500_rows:
        gold = row['answer']
        for answer in (gold, f' {gold} ', f'${gold}$', f'\\boxed{{{gold}}}', f'{gold}.'):
            verdict = judge(answer=answer, gold=gold, problem=row['problem'])
            assert verdict.is_correct, (row['unique_id'], answer, verdict)


def test_labelled_pairs(shared: Path) -> None:
    for name in ('answers', 'real_pairs'):
        lines = (shared / 'cases' / f'{name}.jsonl').read_text('utf-8').splitlines()
        rows = [row for row in map(json.loads, lines) if row['label'] is not None]
        wrong = [
            (row['gold'], row['pred'])
            for row in rows
            if judge(answer=row['pred'], gold=row['gold']).is_correct != row['label']
        ]
        assert not wrong


# -- grade ----------------------------------------------------------------------------


def test_grade_extracts_and_judges() -> None:
    verdict = grade(response='We add and get $\\boxed{0.5}$.', gold='\\frac{1}{2}')
    assert verdict.is_correct
    assert verdict.answer == '0.5'
    assert verdict.extraction


@pytest.mark.parametrize('case', ENDINGS, ids=[case['id'] for case in ENDINGS])
def test_ending(case: dict[str, Any]) -> None:
    verdict = ending_verdict(case)
    assert (verdict.outcome, verdict.rule) == (case['outcome'], case['rule']), case['why']


def test_cut_after_the_answer_is_judged_and_flagged() -> None:
    verdict = grade(response='So $\\boxed{3}$. To check this, we', gold='3', finish_reason='length')
    assert verdict.is_correct
    assert verdict.was_cut


def test_a_filtered_reply_says_so_whatever_became_of_it() -> None:
    for response in ('', 'First we add', 'So $\\boxed{3}$. To check', 'So $\\boxed{4}$. To check'):
        verdict = grade(response=response, gold='3', finish_reason='content_filter')
        assert 'the endpoint filtered' in verdict.reason
        assert verdict.was_cut


# -- hostile input --------------------------------------------------------------------

HOSTILE = {
    'brackets': '(' * 10_000,
    'braces': '{' * 10_000 + '5' + '}' * 10_000,
    'garbage': 'x^' * 50_000,
    'digits': '9' * 3_000,
    'digits-repeating': '0.' + '12' * 1_500 + '3...',
    'towers': '2^' * 300 + '2',
    'surrogate': '\ud800',
    'null': '\x00',
    'commas': ',' * 3_000,
    'elements': ','.join(str(n) for n in range(900)),
    'factorial': '99999999999!',
    'factorials': '5' + '!' * 3_000,
    'factorial-of-a-power': '10^{322}!',
    'power-of-one-bit': '22^{2^{2^{42}}}',
    'floor-of-one-bit': '\\lfloor 2^{2^{60}} \\rfloor',
    'sine-of-a-tower': '\\sin(10^{10^{10}})',
    'gamma-of-a-tower': '(10^{10^{10}})!',
    'logarithm-of-a-tower': '\\log_2(10^{10^{10^{10}}})',
    'root-of-a-tower': '\\sqrt{10^{10^{10}}}',
    'binomial-of-a-tower': '\\binom{10^{10^{10}}}{150}',
    'tangent-of-a-tower': '\\tan(9^{9^{9^{9}}})+\\cot(3^{10^{50}})',
    'imaginary-tower': 'i^{i^{i^{10^{40}}}}',
    'gamma-of-minus': '(-10^{20})!+(-\\pi^{50})!',
    'spaces-inside': '1' + ' ' * 3_900 + '2',
    'points-inside': '1' + '.' * 3_900 + '2',
    'pairs': '(0,1)' * 700,
    'quotients': '1/' * 590 + '7',
    'powers-of-percent': '2%^5230',
    'fractions': '\\frac' * 700 + '1',
    'roots': '\\sqrt[999999999]{' * 40 + '2' + '}' * 40,
    'binomial': '\\binom{10^{9}}{10^{8}}',
    'signs': '-' * 3_000 + '1',
    'bars': '|' * 3_000,
    'exponent': '1e999999999',
    'letters': '+'.join(f'x_{{{n}}}' for n in range(300)),
    'spaces': ' ' * 3_900 + '1 ' * 40,
    'text': '\\text{' * 500,
    'mod': '(' * 1_000 + 'mod',
    'words': 'is ' * 1_300,
}


@pytest.mark.parametrize('name', HOSTILE)
def test_hostile_input_is_bounded(name: str) -> None:
    judge(answer='\\sqrt{2}', gold='1.5')  # the library of balls is loaded once
    for answer, gold in ((HOSTILE[name], '\\sqrt{2}+1'), ('\\sqrt{2}+1', HOSTILE[name])):
        with own_time() as spent:
            verdict = judge(answer=answer, gold=gold)
        assert spent.seconds < 0.25
        assert not verdict.is_correct


def test_judging_imports_no_sympy() -> None:
    code = (
        'import sys\n'
        'from opencompass_math500.grading import judge\n'
        "assert judge(answer=r'\\sqrt{8}', gold=r'2\\sqrt{2}').is_correct\n"
        "assert judge(answer='(x+1)^2', gold='x^2+2x+1').is_correct\n"
        "heavy = {'sympy', 'torch', 'opencompass'} & set(sys.modules)\n"
        'assert not heavy, heavy\n'
    )
    environment = {**os.environ, 'PYTHONPATH': str(ROOT)}
    subprocess.run([sys.executable, '-c', code], check=True, env=environment, timeout=60)
