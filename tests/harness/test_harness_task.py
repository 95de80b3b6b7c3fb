"""The lm-eval tasks: verdicts in the log, metrics, several replies, files that build on ours."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from harness_runs import (
    answered,
    boxed,
    derived,
    evaluated,
    gold_of,
    loaded,
    samples_of,
    task_manager,
)
from lm_eval.api.model import LM
from lm_eval.tasks import TaskManager
from loopback_api import LoopbackAPI

from opencompass_math500.cli import main
from opencompass_math500.dataset import load_problems
from opencompass_math500.endings import Ending
from opencompass_math500.errors import ConfigError
from opencompass_math500.grading import Outcome, grader_version
from opencompass_math500.harness.grades import Grade, graded
from opencompass_math500.harness.metrics import COUNTED
from opencompass_math500.harness.refusals import refuse_one_reply
from opencompass_math500.locations import lm_eval_tasks_dir

# What is logged ------------------------------------------------------------------------

REPLIES = [
    (lambda prompt: boxed(gold_of(prompt)), 'stop', 'correct'),
    (lambda prompt: boxed('123456789'), 'stop', 'incorrect'),
    (lambda prompt: 'I do not know.', 'stop', 'no_answer'),
    (lambda prompt: 'First we add the', 'length', 'truncated'),
    (lambda prompt: boxed(gold_of(prompt)), 'length', 'correct'),
    (lambda prompt: '', 'stop', 'empty_response'),
    (lambda prompt: '', 'content_filter', 'content_filter'),
]


@pytest.mark.parametrize(('reply', 'finish', 'outcome'), REPLIES)
def test_the_log_says_verdict_and_reason(reply: Any, finish: str, outcome: Outcome) -> None:
    results, _ = answered(reply, finish=finish)
    assert len(samples_of(results)) == 2
    for logged, problem in zip(samples_of(results), load_problems('sample'), strict=False):
        assert logged['doc']['unique_id'] == problem.unique_id
        (found,) = logged['doc']['math500']
        assert set(found) == set(Grade.__annotations__)
        assert found['verdict'] == outcome
        assert found['reason']
        assert found['finish_reason'] == finish
        assert found['response_tokens'] == 1
        assert found['was_cut'] == (finish != 'stop')
        assert logged['filtered_resps'] == [[found['answer'] or '']]
    totals = results['results']['math500']
    assert totals['accuracy,none'] == (outcome == 'correct')
    counted = {name: totals[f'{name},none'] for name in COUNTED}
    expected = dict.fromkeys(COUNTED, 0) | {'cut': 2 * (finish == 'length')}
    if outcome in COUNTED:
        expected[outcome] = 2
    assert counted == expected


def test_the_results_say_of_what_they_are() -> None:
    results, _ = answered(boxed())
    config = results['configs']['math500']
    assert json.loads(json.dumps(config, allow_nan=False)) == config
    metadata = config['metadata']
    problems = load_problems('sample')
    assert metadata['math500_set'] == problems.slug
    assert metadata['math500_grader'] == grader_version()
    assert metadata['math500_prompt'] == '0shot_cot'
    assert metadata['math500_dataset'] == f'{problems.slug}_0shot-cot'
    assert results['versions'] == {'math500': 1.0}
    assert results['n-shot'] == {'math500': 0}


def test_of_a_model_class_that_says_nothing_nothing_is_known() -> None:
    class Silent(LM):  # type: ignore[misc]
        def generate_until(self, requests: list[Any], disable_tqdm: bool = False) -> list[str]:
            return ['I do not know.'] * len(requests)

        def loglikelihood(self, requests: list[Any]) -> list[tuple[float, bool]]:
            raise NotImplementedError

        def loglikelihood_rolling(self, requests: list[Any]) -> list[float]:
            raise NotImplementedError

    results = evaluated('', model=Silent(), limit=3)
    assert results['results']['math500']['unknown_ending,none'] == 3
    (found,) = samples_of(results)[0]['doc']['math500']
    assert (found['finish_reason'], found['response_tokens']) == (None, None)
    assert found['verdict'] == 'no_answer'


def test_a_reply_that_is_no_text_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    doc = {'unique_id': 'mine/1', 'answer': '2', 'problem': 'What is $1 + 1$?'}
    assert graded(doc, ['2'], Ending())['verdict'] == 'empty_response'
    assert 'mine/1: the model gave no text but list' in capsys.readouterr().err


def test_the_judge_is_shown_the_problem() -> None:
    """Only with it is a copy of the expression to be simplified no answer."""
    doc = {'unique_id': 'mine/1', 'answer': '2^{10}', 'problem': r'Simplify $4^3 \cdot 2^4$.'}
    copied = graded(doc, boxed(r'4^3 \cdot 2^4'), Ending('stop', 9))
    assert (copied['verdict'], copied['rule']) == ('incorrect', 'policy.restated')
    other = graded({**doc, 'problem': 'How many?'}, boxed(r'4^3 \cdot 2^4'), Ending('stop', 9))
    assert other['rule'] != 'policy.restated'


# Several replies -----------------------------------------------------------------------

SAMPLED = {'do_sample': True, 'temperature': 0.6}


def test_several_replies_are_graded_each() -> None:
    texts = cycle(['5', '5', '6', '7'])
    results, sent = answered(
        lambda prompt: boxed(next(texts)),
        limit=1,
        manager=task_manager(n=4),
        gen_kwargs={**SAMPLED, 'seed': None},
    )
    (logged,) = samples_of(results)
    assert len(sent) == len(logged['doc']['math500']) == len(logged['resps'][0]) == 4
    assert {(request['seed'], request['temperature']) for request in sent} == {(None, 0.6)}
    assert logged['filtered_resps'] == [['5', '5', '6', '7']]
    verdicts = [each['verdict'] for each in logged['doc']['math500']]
    assert verdicts == ['correct', 'correct', 'incorrect', 'incorrect']
    assert results['results']['math500']['accuracy,none'] == 0.5
    assert results['configs']['math500']['repeats'] == 4


@pytest.mark.parametrize(
    ('generation', 'at_endpoint', 'text'),
    [
        ({'temperature': 0.0}, False, 'greedy .*: add --gen_kwargs do_sample=true,temperature'),
        ({'temperature': 0.0, 'seed': None}, True, 'greedy .*: add --gen_kwargs temperature=0.6,s'),
        ({'temperature': 0.6}, True, 'the same seed .*: add seed=None'),
        ({'temperature': 0.6, 'seed': 7}, True, 'the same seed'),
        ({'temperature': 0.6}, False, ''),
        ({'temperature': 0.6, 'seed': None}, True, ''),
        ({'temperature': None, 'seed': None}, True, ''),
    ],
)
def test_one_reply_several_times_is_refused(
    generation: dict[str, Any], at_endpoint: bool, text: str
) -> None:
    refuse_one_reply(1, generation, at_endpoint=at_endpoint)
    if not text:
        refuse_one_reply(4, generation, at_endpoint=at_endpoint)
        return
    with pytest.raises(ConfigError, match=text):
        refuse_one_reply(4, generation, at_endpoint=at_endpoint)


@pytest.mark.parametrize(
    ('generation', 'text'),
    [
        ({'max_tokens': 9000}, 'max_tokens names the cap a second time.*: give max_gen_toks=9000'),
        ({'max_new_tokens': 9000}, 'max_new_tokens names the cap'),
        ({'max_completion_tokens': 9000}, 'max_completion_tokens names the cap'),
        ({'temperature': 0.6}, 'do_sample=False and temperature=0.6, of which one has no effect'),
        ({'do_sample': True}, 'do_sample=True and temperature=0.0'),
        ({'num_return_sequences': 3}, 'replies that lm-eval does not take: for .* math500_n=3'),
        ({'n': 3}, 'n=3 asks for replies'),
        ({'max_gen_toks': 12.5}, 'max_gen_toks=12.5 is no number of tokens: give 1 or more'),
        ({'max_gen_toks': 0}, 'max_gen_toks=0 is no number'),
        ({'max_gen_toks': None}, 'max_gen_toks=None is no number'),
    ],
)
def test_a_generation_setting_without_effect_is_refused(
    generation: dict[str, Any], text: str
) -> None:
    """lm-eval itself puts it aside, and says so in one line among many."""
    task = loaded()
    task.set_config('generation_kwargs', generation, update=True)  # as --gen_kwargs does
    with pytest.raises(ConfigError, match=text):
        task.build_all_requests()


def test_an_endpoint_needs_the_temperature_alone() -> None:
    _, sent = answered(boxed(), limit=1, gen_kwargs={'temperature': 0.6})
    assert sent[0]['temperature'] == 0.6
    assert 'do_sample' not in sent[0]


def test_an_endpoint_may_have_its_own_cap() -> None:
    _, sent = answered(boxed(), limit=1, gen_kwargs={'max_gen_toks': None})
    assert sent[0]['max_tokens'] is None


def test_it_is_refused_before_the_first_request() -> None:
    with LoopbackAPI(reply=lambda prompt: boxed()) as api:
        for generation in (None, SAMPLED):
            with pytest.raises(ConfigError, match='math500_n=2 asks for 2 replies'):
                evaluated(api.url, manager=task_manager(n=2), gen_kwargs=generation)
        assert api.requests == []


def test_replies_that_only_fill_up_a_rank_do_not_count() -> None:
    """With several processes lm-eval asks the last request of a short rank again."""
    task = loaded(ids=['sample/algebra/1.json'])
    task.build_all_requests()
    (request,) = task.instances
    request.resps += [boxed('5'), boxed('6'), boxed('7')]
    task.apply_filters()
    doc = dict(task.eval_docs[0])
    assert task.process_results(doc, [])['accuracy'] == 1.0
    assert [each['answer'] for each in doc['math500']] == ['5']
    assert request.resps == [boxed('5')]  # these are what is logged


@pytest.mark.parametrize(
    ('limit', 'samples', 'text'),
    [
        (2, None, '3 processes share 2 problems, .*: start 2 processes or fewer'),
        (1, None, '3 processes share 1 problems, .*: start one process'),
        (None, [4, 7], '3 processes share 2 problems'),
    ],
)
def test_a_process_without_problems_is_refused(
    limit: int | None, samples: list[int] | None, text: str
) -> None:
    """lm-eval hangs, or ends in an IndexError that says nothing."""
    with pytest.raises(ConfigError, match=text):
        loaded().build_all_requests(limit=limit, samples=samples, rank=2, world_size=3)
    task = loaded()
    task.build_all_requests(limit=3, rank=2, world_size=3)
    assert len(task.instances) == 1


@pytest.mark.parametrize('places', [[3, 3], [35], [-1]], ids=['twice', 'beyond', 'below'])
def test_odd_places_are_refused(places: list[int]) -> None:
    with pytest.raises(ConfigError, match='give each place from 0 to 34 once'):
        answered(boxed(), limit=None, samples={'math500': places})


# Groups, and files that build on ours --------------------------------------------------


def test_the_group_runs_both_and_averages_nothing() -> None:
    results, sent = answered(boxed(), 'math500_prompts', limit=1)
    assert results['group_subtasks'] == {'math500_prompts': ['math500', 'math500_4shot']}
    assert sorted(len(request['messages']) for request in sent) == [1, 9]
    assert 'accuracy,none' not in results['results'].get('math500_prompts', {})
    for task, prompt in (('math500', '0shot_cot'), ('math500_4shot', '4shot_chat')):
        assert results['results'][task]['accuracy,none'] == 1.0
        assert results['configs'][task]['metadata']['math500_prompt'] == prompt


def test_a_file_of_ones_own_may_set_the_data_and_the_cap(tmp_path: Path) -> None:
    text = (
        'task: mine\nmetadata: {version: 2.0, math500_levels: [1]}\n'
        'generation_kwargs: {max_gen_toks: 16000}\n'
    )
    results, sent = answered(boxed(), 'mine', manager=derived(tmp_path, text))
    assert {request['max_tokens'] for request in sent} == {16000}
    assert [request['stop'] for request in sent] == [[], []]  # and not lf lf, lm-eval's own
    assert {request['temperature'] for request in sent} == {0.0}
    assert {each['doc']['level'] for each in samples_of(results, 'mine')} == {1}
    assert results['versions'] == {'mine': 2.0}


@pytest.mark.parametrize(
    'line', ['metric_list: []', 'filter_list: []', 'repeats: 3', 'num_fewshot: 2', 'description: x']
)
def test_what_the_class_decides_cannot_be_set_beside_it(line: str, tmp_path: Path) -> None:
    name = line.split(':')[0]
    with pytest.raises(ConfigError, match=f'task mine sets {name}, which the math500 tasks'):
        derived(tmp_path, f'task: mine\n{line}\n').load(['mine'])


# math500 lm-eval-path ------------------------------------------------------------------


def test_the_path_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(['lm-eval-path']) == 0
    folder = Path(capsys.readouterr().out.rstrip('\n'))
    assert folder == lm_eval_tasks_dir()
    found = TaskManager(include_path=str(folder), include_defaults=False)
    assert sorted(found.all_tasks) == ['math500', 'math500_4shot', 'math500_prompts']


def test_the_path_needs_neither_lm_eval_nor_anything_heavy() -> None:
    code = (
        'import sys\nsys.modules["lm_eval"] = None\n'
        'from opencompass_math500.cli import main\nmain(["lm-eval-path"])\n'
        'print({"torch", "datasets", "sympy", "opencompass"} & set(sys.modules))'
    )
    done = subprocess.run(
        [sys.executable, '-c', code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert done.stdout == f'{lm_eval_tasks_dir()}\nset()\n'


def test_an_incomplete_installation_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stray = tmp_path / 'locations.py'
    monkeypatch.setattr('opencompass_math500.locations.__file__', str(stray))
    with pytest.raises(ConfigError, match=r'no tasks at .*: the installation is incomplete'):
        lm_eval_tasks_dir()
