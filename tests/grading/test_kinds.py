"""No false equality between kinds of values, nor within one: pairs true or false as made."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from typing import Any, Final

import pytest
from fuzz.targets import without_fallback
from kind_pairs import FAMILIES, Pair, pairs

from opencompass_math500 import judge

_FILE: Final = Path(__file__).parents[1] / 'cases' / 'kinds.jsonl'
KINDS: Final[list[dict[str, Any]]] = [
    json.loads(line) for line in _FILE.read_text('utf-8').splitlines()
]
"""Values of every kind, of the same few numbers; ``accepts`` was looked at pair by pair."""

ACCEPTED: Final = {(row['value'], other) for row in KINDS for other in row.get('accepts', ())}


def wrong(found: list[Pair]) -> list[Pair]:
    """The pairs that the judge takes for the contrary of what they are."""
    with without_fallback():
        return [p for p in found if judge(answer=p.answer, gold=p.gold).is_correct != p.same]


def test_a_change_of_any_kind_is_rejected_and_a_spelling_accepted() -> None:
    made = list(pairs(range(12)))
    assert len(made) > 1_500
    assert {pair.family for pair in made} == {family.__name__ for family in FAMILIES}
    assert wrong(made) == []


@pytest.mark.slow
def test_many_changes_of_any_kind_are_rejected() -> None:
    assert wrong(list(pairs(range(12, 400)))) == []


def accepted(part: int, parts: int) -> set[tuple[str, str]]:
    """The ordered pairs of two values that the judge accepts, of every so-manieth value."""
    values = [row['value'] for row in KINDS]
    with without_fallback():
        return {
            (gold, answer)
            for number, (gold, answer) in enumerate(permutations(values, 2))
            if number % parts == part and judge(answer=answer, gold=gold).is_correct
        }


def test_some_values_of_two_kinds() -> None:
    assert accepted(0, 7) - ACCEPTED == set()


@pytest.mark.slow
def test_all_values_of_two_kinds() -> None:
    found = accepted(0, 1)
    assert found - ACCEPTED == set(), 'look at each: is it the same answer to a fair reader?'
    assert ACCEPTED - found == set(), 'no longer accepted'
