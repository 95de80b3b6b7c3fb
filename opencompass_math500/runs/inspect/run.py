"""Logs of inspect-ai as runs: one model on one task each, with a record of the settings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

from opencompass_math500.errors import MalformedData, Math500Error, SourceUnavailable
from opencompass_math500.runs.inspect.log import is_json_log, read_header, read_samples
from opencompass_math500.runs.inspect.record import label_of, model_of, record_of
from opencompass_math500.runs.inspect.score import scorers_of
from opencompass_math500.runs.json_values import as_object
from opencompass_math500.runs.settings import Settings, parse_settings
from opencompass_math500.runs.source import Note

__all__ = ['InspectRun', 'inspect_runs', 'logs_in']

_SAMPLES_READ: Final = 2  # to know in which words a model was asked


@dataclass(frozen=True, slots=True)
class InspectRun:
    """One model on one task, as a log has it.

    Attributes:
        path: the file.
        model, dataset: what to call them: the model without its provider, and the task.
        settings: those of the run.
        status: ``success``, ``started``, ``cancelled`` or ``error``; '' where unknown.
        created: when it was started, as the log says.
        order: the places of the samples' ids in the data.
        expected: how many responses it should hold; None where unknown.
        scorers: the names of its scorers, first the one whose score is the run's.
    """

    path: Path
    model: str
    dataset: str
    settings: Settings
    status: str
    created: str
    order: Mapping[str, int]
    expected: int | None
    scorers: tuple[str, ...]


def logs_in(place: Path) -> Iterator[Path]:
    """Yield the logs at a place: itself, or those of a folder, as inspect writes them."""
    if place.is_dir():
        for path in sorted(place.iterdir()):
            if path.is_file() and (path.suffix == '.eval' or is_json_log(path)):
                yield path
    elif place.is_file() and (place.suffix == '.eval' or is_json_log(place)):
        yield place


def inspect_runs(place: Path, note: Note) -> list[InspectRun]:
    """Return the runs of a log or a folder of logs: of each model and task the latest.

    Args:
        place: the file, or the folder.
        note: told of logs that are damaged, unfinished or left out.

    Raises:
        MalformedData: there is no log that can be read; says why of each.
    """
    runs, reasons = [], []
    for path in logs_in(place):
        try:
            stat = path.stat()
            run, notes = _about(path, stat.st_mtime_ns, stat.st_size)
        except (OSError, SourceUnavailable, MalformedData) as error:
            reasons.append(error.what if isinstance(error, Math500Error) else f'{path}: {error}')
            continue
        for text in notes:
            note(text)
        runs.append(run)
    if not runs:
        raise MalformedData(
            f'no log of inspect-ai in {place} that can be read ({"; ".join(reasons)})',
            'give an .eval file of inspect-ai, or its JSON form',
        )
    for text in reasons:
        note(f'{text}; the log is left out')
    return _latest(_told_apart(runs), note)


@lru_cache(maxsize=64)
def _about(path: Path, time: int, size: int) -> tuple[InspectRun, tuple[str, ...]]:
    """What one log is, and what is to be said of it; read once while it stays as it is."""
    notes: list[str] = []
    header = read_header(path, notes.append)
    task = as_object(header.get('eval'))
    model, name = task.get('model'), task.get('task_display_name') or task.get('task')
    if not isinstance(model, str) or not isinstance(name, str):
        raise MalformedData(f'{path} names no model and task')
    dataset = label_of(name, 'task')
    first = read_samples(path, path.name, {}, lambda text: None)
    samples = [one.fields for one in islice(first, _SAMPLES_READ)]
    settings = parse_settings(record_of(header, dataset, samples))
    ids = as_object(task.get('dataset')).get('sample_ids')
    ids = ids if isinstance(ids, list) else []
    run = InspectRun(
        path=path,
        model=label_of(model_of(model)[1], 'model'),
        dataset=dataset,
        settings=replace(settings, made_by='inspect'),
        status=str(header.get('status') or ''),
        created=str(task.get('created') or ''),
        order={str(one): place for place, one in enumerate(ids)},
        expected=_expected(header, len(ids)),
        scorers=tuple(scorers_of(header)),
    )
    return run, tuple(notes)


def _expected(header: Mapping[str, Any], ids: int) -> int | None:
    total = as_object(header.get('results')).get('total_samples')
    if isinstance(total, int) and total:
        return total
    epochs = as_object(as_object(header.get('eval')).get('config')).get('epochs')
    return ids * epochs if ids and isinstance(epochs, int) else ids or None


def _told_apart(runs: list[InspectRun]) -> list[InspectRun]:
    """Runs of other models under one label get the whole name."""
    models: dict[str, set[str | None]] = {}
    for run in runs:
        models.setdefault(run.model, set()).add(run.settings.model)
    return [
        replace(run, model=label_of((run.settings.model or '').replace('/', '__'), run.model))
        if len(models[run.model]) > 1
        else run
        for run in runs
    ]


def _latest(runs: list[InspectRun], note: Note) -> list[InspectRun]:
    """Of one model on one task the latest log."""
    count = Counter((run.model, run.dataset) for run in runs)
    found: dict[tuple[str, str], InspectRun] = {}
    for run in sorted(runs, key=lambda run: (run.created, run.path)):
        found[run.model, run.dataset] = run
    for key, run in found.items():
        if count[key] > 1:
            others = [one for one in runs if (one.model, one.dataset) == key and one is not run]
            names = ', '.join(one.path.name for one in others)
            note(
                f'{run.path.parent} holds {count[key]} logs of {run.model} on {run.dataset}: '
                f'{run.path.name} is read, the latest; left out: {names} (name a file to read it)'
            )
    return list(found.values())
