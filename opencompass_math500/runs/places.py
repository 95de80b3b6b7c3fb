"""Which run a place stands for, and which reader reads it: for every command the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from opencompass_math500.dataset import Problem
from opencompass_math500.dataset.lookup import NamedData
from opencompass_math500.errors import (
    ConfigError,
    MalformedData,
    SelectionError,
    SourceUnavailable,
)
from opencompass_math500.runs.columns import NAMED_BY_NONE, NamedColumns
from opencompass_math500.runs.evalscope.reader import EvalScope
from opencompass_math500.runs.inspect.reader import InspectAI
from opencompass_math500.runs.lighteval.reader import Lighteval
from opencompass_math500.runs.lm_eval.reader import LmEval
from opencompass_math500.runs.nemo_skills.reader import NemoSkills
from opencompass_math500.runs.opencompass.reader import OpenCompass
from opencompass_math500.runs.simple_evals.reader import SimpleEvals
from opencompass_math500.runs.source import Note, Source, StoredRun
from opencompass_math500.runs.tables.reader import Tables

__all__ = ['SOURCES', 'Place', 'find_place', 'nothing']

SOURCES: Final[list[Source]] = [
    OpenCompass(),
    Lighteval(),  # before lm-eval: both call their scores results_<date>.json
    LmEval(),
    EvalScope(),
    InspectAI(),
    NemoSkills(),
    SimpleEvals(),
    Tables(),
]
"""Every reader. To read one more harness, add one here."""

_REMEDY: Final = (
    'give the folder of one run, which holds predictions/ and results/, the --output_path of '
    'lm_eval --log_samples, an .eval of inspect, or a file of rows with a response each'
)


def nothing(text: str) -> None:
    """Take no note."""


def _readers(path: Path) -> list[Source]:
    """The readers of a path; those that read anything only where there is no other."""
    found: list[Source] = [source for source in SOURCES if source.handles(path)]
    return [source for source in found if not source.of_any_tool] or found


@dataclass(frozen=True, slots=True)
class Place:
    """A path at which runs lie, and who reads them.

    Attributes:
        source: the reader.
        root: the folder of the run, or the one file that it is.
        path: what was asked for of it: the root itself, or one of its files.
    """

    source: Source = field(compare=False)
    root: Path
    path: Path

    def runs(
        self,
        models: Collection[str] | None = None,
        datasets: Collection[str] | None = None,
        *,
        note: Note = nothing,
    ) -> list[StoredRun]:
        """Return its runs, in order of model and dataset.

        Args:
            models, datasets: these only, by their names; None for all.
            note: told of what is left out or missing.

        Raises:
            MalformedData: there is nothing that can be read.
            SelectionError: a name that does not occur.
        """
        found = sorted(self.source.runs(self.path, note), key=lambda run: (run.model, run.dataset))
        for kind, wanted in (('model', models), ('dataset', datasets)):
            names = {getattr(run, kind) for run in found}
            for name in sorted(set(wanted or ()) - names):
                raise SelectionError(
                    f'{self.root} holds no {kind} {name!r}',
                    f'give one of {", ".join(sorted(names))}',
                )
        return [
            run
            for run in found
            if (models is None or run.model in models)
            and (datasets is None or run.dataset in datasets)
        ]

    def refuse_output(self, output: Path) -> None:
        """Refuse to write where the run itself lies: a slip of the pen must not replace it.

        Raises:
            ConfigError: ``output`` is a folder, or one of the run's own files.
        """
        if output.is_dir():
            raise ConfigError(f'--output {output} is a folder', 'name a file')
        if self.source.is_own_file(output, self.root):
            raise ConfigError(
                f'--output {output} is where the run itself lies', 'name a file elsewhere'
            )


def find_place(
    path: Path | Place,
    note: Note = nothing,
    *,
    columns: NamedColumns = NAMED_BY_NONE,
    data: Iterable[Problem] = (),
) -> Place:
    """Return the run that a path stands for; a place stands for itself.

    Args:
        path: the folder of one run of OpenCompass, or a file in it; a folder above some, of
            which the newest is meant; what holds sample logs of lm-evaluation-harness, or one
            of them; or whatever else one of :data:`SOURCES` handles.
        note: told which run was taken, where it is not the path itself.
        columns: what is read from which column of a file of rows.
        data: the problems, from which the golds of such a file are joined.

    Raises:
        SourceUnavailable: no such folder or log.
        MalformedData: it holds no run, or runs of several harnesses.
        ConfigError: columns are named, but the run has none.
    """
    if isinstance(path, Place):
        return path
    sources = _readers(path)
    known = list(data)
    if (columns.any or known) and isinstance(sources[0] if sources else None, Tables):
        sources = [Tables(columns, NamedData(known) if known else None)]
    elif columns.any and sources:
        raise ConfigError(
            f'{path} is of {sources[0].name}, whose columns are known',
            'leave the options that name columns out: they are for files of rows',
        )
    if len(sources) > 1:
        raise MalformedData(
            f'{path} holds runs of {" and of ".join(source.name for source in sources)}',
            f'give one, e.g. {sources[0].locate(path, nothing)}',
        )
    if sources:
        root = sources[0].locate(path, note)
        return Place(sources[0], root, path if path.is_file() else root)
    for source in SOURCES:
        source.refuse(path)
    if not path.is_dir():
        what = 'no folder and no sample log' if path.is_file() else 'no folder'
        raise SourceUnavailable(f'{what} {str(path)!r}', _REMEDY)
    leaves: Sequence[str] = [source.leaves for source in SOURCES]
    raise MalformedData(f'{path} holds neither {" nor ".join(leaves)}', _REMEDY)
