"""Read what NeMo-Skills writes of a benchmark of mathematics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from opencompass_math500.errors import DataError, MalformedData
from opencompass_math500.response import Response
from opencompass_math500.runs.left_out import LeftOut
from opencompass_math500.runs.nemo_skills.files import (
    Outputs,
    holds_outputs,
    is_output,
    outputs_at,
)
from opencompass_math500.runs.nemo_skills.rows import OutputRow, response_of
from opencompass_math500.runs.part_rows import rows_or_faults
from opencompass_math500.runs.settings import Settings
from opencompass_math500.runs.source import Note, Source, StoredRun

__all__ = ['NemoSkills']

_UNNAMED: Final = 'unnamed-data'


@dataclass(slots=True)
class _Count:
    """What is to be said of a run when it has been read."""

    rows: list[int] = field(default_factory=list)
    problems: dict[str, list[int]] = field(default_factory=dict)
    other: int = 0
    unclear: int = 0

    def placed(self, row: OutputRow, number: int) -> Response:
        """Return a response with the position of its problem, and its number among the samples."""
        one = row.response
        self.unclear += row.unclear
        self.other += row.judged is not None and row.judged != one.other_verdict
        key = one.unique_id or one.problem or str(number)
        place = self.problems.setdefault(key, [len(self.problems), -1])
        place[1] += 1
        return replace(one, position=place[0], sample=place[1])

    def remarks(self, name: str) -> Iterator[str]:
        """Yield what is to be said, one line each."""
        if len(set(self.rows)) > 1:
            yield f'{name}: its seeds hold {", ".join(map(str, self.rows))} rows that can be read'
        if self.other:
            yield (
                f'{name}: of {self.other} responses its LLM judge says otherwise than its '
                'symbolic comparison; the latter is shown'
            )
        if self.unclear:
            yield (
                f'{name}: of {self.unclear} responses its LLM judge said neither yes nor no; '
                'NeMo-Skills counts these as wrong'
            )


class NemoSkills(Source):
    """A reader of ``output.jsonl`` and ``output-rs<seed>.jsonl``."""

    name = 'NeMo-Skills'
    leaves = 'output*.jsonl of NeMo-Skills'

    def handles(self, place: Path) -> bool:
        """Tell whether a path is an output, or a folder above some."""
        return holds_outputs(place)

    def runs(self, place: Path, note: Note) -> list[StoredRun]:
        """Return each benchmark as a run, its seeds being samples of the same problems.

        Raises:
            MalformedData: there are outputs in the making alone.
        """
        found = outputs_at(place, note)
        if not found:
            raise MalformedData(
                f'{place} holds no finished output of NeMo-Skills', 'wait, or name a file'
            )
        return [_stored(place, one, found) for one in found]

    def responses(self, run: StoredRun, note: Note) -> Iterator[Response]:
        """Yield the responses, seed by seed."""
        outputs: Outputs = run.files
        count = _Count()
        for paths in outputs.samples:
            rows = 0
            for path in paths:
                for one in _read(run, path, note):
                    rows += 1
                    placed = count.placed(one, rows)
                    yield replace(placed, model=run.model, dataset=run.dataset)
            count.rows.append(rows)
        for text in count.remarks(run.name):
            note(text)

    def is_own_file(self, path: Path, root: Path) -> bool:
        """Tell whether a file is an output, and lies below the place."""
        within = (root.parent if root.is_file() else root).resolve()
        return within in path.resolve().parents and is_output(path)


def _stored(place: Path, one: Outputs, all_of: Sequence[Outputs]) -> StoredRun:
    """A run; where two are called alike, that without seeds is told apart."""
    dataset = one.benchmark or _UNNAMED
    alike = Counter((other.model, other.benchmark) for other in all_of)
    if alike[one.model, one.benchmark] > 1 and one.seeds == (None,):
        dataset = f'{dataset}-without-seed'
    settings = Settings(recorded=True, made_by=NemoSkills.name, data=one.benchmark)
    return StoredRun(place, one.model, dataset, settings, files=one)


def _read(run: StoredRun, path: Path, note: Note) -> Iterator[OutputRow]:
    """The rows of one file; those that are damaged are named."""
    name = run.name_of(path)
    left_out = LeftOut(note)
    try:
        for row in rows_or_faults(path, name):
            try:
                if isinstance(row, MalformedData):
                    raise row
                found = response_of(row)
            except MalformedData as error:
                left_out.add(error)
                continue
            yield found
    except (OSError, DataError) as error:
        note(f'{path} cannot be read on ({error}); what stands before is read')
    left_out.close(name)
