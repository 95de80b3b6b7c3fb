"""The canned replies are what they are called, and the server plays each to its problem."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from canned import CANNED, Canned, CannedAPI, canned_problems, write_problems

from opencompass_math500 import grade, load_problems

OUTCOMES = {
    'right, boxed': 'correct',
    'right, in words': 'correct',
    'wrong': 'incorrect',
    'empty': 'empty_response',
    'thought only': 'empty_response',
    'truncated': 'truncated',
    'filtered': 'content_filter',
    'failed': 'failed_request',
}


def ask(url: str, text: str, **others: Any) -> tuple[int, dict[str, Any]]:
    body = {'model': 'canned', 'messages': [{'role': 'user', 'content': text}], **others}
    request = urllib.request.Request(
        f'{url}/chat/completions',
        json.dumps(body).encode(),
        {'Content-Type': 'application/json'},
    )
    try:
        with urllib.request.urlopen(request) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.mark.parametrize('canned', CANNED, ids=lambda canned: canned.name)
def test_each_reply_is_played_to_its_problem_and_graded_as_what_it_is(canned: Canned) -> None:
    problem = next(one for one in canned_problems() if one.unique_id == canned.problem)
    with CannedAPI() as api:
        status, reply = ask(api.url, f'{problem.problem}\nAnswer in a box.')
    assert status == canned.status
    finish, text = 'failed_request', ''
    if status == 200:
        (choice,) = reply['choices']
        finish, text = choice['finish_reason'], choice['message']['content']
    verdict = grade(response=text, gold=problem.answer, finish_reason=finish)
    assert verdict.outcome == OUTCOMES[canned.name]


def test_several_samples_are_the_same_reply_as_often() -> None:
    with CannedAPI() as api:
        _, reply = ask(api.url, canned_problems()[0].problem, n=3)
    assert [one['index'] for one in reply['choices']] == [0, 1, 2]
    assert {one['message']['content'] for one in reply['choices']} == {
        r'So the value is $\boxed{5}$.'
    }


def test_of_a_prompt_with_worked_examples_the_last_problem_is_answered() -> None:
    first, second, *_ = canned_problems()
    with CannedAPI() as api:
        _, reply = ask(api.url, f'{second.problem}\n13\n\n{first.problem}')
    assert reply['choices'][0]['message']['content'] == r'So the value is $\boxed{5}$.'


def test_what_is_no_sample_problem_is_refused() -> None:
    with CannedAPI() as api:
        assert ask(api.url, 'What is 2 + 2?')[0] == 404


def test_the_problems_are_written_as_the_hub_has_them(tmp_path: Path) -> None:
    read = load_problems(write_problems(tmp_path / 'canned.jsonl'), custom=True)
    assert [problem.unique_id for problem in read] == [one.problem for one in CANNED]


def test_several_replies_to_one_problem_are_played_in_turn() -> None:
    name = canned_problems()[0].unique_id
    several = (Canned('first', name, 'It is {gold}.'), Canned('second', name, 'It is {wrong}.'))
    with CannedAPI(replies=several) as api:
        replies = [ask(api.url, canned_problems()[0].problem)[1] for _ in range(3)]
    texts = [one['choices'][0]['message']['content'] for one in replies]
    assert texts == ['It is 5.', 'It is 6.', 'It is 5.']


def test_reasoning_is_given_apart_and_counted() -> None:
    name = canned_problems()[0].unique_id
    with CannedAPI(
        replies=[Canned('apart', name, 'It is {gold}.', reasoning='8 - 3 is {gold}.')]
    ) as api:
        _, reply = ask(api.url, canned_problems()[0].problem)
    assert reply['choices'][0]['message']['reasoning_content'] == '8 - 3 is 5.'
    assert reply['usage']['completion_tokens'] == 8
