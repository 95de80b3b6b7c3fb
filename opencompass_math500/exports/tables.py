"""Responses as CSV and as an Excel workbook."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO, Any, Final

from opencompass_math500.errors import ConfigError
from opencompass_math500.exports.cell import LIMIT, fitted, inert, printable
from opencompass_math500.exports.columns import COLUMNS, cells
from opencompass_math500.exports.summary import RunSummary
from opencompass_math500.response import Response

__all__ = ['write_csv', 'write_xlsx']

_MAX_ROWS: Final = 1_048_575  # of a sheet, below the header
_WIDTHS: Final = {'problem': 60, 'response': 60, 'prompt': 40, 'reason': 40, 'unique_id': 32}


def write_csv(responses: Iterable[Response], stream: IO[bytes]) -> None:
    """Write UTF-8 with the byte order mark by which Excel knows it; lines end as in RFC 4180.

    Text is made :func:`~opencompass_math500.exports.cell.inert` and cut at Excel's limit.
    """
    stream.write(codecs.BOM_UTF8)
    line = io.StringIO()
    writer = csv.writer(line, lineterminator='\r\n')
    writer.writerow(COLUMNS)
    for response in responses:
        writer.writerow(
            [
                value
                if isinstance(value, int)
                else inert(fitted(printable(value), response.place, LIMIT - 1))
                for value in cells(response)
            ]
        )
        stream.write(line.getvalue().encode('utf-8'))
        line.seek(0)
        line.truncate()
    stream.write(line.getvalue().encode('utf-8'))


def write_xlsx(
    responses: Iterable[Response], runs: Sequence[RunSummary], stream: IO[bytes]
) -> None:
    """Write a workbook: the responses, every text a text, and the scores that they come from.

    Raises:
        ConfigError: more responses than a sheet has rows; XlsxWriter is missing.
    """
    try:
        import xlsxwriter
    except ImportError as error:
        raise ConfigError('XLSX needs XlsxWriter', 'pip install XlsxWriter') from error
    book = xlsxwriter.Workbook(stream, {'constant_memory': True})
    # The time of the export would make the same responses another file.
    book.set_properties({'created': datetime(2000, 1, 1)})
    bold = book.add_format({'bold': True})
    sheet = book.add_worksheet('records')
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(COLUMNS):
        sheet.set_column(column, column, _WIDTHS.get(name, 14))
    _write_row(sheet, 0, COLUMNS, '', bold)
    number = 0
    for number, response in enumerate(responses, 1):
        if number > _MAX_ROWS:
            raise ConfigError(
                f'more than {_MAX_ROWS:,} responses do not fit on a sheet',
                'choose with --verdict, --subject, --level, --model or --dataset',
            )
        _write_row(sheet, number, cells(response), response.place)
    sheet.autofilter(0, 0, max(number, 1), len(COLUMNS) - 1)
    sheet = book.add_worksheet('summary')
    sheet.set_column(0, 0, 24)
    for number, row in enumerate(_summary_rows(runs)):
        _write_row(sheet, number, row, 'the work directory', bold if len(row) == 1 else None)
    book.close()


def _write_row(
    sheet: Any, number: int, row: Sequence[str | int], place: str, form: Any = None
) -> None:
    for column, value in enumerate(row):
        if isinstance(value, int) and abs(value) < 10**15:  # Excel has no more digits
            sheet.write_number(number, column, value, form)
        else:
            sheet.write_string(number, column, _text(str(value), place), form)


def _text(text: str, place: str) -> str:
    """What XlsxWriter writes as it is: it takes ``<r>...</r>`` for ready-made XML."""
    # A cell's line end is \n; a \r is spelt _x000D_, which pandas and openpyxl show as that.
    text = fitted(printable(re.sub('\r\n?', '\n', text)), place, LIMIT - 1)
    return f'{text} ' if text.startswith('<r>') and text.endswith('</r>') else text


def _summary_rows(runs: Sequence[RunSummary]) -> Iterable[Sequence[str | int]]:
    for run in runs:
        yield (f'{run.model} on {run.dataset}',)
        yield 'score', run.score
        yield 'settings', run.settings or 'not recorded'
        yield 'responses', run.responses
        yield 'exported', run.exported
        yield 'graded for the export', run.graded_now
        for verdict, count in run.verdicts.items():
            yield f'verdict {verdict}', count
        yield '', 'correct', 'all'
        for subject, share in run.subjects.items():
            yield f'subject {subject or "unknown"}', *share
        for level, share in run.levels.items():
            yield f'level {level or "unknown"}', *share
        yield ()
