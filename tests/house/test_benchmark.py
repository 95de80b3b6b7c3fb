"""The benchmark still runs: on a few rows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / 'benchmarks' / 'compare_peers.py'


@pytest.mark.slow
@pytest.mark.usefixtures('math_verify_python')
def test_the_benchmark_measures_both_kinds_of_rows(shared: Path) -> None:
    command = [
        sys.executable, str(SCRIPT), '--shared', str(shared), '--pairs', '20', '--responses', '10',
        '--repetitions', '2',
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert '20 real answers' in done.stdout
    assert '10 real responses' in done.stdout
    assert 'rows per second' in done.stdout
    assert 'ratio of throughput' in done.stdout


def test_without_the_data_it_says_where_to_find_them(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), '--shared', str(tmp_path), '--without-peer'],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert '--shared' in done.stderr
    assert 'Traceback' not in done.stderr
