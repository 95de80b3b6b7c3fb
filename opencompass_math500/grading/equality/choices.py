"""Choices by their letter, and words by themselves."""

from __future__ import annotations

from collections.abc import Callable

from opencompass_math500.grading.decision import Decision
from opencompass_math500.grading.values import Apply, Choice, Sequence, Symbol, Text, Value

__all__ = ['choice_rule', 'letters_rule', 'text_rule']

Compare = Callable[[Value, Value], Decision]


def choice_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """Compare choices: ``(C)`` and ``C`` are one; of ``(C) 12`` the gold may be either part."""
    for first, second in ((gold, answer), (answer, gold)):
        if isinstance(first, Choice):
            other = second
            if isinstance(other, Choice | Symbol):
                letter = other.letter if isinstance(other, Choice) else other.name
                equal = letter == first.letter
                return Decision(equal, 'choice.letter', f'choice {first.letter} and {letter}')
    from opencompass_math500.grading.parsing.latex import parse

    for first, second in ((gold, answer), (answer, gold)):
        rest = parse(first.rest).values if isinstance(first, Choice) else ()
        for value in rest:
            if isinstance(value, Choice):
                continue  # "A. A. A. ..." would be a choice within a choice, a thousand deep
            sides = (value, second) if first is gold else (second, value)
            if (decision := compare(*sides)).equal:
                return decision
    if isinstance(gold, Choice) or isinstance(answer, Choice):
        return Decision(False, 'choice.letter', 'a choice on one side only')
    return None


def letters_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """Take ``AC`` for the choices ``A, C``; the reverse may name a segment."""
    if not (isinstance(gold, Sequence) and gold.is_unordered and isinstance(answer, Symbol)):
        return None
    letters = [item.name for item in gold.items if isinstance(item, Symbol)]
    if len(letters) < len(gold.items) or not all(name in 'ABCDEFGH' for name in letters):
        return None
    equal = sorted(letters) == sorted(answer.name)
    return Decision(equal, 'choice.letters', 'the same letters' if equal else 'other letters')


def text_rule(gold: Value, answer: Value, compare: Compare) -> Decision | None:
    """Compare words as words: without case, articles and punctuation."""
    if isinstance(gold, Text) and isinstance(answer, Text):
        equal = gold.words == answer.words
        return Decision(equal, 'text.words', 'the same words' if equal else 'other words')
    for first, second in ((gold, answer), (answer, gold)):
        if isinstance(first, Text) and _spelled(second) == first.raw.casefold():
            return Decision(True, 'text.spelled', 'the same word, read as letters')
    return None


def _spelled(value: Value) -> str:
    """A short word outside of text mode is read as a product: ``red`` is r times e times d."""
    if isinstance(value, Apply) and value.op == 'mul':
        names = [part.name for part in value.args if isinstance(part, Symbol)]
        if len(names) == len(value.args):
            return ''.join(names).casefold()
    return ''
