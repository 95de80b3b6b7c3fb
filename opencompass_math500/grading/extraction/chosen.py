"""One value of several in a sentence: by what the problem asks, and by what it gives."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from opencompass_math500.grading.extraction.asking import squeezed
from opencompass_math500.grading.extraction.candidates import Candidate, candidates_in, words_in
from opencompass_math500.grading.extraction.counts import names_agree, sets_off, singular
from opencompass_math500.grading.extraction.formulas import formulas_in
from opencompass_math500.grading.extraction.givens import (
    is_given,
    is_of_another,
    is_of_another_figure,
    is_under_another_condition,
    quantities,
    stands_in,
)
from opencompass_math500.grading.extraction.lexicon import lexicon
from opencompass_math500.grading.extraction.snippets import tidy
from opencompass_math500.grading.extraction.sought import (
    Sought,
    alike,
    is_unspaced,
    sought,
    words_of,
)
from opencompass_math500.grading.extraction.surroundings import (
    Statement,
    compares,
    following,
    is_condition,
    is_denied,
    is_money,
    is_of_a_kind,
    is_one_of_many,
    is_partial,
    is_rough,
    is_task,
    part_of,
)

__all__ = ['Manner', 'choose']

MAX_CANDIDATES = 12  # a sentence with more values is a table
MAX_BEFORE = 60  # characters before a value in which its quantity stands


@dataclass(frozen=True, slots=True)
class Manner:
    """How a sentence says what it says.

    Attributes:
        surely: whether the question's own words must speak for the value.
        is_unsure: whether nobody says that the reply has ended.
        results_only: whether only what a sum comes down to counts ("If he cuts 9, 75 are left").
    """

    surely: bool
    is_unsure: bool
    results_only: bool


def choose(sentence: str, problem: str | None, *, manner: Manner) -> Candidate | None:
    """Return the one value that a sentence states, or None.

    Args:
        sentence: complete, and no question, doubt or look back.
        problem: the question's text.
        manner: how the sentence speaks.
    """
    said = Statement.of(sentence)
    if manner.is_unsure and (problem is None or sets_off(said.plain, problem)):
        return None
    asked = sought(problem) if problem else None
    found = candidates_in(sentence)
    if found is not None and not any(one.start >= said.begins for one in found):
        found = words_in(sentence, wants_day=asked is not None and asked.wants_day)
    if not found or len(found) > MAX_CANDIDATES:
        return None
    found = [one for one in found if not is_condition(one, said) and not compares(one, said, asked)]
    picked, has_evidence = _picked(_joined(found, said), said, problem, asked)
    if picked is None or is_denied(picked, said) or (manner.surely and not has_evidence):
        return None
    if (manner.results_only and not picked.is_result) or is_one_of_many(picked, said, asked):
        return None
    if is_task(picked, said, asked) or is_of_a_kind(said):
        return None
    if asked is None or problem is None:
        return picked
    is_sought = _may_be_sought(picked, said, problem, asked, has_evidence=has_evidence)
    return picked if is_sought else None


def _may_be_sought(
    picked: Candidate, said: Statement, problem: str, asked: Sought, *, has_evidence: bool
) -> bool:
    """Tell whether nothing in the problem speaks against a value."""
    if is_partial(said, asked) or (_CLOCK.search(picked.value) and not _ASKS_CLOCK.search(problem)):
        return False
    if _is_list_for_one(picked, asked) or is_under_another_condition(said, asked):
        return False
    if not names_agree(said.text, problem) or is_of_another_figure(picked, said, problem):
        return False
    if not has_evidence and is_of_another(picked, said, asked):
        return False
    if picked.is_result or not stands_in(picked, problem):
        return True
    return has_evidence and not is_given(picked, said, problem)


_CLOCK = re.compile(r'[aApP]\.?\s?[mM]\.?$')
_ASKS_CLOCK = re.compile(r'\b(?:[Tt]imes?|[Ww]hen|clock)\b')

Test = tuple[Callable[[Candidate], bool], bool]


def _picked(
    found: list[Candidate], said: Statement, problem: str | None, asked: Sought | None
) -> tuple[Candidate | None, bool]:
    """The candidate that is left, and whether the question's words spoke for it.

    Each test applies where some candidate passes it.
    """
    tests: list[Test] = [(lambda one: one.start >= said.begins, False)]
    if asked is not None and problem is not None:
        tests += _tests_of(said, problem, asked)
    tests.append((lambda one: not is_rough(one, said), False))
    has_evidence = False
    for test, is_evidence in tests:
        kept = [one for one in found if test(one)]
        if kept:
            found = kept
            has_evidence = has_evidence or is_evidence
    values = {squeezed(one.bare) for one in found}
    return (found[-1], has_evidence) if len(values) == 1 else (None, has_evidence)


def _tests_of(said: Statement, problem: str, asked: Sought) -> list[Test]:
    """Return what tells the value that is asked for, the surest first; whether it is evidence."""
    return [
        (lambda one: asked.wants_money and is_money(one, said), False),
        (lambda one: not _is_of_other_person(one, said, asked), False),
        (lambda one: _is_followed(one, said, asked), True),
        (lambda one: _is_led(one, said, asked), True),
        (lambda one: _is_of_asked_letter(one, said, asked), True),
        (lambda one: _is_set_off_alike(one, said, asked), False),
        (lambda one: _names_asked(one, said, asked), False),
        (lambda one: one.is_result or not stands_in(one, problem), False),
    ]


_LIST = re.compile(r'[\s,]*(?:\b(?:and|or|y|o|und|oder|et|ou|e)\b|\\pm|,)\s*')


def _joined(found: list[Candidate], said: Statement) -> list[Candidate]:
    """Values side by side ("2, 4 and 9", "x = 7 or x = -3") as one list."""
    out: list[Candidate] = []
    for one in found:
        before = out[-1] if out else None
        if before is None or not _is_beside(before, one, said):
            out.append(one)
        else:
            value, bare = f'{before.value}, {one.value}', f'{before.bare}, {one.bare}'
            out[-1] = replace(before, end=one.end, value=value, bare=bare)
    return out


def _is_beside(before: Candidate, one: Candidate, said: Statement) -> bool:
    """Tell whether two values stand side by side; not "of size 2 and 5 boxes"."""
    if before.end > one.reach or before.left != one.left:
        return False
    if not _LIST.fullmatch(said.plain[before.end : one.reach]):
        return False
    return bool(one.left) or next(iter(following(one, said)), 'is') in _stops()


_LISTED = re.compile(r'\d\s*,\s+\S|\S,\s+[-−\\\d]')


def _is_list_for_one(one: Candidate, asked: Sought) -> bool:
    """Tell whether several values stand there where one is asked for: a sum, a count,
    the largest.
    """
    is_list = _LISTED.search(one.value) is not None and not re.match(r'[(\[<{]|\\left', one.value)
    one_word = lexicon().words('scalar') | quantities() - lexicon().words('severalquantity')
    return is_list and bool(asked.words & one_word)


@lru_cache(maxsize=1)
def _stops() -> frozenset[str]:
    words = lexicon()
    return words.words('joining') | words.words('prose') | frozenset(('is', 'are', 'than', 'times'))


def _is_followed(one: Candidate, said: Statement, asked: Sought) -> bool:
    """Tell whether the value counts or measures the thing that is asked for."""
    for word in following(one, said):
        if word in _stops():
            return False
        if is_unspaced(word):
            return any(word[0] == thing[0] for thing in asked.things if is_unspaced(thing))
        if singular(word) in asked.things or any(alike(word, thing) for thing in asked.things):
            return True
    return False


def _is_led(one: Candidate, said: Statement, asked: Sought) -> bool:
    """Tell whether the words right before a value are the question's: "an area of 135",
    "radius, 5".
    """
    before = said.plain[max(0, one.reach - MAX_BEFORE) : one.reach]
    before = re.split(r'\d|x{3,}', before)[-1]
    return any(
        word in quantities() and any(alike(word, other) for other in asked.words)
        for word in words_of(before)
    )


def _is_of_asked_letter(one: Candidate, said: Statement, asked: Sought) -> bool:
    """Tell whether the letter that is asked for stands before the value: "$y$ comes to 6"."""
    before = said.text[part_of(one, said)[0] : one.reach]
    return any(tidy(formula.body) in asked.letters for formula in formulas_in(before))


def _is_set_off_alike(one: Candidate, said: Statement, asked: Sought) -> bool:
    """Tell whether the part of the sentence has the question's "smaller", "largest"."""
    start, end = part_of(one, said)
    return bool(set(words_of(said.plain[start:end])) & asked.words & lexicon().words('scalar'))


_NAME = re.compile(r'\b[A-Z][a-z]+\b')


def _is_of_other_person(one: Candidate, said: Statement, asked: Sought) -> bool:
    """Tell whether the part of the sentence speaks of another person than the question does."""
    start, end = part_of(one, said)
    named = set(_NAME.findall(said.text[start:end]))
    return bool(named & asked.others) and not named & asked.names


def _names_asked(one: Candidate, said: Statement, asked: Sought) -> bool:
    """Tell whether the part of the sentence names whom the question does."""
    start, end = part_of(one, said)
    return bool(asked.names & set(_NAME.findall(said.text[start:end])))
