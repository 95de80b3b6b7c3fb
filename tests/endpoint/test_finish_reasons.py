"""Finish reasons: one list of every vendor's words, which all that reads them shares."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest

from opencompass_math500.endings import (
    FINISH_FILE,
    Meaning,
    ending_of_completion,
    meaning_of,
    shared_reason,
)
from opencompass_math500.grading import grade

LINES = [
    tuple(line.split('\t'))
    for line in (files('opencompass_math500') / 'data' / FINISH_FILE)
    .read_text(encoding='utf-8')
    .splitlines()
    if not line.startswith('#')
]
WORDS = {line[0]: line[1] for line in LINES}


def test_every_word_stands_once_with_its_meaning_and_source() -> None:
    assert all(len(line) == 3 and all(line) for line in LINES)
    assert len(WORDS) == len(LINES)
    assert set(WORDS.values()) == set(get_args(Meaning))
    assert all(re.fullmatch('[a-z_]+', word) for word in WORDS)


@pytest.mark.parametrize('word', WORDS)
def test_no_case_and_no_enum_hides_a_word(word: str) -> None:
    camel = ''.join(part.capitalize() for part in word.split('_'))
    spellings = [
        word, word.upper(), word.capitalize(), word.replace('_', '-'), camel,
        camel[0].lower() + camel[1:], f'FinishReason.{word.upper()}',
        f'FINISH_REASON_{word.upper()}', f'stop_reason: {word}', f' {word} ',
    ]  # fmt: skip
    assert {meaning_of(spelling) for spelling in spellings} == {WORDS[word]}


@pytest.mark.parametrize(
    'word', [None, '', 'FINISH_REASON_UNSPECIFIED', 'unknown', 'unload', 'stop it', 'x' * 10_000]
)
def test_a_word_that_says_nothing_means_nothing(word: str | None) -> None:
    assert meaning_of(word) is None


def test_records_name_the_ending_as_most_endpoints_do() -> None:
    shared = [shared_reason(word) for word in ('end_turn', 'MAX_TOKENS', 'SAFETY', 'abort')]
    assert shared == ['stop', 'length', 'content_filter', 'failed_request']
    assert [shared_reason(word) for word in ('tool_calls', 'own', '', None, 3)] == [
        'tool_calls', 'own', None, None, None
    ]  # fmt: skip
    assert ending_of_completion('FINISH_LENGTH', 3).finish_reason is None
    assert ending_of_completion('abort', 3).finish_reason is None


OUTCOMES = {
    'stop': ('no_answer', False),
    'tool': ('no_answer', False),
    'length': ('truncated', True),
    'failed': ('truncated', True),
    'filter': ('content_filter', True),
}


@pytest.mark.parametrize('word', sorted(set(WORDS) - {'failed_request'}))
def test_every_word_counts_in_the_verdict(word: str) -> None:
    verdict = grade(response='Then we add and', gold='5', finish_reason=word.upper())
    assert (verdict.outcome, verdict.was_cut) == OUTCOMES[WORDS[word]]
    committed = grade(response=r'It is $\boxed{5}$.', gold='5', finish_reason=word)
    assert committed.is_correct
    assert committed.was_cut == OUTCOMES[WORDS[word]][1]


def test_a_reply_that_broke_before_its_first_word_is_a_failed_request() -> None:
    assert grade(response=' ', gold='5', finish_reason='abort').outcome == 'failed_request'
    assert grade(response=' ', gold='5', finish_reason='MAX_TOKENS').outcome == 'truncated'


def test_nobody_else_keeps_a_list() -> None:
    package = Path(str(files('opencompass_math500')))
    others = [
        path.name
        for path in package.rglob('*.py')
        if re.search(r"'(?:model_length|end_turn|abort|eos_token)'", path.read_text('utf-8'))
    ]
    assert others == []
