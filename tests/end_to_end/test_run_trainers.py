"""The rewards in real trainers: TRL's GRPO steps, verl's reward managers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any, Final

import pytest
from filelock import FileLock

from opencompass_math500.dataset import load_problems
from opencompass_math500.embedded import embedded_model_dir
from opencompass_math500.rewards import answer_reward

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / 'tests' / 'support' / 'trainer_steps.py'
VENV = ROOT / '.cache' / 'trainers'
INSTALLED: Final = ('trl==1.16.0', 'verl==0.9.1', 'python-flint', 'sympy', 'tqdm')
"""Both want what OpenCompass forbids: transformers 5, NumPy 2."""

# One of the sample's problems that the model sometimes solves would take hundreds of tokens.
EASY: Final = [{'problem': 'What is 1 + 1? Say only the number.', 'gold': '2'}]


@pytest.fixture(scope='session')
def trainers() -> Path:
    """An interpreter with the trainers; it borrows our torch, which is gigabytes."""
    python = VENV / 'venv' / 'bin' / 'python'
    VENV.mkdir(parents=True, exist_ok=True)
    with FileLock(VENV / 'lock'):
        if not (VENV / 'installed').exists():
            _install(python)
            (VENV / 'installed').touch()
    return python


def _install(python: Path) -> None:
    subprocess.run([sys.executable, '-m', 'venv', '--clear', str(VENV / 'venv')], check=True)
    lent = VENV / 'lent'
    lent.mkdir(exist_ok=True)
    for path in Path(sysconfig.get_path('platlib')).iterdir():
        if path.name.split('-')[0] in ('torch', 'torchgen', 'functorch'):
            (lent / path.name).unlink(missing_ok=True)
            (lent / path.name).symlink_to(path)
    say = 'import sysconfig; print(sysconfig.get_path("purelib"))'
    site = subprocess.run([str(python), '-c', say], check=True, capture_output=True, text=True)
    (Path(site.stdout.strip()) / 'lent.pth').write_text(f'{lent}\n')
    command = [str(python), '-m', 'pip', '-q', '--disable-pip-version-check', 'install', *INSTALLED]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.fixture(scope='module')
def seen(trainers: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp('trainers')
    sample = [{'problem': one.problem, 'gold': one.answer} for one in load_problems('sample')]
    rows = [*EASY, *sample[:7]]
    (folder / 'problems.jsonl').write_text(''.join(f'{json.dumps(row)}\n' for row in rows))
    done = subprocess.run(
        [trainers, SCRIPT, embedded_model_dir(), folder / 'problems.jsonl', folder],
        cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, 'PYTHONPATH': str(ROOT), 'HF_HUB_OFFLINE': '1'},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads((folder / 'seen.json').read_text()) | {'rows': rows}


@pytest.mark.slow
def test_two_grpo_steps_of_trl(seen: Any) -> None:
    """Chat-shaped completions; what the trainer got is what this process says of them."""
    assert len(seen['grpo']) == 2
    for call, row in zip(seen['grpo'], seen['rows'], strict=False):
        assert call['gold'] == [row['gold']] * 4
        assert call['completions'][0][0]['role'] == 'assistant'
        assert call['rewards'] == answer_reward(call['completions'], call['gold'])
        assert call['undecided'] == 0.0
    assert 1.0 in seen['grpo'][0]['rewards']


@pytest.mark.slow
@pytest.mark.parametrize('manager', ['naive', 'batch'])
def test_verls_reward_manager(seen: Any, manager: str) -> None:
    found = seen[manager]
    count = len(seen['rows'])
    assert found['rewards'] == [1.0] * count + [0.0] * 2
    assert found['extra']['acc'] == found['rewards']
    assert found['extra']['outcome'] == ['correct'] * count + ['no_answer', 'incorrect']
    assert found['extra']['undecided'] == [0.0] * (count + 2)
