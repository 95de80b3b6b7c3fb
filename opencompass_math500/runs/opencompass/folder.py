"""What lies in a run's folder: which model on which dataset, and in which files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from opencompass_math500.errors import MalformedData, Math500Error
from opencompass_math500.runs.opencompass.configs import settings_from_configs
from opencompass_math500.runs.opencompass.layout import WHOLE, files_below, parts_of
from opencompass_math500.runs.record import record_path
from opencompass_math500.runs.settings import Settings, read_settings
from opencompass_math500.runs.source import Note, StoredRun

__all__ = ['Files', 'stored_in']


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one model on one dataset.

    Attributes:
        parts: its prediction files in order; empty where only results are there.
        whole: whether no part is missing, so that rows can be counted through.
        results: the result file, None where there is none.
    """

    parts: tuple[Path, ...]
    whole: bool
    results: Path | None


def stored_in(root: Path, note: Note) -> Iterator[StoredRun]:
    """Yield what a run has predictions or results of, by model and dataset."""
    results = {
        (model, path.stem): path
        for model, path in _files(root / 'results', note)
        if not re.search(r'_replica\d+$', path.stem)
    }
    folders: dict[str, dict[str, Path]] = {}
    for model, path in _files(root / 'predictions', note):
        folders.setdefault(model, {})[path.stem] = path
    left = dict(results)
    for model, there in folders.items():
        known = {dataset for of, dataset in results if of == model}
        for dataset, numbers in parts_of(there, known).items():
            if WHOLE in numbers:
                numbers = {0: numbers[WHOLE]}
            parts = tuple(there[name] for name in numbers.values())
            complete = list(numbers) == list(range(len(numbers)))
            if not complete:
                note(
                    f'{root / "predictions" / model}: a part of {dataset} is missing; '
                    'the others are read'
                )
            left.pop((model, dataset), None)
            files = Files(parts, complete, results.get((model, dataset)))
            yield _stored(root, model, dataset, files)
    for (model, dataset), path in left.items():
        yield _stored(root, model, dataset, Files((), True, path))


def _stored(root: Path, model: str, dataset: str, files: Files) -> StoredRun:
    settings, fault = Settings(), None
    try:
        settings = read_settings(record_path(root, model, dataset))
    except (MalformedData, OSError) as error:
        fault = error if isinstance(error, Math500Error) else MalformedData(str(error))
    unknown = not settings.recorded
    return StoredRun(
        root=root,
        model=model,
        dataset=dataset,
        settings=settings,
        described=settings_from_configs(root, model, dataset) if unknown else Settings(),
        fault=fault,
        has_responses=bool(files.parts),
        files=files,
    )


def _files(folder: Path, note: Note) -> Iterator[tuple[str, Path]]:
    """The JSON files below a folder that are whole, with the model that each is of."""
    for model, path in files_below(folder):
        if path.name[0] == '.':
            continue
        if path.name.startswith('tmp_'):
            note(f'{path} is left out: an unfinished inference; run again with -r')
        elif path.suffix == '.json' and model:
            yield model, path
        else:
            note(f'{path} is left out: no file of a model on a dataset')
