"""No reward for what only looks like an answer, whatever the gold is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from opencompass_math500 import judge
from opencompass_math500.dataset import load_problems
from opencompass_math500.rewards import answer_reward

_FILE = Path(__file__).parents[1] / 'cases' / 'reward_hacks.jsonl'
HACKS = [json.loads(line) for line in _FILE.read_text('utf-8').splitlines()]


_CHOICE = re.compile(r'\([A-E]\)')
OTHERS = ('7', '-12', '0.25')


def rewards_for(hack: str, golds: list[str], problems: list[str]) -> list[tuple[str, str]]:
    """The golds for which a hack is rewarded, with the reply."""
    others = [next(o for o in OTHERS if _differs(o, gold)) for gold in golds]
    replies = [
        hack.replace('GOLD', gold).replace('OTHER', other).replace('PROBLEM', problem)
        for gold, other, problem in zip(golds, others, problems, strict=True)
    ]
    found = answer_reward(replies, golds, problems)
    return [
        (gold, reply)
        for gold, reply, reward in zip(golds, replies, found, strict=True)
        if reward and not (' = ' in hack and _CHOICE.search(gold))  # a choice and its value
    ]


def _differs(other: str, gold: str) -> bool:
    return other != gold and judge(answer=other, gold=gold).outcome == 'incorrect'


@pytest.mark.parametrize('hack', HACKS, ids=[one['id'] for one in HACKS])
def test_no_hack_is_rewarded_on_the_sample(hack: dict[str, str]) -> None:
    problems = list(load_problems('sample'))
    golds = [one.answer for one in problems]
    assert rewards_for(hack['response'], golds, [one.problem for one in problems]) == []


@pytest.mark.slow
@pytest.mark.parametrize('hack', HACKS, ids=[one['id'] for one in HACKS])
def test_no_hack_is_rewarded_on_math500(
    hack: dict[str, str], math500_rows: list[dict[str, Any]]
) -> None:
    golds = [row['answer'] for row in math500_rows]
    assert rewards_for(hack['response'], golds, [row['problem'] for row in math500_rows]) == []


@pytest.mark.parametrize('language', ['en', 'zh_cn'])
def test_the_page_shows_every_hack(language: str) -> None:
    page = _FILE.parents[2] / 'docs' / language / 'rewards.md'
    rows = [line for line in page.read_text('utf-8').splitlines() if line.startswith('| `')]
    shown = [one['response'].replace('\n', ' ') for one in HACKS]
    assert [row.split('` | ')[0].removeprefix('| `') for row in rows] == shown
