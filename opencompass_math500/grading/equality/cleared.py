r"""Equations without their fractions: ``y = \frac{6}{x}`` is ``xy = 6``.

Multiplying by ``x`` loses nothing and adds nothing where no point with ``x = 0`` solves
the product; only then are the two the same.
"""

from __future__ import annotations

from typing import Any, Final

from opencompass_math500.grading.values import Apply, Number, Symbol, Value, symbols, walk
from opencompass_math500.grading.work import spend

__all__ = ['same_cleared']

_MAX_NODES: Final = 120
_MAX_LETTERS: Final = 4
_MAX_POWER: Final = 8
_MAX_DEGREE: Final = 24

Polynomials = tuple[Any, Any]
"""A numerator and a denominator."""


def same_cleared(first: Value, second: Value) -> bool:
    """Tell whether ``first = 0`` and ``second = 0`` have the same points; False where unknown."""
    names = tuple(sorted(symbols(first) | symbols(second)))
    nodes = sum(1 for side in (first, second) for _ in walk(side))
    if not names or len(names) > _MAX_LETTERS or nodes > _MAX_NODES:
        return False
    if not (_divides(first) or _divides(second)):
        return False
    from flint import Ordering, fmpq_mpoly_ctx

    spend(200)
    context = fmpq_mpoly_ctx.get(names, Ordering.lex)
    letters = dict(zip(names, context.gens(), strict=True))
    sides = [_fraction(side, letters, context) for side in (first, second)]
    if sides[0] is None or sides[1] is None:
        return False
    (top, bottom), (other, below) = sides[0], sides[1]
    if top.is_constant() or other.is_constant() or (bottom.is_constant() and below.is_constant()):
        return False
    quotient, rest = divmod(top, other)
    if not rest.is_zero() or not quotient.is_constant():
        return False
    return _apart(top, bottom, letters) and _apart(top, below, letters)


def _divides(value: Value) -> bool:
    """Tell whether a letter stands below a line."""
    return any(
        isinstance(node, Apply) and node.op == 'div' and symbols(node.args[1])
        for node in walk(value)
    )


def _fraction(value: Value, letters: dict[str, Any], context: Any) -> Polynomials | None:
    """``value`` as a quotient of polynomials; None where it is none."""
    match value:
        case Number(value=number):
            one = context.constant(1)
            top, bottom = number.as_integer_ratio()
            return one * top, one * bottom
        case Symbol(name=name):
            return (letters[name], context.constant(1)) if name in letters else None
        case Apply(op='pow', args=(base, Number(value=int(power)))) if 0 < power <= _MAX_POWER:
            found = _fraction(base, letters, context)
            return _bounded((found[0] ** power, found[1] ** power)) if found else None
        case Apply(op='add' | 'neg' | 'mul' | 'div' as op, args=args):
            parts = [_fraction(one, letters, context) for one in args]
            found = parts[0]
            if op == 'neg' and found is not None:
                return -found[0], found[1]
            for part in parts[1:]:
                found = _joined(op, found, part)
            return found
    return None


def _joined(op: str, first: Polynomials | None, second: Polynomials | None) -> Polynomials | None:
    if first is None or second is None:
        return None
    (a, b), (c, d) = first, second
    if op == 'add':
        return _bounded((a + c, b) if b == d else (a * d + c * b, b * d))
    if op == 'mul':
        return _bounded((a * c, b * d))
    return None if c.is_zero() else _bounded((a * d, b * c))


def _bounded(found: Polynomials) -> Polynomials | None:
    return found if all(one.total_degree() <= _MAX_DEGREE for one in found) else None


def _apart(top: Any, bottom: Any, letters: dict[str, Any]) -> bool:
    """Tell whether no point makes both zero, so far as factors ``x - a`` of ``bottom`` show it."""
    if bottom.is_constant():
        return True
    for factor, _ in bottom.factor()[1]:
        names = [name for name, letter in letters.items() if not factor.derivative(name).is_zero()]
        if factor.total_degree() != 1 or len(names) != 1:
            return False
        (name,) = names
        start = factor.subs({name: 0}).leading_coefficient() if _has_constant(factor, name) else 0
        at = -start / factor.derivative(name).leading_coefficient()
        left = top.subs({name: at})
        if left.is_zero() or not left.is_constant():
            return False
    return True


def _has_constant(factor: Any, name: str) -> bool:
    return not factor.subs({name: 0}).is_zero()
