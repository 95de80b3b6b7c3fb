"""The page on logs of other tools: what it shows of evalscope and lighteval is what happens."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path

import pytest
from canned_runs import save_canned_run
from documented_commands import OTHER_HARNESSES
from documented_run import RUN_DIR

from opencompass_math500.cli import main

LOGS = Path(__file__).resolve().parents[1] / 'logs'


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the logs and the run that the page speaks of."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(LOGS / 'evalscope' / 'greedy', tmp_path / 'outputs/evalscope/20260101_120000')
    shutil.copytree(LOGS / 'lighteval' / 'greedy', tmp_path / 'outputs/lighteval')
    save_canned_run(tmp_path / RUN_DIR)
    return tmp_path


@pytest.mark.parametrize(
    'command',
    [
        # OpenCompass's graders take seconds to start.
        pytest.param(command, marks=pytest.mark.slow if 'regrade' in command else ())
        for command in sorted(OTHER_HARNESSES)
    ],
)
def test_a_command_does_what_is_shown(
    command: str, workplace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(shlex.split(command)[1:]) == 0
    out, err = capsys.readouterr()
    if 'evalscope' in command:
        assert '20260101_120000 is taken, the only run in outputs/evalscope' in err
        assert 'evalscope left them out of its denominator' in err
    if 'lighteval' in command:
        assert '3 of 8 replies are empty' in err
    if 'table' in command:
        assert 'canned on math_500' in out
        assert ('28.57' if 'evalscope' in command else '25.00') in out
    if 'compare' in command:
        assert 'within error' in out and 'not comparable' not in out
    if 'regrade' in command:
        assert 'this judge' in out and '28.57' in out
    if 'export' in command:
        lines = (workplace / 'replies.jsonl').read_text(encoding='utf-8').splitlines()
        assert [json.loads(line)['finish_reason'] for line in lines] == [None] * 8
    if 'report' in command:
        assert (workplace / 'both.html').stat().st_size > 50_000
