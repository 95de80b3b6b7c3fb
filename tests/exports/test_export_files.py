"""What an exported file is like beside its texts, and where it goes."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from record_runs import whole
from work_dirs import detail, prediction, save_predictions, save_results

from opencompass_math500.cli import main

KINDS = ('correct', 'incorrect', 'failed_request', 'truncated', 'incorrect')


def test_a_dash_is_stdout(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = whole(tmp_path / 'run', *KINDS)
    assert main(['export', str(run), '--output', '-', '--format', 'jsonl']) == 0
    assert len(capfd.readouterr().out.splitlines()) == 4
    assert main(['export', str(run), '--output', '-', '--format', 'zip']) == 1
    assert [path.name for path in tmp_path.iterdir()] == ['run']


@pytest.mark.parametrize(('verdict', 'area'), [('incorrect', 'A1:Y3'), ('timeout', 'A1:Y2')])
def test_the_first_row_of_a_workbook_filters(verdict: str, area: str, tmp_path: Path) -> None:
    pytest.importorskip('xlsxwriter', reason='XlsxWriter is not installed here')
    run, output = whole(tmp_path / 'run', *KINDS), tmp_path / 'out.xlsx'
    assert main(['export', str(run), '--output', str(output), '--verdict', verdict]) == 0
    with zipfile.ZipFile(io.BytesIO(output.read_bytes())) as book:
        tree = ElementTree.fromstring(book.read('xl/worksheets/sheet1.xml'))
    (found,) = (one for one in tree.iter() if one.tag.endswith('}autoFilter'))
    assert found.attrib['ref'] == area


def test_markdown_counts_samples_as_the_report_does(tmp_path: Path) -> None:
    run, output = tmp_path / 'run', tmp_path / 'out.md'
    save_predictions(run, [prediction(n) for n in (0, 0, 0)])
    save_results(run, [detail(0, 'incorrect', 'correct', 'incorrect')])
    assert main(['export', str(run), '--output', str(output)]) == 0
    text = output.read_text(encoding='utf-8')
    titles = [line for line in text.splitlines() if line.startswith('## incorrect')]
    assert titles == ['## incorrect: `mine/0`', '## incorrect: `mine/0`, sample 3']
