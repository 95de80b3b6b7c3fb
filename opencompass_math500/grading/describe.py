"""Values and verdicts in words, for people who ask how an answer was read and judged."""

from __future__ import annotations

from collections.abc import Iterator

from opencompass_math500.grading.limits import MAX_SHOWN
from opencompass_math500.grading.parsing.latex import parse
from opencompass_math500.grading.policy import RULE_OF, Policy
from opencompass_math500.grading.rules import rulebook
from opencompass_math500.grading.values import (
    Apply,
    Choice,
    Matrix,
    NamedSet,
    Number,
    Numeral,
    Quantity,
    Relation,
    Sequence,
    SetBuilder,
    Symbol,
    Text,
    Value,
    walk,
)
from opencompass_math500.grading.verdict import Verdict

__all__ = ['describe', 'explain']


def explain(verdict: Verdict, policy: Policy) -> Iterator[str]:
    """Show a verdict line by line: what was found, how both sides were read, what decided."""
    if verdict.extraction:
        yield f'answer      {verdict.answer} ({_with_sentence(verdict.extraction)})'
    for side, text in (('gold', verdict.gold), ('answer', verdict.answer)):
        reading = parse(text or '')
        # A comma may group thousands or part a list: all readings are compared.
        read_as = ', or '.join(map(describe, reading.values)) or f'not read: {reading.problem}'
        yield f'{side + " read":<11} {read_as}'
    yield f'rule        {_with_sentence(verdict.rule)}'
    for setting, rule in RULE_OF.items():
        if rule in (verdict.rule, verdict.extraction):
            yield f'policy      {setting}={getattr(policy, setting)}'
    yield f'verdict     {verdict.outcome}: {verdict.reason}'


def _with_sentence(rule: str) -> str:
    found = rulebook().get(rule)
    return f'{rule}: {found.english.replace("`", "")}' if found else rule


def describe(value: Value) -> str:
    """Show the type and the value on one line, e.g. ``set {1, 2}``."""
    text = f'{_kind(value)} {_shown(value)}'
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + '…'


def _kind(value: Value) -> str:
    match value:
        case Number(decimal=True):
            return 'decimal'
        case Number():
            return 'number'
        case Sequence(left=left, right=right, items=items):
            if left == '{':
                return 'set'
            if not left:
                return 'list'
            if (left, right) == ('(', ')'):
                return 'tuple or open interval' if len(items) == 2 else 'tuple'
            return 'interval' if len(items) == 2 else 'sequence'
        case Apply():
            constant = not any(isinstance(part, Symbol) for part in walk(value))
            return 'constant expression' if constant else 'expression'
        case Numeral():
            return 'numeral'
        case SetBuilder():
            return 'set'
        case NamedSet():
            return 'set'
        case _:
            return type(value).__name__.lower()


def _shown(value: Value) -> str:
    match value:
        case Number(value=number):
            return str(number)
        case Symbol(name=name) | NamedSet(name=name):
            return name
        case Apply(op=op, args=args):
            return f'{op}({", ".join(map(_shown, args))})'
        case Sequence(items=items, left=left, right=right):
            return f'{left}{", ".join(map(_shown, items))}{right}'
        case Matrix(rows=rows):
            return '[' + '; '.join(', '.join(map(_shown, row)) for row in rows) + ']'
        case Relation(sides=sides, ops=ops):
            rest = ''.join(f' {op} {_shown(side)}' for op, side in zip(ops, sides[1:], strict=True))
            return _shown(sides[0]) + rest
        case SetBuilder(element=element, condition=condition):
            return f'{{{_shown(element)} | {_shown(condition)}}}'
        case Quantity(value=inner, unit=unit):
            return f'{_shown(inner)} {unit.name or "unit"}'
        case Text(words=words):
            return ' '.join(words)
        case Choice(letter=letter):
            return letter
        case Numeral(digits=digits, base=base):
            return f'{digits} in base {base}'
