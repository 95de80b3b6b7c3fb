"""The benchmark still runs: on a few rows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / 'tests' / 'benchmarks' / 'compare_peers.py'
THROUGHPUT = SCRIPT.with_name('throughput.py')


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


@pytest.mark.slow
def test_throughput_is_compared_with_another_checkout_in_every_shape(shared: Path) -> None:
    command = [
        sys.executable, str(THROUGHPUT), '--shared', str(shared), '--against', str(ROOT),
        '--rows', '5', '--rounds', '1',
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    for shape in ('boxed answers', 'responses', 'rollouts', 'long traces'):
        assert f'{shape}: ' in done.stdout
    assert done.stdout.count('times its throughput') == 4


@pytest.mark.parametrize('option', ['--shared', '--against'])
def test_throughput_without_a_folder_says_which_it_needs(
    option: str, shared: Path, tmp_path: Path
) -> None:
    command = [sys.executable, str(THROUGHPUT), '--shared', str(shared), option, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert str(tmp_path) in done.stderr
    assert 'Traceback' not in done.stderr
