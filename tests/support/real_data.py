"""Fixtures over the real data beside the checkout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from examples import count_of
from hypothesis import HealthCheck, settings

# No property is about time: on a busy machine any example, and the first texts of a machine
# that has none of Hypothesis' tables yet, may take longer than its clocks allow.
settings.register_profile(
    'untimed',
    max_examples=count_of(100),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile('untimed')

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / 'shared'


@pytest.fixture(scope='session')
def shared() -> Path:
    """The folder of real data beside the checkout; tests that need it skip without it."""
    if not SHARED.is_dir():
        pytest.skip('no ../shared folder with the real MATH-500 beside this checkout')
    return SHARED


@pytest.fixture(scope='session')
def math500_file(shared: Path) -> Path:
    """The real MATH-500 as JSONL."""
    return shared / 'data' / 'math500.jsonl'


@pytest.fixture(scope='session')
def math500_rows(math500_file: Path) -> list[dict[str, Any]]:
    """The 500 real rows."""
    return [json.loads(line) for line in math500_file.read_text(encoding='utf-8').splitlines()]
