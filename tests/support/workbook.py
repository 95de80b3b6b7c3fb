"""A workbook, read without the library that wrote it."""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree import ElementTree

__all__ = ['sheet_rows']


def sheet_rows(data: bytes, number: int = 1) -> list[list[str]]:
    """The cells of a sheet, read as XML: no formula among them."""
    space = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert not [name for name in book.namelist() if 'sharedStrings' in name]
        tree = ElementTree.fromstring(book.read(f'xl/worksheets/sheet{number}.xml'))
    assert not list(tree.iter(f'{space}f'))
    rows = []
    for row in tree.iter(f'{space}row'):
        cells = {}
        for cell in row.iter(f'{space}c'):
            texts = [t.text or '' for t in cell.iter(f'{space}t')] or [
                v.text or '' for v in cell.iter(f'{space}v')
            ]
            column = re.sub(r'\d', '', cell.attrib['r'])
            cells[column] = ''.join(texts)
        rows.append(list(cells.values()))
    return rows
