"""The tables that the READMEs show, made anew from the runs themselves.

    .venv/bin/python tests/support/shown_outputs.py demo-output outputs/math500_demo

The run is one of the command above the table, or graded again: without its ``results/``, by
``math500 run CONFIG --mode eval -r``.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from doc_pages import Page, pairs

__all__ = ['put_table', 'table_of']


def table_of(place: Path) -> str:
    """Return what ``math500 table`` prints of a run, without spaces that nobody sees."""
    command = [sys.executable, '-m', 'opencompass_math500', 'table', str(place)]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    lines = '\n'.join(line.rstrip() for line in printed.splitlines())
    return re.sub(r'\n{3,}', '\n\n', lines).strip()


def put_table(name: str, table: str, pages: Iterable[Page]) -> None:
    """Replace what stands between the markers ``name`` of each page."""
    for page in pages:
        shown = page.marked(name)
        table_block = f'\n```text\n{table}\n```\n'
        page.path.write_text(page.text.replace(shown, table_block), encoding='utf-8')


if __name__ == '__main__':
    put_table(sys.argv[1], table_of(Path(sys.argv[2])), pairs()[0])
