"""The five defects of a first ``math500`` task for lm-eval, each with what guards against it.

That task read plausibly, ran without an error, and could only score zero. docs/en/lm-eval.md
tells it as a story; here every part of it fails a test.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests
from harness_runs import answered, boxed, derived, evaluated, loaded, samples_of, task_manager
from loopback_api import LoopbackAPI
from problem_rows import row, save

from opencompass_math500.dataset import load_problems
from opencompass_math500.errors import ConfigError
from opencompass_math500.prompts import minerva_examples


def of_ones_own(path: Path, **changes: Any) -> Any:
    """A task manager with one problem of one's own."""
    data = save([row(1, **changes)], path)
    return task_manager(data=str(data), custom=True)


def test_defect_1_test_split_was_null() -> None:
    """Then the worked examples' split, or none, is evaluated instead of the test problems."""
    task = loaded('math500_4shot')
    assert task.config.test_split == 'test'
    assert task.config.training_split is task.config.validation_split is None
    asked = [doc['problem'] for doc in task.eval_docs]
    assert asked == [problem.problem for problem in load_problems('sample')]
    shown = [doc['problem'] for doc in task.fewshot_docs()]
    assert shown == [example.problem for example in minerva_examples()]
    assert not set(shown) & set(asked)
    results, sent = answered(boxed(), limit=None)
    assert results['n-samples']['math500'] == {'original': 35, 'effective': 35}
    assert len(sent) == 35


def test_defect_2_the_target_was_the_whole_solution() -> None:
    """No reply equals a worked solution; the target is its final answer alone."""
    results, _ = answered(boxed(), limit=None)
    problems = load_problems('sample')
    assert any(problem.solution for problem in problems)
    for logged, problem in zip(samples_of(results), problems, strict=True):
        assert logged['target'] == problem.answer != problem.solution
        assert 'solution' not in logged['doc']


@pytest.mark.parametrize('gold', ['[-2,7]', '(3, 4)', '1,-2', '{1}', '007', 'None'])
def test_defect_2_the_target_is_the_gold_as_it_stands(gold: str, tmp_path: Path) -> None:
    """lm-eval reads a target that looks like Python as Python: a list, a number."""
    results, _ = answered(boxed(gold), limit=1, manager=of_ones_own(tmp_path / 'x', answer=gold))
    (logged,) = samples_of(results)
    assert logged['target'] == gold
    assert logged['accuracy'] == 1.0


@pytest.mark.parametrize(
    ('gold', 'reply'),
    [
        (r'\frac{1}{2}', r'Half of it, that is $\boxed{0.5}$, as was to be shown.'),
        (r'\frac{1}{2}', r'First $\boxed{7}$? No: the answer is $\boxed{\dfrac12}$.'),
        ('1,-2', 'Therefore x = 1 or x = -2.\n\n**Answer:** $x = -2$ or $x = 1$'),
    ],
    ids=['another-form-in-a-box', 'the-last-box', 'without-a-box'],
)
def test_defect_3_exact_match_and_no_filter(gold: str, reply: str, tmp_path: Path) -> None:
    """Every reply in prose was wrong. Here the answer is extracted, and judged by its value."""
    results, _ = answered(reply, limit=1, manager=of_ones_own(tmp_path / 'x', answer=gold))
    (logged,) = samples_of(results)
    (grade,) = logged['doc']['math500']
    assert (logged['accuracy'], grade['verdict']) == (1.0, 'correct')
    assert logged['filtered_resps'] == [[grade['answer']]]
    assert grade['answer'] not in (reply, '')
    assert 'exact_match' not in logged['metrics']


def test_defect_4_columns_that_the_template_never_used(tmp_path: Path) -> None:
    """``process_docs`` made them, and nothing read them. Here every column does its work."""
    task = loaded()
    assert task.config.process_docs is None
    assert list(task.eval_docs.features) == ['unique_id', 'subject', 'level', 'answer', 'problem']
    seen = {}
    for name, changes in {
        'as it is': {},
        'problem': {'problem': 'What is 3 - 1?'},
        'answer': {'answer': '3'},
        'subject': {'subject': 'Geometry'},
        'level': {'level': 5},
    }.items():
        manager = of_ones_own(tmp_path / name, **changes)
        results, sent = answered(boxed('2'), limit=1, manager=manager)
        found = results['results']['math500']
        shares = {key for key in found if key.startswith(('subject_', 'level_'))}
        seen[name] = (sent[0]['messages'][0]['content'], found['accuracy,none'], shares)
    prompt, score, shares = seen.pop('as it is')
    assert seen['problem'] == (prompt.replace('What is $1 + 1$?', 'What is 3 - 1?'), score, shares)
    assert seen['answer'] == (prompt, 0.0, shares)
    for name in ('subject', 'level'):
        assert seen[name][:2] == (prompt, score)
        assert seen[name][2] != shares


@pytest.mark.parametrize('line', ['process_docs: x', 'test_split: null', 'doc_to_text: "{{x}}"'])
def test_defect_4_a_setting_that_would_do_nothing_is_refused(line: str, tmp_path: Path) -> None:
    manager = derived(tmp_path, f'task: mine\n{line}\n')
    with pytest.raises(ConfigError, match=r'task mine sets \w+, which the math500 tasks ignore'):
        manager.load(['mine'])


def test_defect_5_a_chat_model_at_the_completions_path() -> None:
    """It has none: the run ends, instead of scoring what came back."""
    with LoopbackAPI(reply=lambda prompt: boxed()) as api:
        with pytest.raises(requests.HTTPError, match='404'):
            evaluated(
                api.url,
                model='local-completions',
                path='/completions',
                arguments='tokenizer_backend=none',
            )
        assert api.requests == []
        evaluated(api.url, limit=1)
        assert [list(request) for request in api.requests] == [
            ['messages', 'model', 'max_tokens', 'temperature', 'stop', 'seed']
        ]
