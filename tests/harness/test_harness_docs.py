"""The page on lm-evaluation-harness says what is so."""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from doc_pages import ROOT, Page
from lm_eval_page import PAGES, arguments_of, marked, their_file

from opencompass_math500 import grade, load_problems
from opencompass_math500.errors import ConfigError
from opencompass_math500.locations import config_dir, lm_eval_tasks_dir
from opencompass_math500.prompts import texts

IDS = ['sample/geometry/1.json', 'sample/precalculus/1.json']

each_page = pytest.mark.parametrize('page', PAGES, ids=str)


def column(page: Page, among: str, number: int = 0) -> list[str]:
    """The codes in a column of the one table that has this in its first column."""
    (table,) = (t for t in page.tables if any(row[0].startswith(among) for row in t))
    return [code for row in table[1:] for code in re.findall(r'`([^`]+)`', row[number])]


# What is printed and logged ------------------------------------------------------------


@pytest.fixture(scope='module')
def answered(lm_eval: None) -> dict[str, Any]:
    """The shown replies, given by an endpoint: the table, and the row of the second problem."""
    from harness_runs import answered, samples_of, task_manager
    from lm_eval.utils import make_table

    (reply,) = json.loads(marked(PAGES[0], 'lm-eval-row'))['resps'][0]
    results, _ = answered(
        # The other reply of the run is cut behind a wrong answer.
        lambda prompt: reply if 'cos' in prompt else 'So it is $\\boxed{5}$. First, we',
        finish='length',
        limit=None,
        manager=task_manager(ids=IDS),
        bootstrap_iters=10,
    )
    table = '\n'.join(line.rstrip() for line in make_table(results).splitlines())
    return {'table': f'{table.strip()}\n', 'row': samples_of(results)[1], 'results': results}


@each_page
def test_the_table_is_that_of_these_replies(page: Page, answered: dict[str, Any]) -> None:
    assert marked(page, 'lm-eval-table') == answered['table']


@each_page
def test_the_row_is_that_of_this_reply(page: Page, answered: dict[str, Any]) -> None:
    shown, row = json.loads(marked(page, 'lm-eval-row')), answered['row']
    # The prompt went through a chat template there, and the endpoint counts other tokens.
    assert shown.pop('arguments')['gen_args_0'].keys() == {'arg_0', 'arg_1'}
    row['doc']['math500'][0]['response_tokens'] = shown['doc']['math500'][0]['response_tokens']
    assert shown == {name: row[name] for name in shown}
    left_out = row.keys() - shown.keys() - {'arguments', 'metrics'}
    assert all(not row[name] for name in left_out if not name.endswith('_hash'))


@each_page
def test_the_line_feed_is_where_it_is_said_to_be(page: Page) -> None:
    asked = json.loads(marked(page, 'lm-eval-row'))
    prompt = asked['arguments']['gen_args_0']['arg_0']
    question = texts.BOXED_COT.replace('{problem}', asked['doc']['problem'])
    assert f'user\n{question}\n<|im_end|>' in prompt


@each_page
def test_every_metric_is_explained(page: Page, lm_eval: None) -> None:
    from opencompass_math500.harness.metrics import COUNTED, metric_list

    names = [each['metric'] for each in metric_list(load_problems('sample'))]
    families = {re.sub('^(subject|level)_.*', r'\1_…', name) for name in names}
    explained = column(page, '`accuracy`')
    assert set(explained) - {'N/A'} == families
    assert [name for name in explained if name in COUNTED] == list(COUNTED)


@each_page
def test_every_field_and_setting_is_explained(page: Page, lm_eval: None) -> None:
    from opencompass_math500.harness.grades import Grade
    from opencompass_math500.harness.task_settings import _GIVEN, PREFIX, STATED

    assert column(page, '`verdict`') == list(Grade.__annotations__)
    settings = [name for name in column(page, '`math500_data`') if name.startswith(PREFIX)]
    assert sorted(settings) == sorted(PREFIX + name for name in _GIVEN)
    (line,) = (line for line in page.text.splitlines() if '`results_*.json`' in line and
               f'`{PREFIX}set`' in line)  # fmt: skip
    assert re.findall(rf'`{PREFIX}(\w+)`', line) == list(STATED)


@each_page
def test_every_task_is_listed(page: Page, lm_eval: None) -> None:
    from lm_eval.tasks import TaskManager

    known = TaskManager(include_path=str(lm_eval_tasks_dir()), include_defaults=False).all_tasks
    assert {name for name in column(page, '`math500`') if not name.startswith('-') and
            ' ' not in name} == set(known)  # fmt: skip
    configs = {path.stem for path in (config_dir() / 'datasets' / 'math500').glob('*.py')}
    assert set(column(page, '`math500`', 2)) <= configs


@each_page
def test_numbers_are_those_of_the_code(page: Page, lm_eval: None) -> None:
    from opencompass_math500.harness.prompts import MAX_TOKENS

    assert len(re.findall(rf'(?<!\d){MAX_TOKENS}(?!\d)', page.text)) >= 2
    theirs = arguments_of('local-chat-completions')
    assert (theirs['max_retries'], theirs['max_gen_toks'], theirs['seed']) == ('3', '256', '1234')
    assert arguments_of('vllm')['max_gen_toks'] == '256'
    assert re.search(r'3 (times in all|次) ?[(（]`max_retries`', page.text)
    assert f'lm-evaluation-harness) {importlib.metadata.version("lm-eval")}' in page.text
    pins = (ROOT / 'constraints.txt').read_text(encoding='utf-8')
    assert f'lm-eval=={importlib.metadata.version("lm-eval")}' in pins.splitlines()


# What is refused -----------------------------------------------------------------------


def _asked(
    task: str = 'math500', gen: dict[str, Any] | None = None, n: int = 1, **options: Any
) -> Any:
    from harness_runs import loaded

    made = loaded(task, n=n)
    made.set_config(key='generation_kwargs', value=gen or {}, update=True)
    return made.build_all_requests(**{'chat_template': str, 'limit': 1, **options})


def _shots(number: int, task_name: str = 'math500_4shot') -> None:
    from harness_runs import loaded

    task = loaded(task_name)
    task.set_config(key='num_fewshot', value=number)
    task.build_all_requests()


def _own(line: str) -> None:
    from opencompass_math500.harness.task import ZeroShot

    ZeroShot({'task': 'mine', **ast.literal_eval(line)})


def _at_endpoint(**options: Any) -> None:
    from harness_runs import evaluated, task_manager

    # Refused before anything is asked: nobody listens there.
    evaluated('http://127.0.0.1:9', manager=task_manager(n=4), **options)


def _too_long() -> None:
    from opencompass_math500.harness.context import refuse_cut_prompts

    lm = SimpleNamespace(max_length=4096, max_gen_toks=256, tok_encode=str.split)
    refuse_cut_prompts(lm, [SimpleNamespace(args=('one two', {'max_gen_toks': 4096}))])


def _other_model() -> None:
    from opencompass_math500.harness.cached import _refuse_other_model

    kept = {'math500_model': 'org/one main'}
    lm = SimpleNamespace(pretrained='org/other', revision='main')
    _refuse_other_model(SimpleNamespace(lm=lm, dbdict=kept, cache_db='replies_rank0.db'))


def _setting(**metadata: Any) -> None:
    from harness_runs import loaded

    loaded(**metadata)


REFUSED: dict[str, Callable[[], Any]] = {
    '--num_fewshot 2': lambda: _shots(2),
    '--num_fewshot 4': lambda: _shots(4, 'math500'),
    '--fewshot_as_multiturn false': lambda: _asked('math500_4shot', apply_chat_template=True),
    '--gen_kwargs max_tokens=512': lambda: _asked(gen={'max_tokens': 512}),
    '--gen_kwargs n=3': lambda: _asked(gen={'n': 3}),
    '--gen_kwargs max_gen_toks=0.5': lambda: _asked(gen={'max_gen_toks': 0.5}),
    '--gen_kwargs temperature=0.6': lambda: _asked(gen={'temperature': 0.6}),
    '--cache_requests': lambda: _asked(cache_requests=True),
    '--use_cache': _other_model,
    '': lambda: _asked(limit=1, world_size=2),
    '--samples \'{"math500": [3, 3]}\'': lambda: _asked(samples=[3, 3]),
    'math500_n=4': lambda: _asked(n=4),
    'math500_n=4 ': lambda: _at_endpoint(gen_kwargs={'temperature': 0.6}),
    'max_gen_toks': _too_long,
    'math500_dat=x': lambda: _setting(dat='x'),
    'doc_to_text': lambda: _own("{'doc_to_text': '{{x}}'}"),
}


@each_page
def test_messages_are_quoted_as_they_are(page: Page, lm_eval: None) -> None:
    (table,) = (t for t in page.tables if '`--num_fewshot' in t[1][0])
    assert len(table) - 1 == len(REFUSED)
    for (setting, quote), (named, refused) in zip(table[1:], REFUSED.items(), strict=True):
        assert named.strip() in setting
        with pytest.raises(ConfigError) as raised:
            refused()
        assert quote.strip('`') in str(raised.value)


@each_page
def test_a_file_of_ones_own_is_a_task(page: Page, lm_eval: None, tmp_path: Path) -> None:
    from lm_eval.tasks import TaskManager

    text = marked(page, 'lm-eval-own')
    assert text.count('/printed/by/math500/lm-eval-path') == 1
    text = text.replace('/printed/by/math500/lm-eval-path', str(lm_eval_tasks_dir()))
    (tmp_path / 'mine.yaml').write_text(text, encoding='utf-8')
    given = {'math500_data': 'sample'}
    manager = TaskManager(include_path=str(tmp_path), include_defaults=False, metadata=given)
    (name,) = manager.all_tasks
    task = manager.load([name])['tasks'][name]
    assert {doc['level'] for doc in task.eval_docs} == {5}
    assert task.config.generation_kwargs['max_gen_toks'] == 16384


# How not to ----------------------------------------------------------------------------


def functions_of(path: Path) -> set[str]:
    """Names of a module's functions."""
    tree = ast.parse(path.read_text(encoding='utf-8'))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@each_page
def test_every_test_that_is_named_exists_and_every_defect_has_one(page: Page) -> None:
    tests = {path.name: functions_of(path) for path in (ROOT / 'tests').rglob('test_*harness*.py')}
    named = {code for code in page.code if re.fullmatch(r'test_\w+', code)} - {'test_split'}
    assert named <= set().union(*tests.values())
    guards = {name for name in tests['test_harness_defects.py'] if name.startswith('test_')}
    assert {name for name in named if 'defect' in name} == guards
    assert len({name[: len('test_defect_1')] for name in guards}) == 5
    files = {code for code in page.code if code.startswith('tests/')}
    assert files and all((ROOT / file).is_file() for file in files)


@each_page
def test_what_is_said_of_their_own_tasks_is_so(page: Page, lm_eval: None) -> None:
    paths = [code for code in page.code if re.fullmatch(r'\w+_math/\w+\.yaml', code)]
    assert len(paths) == 2
    for path in paths:
        made = (their_file('tasks') / path).read_text(encoding='utf-8')
        (base,) = re.findall(r'^include: (\S+)$', made, re.MULTILINE)
        base_text = (their_file('tasks') / path).with_name(base).read_text(encoding='utf-8')
        assert f'`{Path(path).stem}`' in page.text
        for text in (made, base_text):
            assert not re.search('max_gen_toks|max_tokens|filter_list', text)
        assert 'exact_match' in base_text
    hendrycks, minerva = ((their_file('tasks') / path).parent for path in paths)
    assert '`hendrycks_math_algebra.yaml`' in page.text
    asked = (hendrycks / 'hendrycks_math_algebra.yaml').read_text(encoding='utf-8')
    (prompt,) = (code for code in page.code if code.startswith('Problem: '))
    assert f'doc_to_text: "{prompt}"' in asked
    code = (minerva / 'utils.py').read_text(encoding='utf-8')
    assert 'Final Answer: The final answer is' in page.text and 'The final answer is(.*?)' in code
    assert 'startswith("4.11")' in code and 'from math_verify' in code


@each_page
def test_their_own_grading_reads_a_reply_as_is_said(page: Page, lm_eval: None) -> None:
    from lm_eval.tasks.hendrycks_math.utils import process_results

    (reply,) = (code for code in page.code if code.startswith('We get $x'))
    for given, right in ((reply, 0), ('5', 1), ('It is $5$.', 1), ('\\boxed{5}', 0)):
        assert process_results({'solution': '$\\boxed{5}$'}, [given]) == {'exact_match': right}
    assert grade(response=reply, gold='5').outcome == 'correct'
