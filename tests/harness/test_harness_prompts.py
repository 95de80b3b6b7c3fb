"""The prompts of the lm-eval tasks: byte for byte those of the OpenCompass configs."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from harness_runs import answered, boxed, loaded, task_manager
from opencompass.models.huggingface_above_v4_33 import (
    _convert_chat_messages,
    _get_meta_template,
)
from problem_rows import row, save
from prompt_forms import as_api, as_base, as_huggingface, on_sample, with_newlines

from opencompass_math500.compass.system_turn import SystemTurnParser
from opencompass_math500.dataset import load_problems
from opencompass_math500.errors import ConfigError
from opencompass_math500.harness.prompts import MAX_TOKENS
from opencompass_math500.harness.task import FourShot, ZeroShot
from opencompass_math500.prompts import TEMPLATES

# The task, whether a chat template is applied, and the OpenCompass config it stands for.
SETTINGS = [
    pytest.param('math500', True, 'math500_0shot_cot', id='0shot_cot'),
    pytest.param('math500_4shot', True, 'math500_4shot_chat', id='4shot_chat'),
    pytest.param('math500_4shot', False, 'math500_4shot_base', id='4shot_base'),
    pytest.param('math500', False, 'math500_0shot_cot', id='0shot_cot-as-text'),
]


def through_a_template(messages: list[dict[str, str]], **kwargs: Any) -> str:
    """A chat template that loses nothing: the turns as JSON."""
    return json.dumps(messages)


def at_the_models_door(task: Any, *, as_chat: bool, **options: Any) -> list[Any]:
    """What each request of a loaded task holds for a local model: turns, or text."""
    task.build_all_requests(
        apply_chat_template=as_chat,
        fewshot_as_multiturn=True,
        chat_template=through_a_template if as_chat else None,
        **options,
    )
    texts = [instance.args[0] for instance in task.instances]
    return [json.loads(text) for text in texts] if as_chat else texts


@pytest.mark.parametrize(('task', 'as_chat', 'config'), SETTINGS)
def test_local_prompts_are_those_of_opencompass(task: str, as_chat: bool, config: str) -> None:
    """The line feed at the end of a user's turn included, which local chat models get there."""
    found = at_the_models_door(loaded(task), as_chat=as_chat)
    convert = as_huggingface if as_chat else as_base
    assert len(found) == 35
    assert found == [convert(prompt) for prompt in on_sample(config)]


def test_a_users_turn_ends_with_a_line_feed_in_chat_alone() -> None:
    task = loaded('math500_4shot')
    chat = at_the_models_door(task, as_chat=True)[0]
    assert [turn['content'].endswith('\n') for turn in chat] == [True, False] * 4 + [True]
    # The same object afterwards as text: nothing of the chat is left on it.
    assert at_the_models_door(task, as_chat=False)[0].endswith('\n\nSolution:')


def test_with_a_system_prompt_it_is_the_published_setting() -> None:
    """``--system_instruction`` and the config of that setting: the same turns."""
    system = TEMPLATES['qwen-boxed'].system
    task = loaded()
    found = at_the_models_door(task, as_chat=True, system_instruction=system)
    parser = SystemTurnParser(_get_meta_template(None).meta_template)
    expected = [parser.parse_template(each, 'gen') for each in on_sample('math500_qwen_boxed')]
    assert found == list(_convert_chat_messages(expected))
    metadata = task.dump_config()['metadata']
    assert metadata['math500_prompt'] == 'qwen-boxed'
    assert metadata['math500_dataset'] == f'{load_problems("sample").slug}_qwen-boxed'
    at_the_models_door(task, as_chat=True, system_instruction='Rhyme.')
    assert task.dump_config()['metadata']['math500_prompt'] == '0shot_cot'


@cache
def asked(task: str) -> tuple[dict[str, Any], ...]:
    """What a chat endpoint is sent for the whole sample."""
    _, requests = answered(boxed(), task, limit=None)
    return tuple(requests)


@pytest.mark.parametrize(('task', 'as_chat', 'config'), SETTINGS[:2])
def test_endpoints_get_the_messages_that_opencompass_sends(
    task: str, as_chat: bool, config: str
) -> None:
    """In lm-eval's own order, and without the line feed: ours to endpoints has none either."""
    sent = [request['messages'] for request in asked(task)]
    expected = [as_api(prompt) for prompt in on_sample(config)]
    assert sorted(map(json.dumps, sent)) == sorted(map(json.dumps, expected))


@pytest.mark.parametrize(('task', 'stop'), [('math500', []), ('math500_4shot', ['Problem:'])])
def test_a_reply_may_be_long_and_is_stopped_by_nothing_else(task: str, stop: list[str]) -> None:
    """lm-eval's own: 256 tokens, and a stop at the first blank line."""
    for request in asked(task):
        assert request['max_tokens'] == MAX_TOKENS == 4096
        assert request['stop'] == stop
        assert request['temperature'] == 0.0


def test_a_cap_of_ones_own_keeps_the_stop_texts() -> None:
    _, requests = answered(boxed(), 'math500_4shot', limit=1, gen_kwargs={'max_gen_toks': 9000})
    assert (requests[0]['max_tokens'], requests[0]['stop']) == (9000, ['Problem:'])


def test_no_text_of_the_500_disturbs_its_prompt(
    math500_file: Path, math500_rows: list[dict[str, Any]]
) -> None:
    """Against the template, which the configs' prompts are as well (test_prompts)."""
    found = at_the_models_door(loaded(data=str(math500_file)), as_chat=True)
    template = TEMPLATES['0shot_cot']
    assert found == [with_newlines(template.render(row['problem'])) for row in math500_rows]


@pytest.mark.parametrize('task', ['math500', 'math500_4shot'])
def test_a_problem_that_looks_like_a_template_is_left_alone(task: str, tmp_path: Path) -> None:
    """lm-eval renders a ``doc_to_text`` string by Jinja; ours never is one."""
    problem = r'{{answer}} {% raw %} {problem} {answer} \frac{a}{{b}} {0} %s'
    path = save([row(1, problem=problem, answer='SECRET')], tmp_path / 'mine.jsonl')
    (found,) = at_the_models_door(loaded(task, data=str(path), custom=True), as_chat=False)
    assert problem in found
    assert 'SECRET' not in found


@pytest.mark.parametrize('kind', [ZeroShot, FourShot])
def test_text_and_chat_ask_the_same(kind: Any) -> None:
    """The config is made before it is known which of the two is asked by."""
    text, chat = (kind.asking.template(as_chat=as_chat) for as_chat in (False, True))
    assert (text.question, text.shots, text.stop) == (chat.question, chat.shots, chat.stop)


def test_the_log_names_the_prompt_and_the_run_to_compare_with() -> None:
    task = loaded('math500_4shot')
    slug = load_problems('sample').slug
    for as_chat, prompt, dataset in (
        (False, '4shot_base', f'{slug}_4shot-base'),
        (True, '4shot_chat', f'{slug}_4shot-chat'),
    ):
        at_the_models_door(task, as_chat=as_chat)
        metadata = task.dump_config()['metadata']
        assert metadata['math500_prompt'] == prompt
        assert metadata['math500_dataset'] == dataset


def test_a_chat_prompt_without_its_template_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    at_the_models_door(loaded('math500'), as_chat=True)
    at_the_models_door(loaded('math500_4shot'), as_chat=False)
    assert 'math500: ' not in capsys.readouterr().err
    at_the_models_door(loaded('math500'), as_chat=False)
    assert 'an instruct model wants --apply_chat_template' in capsys.readouterr().err


# What would make another prompt under the same name ------------------------------------


@pytest.mark.parametrize('shots', [0, 2, 5])
def test_another_number_of_examples_is_refused(shots: int) -> None:
    with pytest.raises(ConfigError, match=rf'has 4 worked examples, not {shots}: leave --num_'):
        answered(boxed(), 'math500_4shot', num_fewshot=shots)


def test_examples_are_refused_where_there_are_none() -> None:
    """Of a task with 0 in its config lm-eval puts --num_fewshot aside."""
    with pytest.raises(ConfigError, match='0shot_cot has 0 worked examples, not 4: leave --num_'):
        answered(boxed(), 'math500', num_fewshot=4)


@pytest.mark.parametrize(('task', 'shots'), [('math500', 0), ('math500_4shot', 4)])
def test_the_right_number_of_examples_may_be_said(task: str, shots: int) -> None:
    results, requests = answered(boxed(), task, limit=1, num_fewshot=shots)
    assert len(requests[0]['messages']) == 1 + 2 * shots
    assert results['n-shot'] == {task: shots}
    unsaid, _ = answered(boxed(), task, limit=1)
    assert unsaid['n-shot'] == {task: shots}


def test_examples_in_one_turn_are_refused() -> None:
    with pytest.raises(ConfigError, match='as turns, not all in one'):
        answered(boxed(), 'math500_4shot', fewshot_as_multiturn=False)


def test_prompts_out_of_a_cache_are_refused() -> None:
    """lm-eval keeps them by task, shots and tokenizer: those of other data would come back."""
    with pytest.raises(ConfigError, match='--cache_requests does not tell one data set from'):
        answered(boxed(), cache_requests=True)


def test_four_shots_need_opencompass(monkeypatch: pytest.MonkeyPatch) -> None:
    """For their text; lm-eval's own examples are other bytes. Without examples it is not asked."""
    from opencompass_math500.prompts import minerva, minerva_examples

    find = minerva.find_spec
    monkeypatch.setattr(minerva, 'find_spec', lambda name: None)
    minerva_examples.cache_clear()
    try:
        with pytest.raises(ConfigError, match='opencompass is not installed: pip install'):
            task_manager().load(['math500_4shot'])
        assert task_manager().load(['math500'])['tasks']
    finally:
        monkeypatch.setattr(minerva, 'find_spec', find)
        minerva_examples.cache_clear()
