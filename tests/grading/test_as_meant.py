"""Verdicts as any user sees them: own mathematics, nothing raised, no false equality.

Nothing here knows how it is done; what does has tests of its own, test_calculus.py,
test_crossed_golds.py and test_score.py among them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from opencompass_math500 import grade_many, judge

GRADE = 'import sys; from opencompass_math500.cli import main; sys.exit(main(sys.argv[1:]))'


def graded(folder: Path, rows: list[dict[str, str]]) -> subprocess.CompletedProcess[str]:
    (folder / 'rows.jsonl').write_text(''.join(json.dumps(row) + '\n' for row in rows))
    command = [sys.executable, '-c', GRADE, 'grade', 'rows.jsonl', '--workers', '1']
    return subprocess.run(command, cwd=folder, text=True, capture_output=True, check=True)


@pytest.mark.parametrize(
    ('gold', 'answer', 'expected'),
    [
        # mathematics of our own
        ('55', r'\sum_{k=1}^{10} k = 55', 'correct'),
        ('55', r'\sum_{k=1}^{10} k', 'correct'),
        (r'\frac{2}{3}', r'\prod_{k=2}^{2} \frac{k}{k+1}', 'correct'),
        (r'6 \cdot 7^{99999}', '7^{100000} - 7^{99999}', 'correct'),
        (r'5 \cdot 7^{99999}', '7^{100000} - 7^{99999}', 'incorrect'),
        # it never raises
        ('4', r'\log_{10}(10,000)', 'correct'),
        (r'\log_{2}(1,024)', '10', 'correct'),
        # what has no value is wrong
        ('1', r'\ln 0', 'incorrect'),
        ('1', r'\tan 90^\circ', 'incorrect'),
        ('1', '(-2)!', 'incorrect'),
        # true identities
        *[
            (equation, identity, 'incorrect')
            for equation in ('x + y = 1', 'y = 2x + 3', r'\frac{x^2}{4} + y^2 = 1')
            for identity in ('0 = 0', 'x = x', '2(1) + 3 = 5', '5 = 5', '2x + y = y + 2x')
        ],
        # other kinds of things
        (r'\text{no solution}', '(3,3)', 'incorrect'),
        ('(3,3)', r'\text{no solution}', 'incorrect'),
        (r'\text{no solution}', r'x=1 \text{ and } y=2', 'incorrect'),
        (r'x \equiv 3 \pmod{7}', r'x \equiv 3 \pmod{14}', 'incorrect'),
        (r'12\text{ cm}', '12米', 'incorrect'),
        ('0', 'f(0)', 'incorrect'),
        (r'\begin{pmatrix} 2 \\ 3 \end{pmatrix}', '(2,3]', 'incorrect'),
    ],
)  # fmt: skip
def test_what_is_written_is_what_is_meant(gold: str, answer: str, expected: str) -> None:
    assert judge(gold=gold, answer=answer).outcome == expected


def test_no_row_ends_the_others(tmp_path: Path) -> None:
    rows = [('4', r'\log_{10}(10,000)'), ('7', '7'), ('1', r'\ln 0'), ('8', '8')]
    given = [{'gold': gold, 'response': f'\\boxed{{{answer}}}'} for gold, answer in rows]
    expected = ['correct', 'correct', 'incorrect', 'correct']
    for workers in (1, 2):
        assert [verdict.outcome for verdict in grade_many(given, workers=workers)] == expected
    found = graded(tmp_path, given).stdout.splitlines()
    assert [json.loads(line)['outcome'] for line in found] == expected


@pytest.mark.parametrize('number', [7, 8])
def test_several_samples_that_agree_have_the_interval_of_one(number: int, tmp_path: Path) -> None:
    """100.0 to 100.0, or 0.0 to 0.0, was said of twenty problems."""
    rows = [
        {'unique_id': f'test/{problem}', 'gold': '7', 'response': rf'\boxed{{{number}}}'}
        for problem in range(20)
        for _ in range(4)
    ]
    said = graded(tmp_path, rows).stderr
    # Wilson's for 20 of 20, and for 0 of 20.
    assert ('83.9 – 100.0' if number == 7 else '0.0 – 16.1') in said
