"""Symbolic comparison with sympy: runs in a process of its own, see ``symbolic_worker``.

Sympy objects are built from our own trees, never from strings.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from opencompass_math500.grading.bound import OPERATORS
from opencompass_math500.grading.symbolic.symbolic_operators import (
    UnreadableError,
    carried_out,
    is_left_undone,
)
from opencompass_math500.grading.symbolic.wire import decode
from opencompass_math500.grading.values import Apply, Matrix, Number, Symbol, Value

__all__ = ['UnreadableError', 'compare', 'to_sympy']

Sympy = Any  # sympy's own types are not annotated
_DIGITS: Final = 60
_ZERO: Final = 1e-45


def to_sympy(value: Value) -> Sympy:
    """Build the sympy expression of ``value``; raise ValueError where there is none."""
    import sympy

    match value:
        case Number(value=number):
            return sympy.Rational(*number.as_integer_ratio())
        case Symbol(name=name):
            constants = {'pi': sympy.pi, 'e': sympy.E, 'i': sympy.I, 'infty': sympy.oo}
            return constants.get(name, sympy.Symbol(name, real=True))
        case Matrix(rows=rows):
            return sympy.Matrix([[to_sympy(cell) for cell in row] for row in rows])
        case Apply(op=op) if op in OPERATORS:
            return carried_out(value, to_sympy)
        case Apply(op=op, args=args):
            rule = _operations().get(op)
            if rule is None:
                raise UnreadableError(f'no symbolic form of {op}')
            return rule(*[to_sympy(argument) for argument in args])
        case _:
            raise UnreadableError(type(value).__name__)


def _operations() -> dict[str, Callable[..., Sympy]]:
    import sympy

    circular = ('sin', 'cos', 'tan', 'cot', 'sec', 'csc')
    inverse = {f'arc{name}{h}': f'a{name}{h}' for name in circular for h in ('', 'h')}
    plain = {
        name: getattr(sympy, inverse.get(name, name))
        for name in (*inverse, *circular, *(f'{name}h' for name in circular), 'factorial', 'floor',
                     'gcd', 'lcm')
    }  # fmt: skip
    return {
        **plain,
        'add': sympy.Add,
        'mul': sympy.Mul,
        'neg': lambda x: -x,
        'div': lambda x, y: x / y,
        'pow': sympy.Pow,
        'root': lambda degree, x: sympy.root(x, degree),
        'abs': sympy.Abs,
        'ceil': sympy.ceiling,
        'max': sympy.Max,
        'min': sympy.Min,
        'mod': sympy.Mod,
        'det': lambda matrix: matrix.det(),
        'binom': sympy.binomial,
        'ln': sympy.log,
        'log': _logarithm,
        'degree': lambda x: x * sympy.pi / 180,
        'percent': lambda x: x / 100,
    }


def _logarithm(*args: Sympy) -> Sympy:
    import sympy

    if len(args) > 2:
        raise UnreadableError('a logarithm of several numbers')
    base, value = args if len(args) != 1 else (10, args[0])
    return sympy.log(value, base)


def compare(request: dict[str, Any]) -> tuple[bool | None, str]:
    """Decide one request: two values, in their encoded form.

    Raises:
        UnreadableError: a side is nothing that sympy could compute.
    """
    import sympy

    first, second = (to_sympy(decode(request[side])) for side in ('gold', 'answer'))
    difference = first - second
    if isinstance(difference, sympy.MatrixBase):
        if all(sympy.simplify(cell) == 0 for cell in difference):
            return True, 'equal cell by cell'
        return None, 'matrices that could not be shown to be equal'
    if first == second or difference == 0 or sympy.simplify(difference) == 0:
        return True, 'the difference simplifies to zero'
    return _numerically(difference)


def _numerically(difference: Sympy) -> tuple[bool | None, str]:
    """A difference that is no zero at some point proves inequality; zero proves nothing."""
    import sympy

    if is_left_undone(difference):
        return None, 'a sum, integral or limit that sympy does not carry out'
    symbols = sorted(difference.free_symbols, key=str)
    for seed in (3, 7, 11):
        point = {s: sympy.Rational(seed * 97 + 31 * n, 101) for n, s in enumerate(symbols)}
        value = sympy.N(difference.subs(point), _DIGITS)
        if not value.is_number or value.has(sympy.nan, sympy.zoo, sympy.oo):
            continue
        if abs(value) > _ZERO * 10**20:
            return False, 'the values differ'
    return None, 'could not be shown to be equal'
