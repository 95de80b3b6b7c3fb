"""Files of rows that are damaged, half-written, or not what their names say."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pyarrow
import pyarrow.parquet as parquet
import pytest
from table_files import FORMS, lines, read

from opencompass_math500.cli import main
from opencompass_math500.errors import Math500Error
from opencompass_math500.runs.tables.reader import Tables

LOGS = Path(__file__).resolve().parents[1] / 'logs' / 'tables'
ROW = {'response': 'so \\boxed{7}', 'gold': '7'}


def test_damaged_lines_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    good = lines([{**ROW, 'unique_id': 'a'}])
    (tmp_path / 'a.jsonl').write_bytes(
        good + b'{"response": \n' + lines([{'gold': '7'}]) + good.replace(b'"a"', b'"b"') + good[:9]
    )
    found, notes = read(tmp_path)
    assert [one.unique_id for one in found] == ['a', 'b']
    assert [note.partition(' ')[0] for note in notes[1:]] == [
        'a.jsonl:2:', 'a.jsonl:3:', 'a.jsonl:5:',
    ]  # fmt: skip


@pytest.mark.parametrize('form', ['jsonl.gz', 'jsonl.zst'])
def test_a_half_written_packed_file_is_read_as_far_as_it_goes(form: str, tmp_path: Path) -> None:
    source = random.Random(0)  # what does not pack well, so that a half is half
    path = tmp_path / f'a.{form}'
    rows = [{**ROW, 'unique_id': str(source.random())} for _ in range(20_000)]
    FORMS[form](path, rows)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    notes: list[str] = []
    tables = Tables()
    (run,) = tables.runs(path, notes.append)
    found = [one.unique_id for one in tables.responses(run, notes.append)]
    assert 5000 < len(found) < 20_000
    assert found == [row['unique_id'] for row in rows[: len(found)]]
    assert f'{path} cannot be unpacked on' in notes[-1] and 'what stands before' in notes[-1]


@pytest.mark.parametrize('form', ['jsonl.gz', 'jsonl.zst', 'parquet'])
def test_what_is_not_as_its_name_says_is_one_error(form: str, tmp_path: Path) -> None:
    path = tmp_path / f'a.{form}'
    path.write_bytes(b'{"response": "r", "gold": "7"}\n')
    with pytest.raises(Math500Error, match=str(path)):
        read(path)
    FORMS['jsonl'](tmp_path / 'b.jsonl', [ROW])
    found, notes = read(tmp_path)
    assert [one.model for one in found] == ['b']
    assert notes[1].startswith(str(path)) and notes[1].endswith('the file is left out')


@pytest.mark.parametrize('form', ['jsonl', 'parquet'])
def test_an_empty_file_is_named(form: str, tmp_path: Path) -> None:
    path = tmp_path / f'a.{form}'
    if form == 'jsonl':
        path.write_text('\n')
    else:
        parquet.write_table(pyarrow.table({'response': pyarrow.array([], 'string')}), path)
    with pytest.raises(Math500Error, match=rf'a\.{form} holds no rows'):
        read(tmp_path)


def test_a_file_is_not_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(LOGS / 'verl', tmp_path / 'verl')
    path = tmp_path / 'verl' / '0.jsonl'
    before = path.read_bytes()
    assert main(['export', str(path.parent), '--output', str(path)]) == 1
    assert 'is where the run itself lies' in capsys.readouterr().err
    assert path.read_bytes() == before
