"""The page on logs of other tools: what it shows of inspect-ai, and of the canned replies."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from canned_runs import save_canned_run
from doc_pages import ROOT, Page, pairs
from documented_commands import INSPECT
from documented_run import RUN_DIR

from opencompass_math500.cli import main

LOGS = Path(__file__).resolve().parents[1] / 'logs'
PAGES = next(pair for pair in pairs() if pair[0].path.name == 'logs.md')


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the log and the run that the page speaks of."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'logs').mkdir()
    shutil.copy(LOGS / 'inspect' / 'whole.eval', tmp_path / 'logs')
    save_canned_run(tmp_path / RUN_DIR)
    return tmp_path


@pytest.mark.parametrize(
    'command',
    [
        # OpenCompass's graders take seconds to start.
        pytest.param(command, marks=pytest.mark.slow if 'regrade' in command else ())
        for command in sorted(INSPECT)
    ],
)
def test_a_command_does_what_is_shown(
    command: str, workplace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(shlex.split(command)[1:]) == 0
    out, err = capsys.readouterr()
    assert 'whole.eval is not graded by this package: its 7 responses are graded now' in err
    if 'table' in command:
        assert '28.57' in out and 'canned on sample_math' in out and 'inspect_ai 0.3.285' in out
    if 'export' in command:
        lines = (workplace / 'replies.jsonl').read_text(encoding='utf-8').splitlines()
        said = [(row['verdict'], row['other_verdict']) for row in map(json.loads, lines)]
        assert said[4:6] == [('empty_response', True), ('truncated', True)]
    if 'compare' in command:
        assert 'canned on sample_0shot-cot against canned on sample_math' in out
        assert '0 problems flipped' in out and 'not comparable' not in out
    if 'report' in command:
        text = (workplace / 'both.html').read_text(encoding='utf-8')
        assert 'sample_0shot-cot' in text and 'sample_math' in text
    if 'regrade' in command:
        assert 'this judge' in out and '28.57' in out and '42.86' in out


@pytest.mark.parametrize(('page', 'options'), [(PAGES[0], ()), (PAGES[1], ('--zh',))], ids=str)
def test_the_table_of_canned_replies_is_what_the_logs_say(
    page: Page, options: tuple[str, ...]
) -> None:
    printed = subprocess.run(
        [sys.executable, str(LOGS / 'canned_table.py'), *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        encoding='utf-8',
        check=True,
    ).stdout
    assert page.marked('canned-table').strip() == printed.strip()


@pytest.mark.parametrize('harness', ['opencompass', 'lm_eval'])
def test_nothing_of_the_machine_is_in_the_canned_logs(harness: str) -> None:
    files = [path for path in (LOGS / harness).rglob('*') if path.is_file()]
    assert len(files) >= 3
    for path in files:
        text = path.read_text(encoding='utf-8')
        assert not [w for w in ('/root', '/tmp', '/work', 'site-packages') if w in text], path


def test_grade_says_what_reads_a_log(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file of responses it is not; exported, it is one."""
    assert main(['grade', 'logs/whole.eval']) == 1
    assert 'whole.eval is a log of inspect-ai: math500 table, export' in capsys.readouterr().err
    assert main(['export', 'logs/whole.eval', '--all', '--output', 'replies.jsonl']) == 0
    assert main(['grade', 'replies.jsonl', '--summary']) == 0
    assert '28.57' in capsys.readouterr().out
