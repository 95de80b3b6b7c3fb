"""Killable processes: the same in any folder, and whatever the caller inherited."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from processes import interpreter
from worker_plans import HANDLERS, NEEDS_FORK, ask, plan

from opencompass_math500.workers import (
    Plan,
    Workshop,
)

ROOT = Path(__file__).resolve().parents[2]


SHADOWED = ('random', 'sympy', 'mpmath', 'json', 'socket', 'select', 'ctypes')


def shadow(folder: Path) -> Path:
    """A folder with files that have the names of libraries, and leave a trace when imported."""
    folder.mkdir(exist_ok=True)
    for name in SHADOWED:
        code = f"open({str(folder / 'executed')!r}, 'a').write({name!r})\nraise SystemExit(1)\n"
        (folder / f'{name}.py').write_text(code)
    return folder


def run(code: str, folder: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run code with a working folder that its own process does not import from."""
    script = folder / 'elsewhere' / 'main.py'
    script.parent.mkdir(exist_ok=True)
    script.write_text(code)
    return subprocess.run(
        [sys.executable, str(script)], cwd=folder, text=True, capture_output=True, check=False,
        env={**os.environ, 'PYTHONPATH': str(ROOT), **changes},
    )  # fmt: skip


@pytest.mark.parametrize('fork', [pytest.param(True, marks=NEEDS_FORK), False])
@pytest.mark.parametrize('version', ['own', '3.10', '3.11', '3.12'])
def test_the_working_folder_shadows_nothing(
    version: str, fork: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = None if version == 'own' else interpreter(version)
    if version != 'own' and python is None:
        pytest.skip(f'no Python {version} here')
    monkeypatch.chdir(shadow(tmp_path / 'here'))
    monkeypatch.syspath_prepend('')
    with Workshop(plan(python=python, fork=fork)) as workshop:
        found = ask(workshop, 'where')
    assert str(tmp_path) not in found['random']
    assert not {'', '.', str(tmp_path / 'here')} & set(found['path'])
    assert not (tmp_path / 'here' / 'executed').exists()


def test_what_the_caller_can_import_its_processes_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that was put on the path by hand, before and behind others, but no library."""
    folder = shadow(tmp_path / 'mine')
    code = 'def load():\n    return (lambda request: "mine"), None\n'
    (folder / 'my_handler.py').write_text(code)
    monkeypatch.syspath_prepend(str(folder))
    with Workshop(Plan('the process', ('my_handler', 'load'))) as workshop:
        assert ask(workshop, 'anything') == 'mine'
    with Workshop(plan()) as workshop:
        assert str(folder) not in ask(workshop, 'where')['random']


def test_the_same_package_as_the_callers_is_imported(tmp_path: Path) -> None:
    """Not another copy that stands before it on the path of the process."""
    other = tmp_path / 'opencompass_math500'
    other.mkdir()
    (other / '__init__.py').write_text('raise SystemExit("another copy")\n')
    code = f"""
import sys
import opencompass_math500
from opencompass_math500.grading.symbolic import fallback
sys.path.insert(0, {str(tmp_path)!r})
print(fallback.worker.trouble())
"""
    done = run(code, tmp_path)
    assert (done.stdout, done.stderr) == ('None\n', '')


def test_a_signal_that_the_caller_ignores_ends_it_all_the_same(tmp_path: Path) -> None:
    code = f"""
import signal
signal.signal(signal.SIGPROF, signal.SIG_IGN)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGPROF, signal.SIGCHLD, signal.SIGTERM])
from opencompass_math500.workers import EndedError, Plan, Workshop
with Workshop(Plan('the process', ({HANDLERS!r}, 'load'))) as workshop:
    try:
        with workshop.connect() as connection:
            connection.ask(['C code'], cpu_seconds=0.1)
    except EndedError as error:
        print(error.is_overrun)
"""
    assert run(code, tmp_path).stdout == 'True\n'
