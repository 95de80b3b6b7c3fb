"""The embedded sample: its make-up, and every gold computed afresh."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Callable
from fractions import Fraction

import pytest
import sympy as sp

from opencompass_math500.dataset import SUBJECTS, Problem, ProblemSet, load_problems

SAMPLE = load_problems('sample')
BY_ID = {problem.unique_id: problem for problem in SAMPLE}
X = sp.Symbol('x', real=True)


def _no_double_heads() -> Fraction:
    tosses = list(itertools.product('HT', repeat=7))
    return Fraction(sum('HH' not in ''.join(each) for each in tosses), len(tosses))


def _both_red_percent() -> Fraction:
    pairs = list(itertools.permutations('RRRGG', 2))
    return Fraction(100 * pairs.count(('R', 'R')), len(pairs))


def _bisector() -> tuple[sp.Rational, sp.Rational]:
    p, q = sp.Point(-2, 5), sp.Point(6, -1)
    line = sp.Segment(p, q).perpendicular_bisector()
    slope = line.slope
    return slope, line.p1.y - slope * line.p1.x


def _circumradius() -> sp.Expr:
    # From coordinates, not from Heron's formula, which the solution uses.
    a, b, c = 5, 6, 7
    third = sp.Point(
        sp.Rational(c**2 + b**2 - a**2, 2 * c),
        sp.sqrt(b**2 - sp.Rational(c**2 + b**2 - a**2, 2 * c) ** 2),
    )
    return sp.Triangle(sp.Point(0, 0), sp.Point(c, 0), third).circumradius


def _reciprocal_roots() -> complex:
    return sum(1 / (1 + complex(root)) for root in sp.Poly(X**3 - 3 * X**2 + 5 * X - 7).nroots(30))


def _winners() -> set[str]:
    winners = set()
    for order in itertools.permutations(['Ana', 'Ben', 'Chloe', 'Dev', 'Eli']):
        place = {name: order.index(name) for name in order}
        if (
            place['Ana'] == place['Ben'] + 1
            and place['Ben'] < place['Chloe']
            and place['Dev'] < place['Ben']
            and place['Dev'] != 0
        ):
            winners.add(order[0])
    return winners


def _angles() -> list[int]:
    def holds(degrees: int) -> bool:
        sine = sp.sin(sp.rad(degrees))
        return bool(sp.simplify(2 * sine**2 + sine - 1) == 0)

    found = [degrees for degrees in range(0, 360, 15) if holds(degrees)]
    # A quadratic in the sine has at most four angles; count them, to be sure that none
    # lies between the multiples of 15.
    t = sp.Symbol('t')
    sines = sp.solve(2 * t**2 + t - 1, t)
    assert len(found) == sum(1 if abs(sine) == 1 else 2 for sine in sines if abs(sine) <= 1)
    return found


def _solution_set(inequality: sp.Rel) -> sp.Set:
    return inequality.as_set()


def _divisors() -> list[int]:
    # n + 5 divides 44, so nothing beyond 39 can occur; look well beyond.
    return [n for n in range(1, 10_000) if (n * n + 19) % (n + 5) == 0]


def _numerals() -> str:
    digits, rest = '', 75
    while rest:
        digits, rest = str(rest % 6) + digits, rest // 6
    return digits


# id -> (the gold, read by a person, as a value; the same computed without looking at it).
# The text of the gold is pinned too, so that neither can drift from the other.
COMPUTED: dict[str, tuple[str, Callable[[], bool]]] = {
    'algebra/1': ('5', lambda: sp.solve(X + 3 - 8) == [5]),
    'algebra/2': ('13', lambda: (3 * X + 1).subs(X, 4) == 13),
    'algebra/3': (
        '(-2,4]',
        lambda: _solution_set(sp.And(2 * X + 1 > -3, 2 * X + 1 <= 9)) == sp.Interval.Lopen(-2, 4),
    ),
    'algebra/4': (
        r'2 \pm \sqrt{7}',
        lambda: set(sp.solve(X**2 - 4 * X - 3)) == {2 + sp.sqrt(7), 2 - sp.sqrt(7)},
    ),
    'algebra/5': (
        r'y = \frac{4}{3}x - \frac{2}{3}',
        lambda: _bisector() == (sp.Rational(4, 3), sp.Rational(-2, 3)),
    ),
    'counting_and_probability/1': (
        '12',
        lambda: len(list(itertools.product(range(3), range(4)))) == 12,
    ),
    'counting_and_probability/2': (
        r'\frac{1}{6}',
        lambda: Fraction([1, 2, 3, 4, 5, 6].count(5), 6) == Fraction(1, 6),
    ),
    'counting_and_probability/3': ('30', lambda: len(set(itertools.permutations('KAYAK'))) == 30),
    'counting_and_probability/4': (r'30\%', lambda: _both_red_percent() == 30),
    'counting_and_probability/5': (
        r'\frac{17}{64}',
        lambda: _no_double_heads() == Fraction(17, 64),
    ),
    'geometry/1': ('24', lambda: sp.Polygon((0, 0), (6, 0), (6, 6), (0, 6)).perimeter == 24),
    'geometry/2': (r'70^\circ', lambda: 50 + 60 + 70 == 180),
    'geometry/3': (
        r'2\sqrt{13}',
        lambda: sp.Point(0, 0).distance(sp.Point(6, 4)) == 2 * sp.sqrt(13),
    ),
    'geometry/4': (
        r'10\pi',
        lambda: sp.integrate(X, (X, 0, 6)) * sp.rad(100) == 10 * sp.pi,
    ),
    'geometry/5': (
        r'\frac{35\sqrt{6}}{24}',
        lambda: sp.simplify(_circumradius() - 35 * sp.sqrt(6) / 24) == 0,
    ),
    'intermediate_algebra/1': ('10', lambda: (X**2 + 1).subs(X, 3) == 10),
    'intermediate_algebra/2': ('3 + 7i', lambda: (2 + 3j) + (1 + 4j) == 3 + 7j),
    'intermediate_algebra/3': (
        'x^2 + x - 2',
        lambda: sp.div(X**3 - 2 * X**2 - 5 * X + 6, X - 3, X)[0] == X**2 + X - 2,
    ),
    'intermediate_algebra/4': (
        r'(-\infty,-2) \cup (3,\infty)',
        lambda: (
            _solution_set(X**2 - X > 6)
            == sp.Union(sp.Interval.open(-sp.oo, -2), sp.Interval.open(3, sp.oo))
        ),
    ),
    'intermediate_algebra/5': (r'\frac{7}{8}', lambda: abs(_reciprocal_roots() - 7 / 8) < 1e-12),
    'number_theory/1': ('2', lambda: 17 % 5 == 2),
    'number_theory/2': ('6', lambda: math.gcd(12, 18) == 6),
    'number_theory/3': ('203_6', lambda: _numerals() == '203' and int('203', 6) == 75),
    'number_theory/4': ('9', lambda: 7**100 % 13 == 9),
    'number_theory/5': ('6, 17, 39', lambda: _divisors() == [6, 17, 39]),
    'prealgebra/1': ('14', lambda: 8 + 6 == 14),
    'prealgebra/2': (r'\$8', lambda: 1 * 2 + 2 * 3 == 8),
    'prealgebra/3': (r'72 \text{ km/h}', lambda: Fraction(180) / Fraction(5, 2) == 72),
    'prealgebra/4': ('0.4375', lambda: Fraction('0.4375') == Fraction(7, 16)),
    'prealgebra/5': (r'\text{Eli}', lambda: _winners() == {'Eli'}),
    'precalculus/1': ('1', lambda: sp.cos(sp.rad(0)) == 1),
    'precalculus/2': ('(4,7)', lambda: sp.Matrix([1, 2]) + sp.Matrix([3, 5]) == sp.Matrix([4, 7])),
    'precalculus/3': (
        r'\begin{pmatrix} 7 \\ -3 \end{pmatrix}',
        lambda: sp.Matrix([[2, 1], [0, 3]]) * sp.Matrix([4, -1]) == sp.Matrix([7, -3]),
    ),
    'precalculus/4': (
        r'\begin{pmatrix} 3 & -1 \\ -5 & 2 \end{pmatrix}',
        lambda: sp.Matrix([[2, 1], [5, 3]]).inv() == sp.Matrix([[3, -1], [-5, 2]]),
    ),
    'precalculus/5': (
        r'30^\circ, 150^\circ, 270^\circ',
        lambda: _angles() == [30, 150, 270],
    ),
}


@pytest.mark.parametrize('name', COMPUTED)
def test_gold_is_what_an_independent_computation_gives(name: str) -> None:
    gold, holds = COMPUTED[name]
    assert BY_ID[f'sample/{name}.json'].answer == gold
    assert holds()


def test_every_problem_has_a_computation() -> None:
    assert {f'sample/{name}.json' for name in COMPUTED} == set(BY_ID)


def test_it_covers_every_subject_at_every_level_once() -> None:
    cells = Counter((problem.subject, problem.level) for problem in SAMPLE)
    assert cells == Counter(itertools.product(SUBJECTS, range(1, 6)))


@pytest.mark.parametrize('problem', SAMPLE, ids=lambda problem: problem.unique_id)
def test_the_solution_ends_with_the_gold_in_its_only_box(problem: Problem) -> None:
    assert problem.solution.count(r'\boxed{') == 1
    ending = problem.solution[problem.solution.index(r'\boxed{') :]
    assert ending.startswith(rf'\boxed{{{problem.answer}}}')
    assert len(ending) - len(problem.answer) < 30


@pytest.mark.parametrize('problem', SAMPLE, ids=lambda problem: problem.unique_id)
def test_the_text_is_well_formed(problem: Problem) -> None:
    for text in (problem.problem, problem.solution):
        assert len(re.findall(r'(?<!\\)\$', text)) % 2 == 0
        assert text.count('{') == text.count('}')
        assert text == text.strip()


def test_it_has_the_answer_forms_of_math500() -> None:
    forms = {
        'integer': r'\d+',
        'decimal': r'\d+\.\d+',
        'fraction': r'\\frac\{\d+\}\{\d+\}',
        'radical': r'\d*\\sqrt\{\d+\}',
        'multiple of pi': r'\d+\\pi',
        'tuple': r'\(\d+,\d+\)',
        'half-open interval': r'\(-?\d+,-?\d+\]',
        'union of intervals': r'.*\\cup.*',
        'column vector': r'\\begin\{pmatrix\}[^&]*\\\\[^&]*\\end\{pmatrix\}',
        'matrix': r'\\begin\{pmatrix\}.*&.*\\end\{pmatrix\}',
        'text': r'\\text\{[A-Za-z]+\}',
        'degrees': r'\d+\^\\circ',
        'numeral in a base': r'\d+_\d',
        'money': r'\\\$\d+',
        'percentage': r'\d+\\%',
        'unit': r'\d+ \\text\{.*\}',
        'polynomial': r'x\^2.*',
        'complex number': r'\d+ \+ \d+i',
        'two values by plus-minus': r'.*\\pm.*',
        'list': r'\d+(, \d+)+',
        'equation': r'y = .*',
    }
    answers = [problem.answer for problem in SAMPLE]
    for name, form in forms.items():
        assert any(re.fullmatch(form, answer) for answer in answers), name


def test_it_never_goes_by_the_name_of_math500() -> None:
    assert isinstance(SAMPLE, ProblemSet)
    assert (SAMPLE.name, SAMPLE.is_math500, SAMPLE.kind) == ('sample', False, 'sample')
    assert SAMPLE.slug == f'sample-{SAMPLE.checksum[:8]}'
    assert load_problems('sample', levels=[1]).name == 'sample subset (level 1, 7 of 35)'


def test_no_problem_of_the_sample_is_one_of_math500(math500_rows: list[dict[str, str]]) -> None:
    def words(text: str) -> str:
        return re.sub(r'\W+', ' ', text.lower())

    real = {words(row['problem']) for row in math500_rows}
    assert [problem.unique_id for problem in SAMPLE if words(problem.problem) in real] == []
