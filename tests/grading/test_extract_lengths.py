"""Extraction of texts of any length: hostile ones cost milliseconds, and the last box is found."""

from __future__ import annotations

import pytest
from own_time import own_time

from opencompass_math500.grading.extraction.extract import extract
from opencompass_math500.grading.extraction.implicit import MAX_READ

HOSTILE = {
    'open braces': '{' * 10_000,
    'open boxes': r'\boxed{' * 14_000,
    'nested boxes': r'\boxed{' * 10_000 + '5' + '}' * 10_000,
    'box of open braces': r'\boxed{' + '{' * 10_000,
    'mangled boxes': '\x08oxed{' * 14_000,
    'backslashes': '\\' * 100_000,
    'dollars': '$' * 100_000,
    'open displays': r'\[' * 50_000,
    'asterisks': '*' * 100_000,
    'newlines': '\n' * 100_000,
    'spaces': ' ' * 100_000,
    'full stops': '. ' * 50_000,
    'table': '|' * 100_000,
    'answers': 'answer is ' * 10_000,
    'labels': 'Answer: ** ' * 9_000,
    'questions': 'Problem:\n' * 11_000,
    'thoughts': '<think>' * 14_000,
    'wrong closes': '<answer> 5 </think> ' * 9_000,
    'open tags': '<answer>' * 20_000,
    'restated': '\\boxed{5}\nagain\nProblem: a b c\n\n' * 5_000,
    'open fences': '```python\n\n' * 15_000,
    'labels of a thought': '<think>' + 'Answer:\n' * 15_000,
    'dollars in a box': '\\boxed{' + '$' * 60_000 + '}',
    'far box': '\\boxed{9}' + 'x' * 900_000,
    'turns': '<|im_start|>' * 8_000,
    'fences': '```\n' * 25_000,
    'keys': '"answer": "' * 9_000,
    'tags': '<answer>' * 12_000,
    'null bytes': '\x00' * 100_000,
    'surrogates': '\ud800' * 100_000,
    'digits': '1' * 100_000,
    'commas': '1, ' * 33_000,
    'words': 'therefore the area is not ' * 4_000,
}


@pytest.mark.parametrize('text', HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_costs_milliseconds(text: str) -> None:
    extract('warm up: the answer is 5')
    with own_time() as spent:
        extract(text)
        extract(text + ' The answer is')
    # Each takes well under 50 ms; ten times that leaves room for a slow machine and
    # still fails on anything quadratic (seconds).
    assert spent.seconds < 1.0


def test_the_last_box_is_found_in_any_length() -> None:
    assert extract('a' * 500_000 + r'\boxed{5}').answer == '5'
    assert extract(r'\boxed{5}' + ' ab' * MAX_READ).answer == '5'
    assert extract(r'\boxed{4} no. ' * 5_000 + r'\boxed{5}').answer == '5'
    assert extract(r'\boxed{5}' + ' and so on' * 40_000).answer == '5'
    assert extract(r'<think>\boxed{5}' + ' and so on' * 40_000).answer is None
    assert extract(r'<think>\boxed{5}' + ' and so on' * 40_000 + '</think> So we').answer is None


@pytest.mark.parametrize(
    ('opening', 'answer', 'outcome'),
    [('<think>', None, 'truncated'), ('<think>so</think>', '5', None), ('', '5', None)],
    ids=['open', 'closed', 'none'],
)
def test_a_thought_that_was_opened_long_ago_is_still_open(
    opening: str, answer: str | None, outcome: str | None
) -> None:
    # A cut one: where nothing cut it, the answer in which an open thought ends counts.
    response = opening + 'Wait. ' * 60_000 + 'So it is $\\boxed{5}$.'
    found = extract(response, finish_reason='length')
    assert (found.answer, found.outcome) == (answer, outcome)
