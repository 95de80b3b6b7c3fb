"""Fixtures that several rooms' tests share."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from compare_peers import VENV, peer_python
from filelock import FileLock

pytest_plugins = (
    'browser',
    'documented_run',
    'lm_eval_page',
    'page_runs',
    'real_data',
    'report_command',
)


@pytest.fixture(scope='session')
def math_verify_python() -> Path:
    """An interpreter that has math-verify, in an environment of its own, made at first use."""
    VENV.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(f'{VENV}.lock'):  # another worker may be at it
            return peer_python(VENV)
    except subprocess.CalledProcessError:
        pytest.skip('math-verify could not be installed into an environment of its own')
