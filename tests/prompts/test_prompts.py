"""The three settings, as text: what the model really gets through OpenCompass."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from problem_rows import row, save
from prompt_building import Echo, built, dataset_config, prompts
from prompt_forms import SLUG, as_api, as_base, as_huggingface, on_sample, with_newlines

from opencompass_math500.dataset import load_problems
from opencompass_math500.prompts import TEMPLATES, minerva_examples

CHAT = {'math500_0shot_cot': '0shot_cot', 'math500_4shot_chat': '4shot_chat'}
ALL = {**CHAT, 'math500_4shot_base': '4shot_base'}


@pytest.mark.parametrize(('config', 'name'), CHAT.items(), ids=CHAT.values())
def test_chat_prompts_are_the_template_byte_for_byte(config: str, name: str) -> None:
    problems = load_problems('sample')
    rendered = [TEMPLATES[name].render(each.problem) for each in problems]
    assert [as_api(each) for each in on_sample(config)] == rendered
    local = [as_huggingface(each) for each in on_sample(config)]
    assert local == [with_newlines(each) for each in rendered]


def test_the_base_prompt_is_the_template_byte_for_byte() -> None:
    problems = load_problems('sample')
    rendered = [TEMPLATES['4shot_base'].render(each.problem) for each in problems]
    assert [as_base(each) for each in on_sample('math500_4shot_base')] == rendered


@pytest.mark.parametrize('config', ALL)
def test_no_text_of_the_500_disturbs_its_prompt(
    config: str, math500_file: Path, math500_rows: list[dict[str, Any]]
) -> None:
    """OpenCompass replaces every ``{column}`` in the finished text, a problem's LaTeX too."""
    slug = load_problems(math500_file).slug
    found = prompts(dataset_config(config, source=str(math500_file), abbr=slug))
    convert = as_base if config == 'math500_4shot_base' else as_api
    template = TEMPLATES[ALL[config]]
    assert [convert(each) for each in found] == [
        template.render(row['problem']) for row in math500_rows
    ]


@pytest.mark.parametrize('config', ALL)
def test_no_gold_slips_into_a_prompt_of_ones_own_data(config: str, tmp_path: Path) -> None:
    problem = r'Find \text{solution}, \text{answer} and \text{level} of {unique_id}, {problem}.'
    one = row(1, problem=problem, solution='SECRET', answer='SECRET')
    path = save([one], tmp_path / 'mine.jsonl')
    slug = load_problems(path, custom=True).slug
    (found,) = prompts(dataset_config(config, source=str(path), abbr=slug, custom=True))
    convert = as_base if config == 'math500_4shot_base' else as_api
    assert convert(found) == TEMPLATES[ALL[config]].render(problem)


def test_the_zero_shot_prompt_in_full() -> None:
    assert TEMPLATES['0shot_cot'].render('What is $1+1$?') == [
        {
            'role': 'user',
            'content': 'What is $1+1$?\nPlease reason step by step, and put your final answer '
            'within \\boxed{}.',
        }
    ]


def test_chat_shots_alternate_and_end_with_the_question() -> None:
    messages = TEMPLATES['4shot_chat'].render('Q')
    assert isinstance(messages, list)
    assert [one['role'] for one in messages] == ['user', 'assistant'] * 4 + ['user']
    assert messages[-1]['content'] == 'Problem:\nQ\n\nSolution:'
    for example, asked, answered in zip(
        minerva_examples(), messages[0:8:2], messages[1:8:2], strict=True
    ):
        assert asked['content'] == f'Problem:\n{example.problem}\n\nSolution:'
        assert answered['content'] == example.solution


def test_base_shots_stand_in_one_text() -> None:
    text = TEMPLATES['4shot_base'].render('Q')
    assert isinstance(text, str)
    assert text.count('Problem:\n') == text.count('\n\nSolution:') == 5
    assert text.endswith('I hope it is correct.\n\nProblem:\nQ\n\nSolution:')


def test_a_problem_full_of_braces_is_left_alone() -> None:
    problem = r'\frac{a}{b} \text{solution} {} {{x}} {0} %s'
    assert problem in str(TEMPLATES['4shot_base'].render(problem))


# Minerva's examples -------------------------------------------------------------------


def test_minervas_examples_are_four_in_order() -> None:
    examples = minerva_examples()
    assert len(examples) == 4
    boxes = [re.findall(r'final answer is \$(.*?)\$\. I hope', each.solution) for each in examples]
    assert boxes == [['[2,5)'], ['24'], ['16'], [r'-\frac{2}{3}']]
    for example in examples:
        assert example.problem.strip() == example.problem
        assert example.solution.endswith('I hope it is correct.')
        assert 'Problem:' not in example.problem + example.solution


def plain(text: str) -> str:
    """Letters, digits and operators alone: spacing, punctuation and case do not count."""
    return re.sub(r'\\[,;!. ]|\\left|\\right|[\s.,;:$?!{}]', '', text).casefold()


def shingles(text: str) -> set[str]:
    flat = plain(text)
    return {flat[at : at + 12] for at in range(max(1, len(flat) - 11))}


def overlap(one: str, other: str) -> float:
    mine, theirs = shingles(one), shingles(other)
    return len(mine & theirs) / min(len(mine), len(theirs))


def test_no_example_is_a_test_item(math500_rows: list[dict[str, Any]]) -> None:
    texts = {plain(row['problem']) for row in math500_rows}
    for example in minerva_examples():
        assert plain(example.problem) not in texts
        nearest = max(overlap(example.problem, row['problem']) for row in math500_rows)
        assert nearest < 0.5, f'nearly a test item: {example.problem[:60]}'


def test_a_disguised_test_item_would_be_seen(math500_rows: list[dict[str, Any]]) -> None:
    row = math500_rows[0]['problem']
    disguised = 'Please:  ' + row.replace(' ', '\n').replace('.', ' .')
    assert max(overlap(disguised, each['problem']) for each in math500_rows) > 0.5


@pytest.mark.parametrize('config', ['math500_4shot_chat', 'math500_4shot_base'])
def test_shots_never_come_from_the_test_split(config: str) -> None:
    _, retriever, _ = built(dataset_config(config, source='sample', abbr=SLUG), Echo())
    assert list(retriever.index_ds['problem']) == [each.problem for each in minerva_examples()]
    assert retriever.retrieve() == [[0, 1, 2, 3]] * len(load_problems('sample'))


# Stop texts ---------------------------------------------------------------------------


@pytest.mark.parametrize(('config', 'name'), ALL.items(), ids=ALL.values())
def test_stop_texts_reach_the_inferencer(config: str, name: str) -> None:
    inferencer, _, _ = built(dataset_config(config, source='sample', abbr=SLUG), Echo())
    assert tuple(inferencer.stopping_criteria) == TEMPLATES[name].stop


def test_every_template_says_its_source() -> None:
    for name, template in TEMPLATES.items():
        assert template.name == name
        assert template.source
    assert TEMPLATES['4shot_base'].stop == ('Problem:',)
