"""No wrong answer is accepted: mutants of the real golds, each proved different elsewhere."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from mutants import FAMILIES, Mutant, dressed, mutants
from plain_values import Unread, differ, equal, read

from opencompass_math500 import judge

MIRRORED = {'unparsed_answer': 'unparsed_gold', 'unparsed_gold': 'unparsed_answer'}


@pytest.fixture(scope='module')
def golds(math500_rows: list[dict[str, Any]]) -> list[str]:
    """The distinct golds of the 500 problems."""
    return list(dict.fromkeys(row['answer'] for row in math500_rows))


def failures(made: list[Mutant]) -> list[tuple[str, str, str, str]]:
    """``(complaint, family, gold, text)`` for each mutant that the judge gets wrong."""
    found = []
    for mutant in made:
        family, gold, text = mutant
        there = judge(answer=text, gold=gold)
        back = judge(answer=gold, gold=text)
        if 'correct' in (there.outcome, back.outcome):
            found.append(('accepted', family, gold, text))
        elif back.outcome != MIRRORED.get(there.outcome, there.outcome):
            found.append(('not symmetric', family, gold, text))
    return found


def test_a_sample_of_mutants_is_rejected(golds: list[str]) -> None:
    made = [mutant for gold in golds for mutant in mutants(gold, Counter(), sample=12)]
    assert len(made) >= 3_000
    assert not failures(made)


@pytest.mark.slow
def test_all_mutants_are_rejected(golds: list[str]) -> None:
    """Each distinct gold's mutants count once, however many problems share the gold."""
    dropped: Counter[str] = Counter()
    made = [mutant for gold in golds for mutant in mutants(gold, dropped)]
    assert len(made) >= 50_000
    assert {mutant.family for mutant in made} == {family.__name__ for family in FAMILIES}
    print(f'{len(made):,} mutants of {len(golds)} golds; {sum(dropped.values()):,} dropped:')
    print(dict(dropped.most_common()))
    assert not failures(made)


@pytest.mark.slow
def test_mutants_in_another_layout_are_rejected(golds: list[str]) -> None:
    made = [mutant for gold in golds for mutant in mutants(gold, Counter(), sample=80)]
    assert len(made) >= 15_000
    assert not failures([mutant._replace(text=dressed(mutant)) for mutant in made])


def test_every_gold_is_read_and_equals_itself(golds: list[str]) -> None:
    for gold in golds:
        assert equal(read(gold), read(gold))
        assert not differ(read(gold), read(gold))


@pytest.mark.parametrize(
    ('first', 'second', 'are_different'),
    [
        ('\\frac43', '1\\frac{1}{3}', False),
        ('\\frac{\\sqrt{3}}{3}', '\\frac{1}{\\sqrt{3}}', False),
        ('\\sqrt{2}', '1.41421356237309504880168872420969807856967', True),
        ('(a+5)(b+2)', 'ab+2a+5b+10', False),
        ('(a+5)(b+2)', 'ab+2a+5b+11', True),
        ('y = 2x + 3', '2y - 4x - 6 = 0', False),
        ('y = 2x + 3', 'x = 2y + 3', True),
        ('x=5', '5', False),
        ('1 \\pm \\sqrt{19}', '1-\\sqrt{19}, 1+\\sqrt{19}', False),
        ('1 \\pm \\sqrt{19}', '1+\\sqrt{19}', True),
        ('(0,9) \\cup (9,36)', '(9,36) \\cup (0,9)', False),
        ('(0,9) \\cup (9,36)', '(0,9] \\cup (9,36)', True),
        ('(0,9] \\cup (9,36)', '(0,36)', False),
        ('(2,4)', '(2,4]', True),
        ('-2,1', '(-2,1)', False),  # experts differ: no proof either way
        ('10,\\!080', '10080', False),
        ('\\$5', '500 \\text{ cents}', False),
        ('15\\mbox{ cm}^2', '15\\text{ cm}', True),
        ('52_8', '52', False),
        ('52_8', '42', False),  # its value: no proof either way
        ('52_8', '52_9', True),
    ],
)
def test_the_second_reader(first: str, second: str, are_different: bool) -> None:
    assert differ(read(first), read(second)) is are_different
    assert differ(read(second), read(first)) is are_different


@pytest.mark.parametrize(
    'text', ['', '(3,4', '1/2x', 'f(x)', '2^3^4', '4 5', '1/0', '[-\\infty,0]', '90 degrees']
)
def test_the_second_reader_refuses_what_is_not_certain(text: str) -> None:
    with pytest.raises(Unread):
        read(text)


def test_the_second_reader_is_exact_on_rationals() -> None:
    assert read('\\frac{270}7').parts[0] == Fraction(270, 7)
    assert read('.35625').parts[0] == Fraction(57, 160)
