"""The lm-eval tasks at endpoints: what is sent, and that no fault passes for an answer."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import requests
from faulty_api import FaultyAPI, Schedule, always, at_first, by_item
from harness_runs import answered, boxed, evaluated, samples_of, task_manager
from lm_eval.loggers import EvaluationTracker

from opencompass_math500.dataset import load_problems
from opencompass_math500.errors import ConfigError
from opencompass_math500.harness.hidden_key import hidden
from opencompass_math500.prompts import TEMPLATES

pytestmark = pytest.mark.slow

PROBLEMS = list(load_problems('sample'))
KEY = 'sk-of-the-tests'
PROMPTS = [TEMPLATES['0shot_cot'].question.replace('{problem}', p.problem) for p in PROBLEMS]
AT_A_TIME = pytest.mark.parametrize('concurrent', [1, 4], ids='{} at a time'.format)


# What is sent ---------------------------------------------------------------------------


@AT_A_TIME
@pytest.mark.parametrize(
    ('task', 'template', 'stop'),
    [('math500', '0shot_cot', []), ('math500_4shot', '4shot_chat', ['Problem:'])],
)
def test_the_request_is_this_and_nothing_else(
    task: str, template: str, stop: list[str], concurrent: int
) -> None:
    _, sent = answered(boxed(), task, limit=3, arguments=f'num_concurrent={concurrent}')
    given = {'model': 'm', 'max_tokens': 4096, 'temperature': 0.0, 'stop': stop, 'seed': 1234}
    wanted = [
        {'messages': TEMPLATES[template].render(problem.problem), **given}
        for problem in PROBLEMS[:3]
    ]
    assert sorted(sent, key=repr) == sorted(wanted, key=repr)


def test_settings_are_sent_as_they_are() -> None:
    settings = {'max_gen_toks': 77, 'temperature': 0.6, 'top_p': 0.9, 'until': ['END']}
    _, sent = answered(boxed(), limit=1, gen_kwargs=settings)
    (request,) = sent
    assert {name: value for name, value in request.items() if name != 'messages'} == {
        'model': 'm', 'max_tokens': 77, 'temperature': 0.6, 'stop': ['END'], 'seed': 1234,
        'top_p': 0.9,
    }  # fmt: skip


# What comes back ------------------------------------------------------------------------

# The verdict, the finish reason and the tokens that the log has for an endpoint's reply.
GRADED: dict[str, tuple[str, str | None, int | None]] = {
    'ok': ('incorrect', 'stop', 7),
    'parts': ('incorrect', 'stop', 7),
    'reasoning': ('incorrect', 'stop', 70),
    'finish-null': ('incorrect', None, 7),
    'no-usage': ('incorrect', 'stop', None),
    'usage-of-another-shape': ('incorrect', 'stop', None),
    'refusal': ('no_answer', 'stop', 7),
    'truncated': ('truncated', 'length', 7),
    'model_length': ('truncated', 'length', 7),
    'empty-length': ('truncated', 'length', 7),
    'filtered-text': ('content_filter', 'content_filter', 7),
    'sensitive': ('content_filter', 'content_filter', 7),
    'empty-stop': ('empty_response', 'stop', 7),
    'null-stop': ('empty_response', 'stop', 7),
    'reasoning-only': ('empty_response', 'stop', 7),
    'content-of-another-shape': ('empty_response', 'stop', 7),
    'no-choices': ('failed_request', 'failed_request', None),
    'empty-choices': ('failed_request', 'failed_request', None),
    'choices-of-another-shape': ('failed_request', 'failed_request', None),
    'choice-without-message': ('failed_request', 'failed_request', None),
    'json-list': ('failed_request', 'failed_request', None),
    'json-null': ('failed_request', 'failed_request', None),
    '200-error-402': ('failed_request', 'failed_request', None),
    '200-choice-error': ('failed_request', 'failed_request', None),
    'abort': ('failed_request', 'failed_request', None),
    'insufficient_system_resource': ('failed_request', 'failed_request', None),
}
PLAN = by_item(dict(zip(PROMPTS, GRADED, strict=False)))


@AT_A_TIME
def test_what_is_no_answer_is_said_to_be_what_it_is(concurrent: int) -> None:
    with FaultyAPI(PLAN) as api:
        results = evaluated(api.url, limit=len(GRADED), arguments=f'num_concurrent={concurrent}')
    assert api.total == len(GRADED)
    rows = [row['doc']['math500'] for row in samples_of(results)]
    said = [[(r['verdict'], r['finish_reason'], r['response_tokens']) for r in row] for row in rows]
    assert dict(zip(GRADED, said, strict=True)) == {name: [one] for name, one in GRADED.items()}
    assert all(row[0]['reason'] for row in rows)
    metrics = results['results']['math500']
    assert metrics['sample_len'] == len(GRADED)
    verdicts = [verdict for verdict, _, _ in GRADED.values()]
    for verdict in set(verdicts) - {'incorrect'}:
        assert metrics[f'{verdict},none'] == verdicts.count(verdict)
    assert metrics['unknown_ending,none'] == 1


# What ends the run ------------------------------------------------------------------------

ENDS: dict[str, Schedule] = {
    name: by_item({PROMPTS[1]: name})
    for name in ('401', '404-model', '402', '429', '500', '503-empty', '400-context', '422',
                 'html-200', 'cut-json', 'unasked-stream', 'reset', 'short-body', 'hang')
}  # fmt: skip
ERRORS = (
    requests.RequestException,
    aiohttp.ClientError,
    json.JSONDecodeError,
    asyncio.TimeoutError,  # another than the built-in one before Python 3.11
)


@AT_A_TIME
@pytest.mark.parametrize('name', ENDS)
def test_no_result_where_an_endpoint_gives_no_reply(name: str, concurrent: int) -> None:
    """lm-eval ends the run with the error, whatever it is: there is no score to misread."""
    # Time for the others is none that a busy machine may need.
    arguments = f'num_concurrent={concurrent},timeout={2 if name == "hang" else 20}'
    with FaultyAPI(ENDS[name]) as api, pytest.raises(ERRORS):
        evaluated(api.url, limit=3, arguments=arguments)
    assert api.counts[PROMPTS[1]] == 1


def test_what_passes_by_itself_is_asked_again() -> None:
    with FaultyAPI(at_first('500')) as api:
        results = evaluated(api.url, limit=1, arguments='max_retries=2')
    assert api.total == 2
    assert results['results']['math500']['failed_request,none'] == 0
    assert results['results']['math500']['unknown_ending,none'] == 0


@AT_A_TIME
def test_a_run_that_an_error_ended_goes_on_from_its_cache(concurrent: int, tmp_path: Path) -> None:
    """Nothing that was answered is asked again, and how it ended is still known."""
    arguments = f'num_concurrent={concurrent}'
    options: Any = {'use_cache': str(tmp_path / 'replies'), 'arguments': arguments, 'limit': 3}
    plan = {PROMPTS[0]: 'truncated', PROMPTS[1]: 'filtered-text', PROMPTS[2]: '500'}
    with FaultyAPI(by_item(plan)) as api:
        with pytest.raises(ERRORS, match='500'):
            evaluated(api.url, **options)
        before = dict(api.counts)
        api.mended = True
        results = evaluated(api.url, **options)
        kept = {item for item in before if api.counts[item] == before[item]}
    found = {PROMPTS[n]: row['doc']['math500'][0] for n, row in enumerate(samples_of(results))}
    assert found.keys() == set(PROMPTS[:3])
    for prompt, reason in zip(PROMPTS, ('length', 'content_filter', 'stop'), strict=False):
        assert found[prompt]['finish_reason'] == (reason if prompt in kept else 'stop')
    assert results['results']['math500']['unknown_ending,none'] == 0
    if concurrent == 1:
        assert kept == set(PROMPTS[:2])


# Several replies to a problem -----------------------------------------------------------


def sampled(api: FaultyAPI, **options: Any) -> Any:
    return evaluated(api.url, limit=2, manager=task_manager(n=3), **options)


def test_several_replies_under_one_seed_are_refused_before_anything_is_asked() -> None:
    with FaultyAPI(always('ok')) as api:
        with pytest.raises(ConfigError) as caught:
            sampled(api, gen_kwargs={'temperature': 0.6})
        assert api.total == 0
    (line,) = str(caught.value).splitlines()
    assert 'math500_n=3' in line and 'seed=None' in line


def test_nor_at_a_completions_endpoint() -> None:
    """Without a chat template the task cannot see that it is asked of an endpoint."""
    with FaultyAPI(always('ok')) as api, pytest.raises(ConfigError, match='seed=None'):
        sampled(
            api,
            task='math500_4shot',
            model='local-completions',
            path='/completions',
            arguments='tokenizer_backend=none',
            gen_kwargs={'temperature': 0.6, 'do_sample': True},
        )
    assert api.total == 0


@AT_A_TIME
def test_several_replies_without_a_seed(concurrent: int) -> None:
    names = ('truncated', 'filtered-text', 'ok')
    with FaultyAPI(lambda item, nth: names[nth]) as api:
        results = sampled(
            api,
            gen_kwargs={'temperature': 0.6, 'seed': None},
            arguments=f'num_concurrent={concurrent}',
        )
    assert api.counts == {PROMPTS[0]: 3, PROMPTS[1]: 3}
    assert {request['seed'] for request in api.requests} == {None}
    for row in samples_of(results):
        pairs = {(grade['verdict'], grade['finish_reason']) for grade in row['doc']['math500']}
        assert pairs == {
            ('truncated', 'length'), ('content_filter', 'content_filter'), ('incorrect', 'stop')
        }  # fmt: skip
        for text, grade in zip(row['resps'][0], row['doc']['math500'], strict=True):
            assert (text == 'half an ans') == (grade['finish_reason'] == 'length')


# The key --------------------------------------------------------------------------------


@AT_A_TIME
def test_the_key_is_in_no_file(concurrent: int, tmp_path: Path) -> None:
    """Even where the endpoint says it back."""
    tracker = EvaluationTracker(output_path=str(tmp_path / 'out'))
    plan = by_item({PROMPTS[1]: '200-error-429'})
    with FaultyAPI(plan) as api:
        results = evaluated(
            api.url,
            arguments=f'num_concurrent={concurrent}',
            evaluation_tracker=tracker,
            use_cache=str(tmp_path / 'replies'),
        )
    # As lm-eval's own command line does it.
    samples = results.pop('samples')
    tracker.save_results_aggregated(results=results, samples=samples)
    tracker.save_results_samples(task_name='math500', samples=samples['math500'])
    written = [path for path in tmp_path.rglob('*') if path.is_file()]
    assert {path.name.split('_')[0] for path in written} == {'results', 'samples', 'replies'}
    for path in written:
        assert KEY.encode() not in path.read_bytes(), path.name
    (log,) = (path for path in written if path.name.startswith('samples'))
    rows = [json.loads(line) for line in log.read_text(encoding='utf-8').splitlines()]
    assert [row['doc']['math500'][0]['verdict'] for row in rows] == ['incorrect', 'failed_request']


@AT_A_TIME
def test_the_key_is_in_no_log(concurrent: int, caplog: pytest.LogCaptureFixture) -> None:
    """lm-eval logs the headers of a request that failed, and what the endpoint says of it."""
    arguments = f'num_concurrent={concurrent}'
    with FaultyAPI(always('401')) as api, pytest.raises(ERRORS):
        evaluated(api.url, limit=1, arguments=arguments)
    assert 'Incorrect API key provided: ***.' in caplog.text
    assert ('Bearer ***' in caplog.text) == (concurrent > 1)
    assert KEY not in caplog.text
    logging.getLogger('lm_eval.models.api_models').warning('later: %s', KEY)
    assert f'later: {KEY}' in caplog.text


def test_the_key_is_in_no_log_of_a_request_that_nobody_waited_for(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Of two that fail, lm-eval waits for one; asyncio tells of the other, when it is thrown away.

    Whether the other has failed by then or is cancelled is a race, so the request is ours.
    """

    async def ask(url: str) -> None:
        headers = {'Authorization': f'Bearer {KEY}'}
        async with aiohttp.ClientSession(headers=headers) as session:
            body = {'messages': TEMPLATES['0shot_cot'].render('1+1')}
            await session.post(url, json=body, raise_for_status=True)

    async def ask_and_forget(url: str) -> None:
        await asyncio.wait([asyncio.ensure_future(ask(url))])

    with FaultyAPI(always('401')) as api:
        with hidden(KEY):
            asyncio.run(ask_and_forget(f'{api.url}/chat/completions'))
        gc.collect()
    assert 'never retrieved' in caplog.text
    assert 'Bearer ***' in caplog.text
    assert KEY not in caplog.text
