"""``math500 report``: work directories in, one page out."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from opencompass_math500 import __version__
from opencompass_math500.atomic import opened
from opencompass_math500.errors import ConfigError
from opencompass_math500.grading import grader_version
from opencompass_math500.report.beside import pair_sheets
from opencompass_math500.report.bundle import Bundle
from opencompass_math500.report.lengths import edges_of
from opencompass_math500.report.page import page
from opencompass_math500.report.reading import ReadRun, Scope, read_places
from opencompass_math500.report.sheet import RunSheet, Sheet
from opencompass_math500.report.survey import names_of, run_sheet
from opencompass_math500.runs.places import find_place
from opencompass_math500.runs.source import Note

__all__ = ['FILE_NAME', 'Written', 'write_report']

FILE_NAME: Final = 'math500_report.html'


@dataclass(frozen=True, slots=True)
class Written:
    """A report on disk.

    Attributes:
        path: where.
        size: in bytes.
        sheet: what it shows without JavaScript.
    """

    path: Path
    size: int
    sheet: Sheet

    def __str__(self) -> str:
        return f'{self.path} ({self.size / 1e6:.1f} MB)'


def write_report(
    work_dirs: Sequence[Path],
    output: Path | None = None,
    *,
    scope: Scope | None = None,
    options: Sequence[str] = (),
    note: Note,
) -> Written:
    """Write one page about the runs of some work directories.

    The same runs make the same bytes. A file appears when it is whole; in memory stands
    what the page filters in, not the responses.

    Args:
        work_dirs: each as for :func:`~opencompass_math500.runs.places.find_place`.
        output: where to; by default ``summary/math500_report.html`` of the first, of sample
            logs ``math500_report.html`` beside them.
        scope: what of them; all by default.
        options: of the command, for the page to say how to make it again.
        note: told, in one line each, of what is damaged, missing or left out; the page
            says so as well.

    Raises:
        ConfigError: the file cannot be written.
        SelectionError: a model or dataset that does not occur.
        SourceUnavailable, MalformedData: no run there, several, or none that can be read.
    """
    notes: dict[str, None] = {}

    def noted(text: str) -> None:
        if text not in notes:
            notes[text] = None
            note(text)

    scope = scope or Scope()
    found = (find_place(path, noted, columns=scope.columns, data=scope.data) for path in work_dirs)
    places = list(dict.fromkeys(found))
    if output == Path('-'):
        raise ConfigError('a page is nothing for a terminal', 'give --output FILE')
    path = output or places[0].source.page_folder(places[0].root) / FILE_NAME
    for place in places:
        place.refuse_output(path)
    with closing(Bundle()) as bundle:
        runs = read_places(places, scope, bundle.add, noted)
        command = shlex.join(
            ['math500', 'report', *(str(place.path) for place in places), *options]
        )
        sheet = _sheet(runs, bundle, list(notes), command)
        heads = [
            {name: getattr(run, name) for name in ('name', 'model', 'dataset', 'folder')}
            for run in sheet.runs
        ]
        try:
            with opened(path) as stream:
                size = 0
                for piece in page(sheet, bundle.index(heads), bundle.blocks()):
                    size += stream.write(piece)
        except OSError as error:
            raise ConfigError(
                f'cannot write {path} ({error.strerror or error})', 'give another --output FILE'
            ) from error
    return Written(path, size, sheet)


def _sheet(reads: Sequence[ReadRun], bundle: Bundle, notes: Sequence[str], command: str) -> Sheet:
    runs = [read.run for read in reads]
    edges = edges_of(reads)
    sheets = [
        run_sheet(number, name, read, run, edges)
        for number, (name, read, run) in enumerate(zip(names_of(reads), reads, runs, strict=True))
    ]
    return Sheet(
        title=f'MATH-500 report: {_subject(sheets)}',
        runs=tuple(sheets),
        pairs=tuple(pair_sheets(sheets, runs)),
        problems=bundle.problems,
        responses=len(bundle),
        cut_texts=bundle.cut,
        notes=tuple(notes),
        versions=f'opencompass-math500 {__version__}, grader {grader_version()}',
        command=command,
        export_command=shlex.join(['math500', 'export', str(reads[0].root), '--all']),
    )


def _subject(sheets: Sequence[RunSheet]) -> str:
    return sheets[0].name if len(sheets) == 1 else f'{len(sheets)} runs'
