"""What is sent, and how an endpoint's refusal of a parameter changes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from endpoint_runs import KEY, ask, question, settings
from faulty_api import FaultyAPI, right_text

from opencompass_math500.endpoint.client import Endpoint
from opencompass_math500.endpoint.reply import Question


@pytest.mark.parametrize('stream', [False, True], ids=['whole', 'stream'])
def test_refused_parameters_are_left_out(stream: bool, tmp_path: Path) -> None:
    refused = frozenset({'temperature', 'max_tokens', 'stop'})
    with FaultyAPI(refused=refused, slow=0.05) as api:
        given = settings(
            api.url,
            tmp_path,
            concurrency=8,
            stream=stream,
            sampling={'temperature': 0, 'top_p': 0.5},
            extra_body={'top_k': 3},
        )
        endpoint, replies = Endpoint(given, KEY), []
        with_stop = [Question(i, question(i).messages, 64, stop=['Q:']) for i in range(20)]
        endpoint.ask_all(with_stop, lambda q, r: replies.append((q.index, r)))
    assert sorted(index for index, _ in replies) == list(range(20))
    for index, reply in replies:
        assert reply.text == right_text(f'q{index}')
        assert reply.sampling == {'top_p': 0.5, 'top_k': 3, 'max_completion_tokens': 64}
    assert sum(reply.attempts for _, reply in replies) == api.total
    assert api.total <= 20 + 8 * 3


def test_a_parameter_of_extra_body_is_meant(tmp_path: Path) -> None:
    with FaultyAPI(refused=frozenset({'thinking'})) as api:
        run = ask(settings(api.url, tmp_path, extra_body={'thinking': True}), [1])
    assert run.replies[1].failed
    assert "'thinking' is not supported" in run.replies[1].error
    assert api.total == 1


def test_both_names_of_the_cap_refused_is_an_end(tmp_path: Path) -> None:
    with FaultyAPI(refused=frozenset({'max_tokens', 'max_completion_tokens'})) as api:
        run = ask(settings(api.url, tmp_path, concurrency=1), [1])
    assert run.replies[1].failed
    assert (run.replies[1].attempts, api.total) == (2, 2)


@pytest.mark.parametrize(
    ('model', 'parameter', 'name'),
    [
        ('gpt-4.1', 'auto', 'max_tokens'),
        ('gpt-5-mini', 'auto', 'max_completion_tokens'),
        ('gpt-6-luna', 'auto', 'max_completion_tokens'),
        ('gpt-35-turbo', 'auto', 'max_tokens'),
        ('openai/o3', 'auto', 'max_completion_tokens'),
        ('deepseek-chat', 'max_completion_tokens', 'max_completion_tokens'),
        ('o1', 'max_tokens', 'max_tokens'),
    ],
)
def test_what_is_sent_is_what_is_recorded(
    model: str, parameter: Any, name: str, tmp_path: Path
) -> None:
    with FaultyAPI() as api:
        given = settings(
            api.url, tmp_path, model=model, token_parameter=parameter, extra_body={'top_k': 1}
        )
        reply = ask(given, [1]).replies[1]
    sent = dict(api.requests[0])
    assert (sent.pop('model'), sent.pop('messages')) == (model, list(question(1).messages))
    assert sent == {'temperature': 0, name: 64, 'top_k': 1}
    assert dict(reply.sampling) == sent
