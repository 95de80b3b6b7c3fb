"""Rewards: shapes that trainers hand over, what is undecided, and what is refused."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from typing import Any

import pytest

from opencompass_math500.errors import MalformedData
from opencompass_math500.grading.symbolic import fallback
from opencompass_math500.rewards import (
    RewardServer,
    answer_reward,
    compute_score,
    compute_scores,
    reward_func,
    rewarded,
)

RIGHT, WRONG = 'So it is \\boxed{\\frac{1}{2}}.', 'So it is \\boxed{2}.'
NO_SYMPY = 'opencompass_math500.no_such_room'
# Only sympy decides this one, and where it cannot run nothing does.
HARD = '\\boxed{\\int_0^\\infty x e^{-x} \\, dx}'


def turn(content: Any, role: str = 'assistant') -> dict[str, Any]:
    return {'role': role, 'content': content}


SHAPES = {
    'text': RIGHT,
    'chat': [turn(RIGHT)],
    'parts': [turn([{'type': 'text', 'text': 'So '}, {'type': 'text', 'text': '\\boxed{0.5}'}])],
    'after a tool': [turn(None), turn('0.7', 'tool'), turn(RIGHT)],
    'the last turn counts': [turn(WRONG), turn('Check it.', 'user'), turn(RIGHT)],
}


@pytest.mark.parametrize('completion', SHAPES.values(), ids=SHAPES)
def test_every_shape_of_a_completion(completion: Any) -> None:
    assert answer_reward([completion], ['0.5']) == [1.0]
    assert answer_reward([completion], ['7']) == [0.0]


def test_columns_and_the_trainers_own_arguments() -> None:
    """TRL hands over all that it has, by name."""
    logged: dict[str, Any] = {}
    found = answer_reward(
        prompts=['What is half of 1?'] * 3,
        completions=[RIGHT, WRONG, 'I cannot say.'],
        completion_ids=[[1], [2], [3]],
        gold=['0.5'] * 3,
        problem=['What is half of 1?'] * 3,
        trainer_state=object(),
        log_extra=logged.__setitem__,
        log_metric=logged.__setitem__,
    )
    assert found == [1.0, 0.0, 0.0]
    assert logged == {
        'outcome': ['correct', 'incorrect', 'no_answer'],
        'answer': ['\\frac{1}{2}', '2', ''],
        'math500/undecided': 0.0,
    }


@pytest.fixture
def without_sympy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fallback, 'worker', fallback.Worker(NO_SYMPY))


@pytest.mark.usefixtures('without_sympy')
def test_what_the_judge_cannot_decide_is_none_and_not_wrong() -> None:
    assert answer_reward([HARD, RIGHT], ['1', '0.5']) == [None, 1.0]
    score = compute_score('mine', HARD, '1')
    assert (score['score'], score['undecided'], score['outcome']) == (0.0, 1.0, 'timeout')


def test_a_gold_that_cannot_be_read_is_the_datas_fault(capsys: pytest.CaptureFixture[str]) -> None:
    gold = '\\frac{3'
    assert answer_reward([RIGHT] * 2, [gold] * 2) == [None, None]
    (line,) = capsys.readouterr().err.splitlines()
    assert 'the gold cannot be read, mend the data' in line


def test_no_completions_no_rewards() -> None:
    assert answer_reward([], []) == []
    assert compute_scores([], [], []) == []


@pytest.mark.parametrize(
    ('completions', 'golds', 'message'),
    [
        ([RIGHT], ['1', '2'], '1 completions, but golds: 2'),
        ([RIGHT], '1', '1 completions, but golds: one text'),
        ([RIGHT, 5], ['1', '2'], 'completion 1 is int'),
        ([[turn(5)]], ['1'], 'completion 0 has content of type int'),
        ([RIGHT], [None], 'the gold of completion 0 is None'),
        ([RIGHT], [0.5], 'the gold of completion 0 is 0.5'),
        ([RIGHT], [' '], "the gold of completion 0 is ' '"),
        ([RIGHT], [['1']], r"the gold of completion 0 is \['1'\]"),
    ],
)
def test_what_is_refused_is_named(completions: Any, golds: Any, message: str) -> None:
    with pytest.raises(MalformedData, match=message):
        rewarded(completions, golds)


@pytest.mark.parametrize('gold', [12, '12', ' 12 ', '$12$'])
def test_golds_of_datasets(gold: Any) -> None:
    assert rewarded(['\\boxed{12}'], [gold])[0].reward == 1.0


# -- verl -------------------------------------------------------------------------------


def test_verl_gets_numbers_and_words() -> None:
    assert compute_score('math', RIGHT, '0.5', {'index': 3}) == {
        'score': 1.0, 'acc': 1.0, 'undecided': 0.0, 'outcome': 'correct', 'pred': '\\frac{1}{2}',
    }  # fmt: skip


def test_verls_batch_is_its_single_scores() -> None:
    solutions, golds = [RIGHT, WRONG, '', HARD], ['0.5', '0.5', '1', '1']
    infos = [{'problem': 'Which?'}, None, {}, {'question': 'Which?'}]
    batch = compute_scores(['math'] * 4, solutions, golds, infos)
    assert batch == [
        compute_score('math', solution, gold, info)
        for solution, gold, info in zip(solutions, golds, infos, strict=True)
    ]
    assert len({tuple(sorted(one)) for one in batch}) == 1  # verl wants the same keys of all


def test_the_problem_decides_where_it_is_known() -> None:
    """What is asked in percent is answered in percent."""
    problem = 'What percent of 8 is 2? Give the percent.'
    plain = compute_score('math', '\\boxed{25\\%}', '25', {'problem': problem})
    assert plain['score'] == 1.0


# -- OpenRLHF ---------------------------------------------------------------------------

PROMPT = '<|user|>What is half of 1?<|assistant|>'


def test_openrlhf_gets_tensors() -> None:
    found = reward_func([PROMPT + RIGHT, PROMPT + WRONG], [PROMPT] * 2, ['0.5'] * 2, extra=1)
    assert found['rewards'].tolist() == found['scores'].tolist() == [1.0, 0.0]
    assert found['extra_logs']['undecided'].tolist() == [0.0, 0.0]


def test_a_prompt_is_no_part_of_the_answer() -> None:
    """Its problem holds a box of its own."""
    prompt = 'Which number is in \\boxed{5}?'
    assert reward_func([prompt + 'None.'], [prompt], ['5'])['rewards'].tolist() == [0.0]
    with pytest.raises(MalformedData, match='query 1 does not begin with its prompt'):
        reward_func([PROMPT + RIGHT, RIGHT], [PROMPT] * 2, ['0.5'] * 2)


def asked(url: str, body: bytes) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body), timeout=60) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_the_server_answers_and_refuses() -> None:
    sent = {'query': [PROMPT + RIGHT], 'prompts': [PROMPT], 'labels': ['0.5']}
    with RewardServer(port=0) as server:
        status, reply = asked(server.url, json.dumps(sent).encode())
        assert (status, reply['rewards'], reply['extra_logs']) == (200, [1.0], {'undecided': [0.0]})
        for body, message in [
            (b'{', 'the request is no JSON'),
            (b'[' * 100_000, 'the request is no JSON'),
            (b'[]', 'no list "query"'),
            (b'{"query": [5], "prompts": ["a"], "labels": ["1"]}', 'more than texts'),
            (b'{"query": ["a"], "prompts": ["a"]}', 'no list "labels"'),
            (b'{"query": ["a"], "prompts": ["a"], "labels": [null]}', 'the gold of completion 0'),
        ]:
            status, reply = asked(server.url, body)
            assert status == 400
            assert message in reply['error']


def test_importing_rewards_is_light() -> None:
    code = (
        'import sys, opencompass_math500.rewards\n'
        "print({'torch', 'trl', 'verl', 'numpy', 'sympy', 'opencompass'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, check=True)
    assert done.stdout == 'set()\n'
