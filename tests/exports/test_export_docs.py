"""The page on exports shows what really comes out."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from doc_pages import Page, pairs, put_math500
from test_exports import sheet_rows
from work_dirs import detail, prediction, save_predictions, save_results

from opencompass_math500 import grade
from opencompass_math500.cli import main
from opencompass_math500.exports.columns import COLUMNS

ROOT = Path(__file__).resolve().parents[2]
RUN_DIR = 'outputs/math500/20260101_120000'
# The commands of the documentation that this file runs.
SHOWN = {
    f'math500 export {RUN_DIR} --output wrong_answers.xlsx',
    f'math500 export {RUN_DIR} | head -n 1',
    f"math500 export {RUN_DIR} --format csv | grep '^[0-9a-f]' | cut -d, -f 6-12",
    f'math500 export {RUN_DIR} --format md | head -n 38',
    f'math500 export {RUN_DIR} --output wrong_answers.zip',
    f'math500 export {RUN_DIR} --verdict incorrect --verdict no_answer --subject Algebra '
    '--level 1 --output algebra.md',
    f'math500 export {RUN_DIR} --all --model my-model --dataset my-problems --output all.jsonl',
    f'math500 export {RUN_DIR} --data test.jsonl --output wrong_answers.csv',
}
PAGES = next(pair for pair in pairs() if pair[0].path.name == 'exports.md')
ITEMS = [
    ('Solve $x + 2 = 5$ for $x$.', '3', 'Subtract 2: $x = \\boxed{3}$.', 'stop', 'Algebra'),
    ('Simplify $2x - 3x$.', '-x', 'Together $\\boxed{x}$.', 'stop', 'Algebra'),
    ('How many squares has the board?', '204', 'First count the squares of', 'length', 'Geometry'),
]


def save_items(work_dir: Path) -> Path:
    """The run that the page is about."""
    rows, details = [], []
    for number, (problem, gold, response, ending, subject) in enumerate(ITEMS):
        verdict = grade(response=response, gold=gold, problem=problem, finish_reason=ending)
        ids = {'unique_id': f'mine/{number}', 'finish_reason': ending, 'response_tokens': 8}
        asked = (
            f'{problem}\nPlease reason step by step, and put your final answer within \\boxed{{}}.'
        )
        prompt = [{'role': 'HUMAN', 'prompt': asked}]
        rows.append(prediction(number, gold=gold, prediction=response, origin_prompt=prompt, **ids))
        facts = {
            name: getattr(verdict, name) for name in ('reason', 'rule', 'extraction', 'was_cut')
        }
        facts |= {'pred': verdict.answer or '', 'answer': gold, 'subject': subject, 'level': 1}
        details.append(detail(number, verdict.outcome, **ids, **facts))
    save_predictions(work_dir, rows, name='my-problems', model='my-model')
    save_results(work_dir, details, model='my-model', dataset='my-problems')
    return work_dir


@pytest.fixture
def workplace(tmp_path: Path, math500_file: Path) -> Path:
    """A folder with the run, the data, and a ``math500`` for the path."""
    save_items(tmp_path / RUN_DIR)
    shutil.copy(math500_file, tmp_path / 'test.jsonl')
    put_math500(tmp_path)
    return tmp_path


def run_in(workplace: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the documentation there; it must succeed."""
    path = os.pathsep.join([str(ROOT), os.environ.get('PYTHONPATH', '')])
    folders = f'{workplace / "bin"}{os.pathsep}{os.environ["PATH"]}'
    done = subprocess.run(
        ['bash', '-c', command],
        cwd=workplace,
        env={**os.environ, 'PYTHONPATH': path, 'PATH': folders},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.slow
@pytest.mark.parametrize('command', sorted(SHOWN))
def test_a_command_does_what_is_shown(command: str, workplace: Path) -> None:
    if re.search(r'\.(xlsx|zip)', command):
        pytest.importorskip('xlsxwriter', reason='XlsxWriter is not installed here')
    done = run_in(workplace, command)
    if output := re.search(r'--output (\S+)', command):  # else a reader that leaves early
        assert re.fullmatch(r'math500: \d of 3 responses exported to \S+\n', done.stderr)
        assert (workplace / output[1]).stat().st_size > 500
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
