"""The page on exports shows what really comes out."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from doc_pages import Page, pairs
from documented_commands import EXPORTS
from documented_run import RUN_DIR, run_in, save_items
from workbook import sheet_rows

from opencompass_math500.cli import main
from opencompass_math500.exports.columns import COLUMNS

ROOT = Path(__file__).resolve().parents[2]
PAGES = next(pair for pair in pairs() if pair[0].path.name == 'exports.md')


@pytest.mark.slow
@pytest.mark.parametrize('command', sorted(EXPORTS))
def test_a_command_does_what_is_shown(command: str, documented_folder: Path) -> None:
    if re.search(r'\.(xlsx|zip)', command):
        pytest.importorskip('xlsxwriter', reason='XlsxWriter is not installed here')
    done = run_in(documented_folder, command)
    if output := re.search(r'--output (\S+)', command):  # else a reader that leaves early
        assert re.fullmatch(r'math500: \d of 3 responses exported to \S+\n', done.stderr)
        assert (documented_folder / output[1]).stat().st_size > 500
    shown = [block for page in PAGES for block in page.blocks if command in block.commands]
    assert len(shown) == 2
    for block in shown:
        assert block.output in (None, done.stdout or done.stderr)


@pytest.mark.parametrize('page', PAGES, ids=str)
def test_every_column_is_explained(page: Page) -> None:
    table = next(table for table in page.tables if '`key`' in table[1][0])
    assert re.findall(r'`(\w+)`', ' '.join(row[0] for row in table[1:])) == list(COLUMNS)


def exported(folder: Path, name: str) -> Path:
    """An export of the run, in the format that the name says."""
    output = folder / name
    assert main(['export', str(save_items(folder / RUN_DIR)), '--output', str(output)]) == 0
    return output


def shown_as(page: Page, name: str) -> str:
    """The one block between the markers of this name."""
    (block,) = re.findall(r'^```text\n(.*?)^```$', page.marked(name), re.DOTALL | re.MULTILINE)
    return str(block)


@pytest.mark.parametrize('page', PAGES, ids=str)
def test_the_workbook_is_shown_as_it_is(page: Page, tmp_path: Path) -> None:
    pytest.importorskip('xlsxwriter', reason='XlsxWriter is not installed here')
    workbook = exported(tmp_path, 'made.xlsx').read_bytes()
    records, summary = sheet_rows(workbook), sheet_rows(workbook, 2)
    assert as_text(summary) == shown_as(page, 'xlsx-summary')
    columns = [records[0].index(name) for name in ('unique_id', 'verdict', 'answer', 'gold')]
    rows = [[row[column] for column in columns] for row in records]
    assert as_text(rows) == shown_as(page, 'xlsx-records')


def as_text(rows: Sequence[Sequence[str]]) -> str:
    """A sheet as a page shows it: no empty rows, cells apart by a bar."""
    return ''.join(' | '.join(row) + '\n' for row in rows if row)


@pytest.mark.parametrize('page', PAGES, ids=str)
def test_the_archive_is_shown_as_it_is(page: Page, tmp_path: Path) -> None:
    pytest.importorskip('xlsxwriter', reason='XlsxWriter is not installed here')
    with zipfile.ZipFile(exported(tmp_path, 'made.zip')) as archive:
        assert '\n'.join(archive.namelist()) + '\n' == shown_as(page, 'zip-members')
        summary = archive.read('summary.json').decode('utf-8')
    head = shown_as(page, 'zip-summary')
    assert head.count('\n') > 10 and summary.startswith(head)
