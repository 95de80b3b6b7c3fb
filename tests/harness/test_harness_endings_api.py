"""How replies ended, through lm-eval's own model classes: endpoints."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from faulty_api import ANSWERS, FaultyAPI, by_item, right_text
from harness_asking import asked, settings
from lm_eval.models.api_models import JsonChatStr
from lm_eval.models.openai_completions import LocalChatCompletion, LocalCompletionsAPI
from loopback import Loopback

from opencompass_math500.endings import Ending
from opencompass_math500.harness.reply_endings import note_endings

pytestmark = pytest.mark.slow


@pytest.fixture(scope='module', autouse=True)
def noted() -> None:
    note_endings()


# What an endpoint can say with status 200 in JSON, as of the reader of our own client.
SAID = [
    name
    for name, row in ANSWERS.items()
    if row.get('status', 200) == 200
    and 'how' not in row
    and ('body' in row or row.get('raw') == 'null')
]
PROMPTS = {f'{name} {"?" * (number % 5)}': name for number, name in enumerate(SAID)}


def wanted(name: str, prompt: str) -> tuple[str, Ending]:
    """What our own client makes of it."""
    row = ANSWERS[name]
    if row['ends'] != 'answered':
        return '', Ending('failed_request')
    usage = row['body'].get('usage', {}).get('completion_tokens')
    said = {'text': '{text}', 'finish_reason': 'stop', 'tokens': usage} | row['reply']
    return said['text'].replace('{text}', right_text(prompt)), Ending(
        said['finish_reason'], said['tokens']
    )


def chat(prompt: str) -> Any:
    return JsonChatStr(json.dumps([{'role': 'user', 'content': prompt}]))


def client(cls: Any, url: str, concurrent: int, **options: Any) -> Any:
    return cls(
        base_url=url, model='m', num_concurrent=concurrent, max_retries=2, timeout=20, **options
    )


def test_the_schedule_has_every_kind() -> None:
    kinds = {'null-stop', 'truncated', 'filtered-text', 'reasoning-only', 'empty-choices',
             'no-choices', 'parts', 'abort', 'finish-null', 'no-usage', 'json-null', 'ok',
             'empty-length', 'sensitive', 'refusal'}  # fmt: skip
    assert kinds <= set(SAID)


@pytest.mark.parametrize('concurrent', [1, 4], ids='{} at a time'.format)
@pytest.mark.parametrize('seed', range(3), ids='order {}'.format)
def test_each_reply_of_a_chat_endpoint_has_its_own_ending(concurrent: int, seed: int) -> None:
    order = random.Random(seed).sample(sorted(PROMPTS), len(PROMPTS))
    with FaultyAPI(by_item(PROMPTS)) as api:
        lm = client(LocalChatCompletion, f'{api.url}/chat/completions', concurrent)
        texts, endings = asked(lm, *[(chat(prompt), settings(64)) for prompt in order])
    found = dict(zip(order, zip(texts, endings, strict=True), strict=True))
    assert found == {prompt: wanted(PROMPTS[prompt], prompt) for prompt in order}


@pytest.mark.parametrize('concurrent', [1, 4], ids='{} at a time'.format)
def test_several_replies_to_one_prompt(concurrent: int) -> None:
    """Asked together, the first to come need not be the first that was asked for."""
    names = ['truncated', 'filtered-text', 'ok', 'null-stop', 'empty-length', 'sensitive']
    with FaultyAPI(lambda item, nth: names[nth]) as api:
        lm = client(LocalChatCompletion, f'{api.url}/chat/completions', concurrent)
        texts, endings = asked(lm, *[(chat('one'), settings(64))] * len(names))
    pairs = sorted(zip(texts, endings, strict=True), key=repr)
    assert pairs == sorted([wanted(name, 'one') for name in names], key=repr)


def test_a_request_that_is_sent_again_has_the_ending_of_its_reply() -> None:
    plan = {'a': ['500', 'truncated'], 'bb': ['ok'], 'ccc': ['503', 'filtered-text']}
    with FaultyAPI(lambda item, nth: plan[item][nth]) as api:
        lm = client(LocalChatCompletion, f'{api.url}/chat/completions', 4)
        _, endings = asked(lm, *[(chat(prompt), settings(64)) for prompt in plan])
    assert [end.finish_reason for end in endings] == ['length', 'stop', 'content_filter']


def test_what_lm_eval_is_to_take_off_is_taken_off() -> None:
    with FaultyAPI() as api:
        lm = client(
            LocalChatCompletion, f'{api.url}/chat/completions', 1, think_end_token=' answer to '
        )
        given = asked(lm, (chat('one'), settings(64)))
    assert given == ([right_text('one').split(' answer to ')[1]], [Ending('stop', 7)])


def test_why_a_request_counts_as_failed_is_said_without_the_key(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv('OPENAI_API_KEY', 'sk-secret-12345')
    with FaultyAPI(lambda item, nth: '200-error-429') as api:
        lm = client(LocalChatCompletion, f'{api.url}/chat/completions', 1)
        assert asked(lm, (chat('one'), settings(64)))[1] == [Ending('failed_request')]
    (line,) = [row for row in capsys.readouterr().err.splitlines() if row.startswith('math500: ')]
    assert line == (
        "math500: a request counts as failed: the reply holds no choice: {'error': "
        "{'code': 429, 'message': 'slow down ***'}}"
    )


# What a completions endpoint says of a prompt: text, finish reason, tokens.
COMPLETED: dict[str, tuple[str, str | None, int]] = {
    'a': ('one', 'stop', 3),
    'bb': ('', 'stop', 1),
    'ccc': ('cut', 'length', 9),
    'dddd': ('part', 'abort', 4),
    'eeeee': ('text', None, 5),
}


@dataclass
class Completions(Loopback):
    """``POST /v1/completions``, several prompts at once if need be, last choice first."""

    seen: list[Any] = field(default_factory=list)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        seen = self.seen

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
                asked_for = request['prompt']
                prompts = [asked_for] if isinstance(asked_for, str) else asked_for
                seen.append(prompts)
                choices = [
                    {'index': n, 'text': COMPLETED[one][0], 'finish_reason': COMPLETED[one][1]}
                    for n, one in enumerate(prompts)
                ][::-1]
                used = {'completion_tokens': sum(COMPLETED[one][2] for one in prompts)}
                self.send_response(200)
                self.send_header('Content-Type', 'application/json')
                self.end_headers()
                self.wfile.write(json.dumps({'choices': choices, 'usage': used}).encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


@pytest.mark.parametrize(('concurrent', 'batch'), [(1, 1), (4, 1), (1, 2), (4, 2)])
def test_a_completions_endpoint(concurrent: int, batch: int) -> None:
    with Completions() as api:
        lm = client(
            LocalCompletionsAPI, f'{api.origin}/v1/completions', concurrent,
            tokenizer_backend='none', batch_size=batch,
        )  # fmt: skip
        texts, endings = asked(lm, *[(prompt, settings(64)) for prompt in COMPLETED])
    assert texts == [text for text, _, _ in COMPLETED.values()]
    reasons = ['stop', 'stop', 'length', 'failed_request', None]
    assert [end.finish_reason for end in endings] == reasons
    alone = {one for prompts in api.seen if len(prompts) == 1 for one in prompts}
    # One count stands for all replies of a body: whose it is cannot be told.
    assert [end.tokens for end in endings] == [
        COMPLETED[prompt][2] if prompt in alone else None for prompt in COMPLETED
    ]
    assert max(len(prompts) for prompts in api.seen) == batch
