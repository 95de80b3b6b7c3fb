"""Every command and config that the documentation shows works, or is well-formed."""

from __future__ import annotations

import ast
import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from doc_pages import ROOT, Block, Page, pages, put_math500
from documented_commands import (
    EXPORTS,
    GRADE,
    INSPECT,
    NEMO_SKILLS,
    OTHER_HARNESSES,
    REGRADE,
    REPORTS,
    SIMPLE_EVALS,
    TABLES,
)
from lm_eval_commands import SHOWN as LM_EVAL
from work_dirs import RECORD, detail, save_json, save_results

from opencompass_math500 import load_problems
from opencompass_math500.cli import make_parser
from opencompass_math500.locations import config_dir

PAGES = [pytest.param(page, id=str(page)) for page in pages()]
RUN_DIR, OTHER_RUN_DIR = (f'outputs/math500/2026010{day}_120000' for day in (1, 2))

# -- commands ---------------------------------------------------------------------------

# What is done with each command of the documentation; one that stands in no list fails.
RUN = {  # for real, in a folder of its own
    'cp -r "$(math500 config-dir)" configs',
    'math500 data sample',
    "math500 judge --gold '1,-2' --answer 'x = -2 \\text{ or } x = 1'",
    "math500 judge --gold '1,-2' --answer '(1,-2)' --policy list_against_tuple=accept",
    'math500 data test.jsonl --subject geometry --level 5',
    *(f'math500 table {RUN_DIR}{x}' for x in ('', ' --fail-on content_filter --fail-on truncated')),
    f'rm -r {RUN_DIR}/results',
    'math500 watch outputs/math500',
    f'math500 watch {RUN_DIR} --once',
    *(f'math500 published{x}' for x in ('', ' --model deepseek-v2-lite-chat-hf')),
    'math500 published --model o1 --benchmark MATH-500 --json',
    *(f'math500 compare {RUN_DIR}{x}' for x in ('', f' {OTHER_RUN_DIR}', ' --json')),
    f'math500 compare {RUN_DIR} --model QwQ-32B-Preview --plot scores.svg',
}
MAKE = {  # and what it starts
    'make demo': ('opencompass configs/eval_math500_demo.py',),
    'make test': ('ruff', 'mypy', 'pytest'),
    'make lint': ('ruff', 'mypy'),
    'make quick': ("pytest -m 'not slow'",),
    'make docs': ('python tests/support/rule_tables.py',),
    'make wheels': ('-m build --no-isolation',),
    'make fuzz': ('tests/fuzz/fuzz_judge.py',),
}
INSTALL = {
    'pip install "opencompass-math500[demo]"',
    'pip install "opencompass-math500[demo,lm-eval]"',
    'pip install "modelscope[datasets]==1.34.0"',
}
EXPORT = {
    'export OPENAI_API_KEY=none OPENAI_BASE_URL=http://127.0.0.1:8000/v1 '
    'MATH500_API_MODEL=my-model',
    'export OPENAI_API_KEY=none OPENAI_BASE_URL=http://127.0.0.1:8000/v1 '
    'MATH500_JUDGE_MODEL=my-judge',
    'export OPENAI_API_KEY=none',
}
NETWORK = {'math500 data', 'HF_ENDPOINT=https://mirror.example math500 data'}
# A GPU, a hub, a key or minutes: the arguments are parsed by OpenCompass's own parser, and
# the config is read, dumped, read again, and every type in it resolved as the tasks do it.
CONFIGS = {
    'math500 run "$(math500 config-dir)/eval_math500_demo.py"',
    'opencompass configs/eval_math500.py',
    'HF_HUB_OFFLINE=1 opencompass configs/eval_math500.py',
    'MATH500_DATA=test.jsonl opencompass configs/eval_math500.py',
    'opencompass configs/eval_math500_ablation.py',
    'MATH500_DATA=sample opencompass configs/eval_math500_ablation.py',
    'math500 run --models hf_qwen2_5_7b_instruct --datasets math500_simple_evals_math '
    '--config-dir configs',
    'math500 run configs/eval_math500.py',
    'math500 run configs/eval_math500.py --work-dir outputs/mine --max-num-workers 2',
    'math500 run configs/eval_math500.py --dry-run',
    'math500 run configs/eval_math500.py -r',
    'math500 run configs/eval_math500.py --mode infer',
    'math500 run configs/eval_math500.py --mode eval -r',
    'math500 run configs/eval_math500.py --mode eval -r 20260101_120000',
    'math500 run --models embedded_smollm2_135m --datasets math500_gen math500_4shot_chat '
    '--config-dir configs',
    'math500 run --models hf_qwen2_5_7b_instruct --datasets math500_gen --config-dir configs',
    'math500 run --models hf_qwen2_5_7b_instruct --datasets math500_gen --config-dir configs '
    '--accelerator vllm',
    'math500 run --models vllm_qwen2_5_7b_instruct hf_deepseek_r1_distill_qwen_7b '
    '--datasets math500_gen --config-dir configs',
    'math500 run --models hf_base_llama3_1_8b --datasets math500_4shot_base --config-dir configs',
    'math500 run --models api_openai_compatible --datasets math500_gen --config-dir configs',
    'math500 run configs/eval_math500_api.py',
    'math500 run configs/eval_math500_api.py -r',
    'math500 run --models hf_qwen2_5_7b_instruct --datasets math500_0shot_cot_cascade '
    '--config-dir configs',
    'math500 run --hf-path Qwen/Qwen2.5-7B-Instruct --max-out-len 2048 --datasets math500_gen '
    '--config-dir configs',
    'opencompass --models hf_qwen2_5_7b_instruct --datasets math500_gen --summarizer math500 '
    '--config-dir configs',
}
KNOWN: tuple[set[str], ...] = (
    RUN, GRADE, REGRADE, TABLES, NEMO_SKILLS, INSPECT, OTHER_HARNESSES, EXPORTS, set(REPORTS),
    LM_EVAL, set(MAKE), INSTALL, EXPORT, NETWORK, CONFIGS, SIMPLE_EVALS,
)  # fmt: skip


def test_every_command_is_known_and_every_known_one_is_shown() -> None:
    shown = {command for page in pages() for command in page.commands}
    shown |= {code for page in pages() for code in page.code if code.startswith('make ')}
    assert shown == set().union(*KNOWN)
    assert sum(map(len, KNOWN)) == len(shown), 'a command stands in two lists'


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as a user's: a ``math500`` on the path, a finished run, no configs."""
    monkeypatch.setenv('PATH', f'{put_math500(tmp_path)}{os.pathsep}{os.environ["PATH"]}')
    monkeypatch.setenv('PYTHONPATH', str(ROOT))
    for name in [n for n in os.environ if n.startswith(('MATH500_', 'OPENAI_', 'HF_'))]:
        monkeypatch.delenv(name)
    folder = tmp_path / 'work'
    folder.mkdir()
    monkeypatch.chdir(folder)
    run_dir = folder / RUN_DIR
    save_results(run_dir, [detail(number) for number in range(3)])
    save_results(folder / OTHER_RUN_DIR, [detail(number, 'incorrect') for number in range(3)])
    for path in (run_dir / 'results').glob('*/*.json'):
        save_json(run_dir / 'math500' / path.parent.name / path.name, RECORD)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize('command', sorted(RUN))
def test_a_cheap_command_does_what_is_shown(
    command: str, workplace: Path, request: pytest.FixtureRequest
) -> None:
    if 'test.jsonl' in command:
        shutil.copy(request.getfixturevalue('math500_file'), workplace / 'test.jsonl')
    done = subprocess.run(
        ['bash', '-c', command], cwd=workplace, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, '')
    for page in pages():
        for block in page.blocks:
            if block.commands == [command] and block.output is not None:
                assert done.stdout == block.output, page
    if command.startswith('cp'):
        assert (workplace / 'configs' / 'eval_math500.py').is_file()
    assert not command.startswith('rm') or not (workplace / RUN_DIR / 'results').exists()
    assert not command.startswith('math500 table') or '100.00' in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize('command', sorted(MAKE))
def test_a_make_target_starts_what_is_said(command: str) -> None:
    done = subprocess.run(
        [*shlex.split(command), '--dry-run'], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not [started for started in MAKE[command] if started not in done.stdout]


def test_what_is_installed_exists() -> None:
    tree = ast.parse((ROOT / 'setup.py').read_text(encoding='utf-8'))
    extras = next(
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == 'EXTRAS'
    )
    asked = {shlex.split(command)[-1] for command in INSTALL}
    from opencompass_math500.dataset import remote

    names = [re.fullmatch(r'opencompass-math500\[(.+)\]', one) for one in asked]
    assert {extra for found in names if found for extra in found[1].split(',')} <= set(extras)
    assert {one for one, found in zip(asked, names, strict=True) if not found} == {
        remote._MODELSCOPE
    }


def test_exported_variables_are_read_somewhere() -> None:
    names = {
        word.split('=')[0]
        for command in EXPORT | NETWORK | CONFIGS
        for word in shlex.split(command)
        if re.match(r'[A-Z0-9_]+=', word)
    }
    sources = [*config_dir().rglob('*.py'), *(ROOT / 'opencompass_math500').rglob('*.py')]
    text = '\n'.join(path.read_text(encoding='utf-8') for path in sources)
    assert names and not {name for name in names if name not in text}


@pytest.mark.parametrize('command', sorted(NETWORK))
def test_a_command_that_needs_a_network_is_well_formed(command: str) -> None:
    words = [word for word in shlex.split(command) if not re.match(r'[A-Z_]+=', word)]
    assert words[0] == 'math500'
    assert make_parser().parse_args(words[1:]).name == 'data'


# -- configs ----------------------------------------------------------------------------


@pytest.fixture
def configs(workplace: Path) -> Path:
    """The workplace with a copy of the configs, and with those that the pages show."""
    ignored = shutil.ignore_patterns('__pycache__')
    shutil.copytree(config_dir(), workplace / 'configs', ignore=ignored)
    for _, block in _python_blocks():
        if block.path:
            assert not (config_dir().parent / block.path).exists(), f'{block.path} is ours already'
            (workplace / block.path).write_text(block.text, encoding='utf-8')
    return workplace


def _python_blocks() -> list[tuple[Page, Block]]:
    return [(page, b) for page in pages() for b in page.blocks if b.language == 'python']


def _types(value: Any) -> set[str]:
    """Every ``type`` in a config, as a dotted name."""
    if isinstance(value, dict):
        kind = value.get('type')
        mine = {kind} if isinstance(kind, str) else set()
        if isinstance(kind, type) or callable(kind):
            mine = {f'{kind.__module__}.{kind.__qualname__}'}
        return mine.union(*(_types(inner) for inner in value.values()))
    if isinstance(value, list | tuple):
        return set().union(*(_types(inner) for inner in value))
    return set()


def _resolved(cfg: Any, dump: Path) -> dict[str, Any]:
    """The config as a task reads it, every type in it having been found."""
    from mmengine.config import Config
    from mmengine.utils import get_object_from_string

    cfg.dump(str(dump))
    again: dict[str, Any] = Config.fromfile(str(dump), format_python_code=False).to_dict()
    assert again['models'] and again['datasets'], 'nothing to run'
    names = _types(again)
    assert len(names) >= 5
    lost = {name for name in names if get_object_from_string(name) is None}
    assert not lost
    return again


@pytest.mark.parametrize('command', sorted(CONFIGS))
def test_a_command_names_a_config_that_resolves(
    command: str, configs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = pytest.importorskip('opencompass.cli.main')
    words = shlex.split(command.replace('$(math500 config-dir)', 'configs'))
    while re.match(r'[A-Z0-9_]+=', words[0]):
        monkeypatch.setenv(*words.pop(0).split('=', 1))
    assert words[0] == 'opencompass' or words[:2] == ['math500', 'run']
    arguments = words[1:] if words[0] == 'opencompass' else words[2:]
    monkeypatch.setattr(sys, 'argv', ['opencompass', *arguments])
    cfg = _resolved(host.get_config_from_arg(host.parse_args()), configs / 'dumped.py')
    for dataset in cfg['datasets']:
        slug = 'sample-' if dataset['source'] == 'sample' else 'math500-'
        assert dataset['abbr'].startswith(slug)


@pytest.mark.parametrize('path', sorted({b.path for _, b in _python_blocks() if b.path}))
def test_a_config_that_is_shown_resolves(path: str, configs: Path, shared: Path) -> None:
    config = pytest.importorskip('mmengine.config').Config
    cfg = _resolved(config.fromfile(path, format_python_code=False), configs / 'dumped.py')
    for dataset in cfg['datasets']:
        if not dataset['type'].endswith('MATH500Dataset'):
            continue
        chosen = load_problems(shared / 'data' / 'math500.jsonl', levels=dataset.get('levels'))
        slug = chosen.slug.replace('-file-', f'-{dataset["source"]}-')
        assert re.match(rf'{slug}_[a-z0-9-]+$', dataset['abbr'])


@pytest.mark.parametrize('page', PAGES)
def test_python_is_a_config_or_an_example_that_holds(page: Page) -> None:
    runner = doctest.DocTestRunner(verbose=False)
    for number, block in enumerate(b for p, b in _python_blocks() if p == page):
        examples = doctest.DocTestParser().get_doctest(block.text, {}, f'{page}:{number}', None, 0)
        assert bool(block.path) != bool(examples.examples), 'neither a named file nor a doctest'
        runner.run(examples)
    assert runner.summarize(verbose=False).failed == 0
