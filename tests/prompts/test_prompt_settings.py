"""The published settings: their wording byte for byte, what arrives, what is read of a reply."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from marked_items import items
from opencompass.models import HuggingFacewithChatTemplate
from opencompass.models.base import LMTemplateParser
from opencompass.models.huggingface_above_v4_33 import (
    _convert_base_messages,
    _convert_chat_messages,
)
from problem_rows import row, save
from prompt_building import Echo, built, dataset_config, prompts
from prompt_forms import as_api
from tiny_model import write_tiny_model

from opencompass_math500 import grade
from opencompass_math500.compass import MATH500EmbeddedModel, MATH500OpenAI
from opencompass_math500.compass.run_record import record_of
from opencompass_math500.compass.system_turn import SystemTurnParser
from opencompass_math500.dataset import load_problems
from opencompass_math500.errors import ConfigError
from opencompass_math500.locations import config_dir
from opencompass_math500.prompts import (
    ALIASES,
    TEMPLATES,
    UNPUBLISHED,
    name_of,
    same_turns,
    template_named,
)
from opencompass_math500.published import load_published
from opencompass_math500.runs.question import question_of
from opencompass_math500.runs.run import Run
from opencompass_math500.runs.settings import parse_settings
from opencompass_math500.runs.settings_line import settings_line

pytestmark = pytest.mark.slow

_FILE = Path(__file__).parents[1] / 'cases' / 'prompts.jsonl'
CASES = [json.loads(line) for line in _FILE.read_text('utf-8').splitlines()]
NAMES = [case['name'] for case in CASES]
ZERO_SHOT = [case for case in CASES if TEMPLATES[case['name']].shots == 0]
WITH_SYSTEM = [case for case in ZERO_SHOT if case['system']]
SLUG = load_problems('sample').slug

# What a chat template may do with a system turn: ChatML, Gemma's way, Mistral's old way.
TAKES = (
    "{% for m in messages %}<|{{ m['role'] }}|>{{ m['content'] }}<|end|>{% endfor %}<|assistant|>"
)
REFUSES = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no') }}{% endif %}" + TAKES
DROPS = "{% for m in messages if m['role'] == 'user' %}<|user|>{{ m['content'] }}{% endfor %}"


def file_of(name: str) -> str:
    """The config of a template, alias or not."""
    return 'math500_' + name.replace('-', '_')


def name(case: dict[str, Any]) -> str:
    return str(case['name'])


def only(config_name: str, folder: Path, problem: str) -> Any:
    """The prompt of a config on one problem of one's own, as the model's parser gets it."""
    path = save([row(1, problem=problem, solution='SECRET', answer='SECRET')], folder / 'a.jsonl')
    slug = load_problems(path, custom=True).slug
    (found,) = prompts(dataset_config(config_name, source=str(path), abbr=slug, custom=True))
    return found


# The wording ---------------------------------------------------------------------------


def test_every_template_has_its_case() -> None:
    assert sorted(NAMES) == sorted(TEMPLATES)


@pytest.mark.parametrize('case', ZERO_SHOT, ids=name)
def test_a_template_is_its_wording_byte_for_byte(case: dict[str, Any]) -> None:
    template = TEMPLATES[case['name']]
    system = [{'role': 'system', 'content': case['system']}] if case['system'] else []
    expected = [*system, {'role': 'user', 'content': case['text']}]
    assert template.render('P') == (expected if template.as_chat else case['text'])


# OpenCompass fills every {column} of a text, where the gold is a column: Llama's own
# \boxed{answer} would be asked as \boxed, and a problem's braces must stay as they are.
PROBLEM = r'P \text{solution}, \text{answer}, {level} {unique_id} {problem} \frac{a}{b} {{x}} %s'


@pytest.mark.parametrize('case', ZERO_SHOT, ids=name)
def test_an_endpoint_gets_the_wording(case: dict[str, Any], tmp_path: Path) -> None:
    template = TEMPLATES[case['name']]
    found = only(file_of(case['name']), tmp_path, PROBLEM)
    rendered = template.render(PROBLEM)
    asked = rendered if isinstance(rendered, list) else [{'role': 'user', 'content': rendered}]
    assert as_api(found) == asked
    assert 'SECRET' not in str(found)


@pytest.mark.parametrize('case', [c for c in CASES if not TEMPLATES[c['name']].as_chat], ids=name)
def test_a_base_model_gets_one_text(case: dict[str, Any], tmp_path: Path) -> None:
    parsed = LMTemplateParser().parse_template(
        only(file_of(case['name']), tmp_path, PROBLEM), 'gen'
    )
    assert _convert_base_messages([parsed]) == [TEMPLATES[case['name']].render(PROBLEM)]


@pytest.mark.parametrize('template', TEMPLATES)
def test_a_config_stops_where_its_template_does_and_names_it(template: str) -> None:
    config = dataset_config(file_of(template), source='sample', abbr=SLUG)
    inferencer, _, _ = built(config, Echo())
    assert tuple(inferencer.stopping_criteria) == TEMPLATES[template].stop
    shipped = dataset_config(file_of(template))['abbr']
    assert shipped.split('_', 1)[1] == template.replace('_', '-')
    assert TEMPLATES[template].source


# System prompts ------------------------------------------------------------------------


@cache
def tiny(folder: Path) -> Path:
    return write_tiny_model(folder)


def chat_model(folder: Path, chat_template: str, **settings: Any) -> Any:
    """OpenCompass's chat model, its tokenizer alone."""
    model = HuggingFacewithChatTemplate(
        str(tiny(folder)), tokenizer_only=True, max_seq_len=100_000, **settings
    )
    model.tokenizer.chat_template = chat_template
    return model


def sent(model: Any, config: str) -> str:
    """The text that the chat template makes of a config's first prompt."""
    found = prompts(dataset_config(config, source='sample', abbr=SLUG), model)[0]
    (messages,) = _convert_chat_messages([model.parse_template(found, 'gen')])
    text: str = model.tokenizer.apply_chat_template(
        messages, tokenize=False, add_generation_prompt=True
    )
    return text


@pytest.fixture(scope='session')
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp('tiny')


@pytest.mark.parametrize('case', WITH_SYSTEM, ids=name)
def test_a_system_prompt_arrives_as_such_and_once(case: dict[str, Any], folder: Path) -> None:
    text = sent(chat_model(folder, TAKES), file_of(case['name']))
    problem = next(iter(load_problems('sample'))).problem
    question = TEMPLATES[case['name']].question.replace('{problem}', problem)
    # The line feed after the user's turn is OpenCompass's, with and without a system prompt.
    assert text == f'<|system|>{case["system"]}<|end|><|user|>{question}\n<|end|><|assistant|>'


@pytest.mark.parametrize('chat_template', [REFUSES, DROPS], ids=['refuses', 'drops'])
def test_without_a_system_role_the_user_says_it_once(chat_template: str, folder: Path) -> None:
    model = chat_model(folder, chat_template)
    text = sent(model, 'math500_qwen25_math_cot')
    assert '<|system|>' not in text
    assert text.count(TEMPLATES['qwen25-math-cot'].system) == 1
    assert text.startswith('<|user|>Please reason step by step')


def test_a_prompt_without_one_is_left_as_it_was(folder: Path) -> None:
    model = chat_model(folder, TAKES)
    before = sent(model, 'math500_0shot_cot')
    assert not isinstance(model.template_parser, SystemTurnParser)
    sent(model, 'math500_qwen_boxed')
    assert isinstance(model.template_parser, SystemTurnParser)
    # One process asks several datasets with one model.
    assert sent(model, 'math500_0shot_cot') == before
    assert '<|assistant|>' in sent(model, 'math500_4shot_chat')


def test_a_meta_template_of_the_config_is_the_users_word(folder: Path) -> None:
    roles = {
        'round': [
            {'role': 'HUMAN', 'api_role': 'HUMAN'},
            {'role': 'BOT', 'api_role': 'BOT', 'generate': True},
        ]
    }
    text = sent(chat_model(folder, TAKES, meta_template=roles), 'math500_qwen_boxed')
    assert '<|system|>' not in text
    assert text.count(TEMPLATES['qwen-boxed'].system) == 1


@pytest.mark.parametrize('case', WITH_SYSTEM, ids=name)
def test_an_endpoint_gets_it_as_a_message(case: dict[str, Any]) -> None:
    found = prompts(
        dataset_config(file_of(case['name']), source='sample', abbr=SLUG), MATH500OpenAI('m')
    )[0]
    roles = [message['role'] for message in as_api(found)]
    assert roles == ['system', 'user']
    assert str(as_api(found)).count(case['system'][:20]) == 1


def test_it_takes_the_place_of_the_embedded_models_own() -> None:
    model = MATH500EmbeddedModel(tokenizer_only=True, max_seq_len=8192)
    plain, asked = (sent(model, f'math500_{which}') for which in ('0shot_cot', 'qwen_boxed'))
    own = 'You are a helpful AI assistant named SmolLM'
    assert own in plain and own not in asked
    assert asked.count(TEMPLATES['qwen-boxed'].system) == 1
    assert plain.split('<|im_start|>user')[1] == asked.split('<|im_start|>user')[1]


# Replies in the format that a prompt asks for ---------------------------------------------


@pytest.mark.parametrize('case', CASES, ids=name)
def test_a_reply_in_its_format_is_read(case: dict[str, Any]) -> None:
    def outcome(gold: str) -> str:
        return grade(
            response=case['reply'], gold=gold, problem='Reduce $6/8$.', finish_reason='stop'
        ).outcome

    assert outcome(case['gold']) == 'correct'
    assert outcome(r'\frac{5}{4}') == 'incorrect'


# Names ---------------------------------------------------------------------------------


def test_every_prompt_of_the_published_scores_is_at_hand_or_known_to_be_unpublished() -> None:
    named = {score.prompt for score in load_published() if score.prompt}
    assert len(named) > 5
    for each in named - set(UNPUBLISHED):
        assert template_named(each).question


def test_every_template_and_alias_has_its_config() -> None:
    files = {path.stem for path in (config_dir() / 'datasets' / 'math500').glob('math500_*.py')}
    named = {file_of(each) for each in [*TEMPLATES, *ALIASES] if 'opencompass' not in each}
    assert files == named | {'math500_gen', 'math500_0shot_cot_cascade'}


@pytest.mark.parametrize('alias', [a for a in ALIASES if 'opencompass' not in a])
def test_an_alias_is_the_very_same_setting(alias: str) -> None:
    one, other = (dataset_config(file_of(each)) for each in (alias, ALIASES[alias]))
    assert one.to_dict() == other.to_dict()
    assert template_named(alias) is TEMPLATES[ALIASES[alias]]


@pytest.mark.parametrize('template', TEMPLATES)
def test_a_recorded_prompt_is_recognised(template: str) -> None:
    config = dataset_config(file_of(template))
    inference = record_of({'type': 'm', 'path': 'p'}, config.to_dict())['inference']
    asked = question_of(inference)
    as_chat = not isinstance(inference['prompt']['template'], str)
    assert asked.text is not None
    assert name_of(asked.text, asked.system, asked.shots, as_chat) == template


def test_the_system_prompt_stands_in_the_settings_line() -> None:
    lines = {
        each: settings_line(
            Run(
                'm',
                'd',
                items(True),
                parse_settings(record_of({'path': 'p'}, dataset_config(each).to_dict())),
            )
        )
        for each in ('math500_qwen_boxed', 'math500_0shot_cot')
    }
    assert "; system prompt 'You are a helpful assistant.'; shots 0;" in lines['math500_qwen_boxed']
    assert 'system prompt' not in lines['math500_0shot_cot']


@pytest.mark.parametrize(
    ('asked', 'expected'),
    [
        (('{problem}',), 's1-plain'),
        (('{problem}', None), None),  # s1's or Qwen2.5-Math's: nobody knows
        (('{problem}', 'You are a pirate.'), None),
        (('Problem:\n{problem}\n\nSolution:', '', 4), None),  # turns or one text
        (('</E>Problem:\n{problem}\n\nSolution:', '', 4, False), '4shot_base'),
        (('Problem:\n{problem}\n\nSolution:', '', 0), None),
        (('{problem} ',), None),
    ],
)
def test_a_name_is_given_only_where_one_fits(asked: tuple[Any, ...], expected: str | None) -> None:
    assert name_of(*asked) == expected


def test_the_system_prompt_is_a_setting_beside_the_turns() -> None:
    assert same_turns('simple-evals-math', 'simple-evals-math-chat')
    assert same_turns('minerva-4shot', '4shot_chat')
    assert not same_turns('lighteval-math500-v1', 'lighteval-math500-v2')


@pytest.mark.parametrize(
    ('unknown', 'said'),
    [('kimi', 'is not published'), ('orzz', 'did you mean orz?'), ('?', 'give one of 0shot_cot')],
)
def test_an_unknown_name_is_an_error_that_helps(unknown: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said.replace('?', r'\?')):
        template_named(unknown)
