"""What speaks against a value: the problem gives it, or it is that of another thing.

"The bus covers 210 miles." repeats the problem; "9 boxes" counts no dollars; "In 1 hour" is a
condition that the question does not make.
"""

from __future__ import annotations

import re
from functools import lru_cache

from opencompass_math500.grading.extraction.asking import squeezed
from opencompass_math500.grading.extraction.candidates import Candidate
from opencompass_math500.grading.extraction.counts import singular
from opencompass_math500.grading.extraction.lexicon import lexicon
from opencompass_math500.grading.extraction.snippets import lowered
from opencompass_math500.grading.extraction.sought import Sought, alike, words_of
from opencompass_math500.grading.extraction.surroundings import Statement, following, part_of
from opencompass_math500.grading.parsing.units import unit_words

__all__ = [
    'is_given',
    'is_of_another',
    'is_of_another_figure',
    'is_under_another_condition',
    'quantities',
    'stands_in',
]


@lru_cache(maxsize=1)
def quantities() -> frozenset[str]:
    """Return the names of quantities in several languages: "area", "probability"."""
    return lexicon().words('quantity')


_IN_LETTERS = re.compile(r'[\\^a-zA-Z(\[]')


def stands_in(one: Candidate, problem: str) -> bool:
    """Tell whether the problem has the value."""
    value = squeezed(one.bare).replace('−', '-').strip('.,%٪％')
    if _IN_LETTERS.search(value):
        return value in squeezed(problem)
    return re.search(rf'(?<![\d.,]){re.escape(value)}(?!\d|[.,]\d)', problem) is not None


def is_given(one: Candidate, said: Statement, problem: str) -> bool:
    """Tell whether a sentence only repeats what the problem has:
    the same number with the same word.
    """
    if _IN_LETTERS.search(one.bare):
        return True
    after = following(one, said)[:1]
    before = words_of(said.plain[part_of(one, said)[0] : one.reach])[-2:]
    value = re.escape(squeezed(one.bare).strip('.,'))
    low = lowered(problem)
    for near in re.finditer(rf'(?<![\d.,]){value}(?!\d|[.,]\d)', low):
        around = words_of(low[max(0, near.start() - 30) : near.start()])[-3:]
        behind = words_of(low[near.end() : near.end() + 30])[:2]
        if any(alike(word, other) for word in after for other in behind):
            return True
        if not after and any(len(word) > 2 and word in around for word in before):
            return True
    return False


_FIGURE = re.compile(r'(?<![A-Za-z\\])[A-Z]{2,}(?![A-Za-z])')


def is_of_another_figure(one: Candidate, said: Statement, problem: str) -> bool:
    """Tell whether the sentence speaks of a figure that the problem does not name:
    triangle ``BNM``.
    """
    figures = set(_FIGURE.findall(said.text[: one.start])) - set(_FIGURE.findall(problem))
    return not {figure.lower() for figure in figures} <= lexicon().words('abbreviation')


_UNDER = re.compile(
    r'\W*(?:in|after|at|with|for|over|within|on)\s+(?:exactly\s+|only\s+)?(?P<amount>\d[\d,.]*\d|\d)'
)


def is_under_another_condition(said: Statement, asked: Sought) -> bool:
    """Tell whether a sentence opens with a condition that the question does not make:
    "In 1 hour".
    """
    found = _UNDER.match(said.plain)
    if found is None:
        return False
    amount = re.escape(found['amount'])
    return re.search(rf'(?<![\d.,]){amount}(?!\d|[.,]\d)', asked.question) is None


def is_of_another(one: Candidate, said: Statement, asked: Sought) -> bool:
    """Tell whether the value belongs to another thing of the problem than the one asked for."""
    thing = next(iter(following(one, said)), '')
    is_unit = thing in unit_words() or singular(thing) in unit_words()
    if thing and asked.things and not is_unit and any(alike(thing, told) for told in asked.told):
        return not any(alike(thing, word) for word in asked.words)
    led = set(words_of(said.plain[part_of(one, said)[0] : one.reach])) & quantities()
    if not led or led & lexicon().words('generalquantity'):
        return False
    return not any(alike(word, other) for word in led for other in asked.words)
