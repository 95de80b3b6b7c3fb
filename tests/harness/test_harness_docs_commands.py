"""The commands of the page on lm-evaluation-harness work as shown."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from doc_pages import ROOT, pages, put_math500
from lm_eval_commands import (
    ENDPOINT,
    LAUNCH,
    PARSED,
    PRINTED,
    RUN,
)
from lm_eval_page import PAGES, arguments_of, marked
from work_dirs import detail, save_results

from opencompass_math500 import __version__
from opencompass_math500.cli import main
from opencompass_math500.dataset import load_problems
from opencompass_math500.locations import lm_eval_tasks_dir

# lm-eval's command line ----------------------------------------------------------------


def parsed(command: str) -> Any:
    """A command as lm-eval's own command line understands it."""
    from lm_eval._cli.harness import HarnessCLI
    from lm_eval.config.evaluate_config import EvaluatorConfig

    plain = command.removeprefix(LAUNCH)
    words = shlex.split(plain.replace('$(math500 lm-eval-path)', str(lm_eval_tasks_dir())))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, 'argv', words)
        return EvaluatorConfig.from_cli(HarnessCLI().parse_args())


# vLLM's own, which lm-eval hands on. Source: vllm/engine/arg_utils.py, EngineArgs.
HANDED_ON = {'gpu_memory_utilization'}


@pytest.mark.parametrize('command', sorted({*PARSED, ENDPOINT, *RUN[next(iter(RUN))]}))
def test_a_command_is_understood_and_its_task_makes_requests(
    command: str, lm_eval: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    from lm_eval.tasks import TaskManager

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv('MATH500_DATA', 'sample')  # instead of the hub
    if 'test.jsonl' in command:
        shutil.copy(request.getfixturevalue('math500_file'), tmp_path / 'test.jsonl')
    config = parsed(command)
    assert config.model_args.keys() <= {*arguments_of(config.model), *HANDED_ON}
    manager = TaskManager(
        include_path=config.include_path, include_defaults=False, metadata=config.metadata
    )
    (name,) = config.tasks
    task = manager.load([name])['tasks'][name]
    if config.gen_kwargs:
        task.set_config(key='generation_kwargs', value=config.gen_kwargs, update=True)
    task.build_all_requests(
        apply_chat_template=bool(config.apply_chat_template),
        fewshot_as_multiturn=config.fewshot_as_multiturn,
        chat_template=lambda turns, **_: json.dumps(turns),
    )
    assert len(task.instances) == len(task.eval_docs) > 0
    assert task.instances[0].args[1] == task.config.generation_kwargs
    for setting in re.findall(r'max_gen_toks=(\d+)', command):
        assert task.config.generation_kwargs['max_gen_toks'] == int(setting)
    for setting in re.findall(r'math500_n=(\d+)', command):
        assert task.config.repeats == int(setting)
    if 'math500_levels=5' in command:
        assert {doc['level'] for doc in task.eval_docs} == {5}
    assert bool(config.apply_chat_template) == ('Qwen2.5-7B,' not in command)  # the base model
    assert config.log_samples and config.output_path.startswith('outputs/')


def test_no_shown_command_asks_a_chat_model_for_completions(lm_eval: None) -> None:
    """Defect 5 of the first task, in the documentation's own commands."""
    shown = {c for page in pages() for c in page.commands if c.startswith('lm_eval')}
    at_endpoints = [parsed(c) for c in shown if '--model local-' in c]
    assert at_endpoints
    for config in at_endpoints:
        assert config.model == 'local-chat-completions'
        assert config.apply_chat_template is True
        assert config.model_args['base_url'].endswith('/v1/chat/completions')


def test_the_command_for_endpoints_works_at_one(
    lm_eval: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    import lm_eval.evaluator
    from harness_runs import boxed, task_manager
    from loopback_api import LoopbackAPI

    config = parsed(ENDPOINT)
    monkeypatch.setenv('OPENAI_API_KEY', 'none')
    monkeypatch.setattr(lm_eval.evaluator, 'add_env_info', lambda results: None)
    with LoopbackAPI(reply=lambda prompt: boxed()) as api:
        address = config.model_args['base_url'].replace('http://127.0.0.1:8000', api.origin)
        results = lm_eval.evaluator.simple_evaluate(
            model=config.model,
            model_args=config.model_args | {'base_url': address},
            tasks=config.tasks,
            limit=2,
            apply_chat_template=config.apply_chat_template,
            task_manager=task_manager(),
            bootstrap_iters=0,
            torch_random_seed=None,
        )
    assert [request['model'] for request in api.requests] == ['my-model'] * 2
    assert results['results']['math500']['unknown_ending,none'] == 0


def test_the_path_is_that_of_the_tasks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(shlex.split(PRINTED)[1:]) == 0
    assert Path(capsys.readouterr().out.strip()) == lm_eval_tasks_dir()


# For real ------------------------------------------------------------------------------


@pytest.fixture(scope='module')
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a ``math500`` for the path."""
    folder = tmp_path_factory.mktemp('lm_eval_docs')
    put_math500(folder)
    return folder


def run_block(workplace: Path, first: str) -> subprocess.CompletedProcess[str]:
    """Run the block that begins with this command; all of it must succeed."""
    (block,) = (b for b in PAGES[0].blocks if b.commands[:1] == [first] and b.language == 'bash')
    assert block.commands == [first, *RUN[first]]
    path = os.pathsep.join([str(ROOT), os.environ.get('PYTHONPATH', '')])
    folders = [str(workplace / 'bin'), sysconfig.get_path('scripts'), os.environ['PATH']]
    done = subprocess.run(
        ['bash', '-e', '-c', block.text],
        cwd=workplace,
        env={
            **os.environ,
            'PYTHONPATH': path,
            'PATH': os.pathsep.join(folders),
            'OMP_NUM_THREADS': '1',
            'HF_HUB_OFFLINE': '1',
        },
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    return done


@pytest.fixture(scope='module')
def finished(workplace: Path, lm_eval: None) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """What the first run of the page prints, and the rows of its log."""
    done = run_block(workplace, next(iter(RUN)))
    (path,) = workplace.glob('outputs/lm-eval/*/samples_math500_*.jsonl')
    yield done.stdout, [json.loads(line) for line in path.read_text('utf-8').splitlines()]


def as_shown(text: str, *, exact: bool) -> list[str]:
    """Lines to compare: where a machine rounds otherwise, replies and all numbers may differ."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return lines if exact else [re.sub(r'[\d.]+|N/A| +|-+', '', line) for line in lines]


@pytest.mark.slow
def test_the_run_is_as_shown(finished: tuple[str, list[dict[str, Any]]]) -> None:
    printed, rows = finished
    shown = json.loads(marked(PAGES[0], 'lm-eval-row'))
    row = next(row for row in rows if row['doc']['unique_id'] == shown['doc']['unique_id'])
    exact = row['resps'] == shown['resps']
    table = marked(PAGES[0], 'lm-eval-table')
    assert as_shown(table, exact=exact) == as_shown(
        printed[printed.index('| Tasks') :], exact=exact
    )
    for name in shown if exact else ('doc_id', 'target', 'arguments', 'filter'):
        assert row[name] == shown[name]


@pytest.mark.slow
def test_the_log_is_exported_and_graded_under_another_policy(
    workplace: Path, finished: tuple[str, list[dict[str, Any]]]
) -> None:
    run_block(workplace, 'math500 export outputs/lm-eval --all --output replies.jsonl')
    rows = [json.loads(line) for line in (workplace / 'graded.jsonl').read_text().splitlines()]
    logged = {row['doc']['unique_id']: row['doc']['math500'][0]['verdict'] for row in finished[1]}
    assert {row['unique_id']: row['outcome'] for row in rows} == logged


@pytest.mark.slow
def test_every_command_reads_the_log(workplace: Path, finished: object) -> None:
    done = run_block(workplace, 'math500 table outputs/lm-eval')
    assert done.stdout.count('smollm2-135m-instruct-q4_1 on sample-ids2-') >= 3
    assert (workplace / 'wrong_answers.xlsx').stat().st_size > 500
    (report,) = workplace.rglob('*report*.html')
    assert 'sample-ids2-' in report.read_text(encoding='utf-8')
    assert 'this judge' in done.stdout


@pytest.mark.slow
def test_a_run_of_opencompass_is_compared_as_shown(
    workplace: Path, finished: tuple[str, list[dict[str, Any]]]
) -> None:
    (first,) = (name for name in RUN if name.startswith('math500 compare'))
    save_twin(workplace / 'outputs' / 'math500' / '20260101_120000', finished[1])
    done = run_block(workplace, first)
    shown = json.loads(marked(PAGES[0], 'lm-eval-row'))
    exact = any(row['resps'] == shown['resps'] for row in finished[1])
    for page in PAGES:
        text = marked(page, 'lm-eval-compare')
        assert as_shown(text, exact=exact) == as_shown(done.stdout, exact=exact)


def save_twin(run_dir: Path, rows: list[dict[str, Any]]) -> None:
    """A run of OpenCompass with these replies, in the shapes that a real one leaves behind."""
    chosen = load_problems('sample', ids=[row['doc']['unique_id'] for row in rows])
    data = f'{chosen.slug}_0shot-cot'
    details = []
    for number, row in enumerate(rows):
        (grade,) = row['doc']['math500']
        verdict, answer = grade.pop('verdict'), grade.pop('answer')
        facts = {name: row['doc'][name] for name in ('unique_id', 'subject', 'level', 'answer')}
        details.append(detail(number, verdict, **facts, pred=answer or '', **grade))
    save_results(run_dir, details, 'smollm2-135m-instruct', data, _record(data))


def _record(data: str) -> dict[str, Any]:
    """The settings of the embedded model's run in float32, batch 1, under this cap."""
    from twin_record import RECORD

    made: dict[str, Any] = json.loads(json.dumps(RECORD))
    made['inference'] |= {'data': data, 'max_out_len': 64}
    made['inference']['model'] = {
        'max_seq_len': 8192,
        'model_kwargs': {'torch_dtype': 'torch.float32'},
        'path': 'smollm2-135m-instruct-q4_1',
        'type': 'opencompass_math500.compass.MATH500EmbeddedModel',
    }
    names = ('opencompass', 'transformers', 'torch', 'openai')
    versions = {name: importlib.metadata.version(name) for name in names}
    made['context'] = {
        'batch_size': 1,
        'data': {'type': 'opencompass_math500.compass.MATH500Dataset', 'source': 'sample'},
        'versions': {'opencompass_math500': __version__, **versions},
    }
    return made
