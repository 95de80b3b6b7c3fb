"""Sums, products, integrals, limits and determinants by our own exact means."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from math import prod

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from opencompass_math500.grading import Verdict, judge
from opencompass_math500.grading.arithmetic import quadrature
from opencompass_math500.grading.arithmetic.balls import ball
from opencompass_math500.grading.arithmetic.derivatives import derivative
from opencompass_math500.grading.arithmetic.rationals import exact
from opencompass_math500.grading.equality.expressions import same_expression
from opencompass_math500.grading.parsing.latex import parse
from opencompass_math500.grading.symbolic import fallback
from opencompass_math500.grading.values import Value

quick = examples(60, derandomize=True)
small = st.integers(-9, 9)
coefficients = st.lists(small, min_size=1, max_size=5)
bounds = st.tuples(st.integers(-6, 6), st.integers(0, 12)).map(lambda p: (p[0], p[0] + p[1]))


@pytest.fixture(autouse=True)
def no_sympy(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Nothing here may start the symbolic process."""

    def refused(*args: object) -> None:
        raise AssertionError('the symbolic process was asked')

    monkeypatch.setattr(fallback, 'compare_values', refused)


def value(text: str) -> Value:
    (found,) = parse(text).values
    return found


def polynomial(terms: list[int], letter: str) -> str:
    return ' + '.join(f'({c}){letter}^{{{n}}}' if n else f'({c})' for n, c in enumerate(terms))


def at(terms: list[int], x: Fraction | int) -> Fraction:
    return sum((c * Fraction(x) ** n for n, c in enumerate(terms)), Fraction(0))


@quick
@given(coefficients, bounds)
def test_sums_of_polynomials(terms: list[int], ends: tuple[int, int]) -> None:
    low, high = ends
    body = polynomial(terms, 'k')
    found = exact(value(f'\\sum_{{k={low}}}^{{{high}}} \\left({body}\\right)'))
    assert found == sum(at(terms, k) for k in range(low, high + 1))


@quick
@given(coefficients, bounds, st.integers(2, 5))
def test_sums_of_fractions_and_powers(terms: list[int], ends: tuple[int, int], base: int) -> None:
    low, high = ends
    body = f'\\left({polynomial(terms, "k")}\\right) \\cdot {base}^{{-k}} + \\frac{{1}}{{k^2+1}}'
    found = exact(value(f'\\sum_{{k={low}}}^{{{high}}} \\left({body}\\right)'))
    expected = sum(
        at(terms, k) * Fraction(base) ** -k + Fraction(1, k * k + 1) for k in range(low, high + 1)
    )
    assert found == expected


@quick
@given(coefficients, st.integers(2, 6), st.integers(0, 3))
def test_infinite_sums_are_the_limits_of_finite_ones(terms: list[int], base: int, low: int) -> None:
    body = f'\\left({polynomial(terms, "k")}\\right) \\left(-\\frac{{1}}{{{base}}}\\right)^k'
    whole, part, rest = (
        exact(value(f'\\sum_{{k={first}}}^{{{last}}} {body}'))
        for first, last in ((low, '\\infty'), (low, low + 6), (low + 7, '\\infty'))
    )
    assert whole is not None and part is not None and rest is not None
    assert whole == part + rest
    longer = exact(value(f'\\sum_{{k={low}}}^{{{low + 250}}} {body}'))
    assert longer is not None and abs(longer - whole) < Fraction(1, 10**30)


@quick
@given(coefficients, st.fractions(-5, 5, max_denominator=9), st.fractions(0, 5, max_denominator=9))
def test_integrals_of_polynomials(terms: list[int], low: Fraction, width: Fraction) -> None:
    high = low + width
    text = f'\\int_{{{low}}}^{{{high}}} {polynomial(terms, "t")}\\,dt'
    expected = sum(
        (c * (high ** (n + 1) - low ** (n + 1)) / (n + 1) for n, c in enumerate(terms)), Fraction(0)
    )
    assert exact(value(text)) == expected


@quick
@given(
    st.integers(1, 3).flatmap(
        lambda n: st.lists(st.lists(small, min_size=n, max_size=n), min_size=n, max_size=n)
    )
)
def test_determinants(rows: list[list[int]]) -> None:
    text = '\\\\'.join('&'.join(map(str, row)) for row in rows)
    size = len(rows)
    expected = 0
    for order in permutations(range(size)):
        swaps = sum(order[i] > order[j] for i in range(size) for j in range(i + 1, size))
        expected += (-1) ** swaps * prod(rows[i][order[i]] for i in range(size))
    assert exact(value(f'\\begin{{vmatrix}}{text}\\end{{vmatrix}}')) == expected


@quick
@given(coefficients, bounds, st.integers(1, 3))
def test_a_mutated_bound_is_never_equal(
    terms: list[int], ends: tuple[int, int], shift: int
) -> None:
    low, high = ends
    body = f'\\left({polynomial([abs(c) for c in terms], "k")} + k^2 + 1\\right)'
    gold = f'\\sum_{{k={abs(low)}}}^{{{abs(low) + high - low}}} {body}'
    mutant = f'\\sum_{{k={abs(low)}}}^{{{abs(low) + high - low + shift}}} {body}'
    assert judge(answer=gold.replace('k', 'j'), gold=gold).is_correct
    assert judge(answer=mutant, gold=gold).outcome == 'incorrect'


@quick
@given(st.permutations(['k^2', '3k', '-\\frac{k}{2}', '7', '2^k']))
def test_order_of_terms_changes_nothing(terms: list[str]) -> None:
    gold = '\\sum_{k=1}^{9} (k^2 + 3k - \\frac{k}{2} + 7 + 2^k)'
    answer = f'\\sum_{{k=1}}^{{9}} ({" + ".join(terms)})'
    assert judge(answer=answer, gold=gold).is_correct
    areas = [text.replace('sum_{k=1}', 'int_{1}') + '\\,dk' for text in (gold, answer)]
    assert judge(answer=areas[1], gold=areas[0]).is_correct


@pytest.mark.parametrize(
    ('function', 'slope'),
    [
        ('x^5 - 3x', '5x^4 - 3'),
        ('\\frac{x}{x+1}', '\\frac{1}{(x+1)^2}'),
        ('\\sqrt{x^2+1}', '\\frac{x}{\\sqrt{x^2+1}}'),
        ('\\sqrt[3]{x}', '\\frac{1}{3\\sqrt[3]{x^2}}'),
        ('x^x', 'x^x(\\ln x + 1)'),
        ('2^{3x}', '3\\ln 2 \\cdot 2^{3x}'),
        ('e^{-x^2}', '-2xe^{-x^2}'),
        ('\\log_2 x', '\\frac{1}{x\\ln 2}'),
        ('\\tan x', '\\frac{1}{\\cos^2 x}'),
        ('\\arctan(2x)', '\\frac{2}{1+4x^2}'),
        ('\\arcsin x', '\\frac{1}{\\sqrt{1-x^2}}'),
        ('\\sinh^{-1} x', '\\frac{1}{\\sqrt{x^2+1}}'),
        ('\\sec x', '\\sec x\\tan x'),
        ('\\ln(\\sin x)', '\\cot x'),
    ],
)  # fmt: skip
def test_derivatives(function: str, slope: str) -> None:
    found = derivative(value(function), 'x')
    assert found is not None
    assert same_expression(found, value(slope)).equal
    assert judge(answer=f'\\frac{{d}}{{dx}}\\left({function}\\right)', gold=slope).is_correct
    assert judge(answer=f'\\int {slope}\\,dx', gold=f'{function} + C').is_correct
    assert not judge(answer=f'\\int {slope}\\,dx', gold=f'{function} + x + C').is_correct


_HOSTILE = (
    '\\sum_{k=1}^{10^{12}} \\sin k',
    '\\sum_{i=1}^{10^9}\\sum_{j=1}^{10^9}\\sum_{k=1}^{10^9} ijk',
    '\\sum_{k=1}^{1000}\\sum_{j=1}^{1000}\\frac{1}{kj+1}',
    '\\sum_{k=1}^{1999} k!',
    '\\prod_{k=1}^{2000} (k^2+k+41)^{50}',
    '+'.join(['\\int_0^1 \\sin(x)e^x dx'] * 60),
    '+'.join(['\\int_0^1 x dx'] * 100),
    '\\int_0^1 ' * 40 + 'x' + 'dx' * 40,
    '\\sum_{k=1}^{2} ' * 40 + 'k',
    '\\frac{d}{dx}' * 40 + '\\sin x',
    '\\int ' * 800,
    '\\int x' + 'd' * 3000,
    '7^{7^{7^7}}-7^{7^{7^7}-1}',
    '\\int_0^1 (x+1)^{9999999} dx' + '+1' * 20,
    '\\lim_{x\\to 0}' * 40 + 'x',
)


@pytest.mark.parametrize('text', _HOSTILE)
def test_hostile_texts_cost_little(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bounds are of work, not of time: a verdict comes without the symbolic process."""
    monkeypatch.setattr(fallback, 'compare_values', lambda *sides: None)
    verdict: Verdict = judge(answer=text, gold='\\sqrt{3}')
    assert not verdict.is_correct


@pytest.mark.parametrize('text', ['({})^2', '\\sin({})', '\\frac{{1}}{{{}}}', '0 \\cdot {}'])
def test_a_function_of_an_integral_is_no_family(text: str) -> None:
    family = text.format('\\int x\\,dx')
    assert not same_expression(value(family), value(f'1 + {family}')).equal


def test_a_fault_inside_of_an_integrand_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """Flint would turn it into a SystemError, an interrupt too."""
    asked = []

    def interrupted(units: int) -> None:
        asked.append(units)
        raise KeyboardInterrupt

    monkeypatch.setattr(quadrature, 'spend', interrupted)
    with pytest.raises(KeyboardInterrupt):
        ball(value('\\int_0^1 \\sin x\\,dx'))
    assert len(asked) == 1
