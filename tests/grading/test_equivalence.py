"""same(): which rule decides, and what it refuses to round."""

from __future__ import annotations

import pytest

from opencompass_math500.grading import judge
from opencompass_math500.grading.arithmetic.rationals import exact
from opencompass_math500.grading.equality.equivalence import same
from opencompass_math500.grading.parsing.latex import parse
from opencompass_math500.grading.parsing.units import known_unit
from opencompass_math500.grading.parsing.words import DATA_FILES, rows


def _decide(gold: str, answer: str) -> tuple[bool | None, str]:
    decision = same(parse(gold).values[0], parse(answer).values[0])
    return decision.equal, decision.rule


@pytest.mark.parametrize(
    ('gold', 'answer', 'equal', 'rule'),
    [
        ('\\frac12', '0.5', True, 'expressions.rational'),
        ('\\sqrt{8}', '2\\sqrt{2}', True, 'expressions.numeric'),
        ('x^2-1', '(x-1)(x+1)', True, 'expressions.points'),
        ('10^{10^{10}}', '10^{10^{11}}', False, 'expressions.numeric'),
        ('\\pi', '3.' + '14159265358979323846' * 9, False, 'expressions.numeric'),
        ('(0,9)\\cup(9,36)', '(0,36)\\setminus\\{9\\}', True, 'sets.reals'),
        ('y=2x+1', '2x-y+1=0', True, 'relations.multiple'),
        ('1\\pm2', '3,-1', True, 'lists.unordered'),
        ('4_5', '4_6', False, 'numeral.base'),
        ('5\\text{ ft}', '60\\text{ in}', True, 'expressions.rational'),
    ],
)
def test_rule(gold: str, answer: str, equal: bool, rule: str) -> None:
    assert _decide(gold, answer) == (equal, rule)


@pytest.mark.parametrize(
    'pair',
    [
        ('2^{2025}', '2^{2025}+1'),
        ('\\frac{1}{3^{400}}', '\\frac{1}{3^{400}+1}'),
        ('\\sqrt{10^{60}+1}', '10^{30}'),
        ('1000!', '1000!+1'),
        ('\\sqrt{2}+\\sqrt{3}-\\sqrt{5+2\\sqrt{6}}', '10^{-150}'),
    ],
)
def test_no_tolerance(pair: tuple[str, str]) -> None:
    assert _decide(*pair)[0] is False
    assert _decide(*reversed(pair))[0] is False


def test_exact_never_rounds() -> None:
    (root,) = parse('\\sqrt{2}').values
    assert exact(root) is None
    (huge,) = parse('10^{10^{10}}').values
    assert exact(huge) is None
    (cube,) = parse('\\sqrt[3]{\\frac{8}{27}}').values
    assert str(exact(cube)) == '2/3'


@pytest.mark.parametrize('name', DATA_FILES)
def test_data_entries_have_a_reason_and_stand_once(name: str) -> None:
    entries = rows(name)
    keys = [row[:2] if name in ('prose.tsv', 'numerals.tsv') else row[0] for row in entries]
    assert len(set(keys)) == len(keys)
    width = {'units.tsv': 4, 'number_words.tsv': 4, 'numerals.tsv': 5}.get(name, 3)
    for row in entries:
        assert len(row) == width, row
        assert row[-1], row


def test_units_convert_exactly() -> None:
    feet, inches = known_unit('feet'), known_unit('inches')
    assert feet is not None and inches is not None
    assert feet.factor == 12 * inches.factor
    assert known_unit('marbles') is None


@pytest.mark.parametrize(
    ('gold', 'answer', 'words'),
    [
        ('120', '5!', 'unevaluated'),
        ('\\{1,2\\}', '\\{1,1,2\\}', 'repeated'),
        ('\\frac{\\pi}{4}', '0.7854', 'approximation'),
        ('-2,1', '(-2,1)', 'for a list'),
        ('60^\\circ', '\\frac{\\pi}{3}', 'radians'),
        (
            '\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}',
            '\\begin{pmatrix} 1 & 2 \\end{pmatrix}',
            'row',
        ),
        ('\\frac{3}{4}', '3:4', 'ratio'),
        ('4343_6', '4343', 'base'),
    ],
)
def test_where_experts_differ_the_reason_says_so(gold: str, answer: str, words: str) -> None:
    assert words in judge(answer=answer, gold=gold).reason
