r"""Dots that stand for terms: ``1 + x + \dots + x^8``, ``1, 2, \ldots, 10``.

The terms are written out only where those that stand there leave one choice: at least
two before the dots and one behind them, in one arithmetic or geometric progression.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from opencompass_math500.grading.parsing.cursor import ParseError
from opencompass_math500.grading.values import Apply, Number, Sequence, Symbol, Value, walk

__all__ = ['DOTS', 'unrolled']

DOTS: Final = Symbol('...')
_MAX_TERMS: Final = 200

Monomial = tuple[Fraction, dict[str, int]]


def unrolled(value: Value) -> Value:
    """Write the dots of ``value`` out; ParseError where they have no clear meaning."""
    result = _unrolled(value)
    if any(node == DOTS for node in walk(result)):
        raise ParseError('dots without a clear meaning')
    return result


def _unrolled(value: Value) -> Value:
    if isinstance(value, Apply) and value.op in ('add', 'mul') and _place(value.args) is not None:
        return Apply(value.op, _written_out(value.args))
    if isinstance(value, Sequence) and _place(value.items) is not None:
        items = _counted(value.items) or _written_out(value.items)
        return Sequence(items, value.left, value.right, value.joiner)
    return value


def _place(terms: tuple[Value, ...]) -> int | None:
    places = [i for i, term in enumerate(terms) if term in (DOTS, Apply('neg', (DOTS,)))]
    return places[0] if len(places) == 1 else None


def _counted(items: tuple[Value, ...]) -> tuple[Value, ...] | None:
    r"""``1, \ldots, 5`` counts in ones."""
    match items:
        case (Number(value=int(low)), Symbol(), Number(value=int(high))) if (
            low < high <= low + _MAX_TERMS
        ):
            return tuple(Number(k) for k in range(low, high + 1))
    return None


def _written_out(terms: tuple[Value, ...]) -> tuple[Value, ...]:
    place = _place(terms)
    assert place is not None
    before, after = ([_monomial(t) for t in part] for part in (terms[:place], terms[place + 1 :]))
    if len(before) < 2 or not after:
        raise ParseError('dots without terms on both sides')
    names = sorted({name for _, powers in (*before, *after) for name in powers})
    exponents = [[Fraction(powers.get(n, 0)) for n in names] for _, powers in (*before, *after)]
    coefficients = [c for c, _ in (*before, *after)]
    moving = [i for i in range(len(names)) if len({e[i] for e in exponents}) > 1]
    if moving:
        lines = [[e[i] for e in exponents] for i in moving]
        counts = {_count(line, len(before)) for line in lines}
    else:
        lengths = (_count(coefficients, len(before)), _powers(coefficients))
        # 1, 2, \dots, 4: as powers of 2 the dots would stand for nothing.
        counts = {n for n in lengths if n and n >= len(terms)} or {n for n in lengths if n}
    if len(counts) != 1 or not (count := counts.pop()) or count > _MAX_TERMS:
        raise ParseError('dots without a clear meaning')
    if count < len(terms):
        raise ParseError('dots that stand for no term')
    found = _filled(coefficients, len(before), count)
    steps = [_filled([e[i] for e in exponents], len(before), count) for i in range(len(names))]
    return tuple(
        _term(found[k], {n: int(steps[i][k]) for i, n in enumerate(names)}) for k in range(count)
    )


def _count(known: list[Fraction], before: int) -> int | None:
    """How many terms an arithmetic progression through the first and last has."""
    step = known[1] - known[0]
    count = (known[-1] - known[0]) / step + 1 if step else Fraction(0)
    fits = count.denominator == 1 and len(known) <= count <= _MAX_TERMS
    return int(count) if fits and _arithmetic(known, before, int(count)) else None


def _powers(known: list[Fraction]) -> int | None:
    """The same for a geometric progression."""
    if 0 in known[:2] or abs(ratio := known[1] / known[0]) == 1:
        return None
    term = known[0]
    for index in range(64):
        if term == known[-1]:
            return index + 1
        term *= ratio
    return None


def _positions(known: list[Fraction], before: int, count: int) -> list[int]:
    behind = len(known) - before
    return [*range(before), *range(count - behind, count)]


def _arithmetic(known: list[Fraction], before: int, count: int) -> list[Fraction] | None:
    step = known[1] - known[0]
    terms = [known[0] + step * k for k in range(count)]
    places = _positions(known, before, count)
    return terms if [terms[k] for k in places] == known else None


def _geometric(known: list[Fraction], before: int, count: int) -> list[Fraction] | None:
    if not known[0] or count > 64:
        return None
    ratio = known[1] / known[0]
    terms = [known[0] * ratio**k for k in range(count)]
    places = _positions(known, before, count)
    return terms if [terms[k] for k in places] == known else None


def _filled(known: list[Fraction], before: int, count: int) -> list[Fraction]:
    fits = [f(known, before, count) for f in (_arithmetic, _geometric)]
    found = [terms for terms in fits if terms is not None]
    if not found or any(terms != found[0] for terms in found):
        raise ParseError('dots in no progression')
    return found[0]


def _monomial(value: Value) -> Monomial:
    """``3x^2`` as its coefficient and its exponents."""
    match value:
        case Number(value=number):
            return Fraction(number), {}
        case Symbol(name=name) if value != DOTS:
            return Fraction(1), {name: 1}
        case Apply(op='neg', args=(inner,)):
            coefficient, powers = _monomial(inner)
            return -coefficient, powers
        case Apply(op='pow', args=(Symbol(name=name), Number(value=int(exponent)))):
            return Fraction(1), {name: exponent}
        case Apply(op='pow', args=(Number(value=base), Number(value=int(exponent)))) if (
            0 <= exponent < 64 and -1000 < base < 1000
        ):
            return Fraction(base) ** exponent, {}
        case Apply(op='mul', args=args):
            product, total = Fraction(1), dict[str, int]()
            for coefficient, powers in map(_monomial, args):
                product *= coefficient
                for name, exponent in powers.items():
                    total[name] = total.get(name, 0) + exponent
            return product, total
    raise ParseError('dots between terms that are no monomials')


def _term(coefficient: Fraction, powers: dict[str, int]) -> Value:
    number = Number(coefficient.numerator if coefficient.denominator == 1 else coefficient)
    factors = [Apply('pow', (Symbol(n), Number(k))) for n, k in powers.items() if k]
    return Apply('mul', (number, *factors)) if factors else number
