"""The page on logs of other tools: what it shows of files of rows is what happens."""

from __future__ import annotations

import gzip
import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from doc_pages import Page, pairs
from documented_commands import TABLES

from opencompass_math500 import load_problems
from opencompass_math500.cli import main
from opencompass_math500.runs import columns as columns_room

pyarrow = pytest.importorskip('pyarrow')
LOGS = Path(__file__).resolve().parents[1] / 'logs' / 'tables'
PAGES = next(pair for pair in pairs() if pair[0].path.name == 'logs.md')


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the page speaks of."""
    import pyarrow.parquet

    monkeypatch.chdir(tmp_path)
    shutil.copytree(LOGS / 'verl', tmp_path / 'rollouts' / 'val')
    shutil.copytree(LOGS / 'trl', tmp_path / 'rollouts' / 'grpo')
    problems = list(load_problems('sample'))[:3]
    rows = [
        {'reply': f'so \\boxed{{{one.answer}}}', 'truth': one.answer, 'text': one.problem,
         'ended': 'stop'} for one in problems
    ]  # fmt: skip
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / 'answers.parquet')
    text = ''.join(json.dumps(row) + '\n' for row in rows).encode()
    (tmp_path / 'answers.jsonl.gz').write_bytes(gzip.compress(text))
    short = [{'response': row['reply'], 'problem': row['text']} for row in rows]
    (tmp_path / 'answers.jsonl').write_text(''.join(json.dumps(row) + '\n' for row in short))
    return tmp_path


@pytest.mark.parametrize('command', sorted(TABLES))
def test_a_command_does_what_is_shown(
    command: str, workplace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(shlex.split(command)[1:]) == 0
    out, err = capsys.readouterr()
    if command == 'math500 table rollouts/val':
        for page in PAGES:
            assert any(block.text == err for block in page.blocks if block.language == 'text')
        assert 'val-step0' in out
    if 'export' in command:
        assert (workplace / 'rollouts.xlsx').stat().st_size > 5000
    if 'answers' in command:
        assert '100.00' in out + err


@pytest.mark.parametrize('page', PAGES, ids=str)
def test_every_name_of_a_side_is_listed(page: Page) -> None:
    table = page.tables[0]
    cells = [{*re.findall('`([^`]+)`', row[1])} for row in table[1:]]
    plural = {name for name in columns_room._RESPONSES if name.rstrip('s') in cells[0] | {name}}
    assert {*columns_room._RESPONSES} - plural <= cells[0]
    assert cells[1] == {'gold', *columns_room._GOLDS, columns_room._LAST_RESORT}
    assert cells[4] == {*columns_room._OTHERS['verdict']}
