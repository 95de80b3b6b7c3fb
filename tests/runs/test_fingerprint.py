"""What stands behind a score, from a record, a dumped config, or next to nothing."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from dumped_config import dumped
from marked import marked
from work_dirs import RECORD, detail, save_json, save_results

from opencompass_math500.response import Response
from opencompass_math500.runs.decoding import Decoding, decoding_of
from opencompass_math500.runs.fingerprint import Fingerprint, fingerprint_of
from opencompass_math500.runs.graded import comparable_runs, graded_runs
from opencompass_math500.runs.question import Question, question_of
from opencompass_math500.runs.settings import parse_settings

BOXED = '{problem}\nPlease reason step by step, and put your final answer within \\boxed{}.'
MINERVA = 'Problem:\n{problem}\n\nSolution:'
HUMAN = {'role': 'HUMAN', 'prompt': BOXED}


def test_a_record_tells_all(tmp_path: Path) -> None:
    record = copy.deepcopy(RECORD)
    record['inference']['prompt'] = {'template': {'round': [HUMAN]}}
    record['grading']['policy'] = {'list_against_tuple': 'accept'}
    record['context']['model'] = {'revision': 'a' * 40, 'config_hash': '0123456789ab'}
    save_results(tmp_path, [detail(0), detail(1, 'incorrect')], record=record)
    (run,) = graded_runs(tmp_path, print)
    assert fingerprint_of(run) == Fingerprint(
        benchmark='sample',
        problems=2,
        samples=1,
        checksum='00000000',
        subset='',
        model='tiny',
        revision='a' * 40,
        config_hash='0123456789ab',
        prompt=BOXED,
        prompt_name='0shot_cot',
        system='',
        shots=0,
        template='{"template": {"round": [' + _json(HUMAN) + ']}}',
        examples='null',
        temperature=0.0,
        other_sampling='',
        max_tokens=256,
        engine='HuggingFaceBaseModel',
        engine_settings='{"inferencer": {}}',
        grader='MATH500Evaluator 0123456789ab',
        postprocessors='{}',
        policy='{"list_against_tuple": "accept"}',
        llm_judge='',
        batch_size=16,
        versions={'opencompass_math500': '0.1.0'},
    )


def _json(value: Any) -> str:
    import json

    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def test_without_a_record_everything_is_unknown(tmp_path: Path) -> None:
    save_results(tmp_path, [detail(0)], record=None)
    (run,) = comparable_runs(tmp_path)
    known = Fingerprint('sample', 1, 1, '00000000', '')
    assert fingerprint_of(run) == known


ZERO = {'type': 'x.ZeroRetriever'}
FOUR = {'type': 'x.FixKRetriever', 'fix_id_list': [0, 1, 2, 3]}


@pytest.mark.parametrize(
    ('inference', 'expected', 'name'),
    [
        ({}, Question(), None),
        (
            {'prompt': {'template': {'round': [HUMAN]}}, 'retriever': ZERO},
            Question(BOXED, '', 0, True),
            '0shot_cot',
        ),
        (
            {'prompt': {'template': '</E>' + MINERVA, 'ice_token': '</E>'}, 'retriever': FOUR},
            Question(MINERVA, '', 4, False),
            '4shot_base',
        ),
        (
            {
                'prompt': {
                    'template': {
                        'begin': '</E>',
                        'round': [{'role': 'HUMAN', 'prompt': MINERVA}],
                    },
                    'ice_token': '</E>',
                },
                'retriever': FOUR,
            },
            Question(MINERVA, '', 4, True),
            '4shot_chat',
        ),
        (
            {
                'prompt': {
                    'template': {
                        'begin': [{'role': 'SYSTEM', 'prompt': 'Be brief.'}],
                        'round': [HUMAN],
                    }
                },
                'retriever': ZERO,
            },
            Question(BOXED, 'Be brief.', 0, True),
            None,
        ),
        (
            {
                'prompt': {'template': {'round': [HUMAN]}},
                'retriever': ZERO,
                'model': {'meta_template': {'begin': '<s>', 'round': []}},
            },
            Question(BOXED, None, 0, True),
            None,
        ),
        (
            {
                'prompt': {
                    'template': {
                        'round': [HUMAN, {'role': 'BOT', 'prompt': 'One.'}, HUMAN],
                    }
                },
                'retriever': ZERO,
            },
            Question(BOXED, '', None, True),
            '0shot_cot',
        ),
    ],
    ids=['nothing', 'chat', 'base', 'turns', 'system', 'hidden system', 'written-out examples'],
)
def test_how_a_run_asked(inference: Any, expected: Question, name: str | None) -> None:
    found = question_of(inference)
    assert found == expected
    assert found.name == name or expected.system is None or expected.shots is None


HF, VLLM, API = (
    f'opencompass.models.{name}'
    for name in ('HuggingFacewithChatTemplate', 'VLLM', 'MATH500OpenAI')
)


@pytest.mark.parametrize(
    ('model', 'expected'),
    [
        ({'type': HF}, Decoding(0.0)),
        ({'type': HF, 'generation_kwargs': {'temperature': 0.6}}, Decoding(0.0)),
        (
            {'type': HF, 'generation_kwargs': {'do_sample': True, 'temperature': 0.6,
                                               'top_p': 0.95, 'top_k': 20}},
            Decoding(0.6, 0.95, 20),
        ),
        ({'type': HF, 'generation_kwargs': {'do_sample': True, 'top_k': 1}},
         Decoding(0.0, None, 1)),
        ({'type': VLLM}, Decoding()),
        ({'type': VLLM, 'generation_kwargs': {'temperature': 0, 'seed': 3}},
         Decoding(0.0, seed=3)),
        ({'type': API}, Decoding(0.0)),
        ({'type': API, 'sampling': {}}, Decoding()),
        ({'type': API, 'sampling': {'temperature': 1, 'top_p': 0.9}}, Decoding(1.0, 0.9)),
        ({'type': API, 'extra_body': {'thinking': {'type': 'disabled'}}},
         Decoding(0.0, thinking=False)),
        ({'type': API, 'extra_body': {'chat_template_kwargs': {'enable_thinking': True}}},
         Decoding(0.0, thinking=True)),
        ({}, Decoding()),
    ],
)  # fmt: skip
def test_how_a_run_was_sampled(model: dict[str, Any], expected: Decoding) -> None:
    assert parse_settings({'inference': {'model': model}}).decoding == expected


def sent(**sampling: Any) -> Response:
    return marked('a', sampling=sampling)


@pytest.mark.parametrize(
    ('items', 'temperature'),
    [
        ([sent(temperature=0.5), sent(temperature=0.5)], 0.5),
        ([sent(max_tokens=9), sent(max_tokens=9)], None),
        ([sent(temperature=0), sent()], None),
    ],
    ids=['as sent', 'refused by the endpoint', 'refused half-way'],
)
def test_what_was_sent_counts_more_than_what_was_asked(
    items: list[Response], temperature: float | None
) -> None:
    record = {'inference': {'model': {'type': API, 'sampling': {'temperature': 0}}}}
    assert decoding_of(parse_settings(record).decoding, items).temperature == temperature


def test_a_dumped_config_stands_in_for_a_record(tmp_path: Path) -> None:
    save_results(tmp_path, [detail(0)], record=None)
    dumped(tmp_path, 'one')
    dumped(tmp_path, 'again')
    (run,) = comparable_runs(tmp_path)
    mine = fingerprint_of(run)
    assert (mine.model, mine.prompt, mine.max_tokens) == ('org/tiny', '{problem}\nThink.', 512)
    assert (mine.grader, mine.temperature) == ('OpenCompass MATHEvaluator v2', 0.0)
    assert mine.versions == {} and mine.revision is None
    assert 'secret' not in str(run.settings)


@pytest.mark.parametrize('second', [('two', 1024), ('broken', None)], ids=['another', 'broken'])
def test_configs_that_disagree_tell_nothing(tmp_path: Path, second: Any) -> None:
    save_results(tmp_path, [detail(0)], record=None)
    dumped(tmp_path, 'one')
    name, cap = second
    if cap is None:
        save_json(tmp_path / 'configs' / 'broken.py', 'models = [')
    else:
        dumped(tmp_path, name, cap)
    (run,) = comparable_runs(tmp_path)
    assert fingerprint_of(run).max_tokens == (512 if cap is None else None)


def test_two_fingerprints_side_by_side() -> None:
    one = Fingerprint('MATH-500', 500, 1, max_tokens=512, shots=0, versions={'torch': '2'})
    other = Fingerprint('MATH-500', 500, 1, max_tokens=1024, versions={'torch': '3', 'vllm': '1'})
    assert one.against(one) == []
    assert one.against(other) == [
        ('shots', 0, None),
        ('max_tokens', 512, 1024),
        ('version of torch', '2', '3'),
        ('version of vllm', None, '1'),
    ]
