"""Exports: chosen, safe to open, in one order, the same bytes each time."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_arguments import arguments_of
from hostile_run import HOSTILE, hostile_run
from markdown_it import MarkdownIt
from record_runs import whole
from response_runs import responses_of, save_responses
from work_dirs import DATASET, MODEL, prediction, save_predictions
from workbook import sheet_rows

from opencompass_math500.cli import main
from opencompass_math500.exports import FORMATS
from opencompass_math500.exports.cell import LIMIT

Written = Callable[..., bytes]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """The bytes that ``math500 export`` writes."""

    def export(work_dir: Path, kind: str, *options: str) -> bytes:
        if kind in ('xlsx', 'zip'):
            pytest.importorskip('xlsxwriter', reason='XlsxWriter is not installed here')
        output = tmp_path / f'out.{kind}'
        assert main(['export', str(work_dir), '--output', str(output), *options]) == 0
        return output.read_bytes()

    return export


def rows_of(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.decode('utf-8').splitlines()]


def csv_rows(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b'\xef\xbb\xbf')
    return list(csv.DictReader(io.StringIO(data.decode('utf-8-sig'), newline='')))


# What is chosen --------------------------------------------------------------------------

KINDS = ('correct', 'incorrect', 'failed_request', 'truncated', 'incorrect')


@pytest.mark.parametrize(
    ('options', 'chosen'),
    [
        ((), [1, 2, 3, 4]),
        (('--all',), [0, 1, 2, 3, 4]),
        (('--verdict', 'correct'), [0]),
        (('--verdict', 'truncated', '--verdict', 'failed_request'), [2, 3]),
        (('--level', '2', '--level', '5'), [1, 4]),
        (('--subject', 'geometry', '--level', '1'), []),
        (('--model', MODEL, '--dataset', DATASET, '--verdict', 'timeout'), []),
    ],
    ids=lambda value: ' '.join(map(str, value)) or 'none',
)
def test_the_options_choose(
    options: tuple[str, ...], chosen: list[int], tmp_path: Path, written: Written
) -> None:
    rows = rows_of(written(whole(tmp_path / 'run', *KINDS), 'jsonl', *options))
    assert [row['position'] for row in rows] == chosen
    assert [row['verdict'] for row in rows] == [KINDS[number] for number in chosen]


@pytest.mark.parametrize(
    ('arguments', 'words'),
    [
        (['--subject', 'Geometri'], "no response is to a problem of subject 'Geometri'"),
        (['--model', 'x'], "holds no model 'x'"),
        (['--output', 'x.pdf'], "no format is called 'pdf'"),
        (['--format', 'zip'], 'give --output FILE'),
        (['--output', '.'], 'is a folder'),
        (['--data', 'none.jsonl'], 'none.jsonl'),
        (['--output', 'run/results/x.csv'], 'is where the run itself lies'),
    ],
    ids=lambda value: ' '.join(value) if isinstance(value, list) else '',
)
def test_what_cannot_be_done_is_one_line(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    run = whole(tmp_path / 'run', *KINDS)
    assert main(['export', str(run), *arguments]) == 1
    said = capsys.readouterr()
    assert words in said.err and said.err.count('\n') == 1 and said.out == ''


def test_a_level_that_the_run_does_not_know_is_no_empty_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_predictions(tmp_path, [prediction(0)])
    assert main(['export', str(tmp_path), '--level', '3']) == 1
    assert 'name the data with --data' in capsys.readouterr().err


def test_every_format_can_be_asked_for() -> None:
    (asked,) = (a.choices for a in arguments_of()['export'] if a.dest == 'format')
    assert tuple(asked) == FORMATS


def test_the_order_is_model_dataset_position_sample(tmp_path: Path, written: Written) -> None:
    run = tmp_path / 'run'
    for model in ('b', 'a'):
        for dataset in ('y', 'x'):
            rows = [prediction(number) for number in (0, 1, 2) * 2]
            save_predictions(run, rows, name=dataset, model=model)
    rows = rows_of(written(run, 'jsonl'))
    places = [(r['model'], r['dataset'], r['position'], r['sample']) for r in rows]
    assert places == sorted(places) and len(set(places)) == 24
    assert len({row['key'] for row in rows}) == 24


# What is written -------------------------------------------------------------------------


def test_json_lines_hold_every_text_exactly(tmp_path: Path, written: Written) -> None:
    rows = rows_of(written(hostile_run(tmp_path / 'run'), 'jsonl'))
    texts = list(HOSTILE.values())
    assert [row['response'] for row in rows[: len(texts)]] == texts
    assert [row['prompt'] for row in rows[: len(texts)]] == [
        [{'role': '', 'text': text}] for text in texts
    ]
    assert len(rows[-1]['response']) == 1_000_000


def test_no_cell_of_a_csv_is_a_formula(tmp_path: Path, written: Written) -> None:
    rows = csv_rows(written(hostile_run(tmp_path / 'run'), 'csv'))
    for name, row in zip(HOSTILE, rows, strict=False):
        for column in ('problem', 'prompt', 'response', 'answer', 'reason'):
            assert not re.match(r'\s*[=+\-@＝＋－＠\t\r]', row[column]), (name, column)
    assert rows[0]['response'] == f"'{HOSTILE['formula']}"
    assert rows[list(HOSTILE).index('comma')]['response'] == HOSTILE['comma']
    assert rows[list(HOSTILE).index('null')]['response'] == 'a\\u0000b\\u001b[31m\\u007f'
    assert rows[list(HOSTILE).index('surrogate')]['response'] == 'a\\ud800b'
    for row in rows[-2:]:
        assert len(row['response'].encode('utf-16-le')) // 2 <= LIMIT
        assert row['response'].endswith(f'the whole: {row["place"]}]')


def test_every_cell_of_a_workbook_is_what_it_was(tmp_path: Path, written: Written) -> None:
    header, *rows = sheet_rows(written(hostile_run(tmp_path / 'run'), 'xlsx'))
    at = header.index('response')
    shown = {name: row[at] for name, row in zip(HOSTILE, rows, strict=False)}
    changed = {
        'rich': '<r><t>&</t></r> ',
        'escape': '_x005F_x0041_',  # as a workbook spells it; Excel shows _x0041_
        'null': 'a\\u0000b\\u001b[31m\\u007f',
        'surrogate': 'a\\ud800b',
        'nonchar': '\\ufffe\\uffff',
        'comma': 'a,"b"\nc\nd',  # a cell's line end
        'lines': 'a\u2028b\\u0085c',
    }
    assert shown == {**HOSTILE, **changed}
    assert all(len(cell.encode('utf-16-le')) // 2 <= LIMIT for row in rows for cell in row)


def test_the_summary_of_a_workbook_has_the_score(tmp_path: Path, written: Written) -> None:
    run = whole(tmp_path / 'run', *KINDS)
    rows = sheet_rows(written(run, 'xlsx'), number=2)
    assert [
        'score',
        '20.00 %, 95 % interval 3.6 – 62.4 (incomplete: 1 of 5 requests failed)',
    ] in rows
    assert ['verdict incorrect', '2'] in rows
    assert any(row[0] == 'settings' and 'grader 0123456789ab' in row[1] for row in rows)


def test_no_text_leaves_its_place_in_markdown(tmp_path: Path, written: Written) -> None:
    text = written(hostile_run(tmp_path / 'run'), 'md').decode('utf-8')
    tokens = MarkdownIt('commonmark').enable('table').parse(text)
    count = len(HOSTILE) + 2
    anchors = [
        token.content for token in tokens if token.type == 'inline' and '<a id' in token.content
    ]
    assert len(anchors) == count
    assert all(re.fullmatch(r'<a id="[0-9a-f]{12}"></a>', anchor) for anchor in anchors)
    assert not [token for token in tokens if token.type == 'html_block']
    headings = [token for token in tokens if token.type == 'heading_open']
    assert len(headings) == 2 + count * 4  # the item, and three texts
    fences = [token.content for token in tokens if token.type == 'fence']
    assert len(fences) == 3 * count
    assert HOSTILE['fence'] + '\n' in fences
    inlines = [child for token in tokens for child in token.children or ()]
    html = [child.content for child in inlines if child.type == 'html_inline']
    assert html == [part for anchor in anchors for part in (anchor[:-4], '</a>')]
    assert not [child for child in inlines if child.type in ('link_open', 'image')]


@pytest.mark.parametrize('kind', ['jsonl', 'csv', 'md', 'xlsx', 'zip'])
def test_the_same_records_make_the_same_bytes(kind: str, tmp_path: Path, written: Written) -> None:
    run = hostile_run(tmp_path / 'run')
    first, second = (hashlib.sha256(written(run, kind, '--all')).digest() for _ in range(2))
    assert first == second


def test_a_zip_holds_all_formats_and_a_summary(tmp_path: Path, written: Written) -> None:
    run = whole(tmp_path / 'run', *KINDS)
    with zipfile.ZipFile(io.BytesIO(written(run, 'zip'))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    assert set(members) == {
        'summary.md', 'summary.json', 'responses.jsonl', 'responses.csv', 'responses.md',
        'responses.xlsx',
    }  # fmt: skip
    for kind in ('jsonl', 'csv', 'md', 'xlsx'):
        assert members[f'responses.{kind}'] == written(run, kind)
    summary = json.loads(members['summary.json'])
    (one,) = summary['runs']
    assert (summary['records'], one['responses'], one['accuracy']) == (4, 5, 20.0)
    assert one['verdicts']['incorrect'] == 2
    assert one['subjects'] == {'Geometry': [1, 5]}
    assert '20.00 %, 95 % interval 3.6 – 62.4' in members['summary.md'].decode('utf-8')


def test_real_wrong_answers_come_out_whole(
    shared: Path, math500_file: Path, tmp_path: Path, written: Written
) -> None:
    responses = responses_of(shared, 'Llama-3.1-8B-Instruct')[::10]
    save_responses(tmp_path / 'run', responses, 'llama', maker='opencompass')
    options = ('--data', str(math500_file), '--all')
    lines = rows_of(written(tmp_path / 'run', 'jsonl', *options))
    cells = csv_rows(written(tmp_path / 'run', 'csv', *options))
    assert [row['response'] for row in lines] == [row['response'] for row in responses]
    assert [row['unique_id'] for row in cells] == [row['unique_id'] for row in responses]
    assert {row['subject'] for row in lines} >= {'Algebra', 'Precalculus'}
    for line, row in zip(lines, cells, strict=True):
        assert row['gold'] in (line['gold'], f"'{line['gold']}")
        assert row['response'].endswith(line['response'])
