"""Fixtures that several rooms' tests share."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from compare_peers import VENV, peer_python
from filelock import FileLock
from hypothesis import HealthCheck, settings

pytest_plugins = ('browser', 'page_runs', 'report_command')

# No property is about time: on a busy machine any example, and the first texts of a machine
# that has none of Hypothesis' tables yet, may take longer than its clocks allow.
settings.register_profile('untimed', deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile('untimed')

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / 'shared'


@pytest.fixture(scope='session')
def shared() -> Path:
    """The folder of real data beside the checkout; tests that need it skip without it."""
    if not SHARED.is_dir():
        pytest.skip('no ../shared folder with the real MATH-500 beside this checkout')
    return SHARED


@pytest.fixture(scope='session')
def math_verify_python() -> Path:
    """An interpreter that has math-verify, in an environment of its own, made at first use."""
    VENV.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(f'{VENV}.lock'):  # another worker may be at it
            return peer_python(VENV)
    except subprocess.CalledProcessError:
        pytest.skip('math-verify could not be installed into an environment of its own')


@pytest.fixture(scope='session')
def math500_file(shared: Path) -> Path:
    """The real MATH-500 as JSONL."""
    return shared / 'data' / 'math500.jsonl'


@pytest.fixture(scope='session')
def math500_rows(math500_file: Path) -> list[dict[str, Any]]:
    """The 500 real rows."""
    return [json.loads(line) for line in math500_file.read_text(encoding='utf-8').splitlines()]
