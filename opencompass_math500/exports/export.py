"""``math500 export``: the responses of a run, chosen and written."""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Final, Literal, get_args

from opencompass_math500.atomic import opened
from opencompass_math500.dataset import Problem
from opencompass_math500.errors import ConfigError, SelectionError
from opencompass_math500.exports.choice import Choice
from opencompass_math500.exports.columns import as_json
from opencompass_math500.exports.markdown import summary_lines, write_markdown
from opencompass_math500.exports.response_file import ResponseFile
from opencompass_math500.exports.summary import RunSummary, Summary
from opencompass_math500.exports.tables import write_csv, write_xlsx
from opencompass_math500.runs.places import Place, find_place
from opencompass_math500.runs.read import nothing_read, read_responses
from opencompass_math500.runs.source import Note

__all__ = ['FORMATS', 'Exported', 'Format', 'export', 'export_wrong_answers', 'format_of']

Format = Literal['jsonl', 'csv', 'md', 'xlsx', 'zip']
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
_TEXTS: Final = ('jsonl', 'csv', 'md')
_NAME_THE_DATA: Final = 'name the data with --data'
_DAY_ONE: Final = (1980, 1, 1, 0, 0, 0)  # the first that a zip can name


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes:
        written: how many responses.
        responses: of how many that were looked at.
        runs: the scores that they come from.
    """

    written: int
    responses: int
    runs: list[RunSummary]

    def __str__(self) -> str:
        return f'{self.written:,} of {self.responses:,} responses exported'


def format_of(name: str | None, output: Path | None) -> Format:
    """Return the format that is asked for, or that the name of the file says; else ``jsonl``.

    Raises:
        ConfigError: the file's ending is no format, or there is no file for a format that
            is no text.
    """
    ending = output.suffix.lstrip('.').lower() if output else ''
    wanted = name or ending or 'jsonl'
    for known in FORMATS:
        if known == wanted:
            if output is None and known not in _TEXTS:
                raise ConfigError(f'{known} is no text for a terminal', 'give --output FILE')
            return known
    raise ConfigError(
        f'--output {output}: no format is called {wanted!r}',
        f'end it in .{", .".join(FORMATS)}, or give --format',
    )


def export(
    work_dir: Path | Place,
    output: Path | None = None,
    format_name: str | None = None,
    *,
    choice: Choice | None = None,
    models: Collection[str] | None = None,
    datasets: Collection[str] | None = None,
    data: Iterable[Problem] = (),
    note: Note,
) -> Exported:
    """Write the responses of a run that are chosen, in one order whatever the run's files.

    The same responses make the same bytes. A file appears when it is whole.

    Args:
        work_dir: as for :func:`~opencompass_math500.runs.places.find_place`.
        output: where to; stdout by default.
        format_name: one of :data:`FORMATS`; by default as the file's name says.
        choice: which responses; by default everything that is not correct.
        models, datasets, data, note: as for
            :func:`~opencompass_math500.runs.read.read_responses`.

    Raises:
        ConfigError: a format or file that cannot be written.
        SelectionError: a subject, model or dataset that does not occur.
        SourceUnavailable, MalformedData: as from ``read_responses``; or there is no response.
    """
    kind, choice = format_of(format_name, output), choice or Choice()
    place = find_place(work_dir, note)
    if output is not None:
        place.refuse_output(output)
    with closing(ResponseFile()) as kept:
        summary = Summary(place.runs())
        for response in read_responses(place, models, datasets, note=note, data=data):
            chosen = choice.holds(response)
            summary.add(response, chosen)
            if chosen:
                kept.add(response)
        if not summary.responses:
            raise nothing_read([place])
        _refuse_unknown(choice, summary)
        runs = summary.runs
        try:
            with opened(output) as stream:
                _WRITERS[kind](kept, runs, choice, stream)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise ConfigError(
                f'cannot write {output or "stdout"} ({error})', 'see to the disk'
            ) from error
        return Exported(len(kept), summary.responses, runs)


def export_wrong_answers(
    work_dir: Path, output: Path, models: Collection[str], datasets: Collection[str], note: Note
) -> Exported:
    """Write what a run leaves at its end: everything that is not correct, as JSON Lines.

    Args and errors: as for :func:`export`.
    """
    return export(work_dir, output, 'jsonl', models=models, datasets=datasets, note=note)


def _refuse_unknown(choice: Choice, summary: Summary) -> None:
    """A misspelt subject would give an empty file, and a wrong idea of the model."""
    if choice.levels and not summary.knows_levels:
        raise SelectionError('the run does not say of what level a problem is', _NAME_THE_DATA)
    known = summary.subjects
    for name in choice.subjects or ():
        if name.casefold() not in {subject.casefold() for subject in known}:
            raise SelectionError(
                f'no response is to a problem of subject {name!r}',
                f'give one of {", ".join(known)}' if known else _NAME_THE_DATA,
            )


_Writer = Callable[[ResponseFile, list[RunSummary], Choice, IO[bytes]], None]


def _write_jsonl(
    kept: ResponseFile, runs: list[RunSummary], choice: Choice, stream: IO[bytes]
) -> None:
    for response in kept:
        # A lone surrogate of a response becomes its escape, in JSON the same character.
        stream.write(as_json(response).encode('utf-8', 'backslashreplace') + b'\n')


def _write_zip(
    kept: ResponseFile, runs: list[RunSummary], choice: Choice, stream: IO[bytes]
) -> None:
    with zipfile.ZipFile(stream, 'w', zipfile.ZIP_DEFLATED) as archive:
        for name, write in _MEMBERS.items():
            member = zipfile.ZipInfo(name, _DAY_ONE)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3  # as Unix has it, wherever it is written
            member.external_attr = 0o644 << 16
            # The workbook is itself a zip, which goes back to mend its headers.
            with (
                tempfile.TemporaryFile() as whole,
                archive.open(member, 'w', force_zip64=True) as target,
            ):
                write(kept, runs, choice, whole)
                whole.seek(0)
                shutil.copyfileobj(whole, target, 1 << 20)


def _write_summary_json(
    kept: ResponseFile, runs: list[RunSummary], choice: Choice, stream: IO[bytes]
) -> None:
    report = {'exported': str(choice), 'records': len(kept), 'runs': [asdict(one) for one in runs]}
    text = json.dumps(report, ensure_ascii=False, indent=2)
    stream.write(text.encode('utf-8', 'backslashreplace') + b'\n')


def _write_summary(
    kept: ResponseFile, runs: list[RunSummary], choice: Choice, stream: IO[bytes]
) -> None:
    stream.write('\n'.join(summary_lines(runs, choice)).encode('utf-8'))


_WRITERS: Final[Mapping[Format, _Writer]] = {
    'jsonl': _write_jsonl,
    'csv': lambda kept, runs, choice, stream: write_csv(kept, stream),
    'md': lambda kept, runs, choice, stream: write_markdown(kept, runs, choice, stream),
    'xlsx': lambda kept, runs, choice, stream: write_xlsx(kept, runs, stream),
    'zip': _write_zip,
}
_MEMBERS: Final[Mapping[str, _Writer]] = {
    'summary.md': _write_summary,
    'summary.json': _write_summary_json,
    **{f'responses.{kind}': _WRITERS[kind] for kind in FORMATS if kind != 'zip'},
}
