"""What lies in a run's folder: which model on which dataset, and in which files."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from opencompass_math500.errors import (
    ConfigError,
    MalformedData,
    Math500Error,
    SelectionError,
    SourceUnavailable,
)
from opencompass_math500.runs.lm_eval.files import holds_logs, is_of_harness, refuse_scores_alone
from opencompass_math500.runs.lm_eval.run import LoggedRun, logged_runs
from opencompass_math500.runs.opencompass.layout import (
    WHOLE,
    files_below,
    is_run,
    parts_of,
    runs_below,
)
from opencompass_math500.runs.record import record_path
from opencompass_math500.runs.run import is_ours
from opencompass_math500.runs.settings import Settings, parse_settings, read_settings

__all__ = ['Recorded', 'find_recorded', 'refuse_output', 'run_folder', 'settings_at']

_REMEDY: Final = (
    'give the folder of one run, which holds predictions/ and results/, or the --output_path of '
    'lm_eval --log_samples'
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One model on one dataset, as it lies in a work directory.

    Attributes:
        model, dataset: as the run calls them.
        parts: its prediction files in order; empty where only results are there.
        whole: whether no part is missing, so that rows can be counted through.
        results: the result file, None where there is none.
        logged: the sample log of lm-evaluation-harness, where it is one; there are then
            neither parts nor results.
    """

    model: str
    dataset: str
    parts: tuple[Path, ...]
    whole: bool
    results: Path | None
    logged: LoggedRun | None = None


def find_recorded(
    work_dir: Path,
    models: Collection[str] | None,
    datasets: Collection[str] | None,
    note: Callable[[str], object],
) -> list[Recorded]:
    """What a run has predictions or results of, in order of model and dataset.

    Args:
        work_dir: as for :func:`run_folder`.
        models, datasets: these only, by their names; None for all.
        note: told, in one line, of what is left out or missing.

    Raises:
        SourceUnavailable: no such folder.
        MalformedData: it holds no run.
        SelectionError: a name that does not occur.
    """
    root = run_folder(work_dir, note)
    recorded = _logged(root, note) if holds_logs(root) else _recorded(root, note)
    found = sorted(recorded, key=lambda one: (one.model, one.dataset, one.parts))
    for kind, wanted in (('model', models), ('dataset', datasets)):
        names = {getattr(one, kind) for one in found}
        for name in sorted(set(wanted or ()) - names):
            raise SelectionError(
                f'{root} holds no {kind} {name!r}', f'give one of {", ".join(sorted(names))}'
            )
    return [
        one
        for one in found
        if (models is None or one.model in models)
        and (datasets is None or one.dataset in datasets)
        and (one.logged is not None or _is_math(root, one, note))
    ]


def settings_at(root: Path, model: str, dataset: str) -> Settings:
    """Return the settings of one model on one dataset; unknown ones where none are on record.

    Args:
        root: from :func:`run_folder`.
        model, dataset: as :func:`find_recorded` names them.

    Raises:
        MalformedData, OSError: the record is damaged, or cannot be read.
    """
    if not holds_logs(root):
        return read_settings(record_path(root, model, dataset))
    runs = logged_runs(root, lambda text: None)
    named = (run for run in runs if (run.model, run.dataset) == (model, dataset))
    return parse_settings(next((run.record for run in named), {}))


def run_folder(place: Path, note: Callable[[str], object] = lambda text: None) -> Path:
    """Return the run that a place stands for, for every command the same.

    Args:
        place: the folder of one run of OpenCompass; a folder above some, of which the newest
            is meant; or what holds sample logs of lm-evaluation-harness, or one of them.
        note: told which run was taken, where it is not the place itself.

    Raises:
        SourceUnavailable: no such folder or log.
        MalformedData: it holds no run, or runs of OpenCompass and sample logs.
    """
    if place.is_file() and holds_logs(place):
        return place
    if not place.is_dir():
        refuse_scores_alone(place)
        what = 'no folder and no sample log' if place.is_file() else 'no folder'
        raise SourceUnavailable(f'{what} {str(place)!r}', _REMEDY)
    if is_run(place):
        return place
    below, has_logs = runs_below(place), holds_logs(place)
    if has_logs and not below:
        return place
    if not below:
        refuse_scores_alone(place)
        raise MalformedData(
            f'{place} holds neither predictions/ nor results/ nor samples_*.jsonl', _REMEDY
        )
    if has_logs:
        raise MalformedData(
            f'{place} holds runs of OpenCompass and sample logs of lm-evaluation-harness',
            f'give one, e.g. {below[-1]} or a samples_*.jsonl',
        )
    which = f'the newest of {len(below)} runs' if len(below) > 1 else 'the only run'
    note(f'{below[-1]} is taken, {which} in {place}')
    return below[-1]


def refuse_output(output: Path, work_dir: Path) -> None:
    """A slip of the pen must not replace the predictions themselves.

    Raises:
        ConfigError: ``output`` is a folder, or lies where the run itself does.
    """
    if output.is_dir():
        raise ConfigError(f'--output {output} is a folder', 'name a file')
    root = run_folder(work_dir).resolve()
    if holds_logs(root):
        within = root.parent if root.is_file() else root
        if is_of_harness(output.resolve()) and within in output.resolve().parents:
            raise ConfigError(
                f'--output {output} is named as the files of the run itself', 'name another file'
            )
        return
    for folder in ('predictions', 'results', 'math500'):
        if (root / folder) in output.resolve().parents:
            raise ConfigError(
                f'--output {output} is where the run itself lies', 'name a file elsewhere'
            )


def _logged(root: Path, note: Callable[[str], object]) -> Iterator[Recorded]:
    for run in logged_runs(root, note):
        yield Recorded(run.model, run.dataset, (), True, None, run)


def _recorded(root: Path, note: Callable[[str], object]) -> Iterator[Recorded]:
    results = {
        (model, path.stem): path
        for model, path in _files(root / 'results', note)
        if not re.search(r'_replica\d+$', path.stem)
    }
    folders: dict[str, dict[str, Path]] = {}
    for model, path in _files(root / 'predictions', note):
        folders.setdefault(model, {})[path.stem] = path
    left = dict(results)
    for model, files in folders.items():
        known = {dataset for of, dataset in results if of == model}
        for dataset, numbers in parts_of(files, known).items():
            if WHOLE in numbers:
                numbers = {0: numbers[WHOLE]}
            parts = tuple(files[name] for name in numbers.values())
            complete = list(numbers) == list(range(len(numbers)))
            if not complete:
                note(
                    f'{root / "predictions" / model}: a part of {dataset} is missing; '
                    'the others are read'
                )
            left.pop((model, dataset), None)
            yield Recorded(model, dataset, parts, complete, results.get((model, dataset)))
    for (model, dataset), path in left.items():
        yield Recorded(model, dataset, (), True, path)


def _files(folder: Path, note: Callable[[str], object]) -> Iterator[tuple[str, Path]]:
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


def _is_math(root: Path, one: Recorded, note: Callable[[str], object]) -> bool:
    """Whether the settings, where they are recorded, do not speak of another benchmark."""
    path = record_path(root, one.model, one.dataset)
    try:
        settings = read_settings(path)
    except (Math500Error, OSError) as error:
        note(f'{error}; {one.model} on {one.dataset} is read without its settings')
        return True
    if is_ours(one.results or path, settings) or settings.evaluator == 'OpenCompass':
        return True
    note(f'{one.model} on {one.dataset} is left out: another benchmark, by its evaluator')
    return False
