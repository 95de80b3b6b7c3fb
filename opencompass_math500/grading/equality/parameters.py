r"""Letters that an answer chooses itself: ``n`` of ``+n\pi``, ``C`` of ``+C``, ``t`` of a line.

An unknown or a given letter has one name; these may have any. Which is which, the form
of the answer shows, and the problem, where the letter stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import permutations
from typing import Final

from opencompass_math500.grading.bound import keeps_its_letter
from opencompass_math500.grading.decision import Decision
from opencompass_math500.grading.equality.expressions import same_expression
from opencompass_math500.grading.values import (
    Apply,
    Matrix,
    NamedSet,
    Number,
    Quantity,
    Relation,
    Sequence,
    SetBuilder,
    Symbol,
    Value,
    is_expression,
    symbols,
    walk,
)

__all__ = ['argument_rule', 'is_given', 'parameter_rule', 'replaced']

Compare = Callable[[Value, Value], Decision]

_MAX_LETTERS: Final = 3
_INTEGERS: Final = frozenset('jklmnpq')
_LINE: Final = frozenset(('t', 's', 'k', 'r', 'u', 'v', 'm', 'n', 'lambda', 'mu', 'alpha'))
_CONSTANT: Final = re.compile(r'[CcKkABD](?:_\d)?|C\'')
_NUMBERED: Final = re.compile(r'[CcKkA]_\d')
_LINEAR: Final = frozenset(('add', 'neg', 'mul', 'div', 'degree'))


def replaced(value: Value, names: dict[str, str]) -> Value:
    """Return ``value`` with other names for its letters."""
    match value:
        case Symbol(name=name):
            return Symbol(names.get(name, name))
        case Apply(op=op, args=args):
            return Apply(op, tuple(replaced(one, names) for one in args))
        case Sequence(items=items, left=left, right=right, joiner=joiner):
            return Sequence(tuple(replaced(one, names) for one in items), left, right, joiner)
        case Matrix(rows=rows):
            return Matrix(tuple(tuple(replaced(one, names) for one in row) for row in rows))
        case Relation(sides=sides, ops=ops):
            return Relation(tuple(replaced(one, names) for one in sides), ops)
        case SetBuilder(element=element, condition=condition):
            return SetBuilder(replaced(element, names), replaced(condition, names))
        case Quantity(value=inner, unit=unit):
            return Quantity(replaced(inner, names), unit)
        case _:
            return value


def argument_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """Compare ``f(x) = x+1`` with ``f(n) = n+1``, ``a_n`` with ``a_k``: the argument is bound."""
    first, second = _argument(gold), _argument(answer)
    if first is None or second is None:
        return None
    (function, name), (other, letter) = first, second
    if function != other or name == letter or name in symbols(answer) or letter in symbols(gold):
        return None
    names = {letter: name, f'{other}_{letter}': f'{function}_{name}'}
    return compare(gold, replaced(answer, names))


def _argument(value: Value) -> tuple[str, str] | None:
    """The names of a function and of its argument, of an equation that defines it."""
    if not (isinstance(value, Relation) and value.ops == ('=',)):
        return None
    match value.sides[0]:
        case Apply(op='mul', args=(Symbol(name=function), Symbol(name=letter))):
            return (function, letter) if function in 'fghFGHpqrPQRTNASV' else None
        case Apply(op=op, args=(Symbol(name=letter),)) if op.startswith('call '):
            return op[5:], letter
        case Symbol(name=name) if name[1:2] == '_' and name[2:].isalpha() and len(name) == 3:
            return name[0], name[2:]
    return None


def parameter_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    r"""Compare ``\frac{\pi}{4}+n\pi`` with ``\frac{\pi}{4}+k\pi``; ``x^3+C`` with ``x^3+K``."""
    if isinstance(gold, Number | Symbol) or isinstance(answer, Number | Symbol):
        return None
    (first, declared), (second, other) = _declared(gold), _declared(answer)
    if not (named := symbols(first)):
        return None
    renamed = symbols(second)
    here, there = named - renamed, renamed - named
    if not 1 <= len(here) == len(there) <= _MAX_LETTERS:
        return None
    if not _are_parameters(first, second, here, there, declared, other):
        return None
    names = sorted(here)
    for letters in permutations(sorted(there)):
        other_side = replaced(second, dict(zip(letters, names, strict=True)))
        decision = compare(first, other_side)
        if not decision.equal and len(names) == 1 and names[0] not in ('C', 'c'):
            decision = _same_lattice(first, other_side, names[0]) or decision
        if decision.equal:
            reason = f'{decision.reason}; other names for {", ".join(names)}'
            return Decision(True, decision.rule, reason, decision.disputed).under(
                'renamed_parameter'
            )
    return None


def _declared(value: Value) -> tuple[Value, frozenset[str]]:
    r"""What stands before ``, k \in \mathbb{Z}``, and the letters that this declares."""
    if isinstance(value, Sequence) and not value.left and len(value.items) > 1:
        *items, last = value.items
        match last:
            case Relation(sides=(name, NamedSet(name='Z')), ops=('in',)) if symbols(name):
                main = items[0] if len(items) == 1 else Sequence(tuple(items), joiner=value.joiner)
                return main, symbols(name)
    return value, frozenset()


def _are_parameters(
    gold: Value, answer: Value,
    here: frozenset[str], there: frozenset[str],
    declared: frozenset[str], other: frozenset[str],
) -> bool:  # fmt: skip
    """Tell whether all letters that are on one side only are names of the answer's own choice."""
    integers = (here <= declared or _all_periodic(gold, here)) and (
        there <= other or _all_periodic(answer, there) or (here <= declared and there <= _INTEGERS)
    )
    if integers or (there <= other and here <= _INTEGERS):
        return True
    if _are_constants(gold, here) and _are_constants(answer, there):
        numbered = (all(map(_NUMBERED.fullmatch, names)) for names in (here, there))
        return any(numbered) or (_are_added(gold, here) and _are_added(answer, there))
    return _is_line(gold, here) and _is_line(answer, there)


def _all_periodic(value: Value, letters: frozenset[str]) -> bool:
    r"""Tell whether each letter counts periods: multiplies ``\pi`` or degrees, and does no more."""
    return letters <= _INTEGERS and all(
        _has_period(value, Symbol(letter)) and _is_linear(value, Symbol(letter))
        for letter in letters
    )


def _has_period(value: Value, letter: Symbol) -> bool:
    return any(
        isinstance(node, Apply)
        and node.op in ('mul', 'div', 'degree')
        and letter in (inside := list(walk(node)))
        and any(map(_is_measure_of_angles, inside))
        for node in walk(value)
    )


def _is_measure_of_angles(value: Value) -> bool:
    return value == Symbol('pi') or (isinstance(value, Apply) and value.op == 'degree')


def _is_linear(value: Value, letter: Symbol) -> bool:
    """Tell whether ``letter`` stands in no power, root or function, nor below a line."""
    for node in walk(value):
        if isinstance(node, Apply) and node.op not in (*_LINEAR, 'pm', 'mp'):
            if letter in walk(node):
                return False
        elif isinstance(node, Apply) and node.op == 'div' and letter in walk(node.args[1]):
            return False
    return True


def _are_constants(value: Value, letters: frozenset[str]) -> bool:
    """Letters that constants of integration have, beside a variable."""
    others = symbols(value) - letters
    return bool(others) and all(_CONSTANT.fullmatch(letter) for letter in letters)


def _are_added(value: Value, letters: frozenset[str]) -> bool:
    """``+ C``: each letter is a term of its own and stands nowhere else."""
    last = value.sides[-1] if isinstance(value, Relation) else value
    terms = last.args if isinstance(last, Apply) and last.op == 'add' else ()
    nodes = [node.name for node in walk(last) if isinstance(node, Symbol)]
    return all(Symbol(name) in terms and nodes.count(name) == 1 for name in letters)


def _is_line(value: Value, letters: frozenset[str]) -> bool:
    """The coordinates of a line by its one parameter: ``(1+2t, 3-t)``."""
    if isinstance(value, Relation):
        value = value.sides[-1]
    if isinstance(value, Sequence) and value.left not in ('(', '<'):
        return False
    return (
        isinstance(value, Sequence | Matrix)
        and len(letters) == 1
        and symbols(value) == letters <= _LINE
        and all(_is_linear(value, Symbol(letter)) for letter in letters)
        and any(isinstance(node, Number) and node.value for node in walk(value))
    )


def _same_lattice(gold: Value, answer: Value, letter: str) -> Decision | None:
    r"""``\frac{\pi}{4}+n\pi`` and ``\frac{5\pi}{4}+n\pi``: the same values in another order."""
    sides = [value.sides[-1] if isinstance(value, Relation) else value for value in (gold, answer)]
    heads = [value.sides[0] if isinstance(value, Relation) else None for value in (gold, answer)]
    if None not in heads and heads[0] != heads[1]:
        return None
    if not all(is_expression(side) and _is_linear(side, Symbol(letter)) for side in sides):
        return None
    if any(symbols(side) != {letter} for side in sides):
        return None
    start, other = (_at(side, letter, 0) for side in sides)
    step, stride = (_less(_at(s, letter, 1), b) for s, b in zip(sides, (start, other), strict=True))
    if not any(same_expression(step, one).equal for one in (stride, Apply('neg', (stride,)))):
        return None
    apart = _less(other, start)
    for count in _whole_counts():
        if same_expression(apart, Apply('mul', (Number(count), step))).equal:
            return Decision(True, 'parameters.renamed', 'the same values, counted otherwise')
    return None


def _whole_counts() -> Iterator[int]:
    """Shifts by whole periods that people make."""
    yield from (1, -1, 2, -2, 3, -3, 4, -4)


def _at(value: Value, letter: str, number: int) -> Value:
    if isinstance(value, Symbol):
        return Number(number) if value.name == letter else value
    if isinstance(value, Apply) and not keeps_its_letter(value):
        return Apply(value.op, tuple(_at(one, letter, number) for one in value.args))
    return value


def _less(first: Value, second: Value) -> Value:
    return Apply('add', (first, Apply('neg', (second,))))


_MATHEMATICS: Final = re.compile(
    r'\$([^$]{1,400})\$|\\\((.{1,400}?)\\\)|\\\[(.{1,400}?)\\\]', re.DOTALL
)
_COMMAND: Final = re.compile(r'\\(?:text|mathrm|mbox)\s*\{[^{}]*\}|\\[A-Za-z]+')


def is_given(gold: Value, answer: Value, problem: str) -> bool:
    """Tell whether a letter that only the gold has is the problem's own."""
    here = symbols(gold) - symbols(answer)
    return any(name[0] in _given_letters(problem) for name in here)


def _given_letters(problem: str) -> frozenset[str]:
    """The letters that stand in the formulas of a problem: they have their names from it."""
    formulas = (next(filter(None, groups), '') for groups in _MATHEMATICS.findall(problem))
    bare = ' '.join(_COMMAND.sub(' ', formula) for formula in formulas)
    return frozenset(re.findall('[A-Za-z]', bare))
