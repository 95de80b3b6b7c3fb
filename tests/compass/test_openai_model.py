"""The API model: what it sends, what it makes of replies, what it refuses beforehand."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from loopback_api import LoopbackAPI
from opencompass.registry import MODELS
from opencompass.utils.prompt import PromptList

from opencompass_math500.compass import MATH500OpenAI
from opencompass_math500.compass.chat_messages import messages_of
from opencompass_math500.compass.openai_model import api_model
from opencompass_math500.endpoint.reply import Reply
from opencompass_math500.endpoint.settings import EndpointSettings
from opencompass_math500.errors import ConfigError, EndpointError, IncompleteRunError

BAD = (400, {'message': 'too long', 'code': 'context_length_exceeded'})
QUOTA = (429, {'message': 'You exceeded your current quota.', 'code': 'insufficient_quota'})


@pytest.fixture(autouse=True)
def no_foreign_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a developer's shell may hold."""
    for name in ('OPENAI_API_KEY', 'OPENAI_BASE_URL', 'OTHER_KEY'):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def api() -> Iterator[LoopbackAPI]:
    with LoopbackAPI(lambda prompt: f'<{prompt}>') as server:
        yield server


def model(api: LoopbackAPI, **changes: Any) -> MATH500OpenAI:
    return MATH500OpenAI('m', base_url=api.url, first_wait=0.01, attempts=2, **changes)


# What is sent -------------------------------------------------------------------------


def test_it_is_built_from_a_config_like_any_model(api: LoopbackAPI) -> None:
    built = MODELS.build(
        {'type': 'opencompass_math500.compass.MATH500OpenAI', 'path': 'm', 'base_url': api.url}
    )
    assert isinstance(built, MATH500OpenAI)
    assert built.is_api
    assert built.generate(['a', 'b'], max_out_len=9) == ['<a>', '<b>']


def test_the_defaults_are_greedy_and_those_of_the_endpoint(api: LoopbackAPI) -> None:
    built = model(api)
    built.generate(['a'], max_out_len=9, stopping_criteria=['Problem:'])
    (request,) = api.requests
    assert (request['temperature'], request['max_tokens']) == (0, 9)
    assert (request['model'], request['stop']) == ('m', ['Problem:'])
    ours = inspect.signature(MATH500OpenAI).parameters
    for name, field in EndpointSettings.__dataclass_fields__.items():
        if name in ours and name not in ('base_url', 'sampling', 'extra_body'):
            assert ours[name].default == field.default


@pytest.mark.parametrize(
    ('given', 'sent'),
    [
        ({'sampling': {'temperature': 0.6, 'top_p': 0.95}}, {'temperature': 0.6, 'top_p': 0.95}),
        ({'sampling': {}}, {}),
        ({'extra_body': {'seed': 7}}, {'temperature': 0, 'seed': 7}),
    ],
    ids=['sampled', "the server's own", 'extra'],
)
def test_sampling_is_sent_as_given(
    given: dict[str, Any], sent: dict[str, Any], api: LoopbackAPI
) -> None:
    model(api, **given).generate(['a'], max_out_len=9)
    (request,) = api.requests
    rest = {k: v for k, v in request.items() if k not in ('model', 'messages', 'max_tokens')}
    assert rest == sent


def test_turns_become_messages_without_a_meta_template_in_the_config(api: LoopbackAPI) -> None:
    turns = PromptList([
        {'section': 'begin', 'pos': 'begin'},
        {'role': 'SYSTEM', 'fallback_role': 'HUMAN', 'prompt': 'Be brief.'},
        {'section': 'begin', 'pos': 'end'},
        {'section': 'round', 'pos': 'begin'},
        {'role': 'HUMAN', 'prompt': 'one'},
        {'role': 'BOT', 'prompt': 'two'},
        {'role': 'HUMAN', 'prompt': '{three}'},
        {'role': 'BOT', 'prompt': ''},
        {'section': 'round', 'pos': 'end'},
    ])  # fmt: skip
    assert model(api).generate_from_template([turns], max_out_len=9) == ['<{three}>']
    assert api.requests[0]['messages'] == [
        {'role': 'system', 'content': 'Be brief.'},
        {'role': 'user', 'content': 'one'},
        {'role': 'assistant', 'content': 'two'},
        {'role': 'user', 'content': '{three}'},
    ]


@pytest.mark.parametrize(
    ('prompt', 'roles'),
    [
        ('text', ['user']),
        ([{'role': 'user', 'content': 'a'}, {'role': 'assistant', 'content': 'b'}],
         ['user', 'assistant']),
        ([[{'role': 'SYSTEM', 'prompt': 's'}], {'role': 'HUMAN', 'prompt': 'a'}],
         ['system', 'user']),
        ([{'role': 'developer', 'content': 'd'}], ['developer']),
    ],
    ids=['text', 'messages', 'begin of a meta template', 'developer'],
)  # fmt: skip
def test_prompts_of_every_shape(prompt: Any, roles: list[str]) -> None:
    assert [message['role'] for message in messages_of(prompt)] == roles


@pytest.mark.parametrize(
    'prompt',
    [[], ['text'], [{'role': 'THOUGHT', 'prompt': 'x'}], [{'role': 'HUMAN'}],
     [{'role': 'HUMAN', 'prompt': None}]],
    ids=str,
)  # fmt: skip
def test_a_part_that_is_no_turn_is_not_dropped_in_silence(prompt: Any) -> None:
    with pytest.raises(ConfigError):
        messages_of(prompt)


# What comes back ----------------------------------------------------------------------


def test_each_reply_is_recorded_with_its_number_and_reasoning_apart(api: LoopbackAPI) -> None:
    api.reasoning = 'Hm.'
    found: dict[int, Reply] = {}
    model(api, concurrency=3).ask(['a', 'b', 'c', 'd'], 9, [], found.__setitem__)
    assert {number: reply.text for number, reply in found.items()} == {
        0: '<a>', 1: '<b>', 2: '<c>', 3: '<d>',
    }  # fmt: skip
    assert {reply.reasoning for reply in found.values()} == {'Hm.'}


def test_a_failed_request_is_never_an_empty_text(api: LoopbackAPI) -> None:
    api.refuse = lambda prompt: BAD if prompt == 'b' else None
    with pytest.raises(IncompleteRunError) as caught:
        model(api).generate(['a', 'b', 'c'], max_out_len=9)
    assert '1 of 3 requests failed (prompt 1: HTTP 400' in caught.value.what
    assert 'too long' in caught.value.what


def test_what_waiting_cannot_mend_stops_it(api: LoopbackAPI) -> None:
    api.refuse = lambda prompt: QUOTA
    with pytest.raises(EndpointError, match='exceeded your current quota'):
        model(api).generate(['a', 'b', 'c'], max_out_len=9)


def test_no_cap_is_an_error(api: LoopbackAPI) -> None:
    with pytest.raises(ConfigError, match='no token cap: set max_out_len'):
        model(api).ask(['a'], None, [], lambda number, reply: None)
    assert api.requests == []


# The key ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    'url', ['http://localhost:1/v1', 'http://127.0.0.1:1/v1', 'http://[::1]:1/v1']
)
def test_an_address_on_this_machine_needs_no_key(url: str) -> None:
    assert MATH500OpenAI('m', base_url=url).key()


def test_the_key_comes_from_the_variable_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('OPENAI_API_KEY', 'sk-one')
    monkeypatch.setenv('OTHER_KEY', ' sk-two\n')
    assert MATH500OpenAI('m').key() == 'sk-one'
    assert MATH500OpenAI('m', key_env='OTHER_KEY').key() == 'sk-two'


@pytest.mark.parametrize('value', ['', 'sk-ö', 'sk two'], ids=['none', 'not ASCII', 'space'])
def test_a_key_that_cannot_be_sent_is_named_by_its_variable(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv('OTHER_KEY', value)
    with pytest.raises(ConfigError, match='OTHER_KEY') as caught:
        MATH500OpenAI('m', base_url='http://localhost.example/v1', key_env='OTHER_KEY').key()
    assert not value or value not in str(caught.value)


def test_the_address_is_the_configs_then_the_environments_then_openais(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert MATH500OpenAI('m').settings.base_url == 'https://api.openai.com/v1'
    monkeypatch.setenv('OPENAI_BASE_URL', 'http://10.0.0.7/v1/')
    assert MATH500OpenAI('m').settings.base_url == 'http://10.0.0.7/v1'
    assert MATH500OpenAI('m', base_url='http://h/v1').settings.base_url == 'http://h/v1'


# Arguments ----------------------------------------------------------------------------

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    'a key': ({'key': 'sk-secret'}, 'takes no key from a config'),
    'a key for its name': ({'key_env': 'sk-secret'}, 'key_env is not the name'),
    'no address': ({'base_url': 'sk-secret'}, 'base_url is no address'),
    'no host': ({'base_url': 'http:///v1'}, 'base_url is no address'),
    'a wrong port': ({'base_url': 'http://u:sk-secret@h:99999/v1'}, 'base_url is no address'),
    'a function': (
        {'base_url': 'http://h/v1/chat/completions'}, 'give what stands before /chat/completions'
    ),
    'the cap as sampling': ({'sampling': {'max_tokens': 9}}, 'max_tokens: set max_out_len'),
    'several choices': ({'extra_body': {'n': 4}}, 'extra_body sets n: set n of the dataset'),
    'prices of nothing': ({'prices': {'prompt': 1}}, 'prices=.* cannot be read'),
    'an unknown price': ({'prices': {'prompt': 1, 'completion': 2, 'x': 3}}, 'cannot be read'),
    'token_parameter': ({'token_parameter': 'tokens'}, "token_parameter='tokens' is unknown"),
    'nobody at a time': ({'concurrency': 0}, 'concurrency=0 is no number of 1 or more'),
    'half a try': ({'attempts': 1.5}, 'attempts=1.5'),
    'no time': ({'timeout': 0}, 'timeout=0 is no number above 0'),
    'endless time': ({'timeout': None}, 'timeout=None is no number above 0'),
    'a rate of nothing': ({'requests_per_minute': 0}, 'requests_per_minute=0'),
    'not a number': ({'patience': float('nan')}, 'patience=nan'),
    'a misspelt argument': ({'temprature': 0}, "unexpected keyword argument 'temprature'"),
}  # fmt: skip


@pytest.mark.parametrize(('given', 'message'), REFUSED.values(), ids=REFUSED)
def test_an_argument_that_cannot_work_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        api_model({'type': 'opencompass_math500.compass.MATH500OpenAI', 'path': 'm', **given})
    assert 'secret' not in str(caught.value)


def test_what_opencompass_keeps_for_itself_is_no_argument() -> None:
    config = {
        'type': MATH500OpenAI, 'path': 'm', 'abbr': 'x', 'max_out_len': 9, 'batch_size': 2,
        'run_cfg': {'num_gpus': 0}, 'pred_postprocessor': {'type': 'x'}, 'max_seq_len': 4096,
    }  # fmt: skip
    assert isinstance(api_model(config), MATH500OpenAI)
    assert api_model({'type': 'opencompass.models.OpenAISDK', 'path': 'm'}) is None
