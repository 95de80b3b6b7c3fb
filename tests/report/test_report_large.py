"""Reports of many responses, and of very long ones: small enough, and in bounded memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from report_pages import ReportPage
from report_runs import many
from work_dirs import detail, prediction, save_predictions, save_results

pytestmark = pytest.mark.slow

CODE = r"""
import json, re, sys, time
from pathlib import Path
from opencompass_math500.report import write_report
start = time.perf_counter()
written = write_report([Path(sys.argv[1])], Path(sys.argv[2]), note=print)
# Not getrusage: that counts the process that this one was started from as well.
peak = int(re.search(r'VmHWM:\s*(\d+)', Path('/proc/self/status').read_text()).group(1)) / 1024
print(json.dumps([written.size, time.perf_counter() - start, peak]))
"""


def made(work_dir: Path, output: Path) -> tuple[float, float, float]:
    """Make a report in a process of its own: its size in MB, seconds, and peak memory in MB."""
    done = subprocess.run(
        [sys.executable, '-c', CODE, work_dir, output],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    size, seconds, peak = json.loads(done.stdout)
    return size / 1e6, seconds, peak


def test_ten_thousand_real_responses(shared: Path, tmp_path: Path) -> None:
    many(shared, tmp_path / 'run', 20)
    size, seconds, peak = made(tmp_path / 'run', tmp_path / 'x.html')
    page = ReportPage((tmp_path / 'x.html').read_text(encoding='utf-8'))
    index = page.index
    assert len(index['items']['key']) == len(set(index['items']['key'])) == 10_000
    assert len(index['problems']) == 500 and index['texts']['chars'] > 20_000_000
    assert size < 40, f'{size:.1f} MB'
    assert seconds < 120, f'{seconds:.0f} s'  # 10 to 15 s where nothing else is at work
    assert peak < 250, f'{peak:.0f} MB'


def test_responses_that_would_not_fit_into_memory(tmp_path: Path) -> None:
    """400 MB of text, 2 MB a response: one at a time is in memory."""
    count, length = 200, 2_000_000
    for model in ('a', 'b'):
        texts = (f'{n} {model} ' + 'xyz ' * (length // 4) for n in range(count // 2))
        rows = [prediction(n, prediction=text) for n, text in enumerate(texts)]
        save_predictions(tmp_path / 'run', rows, model=model)
        save_results(tmp_path / 'run', [detail(n) for n in range(len(rows))], model)
    size, _, peak = made(tmp_path / 'run', tmp_path / 'x.html')
    page = ReportPage((tmp_path / 'x.html').read_text(encoding='utf-8'))
    assert sum(page.index['items']['long']) == count
    assert size < 40, f'{size:.1f} MB'
    assert peak < 250, f'{peak:.0f} MB'
