"""No right answer is refused for its writing: rewrites of the real golds."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
from plain_values import Unread, differ, read
from rewrites import LAYOUT, RULES, VALUES, rewrites

from opencompass_math500 import judge

FEWEST = 20


@pytest.fixture(scope='module')
def golds(math500_rows: list[dict[str, Any]]) -> list[str]:
    """The distinct golds of the 500 problems."""
    return list(dict.fromkeys(row['answer'] for row in math500_rows))


def refused(pairs: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """``(gold, answer, reason)`` for each pair that is not correct both ways."""
    verdicts = [
        judge(answer=answer, gold=gold)
        for first, second in pairs
        for gold, answer in ((first, second), (second, first))
    ]
    return [(v.gold, v.answer or '', v.reason) for v in verdicts if v.outcome != 'correct']


def test_every_gold_has_enough_rewrites_and_every_rule_is_used(golds: list[str]) -> None:
    counts = {gold: len(rewrites(gold)) for gold in golds}
    assert min(counts.values()) >= FEWEST, min(counts, key=lambda gold: counts[gold])
    used = Counter(rule for gold in golds for rule, _ in rewrites(gold))
    assert set(used) == {rule.__name__ for rule in RULES}


def test_no_rewrite_is_proved_different(golds: list[str]) -> None:
    """The rules themselves: the second reader disagrees with none that it can read."""
    checked = 0
    for gold in golds:
        original = read(gold)
        for rule, text in rewrites(gold):
            try:
                plain = read(text)
            except Unread:
                continue
            checked += 1
            assert not differ(plain, original), (rule, gold, text)
    assert checked >= 4_000


def test_rewrites_are_correct(golds: list[str]) -> None:
    assert not refused([(gold, text) for gold in golds for _, text in rewrites(gold)])


def test_rewrites_of_rewrites_are_correct(golds: list[str]) -> None:
    """Another writing of the value in another layout: ten for each gold."""
    pairs = []
    for gold in golds:
        choice = random.Random(gold)
        values = [text for _, text in rewrites(gold, VALUES)] or [gold]
        for _ in range(10):
            layouts = rewrites(choice.choice(values), LAYOUT)
            pairs.append((gold, choice.choice(layouts)[1]))
    assert not refused(pairs)
