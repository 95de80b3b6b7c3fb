"""The ``math500`` command: what it prints, where, and with which exit status."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import problem_rows
import pytest
from problem_rows import row
from work_dirs import DATASET, MODEL, detail, save_predictions, save_results

import opencompass_math500
from opencompass_math500.cli import main
from opencompass_math500.dataset import load_problems
from opencompass_math500.locations import config_dir

Said = Callable[..., tuple[int, str, str]]


@pytest.fixture
def said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Said:
    """Run a command in an empty folder; its exit status, stdout and stderr."""
    for name in ('MATH500_DATA', 'OPENAI_API_KEY', 'OPENAI_BASE_URL'):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def command(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            status = main([str(each) for each in arguments])
        except SystemExit as end:  # argparse's own
            status = end.code if isinstance(end.code, int) else 1
        out, err = capsys.readouterr()
        return status, out, err

    return command


def assert_one_line(status: int, err: str, *facts: str) -> None:
    """A user's error: status 1, one line that names the fault and the remedy."""
    assert status == 1
    assert err.startswith('math500: ')
    assert err.count('\n') == 1, err
    for fact in facts:
        assert fact in err


# config-dir ---------------------------------------------------------------------------


def test_config_dir_prints_the_folder_and_nothing_else(said: Said) -> None:
    status, out, err = said('config-dir')
    assert (status, out, err) == (0, f'{config_dir()}\n', '')
    assert Path(out.strip(), 'eval_math500.py').is_file()


# table --------------------------------------------------------------------------------


def test_table_prints_scores_to_stdout(said: Said, tmp_path: Path) -> None:
    save_results(tmp_path / 'run', [detail(0), detail(1, 'incorrect')])
    status, out, err = said('table', 'run')
    assert (status, err) == (0, '')
    assert '50.00' in out
    assert f'{MODEL} on {DATASET}' in out


@pytest.mark.parametrize(
    ('make', 'facts'),
    [
        (lambda folder: None, ("no folder 'run'", 'give the folder of one run')),
        (lambda folder: save_results(folder, '{"details": ['), ('is damaged', 'delete it')),
        (
            lambda folder: save_results(folder, [{'pred': ['1']}]),
            ('item 0 is not a detail of MATH500Evaluator', 'opencompass CONFIG -m eval -r'),
        ),
        (lambda folder: save_results(folder, []), ('holds no details per item',)),
    ],
    ids=['no folder', 'damaged', 'another evaluator', 'empty'],
)
def test_table_of_what_is_no_run(
    make: Callable[[Path], object], facts: tuple[str, ...], said: Said, tmp_path: Path
) -> None:
    make(tmp_path / 'run')
    status, out, err = said('table', 'run')
    assert_one_line(status, err, *facts)
    assert out == ''


# data ---------------------------------------------------------------------------------


def test_data_says_what_a_source_is(said: Said) -> None:
    problems = load_problems('sample')
    status, out, err = said('data', 'sample')
    assert (status, err) == (0, '')
    assert out.splitlines() == [
        f'{problems.name}: {len(problems)} problems from embedded sample',
        f'checksum {problems.checksum}',
        f'abbr     {problems.slug}',
    ]


def test_data_filters(said: Said) -> None:
    status, out, _ = said('data', 'sample', '--subject', 'algebra', '--level', 1, '--level', 2)
    chosen = load_problems('sample', subjects=['Algebra'], levels=[1, 2])
    assert status == 0
    assert f'{len(chosen)} problems' in out
    assert chosen.slug in out


def test_data_of_the_real_file(said: Said, math500_file: Path) -> None:
    status, out, _ = said('data', math500_file)
    assert status == 0
    assert out.startswith('MATH-500: 500 problems from ')
    assert 'abbr     math500-file-c6e0e802' in out


def test_data_of_ones_own(said: Said, tmp_path: Path) -> None:
    problem_rows.save([row(1), row(2)], tmp_path / 'mine.jsonl')
    assert_one_line(*said('data', 'mine.jsonl')[::2], 'is not MATH-500', 'custom=True')
    status, out, _ = said('data', 'mine.jsonl', '--custom')
    assert status == 0
    assert 'custom set' in out


@pytest.mark.parametrize(
    ('arguments', 'facts'),
    [
        (('nowhere.jsonl',), ("no file 'nowhere.jsonl'", 'give a .jsonl')),
        (('sampel',), ("did you mean 'sample'",)),
        (('sample', '--subject', 'Algebre'), ("did you mean 'Algebra'", 'this set has')),
        (('sample', '--level', '9'), ("unknown level '9'",)),
        (('broken.jsonl',), ('broken.jsonl:2: not JSON',)),
    ],
    ids=['no file', 'no source', 'no subject', 'no level', 'not JSON'],
)
def test_bad_data_are_one_line(
    arguments: tuple[str, ...], facts: tuple[str, ...], said: Said, tmp_path: Path
) -> None:
    (tmp_path / 'broken.jsonl').write_text('{"problem": \n')
    status, out, err = said('data', *arguments)
    assert_one_line(status, err, *facts)
    assert out == ''


# Usage --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    'arguments',
    [(), ('nonsense',), ('table',), ('config-dir', 'extra'), ('data', '--level', 'x'),
     ('table', 'a', '--nonsense'), ('run',), ('run', '--nonsense')],
    ids=' '.join,
)  # fmt: skip
def test_wrong_usage_is_status_2(arguments: tuple[str, ...], said: Said) -> None:
    status, _, _ = said(*arguments)
    assert status == 2


@pytest.mark.parametrize('flag', ['-h', '--help'])
def test_help_names_every_command(flag: str, said: Said) -> None:
    status, out, err = said(flag)
    assert (status, err) == (0, '')
    for command in ('run', 'config-dir', 'table', 'data'):
        assert re.search(rf'^ +{command}\b', out, re.MULTILINE)
        status, out_of_it, err = said(command, flag)
        assert (status, err) == (0, '')
        assert out_of_it.startswith('usage: math500 ')
    assert 'opencompass CONFIG' in out


def test_version(said: Said) -> None:
    assert said('--version')[:2] == (0, f'math500 {opencompass_math500.__version__}\n')


# run: up to the point where OpenCompass takes over ---------------------------------------


def test_run_without_a_config_file(said: Said) -> None:
    status, _, err = said('run', 'nowhere.py')
    assert_one_line(status, err, 'no config file at nowhere.py', 'math500 config-dir')


@pytest.mark.parametrize(
    'text',
    ['models = [', 'raise ValueError("no")', 'with read_base():\n    from .nowhere import x\n'],
    ids=['syntax', 'crash', 'missing base'],
)
def test_run_of_a_config_that_cannot_be_read(text: str, said: Said, tmp_path: Path) -> None:
    (tmp_path / 'bad.py').write_text('from mmengine.config import read_base\n' + text)
    status, _, err = said('run', 'bad.py')
    assert_one_line(status, err, 'cannot read bad.py', 'mend the config')
    assert not (tmp_path / 'outputs').exists()


BAD = """
from nosuch_package.models import Best
from opencompass_math500.compass import MATH500Dataset
models = [dict(type=Best, abbr='best', path='/nowhere', max_out_len=99)]
datasets = [dict(type=MATH500Dataset, abbr='x', source='nowhere.jsonl')]
"""


def test_run_of_a_config_with_faults_starts_nothing(said: Said, tmp_path: Path) -> None:
    (tmp_path / 'bad.py').write_text(BAD)
    status, _, err = said('run', 'bad.py')
    lines = err.splitlines()
    assert status == 1
    kinds = ('error', 'error', 'error', 'warning', 'nothing was run')
    assert [line.split(': ')[:2] for line in lines] == [['math500', kind] for kind in kinds]
    assert 'nosuch_package.models.Best' in lines[0]
    assert '/nowhere' in lines[1]
    assert 'nowhere.jsonl' in lines[2]
    assert not (tmp_path / 'outputs').exists()


@pytest.mark.parametrize('mode', ['eval', 'viz'])
def test_grading_alone_needs_a_run(mode: str, said: Said) -> None:
    status, _, err = said('run', config_dir() / 'eval_math500_demo.py', '-m', mode)
    assert_one_line(status, err, f'-m {mode} without -r', 'add -r latest')


def test_run_with_unknown_names(said: Said) -> None:
    status, _, err = said(
        'run', '--models', 'nosuch_model', '--datasets', 'math500_gen', '--config-dir', config_dir()
    )
    assert status == 1
    assert err.splitlines()[-1].startswith('math500: cannot read the given models and datasets')


def records(folder: Path) -> list[Any]:
    return [json.loads(path.read_text()) for path in folder.glob('outputs/*/*/math500/*/*.json')]


def test_a_dry_run_goes_through_opencompass(said: Said, tmp_path: Path) -> None:
    before = sys.argv
    status, _, err = said('run', config_dir() / 'eval_math500_demo.py', '--dry-run')
    assert status == 0
    assert [line for line in err.splitlines() if line.startswith('math500: error')] == []
    assert sorted(record['inference']['data'] for record in records(tmp_path)) == [
        'sample-d672d809_0shot-cot', 'sample-d672d809_4shot-chat',
    ]  # fmt: skip
    assert sys.argv is before


def test_names_on_the_command_line_are_guarded_too(
    said: Said, tmp_path: Path, math500_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OpenCompass fills in its own partitioner and summarizer where a config has none."""
    monkeypatch.setenv('MATH500_DATA', str(math500_file))
    status, _, _ = said(
        'run', '--models', 'embedded_smollm2_135m', '--datasets', 'math500_gen',
        '--config-dir', config_dir(), '--dry-run',
    )  # fmt: skip
    assert status == 0
    (record,) = records(tmp_path)
    assert record['inference']['data'] == 'math500-file-c6e0e802_0shot-cot'


def test_stale_reuse_is_refused_in_one_line(said: Said, tmp_path: Path) -> None:
    demo = shutil.copytree(config_dir(), tmp_path / 'configs') / 'eval_math500_demo.py'
    assert said('run', demo, '--dry-run')[0] == 0
    (run,) = (tmp_path / 'outputs' / 'math500_demo').iterdir()
    save_predictions(run, [], 'sample-d672d809_0shot-cot', 'smollm2-135m-instruct')

    text = demo.read_text()
    assert 'max_out_len=256' in text
    demo.write_text(text.replace('max_out_len=256', 'max_out_len=300'))
    status, _, err = said('run', demo, '--dry-run', '-r', run.name)
    assert status == 1
    (refusal,) = [line for line in err.splitlines() if 'other settings' in line]
    assert refusal.startswith('math500: ')
    assert 'max_out_len: then 256, now 300' in refusal

    demo.write_text(text)
    assert said('run', demo, '--dry-run', '-r', run.name)[0] == 0


# As a process -------------------------------------------------------------------------


def process(*arguments: str, cwd: Path, **kwargs: Any) -> subprocess.CompletedProcess[str]:
    root = str(Path(__file__).resolve().parents[2])
    # Unbuffered output would hide what is still to be written at the end.
    environment = {k: v for k, v in os.environ.items() if k != 'PYTHONUNBUFFERED'}
    environment['PYTHONPATH'] = root
    return subprocess.run(
        [sys.executable, '-m', 'opencompass_math500', *arguments],
        cwd=cwd, env=environment, text=True, check=False, timeout=60,
        **{'capture_output': True, **kwargs},
    )  # fmt: skip


def test_python_m_is_the_same_command(tmp_path: Path) -> None:
    done = process('table', 'nowhere', cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, '')
    assert done.stderr.startswith("math500: no folder 'nowhere'")
    assert done.stderr.count('\n') == 1


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = process(
        'data', 'sample', cwd=tmp_path, capture_output=False, stdout=writing,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, '')
