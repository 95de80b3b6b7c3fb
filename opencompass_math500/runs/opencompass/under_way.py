"""The files of a run under way: predictions that are finished, journals, and progress."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from opencompass_math500.runs.opencompass.layout import WHOLE, Pair, files_below, parts_of
from opencompass_math500.runs.opencompass.progress import (
    Snapshot,
    journal_path,
    progress_path,
    read_progress,
)

__all__ = ['FilesUnderWay', 'files_under_way']


@dataclass(slots=True)
class FilesUnderWay:
    """The files of one pair, below ``predictions/``, by part: -1 is the whole.

    Attributes:
        predictions: finished files.
        journals: rows of files in the making.
        progress: parts that have a snapshot of their progress; by where the predictions
            will be.
    """

    predictions: dict[int, Path] = field(default_factory=dict)
    journals: dict[int, Path] = field(default_factory=dict)
    progress: dict[int, Path] = field(default_factory=dict)

    @property
    def parts(self) -> dict[int, Path]:
        """For each part the file to be read: a finished one counts before its journal."""
        found = {**self.journals, **self.predictions}
        # A whole holds all rows; parts beside it are left from an earlier run.
        return {WHOLE: found[WHOLE]} if WHOLE in found else dict(sorted(found.items()))

    @property
    def open(self) -> bool:
        """Whether a part is in the making."""
        unfinished = self.journals.keys() | self.progress.keys()
        return bool(unfinished - self.predictions.keys()) and WHOLE not in self.predictions

    @property
    def snapshots(self) -> dict[int, Snapshot]:
        """The progress of each part that is in the making, where it can be read."""
        found = {
            part: read_progress(path)
            for part, path in self.progress.items()
            if part not in self.predictions
        }
        return {part: snapshot for part, snapshot in found.items() if snapshot is not None}

    @property
    def paths(self) -> list[Path]:
        """Every file that is read."""
        return [*self.parts.values(), *map(progress_path, self.progress.values())]


def files_under_way(run: Path, known: set[Pair]) -> dict[Pair, FilesUnderWay]:
    """Return the files under ``predictions/``, by pair.

    Args:
        run: the folder.
        known: pairs that the run is known to have: of these ``<dataset>_0`` is a part.
    """
    files = list(_files(run / 'predictions'))
    found: dict[Pair, FilesUnderWay] = {}
    for model in {model for model, _, _, _ in files}:
        there = {stem for of, stem, _, _ in files if of == model}
        datasets = parts_of(there, {dataset for of, dataset in known if of == model})
        place = {
            stem: ((model, dataset), number)
            for dataset, numbers in datasets.items()
            for number, stem in numbers.items()
        }
        for of, stem, kind, path in files:
            if of == model:
                pair, number = place[stem]
                getattr(found.setdefault(pair, FilesUnderWay()), kind)[number] = path
    return found


def _files(folder: Path) -> Iterator[tuple[str, str, str, Path]]:
    """Model, name of the prediction file, kind and path of what lies there."""
    for model, path in files_below(folder):
        if not model:
            continue
        stem = path.stem.removeprefix('.progress_').removeprefix('tmp_')
        predictions = path.with_name(f'{stem}.json')
        if path == progress_path(predictions):
            yield model, stem, 'progress', predictions
        # Earlier versions of OpenCompass keep their journal as one object, tmp_<abbr>.json.
        elif path in (journal_path(predictions), predictions.with_name(f'tmp_{stem}.json')):
            yield model, stem, 'journals', path
        elif path == predictions:
            yield model, stem, 'predictions', path
