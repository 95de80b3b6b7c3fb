"""Definite integrals in ball arithmetic: enclosed with a proved error, not estimated.

Arb integrates what it can verify to be analytic around a piece of the path, and halves
the pieces where it cannot. What does not settle in a few hundred evaluations has no
enclosure here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from opencompass_math500.grading.bound import holds
from opencompass_math500.grading.values import Apply, Symbol, Value, walk
from opencompass_math500.grading.work import current, spend

__all__ = ['Enclose', 'NotSettledError', 'Point', 'integrated']

Ball = Any  # flint.acb: the library has no type stubs
Point = Mapping[str, Any]  # rationals; balls inside of an integrand
Integrand = Callable[[Ball, bool], Ball]
Enclose = Callable[[Value, Point], Ball]

_MAX_COST: Final = 3_600
"""Units of work for one integral: some 400 values of a short integrand."""


class NotSettledError(ValueError):
    """An integrand that is not analytic by our rules, or too wild for a few hundred values."""


def integrated(
    body: Value, name: str, low: Ball, high: Ball, point: Point, enclose: Enclose
) -> Ball:
    """Enclose the integral of ``body`` over ``name`` from ``low`` to ``high``.

    Raises:
        NotSettledError: there is no enclosure by these means.
    """
    from flint import acb

    if not (low.is_finite() and high.is_finite()):
        raise NotSettledError('an integral without finite bounds')
    integrand = _compiled(body, name, lambda part: enclose(part, point))
    work = current()
    nodes = sum(1 for _ in walk(body))
    cost = nodes + (nodes * (work.bits if work is not None else 0) >> 10)
    stopped: list[BaseException] = []
    left = max(60, _MAX_COST // cost)

    def called(x: Ball, analytic: bool) -> Ball:
        # An exception that leaves a callback of flint comes out as a SystemError.
        nonlocal left
        left -= 1
        if left < 0 and not stopped:
            stopped.append(NotSettledError('too many values of an integrand'))
        if not stopped:
            try:
                spend(cost)
                return integrand(x, analytic)
            except BaseException as error:  # noqa: BLE001 - raised again below
                stopped.append(error)
        return acb('nan')

    found = acb.integral(called, low, high, eval_limit=left)
    if stopped:
        raise stopped[0]
    if not found.is_finite():
        raise NotSettledError('an integral that may diverge')
    return found


def _compiled(value: Value, name: str, constant: Callable[[Value], Ball]) -> Integrand:
    """``value`` as a function of its letter and of whether it must be analytic."""
    if isinstance(value, Symbol) and value.name == name:
        return lambda x, analytic: x
    if not isinstance(value, Apply) or not holds(value, name):
        known = constant(value)
        return lambda x, analytic: known
    parts = [_compiled(argument, name, constant) for argument in value.args]
    rule = _rule(value, name)
    return lambda x, analytic: rule(analytic, *(part(x, analytic) for part in parts))


def _rule(value: Apply, name: str) -> Callable[..., Ball]:
    op = value.op
    if op in _RULES:
        return _RULES[op]
    if op == 'pow':
        varies = holds(value.args[1], name)
        return lambda analytic, base, power: _power(base, power, analytic, varies)
    if op in _MEROMORPHIC:
        return lambda analytic, x: getattr(x, op)()
    if op in _CUT:
        return lambda analytic, x: _with_cut(op, x, analytic)
    raise NotSettledError(op)


def _add(analytic: bool, *terms: Ball) -> Ball:
    return sum(terms[1:], terms[0])


def _mul(analytic: bool, *factors: Ball) -> Ball:
    product = factors[0]
    for factor in factors[1:]:
        product = product * factor
    return product


_MEROMORPHIC: Final = frozenset(
    ('sin', 'cos', 'tan', 'cot', 'sec', 'csc', 'sinh', 'cosh', 'tanh', 'coth', 'sech', 'csch')
)
_CUT: Final = {'arcsin': 'asin', 'arccos': 'acos', 'arctan': 'atan'}


def _power(base: Ball, exponent: Ball, analytic: bool, varies: bool) -> Ball:
    whole = exponent.real.unique_fmpz() if exponent.is_exact() and exponent.imag == 0 else None
    if not varies and whole is not None and exponent == whole and abs(whole) < 10_000:
        return base ** int(whole)
    if base.imag == 0 and base.real > 0 and base.is_exact():
        return (exponent * base.log()).exp()
    return base.pow(exponent, analytic=analytic)


def _root(analytic: bool, degree: Ball, radicand: Ball) -> Ball:
    if degree == 2:
        return radicand.sqrt(analytic=analytic)
    if radicand.real < 0 and not (degree / 2).contains_integer():
        return -_root(analytic, degree, -radicand)  # \sqrt[3]{x} is real on the left, too
    if not radicand.real > 0:
        raise NotSettledError('a root at zero')
    return radicand.pow(1 / degree, analytic=analytic)


def _with_cut(op: str, x: Ball, analytic: bool) -> Ball:
    """An inverse function; not analytic on the rays from 1 and -1 (of arctan: from i and -i)."""
    from flint import acb

    along, across = (x.imag, x.real) if op == 'arctan' else (x.real, x.imag)
    if analytic and across.contains(0) and not abs(along) < 1:
        return acb('nan')
    return getattr(x, _CUT[op])()


_RULES: Final[dict[str, Callable[..., Ball]]] = {
    'add': _add,
    'mul': _mul,
    'neg': lambda analytic, x: -x,
    'div': lambda analytic, x, y: x / y,
    'root': _root,
    'ln': lambda analytic, x: x.log(analytic=analytic),
    'abs': lambda analytic, x: x.real_abs(analytic=analytic),
    'percent': lambda analytic, x: x / 100,
}
