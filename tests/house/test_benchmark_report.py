"""The benchmark of the report's page still runs; what it measures is no test's business."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / 'benchmarks' / 'report_page.py'


@pytest.mark.slow
@pytest.mark.usefixtures('chromium', 'shared')
def test_the_page_is_measured() -> None:
    """The smallest shape, once; on a busy machine it may well be beyond a limit, and says so."""
    done = subprocess.run(
        [sys.executable, SCRIPT, '--shape', '500', '--repetitions', '1'],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    assert ('over the limit' in done.stderr) == (done.returncode == 1)
    number = r' *[\d.]+'
    assert re.search(rf'^500:{number} MB \(limit 2\)$', done.stdout, re.MULTILINE)
    assert re.search(rf'^  ready {number} ms \[.*\] \(limit 1000\)$', done.stdout, re.MULTILINE)
    assert re.search(rf'^  plain {number} ms \[.*\]; ratio{number}$', done.stdout, re.MULTILINE)
    taken = rf'^  filter{number} ms \[.*\] \(limit 200\) (.+)$'
    filters = re.findall(taken, done.stdout, re.MULTILINE)
    assert len(filters) == 14
    assert 'search, common' in filters


def test_without_the_data_it_says_where_to_find_them(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, SCRIPT, '--shared', tmp_path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert '--shared' in done.stderr
    assert 'Traceback' not in done.stderr
