"""Derivatives of expressions, as expressions."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from opencompass_math500.grading.bound import holds
from opencompass_math500.grading.values import Apply, Number, Symbol, Value, walk
from opencompass_math500.grading.work import spend

__all__ = ['derivative', 'derived']

_ZERO: Final = Number(0)
_ONE: Final = Number(1)
_TWO: Final = Number(2)
_MAX_NODES: Final = 4_000


class _UnknownError(ValueError):
    """No rule for the derivative of an operation."""


@lru_cache(maxsize=64)
def derived(value: Apply) -> Value | None:
    r"""Carry out ``\frac{d^n}{dx^n} f``; None where a part has no rule or grows too large."""
    body, letter, order = value.args
    assert isinstance(letter, Symbol) and isinstance(order, Number)
    found: Value | None = body
    for _ in range(int(order.value)):
        found = None if found is None else derivative(found, letter.name)
    return found


def derivative(value: Value, name: str) -> Value | None:
    """Return the derivative of ``value`` in ``name``; None as for :func:`derived`."""
    try:
        found = _derivative(value, name)
    except _UnknownError:
        return None
    size = sum(1 for _ in walk(found))
    spend(size >> 2)
    return found if size <= _MAX_NODES else None


def _derivative(value: Value, name: str) -> Value:
    if isinstance(value, Symbol) and value.name == name:
        return _ONE
    if not holds(value, name):
        return _ZERO
    spend(4)
    if not isinstance(value, Apply):
        raise _UnknownError(type(value).__name__)
    args = value.args
    match value.op:
        case 'add':
            return _add(*(_derivative(part, name) for part in args))
        case 'mul':
            return _add(
                *(
                    _mul(*args[:place], _derivative(part, name), *args[place + 1 :])
                    for place, part in enumerate(args)
                )
            )
        case 'neg' | 'percent' | 'degree':
            return Apply(value.op, (_derivative(args[0], name),))
        case 'div':
            return _quotient(args[0], args[1], name)
        case 'pow':
            return _power(args[0], args[1], name)
        case 'root':
            return _power(args[1], Apply('div', (_ONE, args[0])), name, value)
        case 'log':
            base = args[0] if args[1:] else Number(10)
            quotient = Apply('div', (Apply('ln', (args[-1],)), Apply('ln', (base,))))
            return _derivative(quotient, name)
        case 'antiderivative' if args[1] == Symbol(name):
            return args[0]
    rule = _CHAIN.get(value.op)
    if rule is None:
        raise _UnknownError(value.op)
    return _mul(rule(args[0]), _derivative(args[0], name))


def _add(*terms: Value) -> Value:
    kept = tuple(term for term in terms if term != _ZERO)
    return kept[0] if len(kept) == 1 else Apply('add', kept) if kept else _ZERO


def _mul(*factors: Value) -> Value:
    if _ZERO in factors:
        return _ZERO
    kept = tuple(factor for factor in factors if factor != _ONE)
    return kept[0] if len(kept) == 1 else Apply('mul', kept) if kept else _ONE


def _quotient(top: Value, bottom: Value, name: str) -> Value:
    if not holds(bottom, name):
        return Apply('div', (_derivative(top, name), bottom))
    difference = _add(
        _mul(_derivative(top, name), bottom),
        Apply('neg', (_mul(top, _derivative(bottom, name)),)),
    )
    return Apply('div', (difference, Apply('pow', (bottom, _TWO))))


def _power(base: Value, exponent: Value, name: str, whole: Value | None = None) -> Value:
    """The derivative of a power; ``whole`` is the power as it was written, as a root."""
    whole = whole or Apply('pow', (base, exponent))
    if not holds(exponent, name):
        if isinstance(whole, Apply) and whole.op == 'root':
            # u' \sqrt[n]{u} / (n u) stays real where the root is.
            slope: Value = Apply('div', (_mul(exponent, whole), base))
        elif isinstance(exponent, Number):
            slope = _mul(exponent, Apply('pow', (base, Number(exponent.value - 1))))
        else:
            lower = Apply('add', (exponent, Number(-1)))
            slope = _mul(exponent, Apply('pow', (base, lower)))
        return _mul(slope, _derivative(base, name))
    if base == Symbol('e'):
        return _mul(whole, _derivative(exponent, name))
    logarithm = Apply('ln', (base,))
    if not holds(base, name):
        return _mul(whole, logarithm, _derivative(exponent, name))
    return _mul(whole, _derivative(_mul(exponent, logarithm), name))


def _op(name: str, *args: Value) -> Value:
    return Apply(name, args)


def _square(value: Value) -> Value:
    return Apply('pow', (value, _TWO))


def _inverse(value: Value) -> Value:
    return Apply('div', (_ONE, value))


def _negative(value: Value) -> Value:
    return Apply('neg', (value,))


def _one_plus(value: Value) -> Value:
    return Apply('add', (_ONE, value))


def _below_root(value: Value) -> Value:
    return _inverse(Apply('root', (_TWO, value)))


_CHAIN: Final[dict[str, Callable[[Value], Value]]] = {
    'ln': _inverse,
    'sin': lambda u: _op('cos', u),
    'cos': lambda u: _negative(_op('sin', u)),
    'tan': lambda u: _square(_op('sec', u)),
    'cot': lambda u: _negative(_square(_op('csc', u))),
    'sec': lambda u: _mul(_op('sec', u), _op('tan', u)),
    'csc': lambda u: _negative(_mul(_op('csc', u), _op('cot', u))),
    'arcsin': lambda u: _below_root(_one_plus(_negative(_square(u)))),
    'arccos': lambda u: _negative(_below_root(_one_plus(_negative(_square(u))))),
    'arctan': lambda u: _inverse(_one_plus(_square(u))),
    'arccot': lambda u: _negative(_inverse(_one_plus(_square(u)))),
    'sinh': lambda u: _op('cosh', u),
    'cosh': lambda u: _op('sinh', u),
    'tanh': lambda u: _one_plus(_negative(_square(_op('tanh', u)))),
    'arcsinh': lambda u: _below_root(_one_plus(_square(u))),
    'arccosh': lambda u: _below_root(_op('add', _square(u), Number(-1))),
    'arctanh': lambda u: _inverse(_one_plus(_negative(_square(u)))),
    'abs': lambda u: _op('div', u, _op('abs', u)),
}
