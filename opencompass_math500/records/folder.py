"""What lies in a run's folder: which model on which dataset, and in which files."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from opencompass_math500.errors import (
    ConfigError,
    MalformedData,
    Math500Error,
    SelectionError,
    SourceUnavailable,
)
from opencompass_math500.runs import is_ours
from opencompass_math500.sample_logs import (
    LoggedRun,
    holds_logs,
    is_of_harness,
    logged_runs,
    refuse_scores_alone,
)
from opencompass_math500.settings import read_record, record_path

__all__ = ['Recorded', 'find_recorded', 'refuse_output', 'run_folder', 'settings_at']

_REMEDY: Final = (
    'give the folder of one run, which holds predictions/ and results/, or the --output_path of '
    'lm_eval --log_samples'
)
_PART: Final = re.compile(r'(?P<stem>.+)_(?P<number>[0-9]+)')
_ROOTS: Final = ('predictions', 'results')


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
        work_dir: the folder of one run; one that holds no run but another folder with the
            only one is fine. Or what holds sample logs, or a sample log.
        models, datasets: these only, by their names; None for all.
        note: told, in one line, of what is left out or missing.

    Raises:
        SourceUnavailable: no such folder.
        MalformedData: it holds no run, or several; names them.
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


def settings_at(root: Path, model: str, dataset: str) -> Mapping[str, Any]:
    """The record of the settings of one model on one dataset; empty where there is none.

    Args:
        root: from :func:`run_folder`.
        model, dataset: as :func:`find_recorded` names them.

    Raises:
        MalformedData, OSError: the record is damaged, or cannot be read.
    """
    if not holds_logs(root):
        return read_record(record_path(root, model, dataset))
    runs = logged_runs(root, lambda text: None)
    named = (run for run in runs if (run.model, run.dataset) == (model, dataset))
    return next((run.record for run in named), {})


def run_folder(work_dir: Path, note: Callable[[str], object] = lambda text: None) -> Path:
    """The folder itself, or the only run below it; a sample log, and what holds some, itself.

    Raises:
        SourceUnavailable, MalformedData: as :func:`find_recorded`.
    """
    if work_dir.is_file() and holds_logs(work_dir):
        return work_dir
    if not work_dir.is_dir():
        refuse_scores_alone(work_dir)
        what = 'no folder and no sample log' if work_dir.is_file() else 'no folder'
        raise SourceUnavailable(f'{what} {str(work_dir)!r}', _REMEDY)
    if _holds_run(work_dir):
        return work_dir
    # outputs/default/20260101_120000, by either of its parents.
    below = [
        path
        for pattern in ('*', '*/*')
        for path in sorted(work_dir.glob(pattern))
        if path.is_dir() and _holds_run(path)
    ]
    has_logs = holds_logs(work_dir)
    if has_logs and not below:
        return work_dir
    if not below:
        refuse_scores_alone(work_dir)
        raise MalformedData(
            f'{work_dir} holds neither predictions/ nor results/ nor samples_*.jsonl', _REMEDY
        )
    if has_logs:
        raise MalformedData(
            f'{work_dir} holds runs of OpenCompass and sample logs of lm-evaluation-harness',
            f'give one, e.g. {below[-1]} or a samples_*.jsonl',
        )
    if len(below) > 1:
        names = ', '.join(path.relative_to(work_dir).as_posix() for path in below[:8])
        more = f' and {len(below) - 8} more' if len(below) > 8 else ''
        raise MalformedData(
            f'{work_dir} holds {len(below)} runs: {names}{more}', f'give one, e.g. {below[-1]}'
        )
    note(f'{below[0]} is taken, the only run in {work_dir}')
    return below[0]


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


def _holds_run(folder: Path) -> bool:
    return any((folder / name).is_dir() for name in _ROOTS)


def _logged(root: Path, note: Callable[[str], object]) -> Iterator[Recorded]:
    for run in logged_runs(root, note):
        yield Recorded(run.model, run.dataset, (), True, None, run)


def _recorded(root: Path, note: Callable[[str], object]) -> Iterator[Recorded]:
    results = {
        (model, path.stem): path
        for model, path in _files(root / 'results', note)
        if not re.search(r'_replica\d+$', path.stem)
    }
    left = dict(results)
    families: dict[tuple[str, str], dict[int, Path]] = {}
    for model, path in _files(root / 'predictions', note):
        part = _PART.fullmatch(path.stem)
        # An abbr may itself end in a number; its results, if there are any, tell.
        if part is None or (model, path.stem) in results:
            families.setdefault((model, path.stem), {})[-1] = path
        else:
            families.setdefault((model, part['stem']), {})[int(part['number'])] = path
    for (model, dataset), files in families.items():
        for name, parts, whole in _sets(dataset, files, (model, dataset) in results):
            left.pop((model, name), None)
            if not whole:
                note(
                    f'{root / "predictions" / model}: a part of {name} is missing; '
                    'the others are read'
                )
            yield Recorded(model, name, parts, whole, results.get((model, name)))
    for (model, dataset), path in left.items():
        yield Recorded(model, dataset, (), True, path)


def _sets(
    dataset: str, files: dict[int, Path], has_results: bool
) -> Iterator[tuple[str, tuple[Path, ...], bool]]:
    """Name, files, and whether they are whole, of what shares a name."""
    if -1 in files:  # a whole; beside it, files with numbers are something else
        yield dataset, (files[-1],), True
    numbers = sorted(number for number in files if number >= 0)
    parts = tuple(files[number] for number in numbers)
    if -1 in files or (len(parts) == 1 and not has_results):
        yield from ((path.stem, (path,), True) for path in parts)
    elif parts:
        yield dataset, parts, numbers == list(range(len(numbers)))


def _files(folder: Path, note: Callable[[str], object]) -> Iterator[tuple[str, Path]]:
    """The JSON files below a folder, with the model that each is of."""
    for path in sorted(folder.rglob('*.json*')):
        # OpenCompass's timer/time.jsonl, and files in the making.
        if not path.is_file() or path.name[0] == '.' or path.parent.name == 'timer':
            continue
        if path.name.startswith('tmp_'):
            note(f'{path} is left out: an unfinished inference; run again with -r')
        elif path.suffix == '.json' and path.parent != folder:
            # An abbr with a slash in it becomes a folder in a folder.
            yield path.parent.relative_to(folder).as_posix(), path
        else:
            note(f'{path} is left out: no file of a model on a dataset')


def _is_math(root: Path, one: Recorded, note: Callable[[str], object]) -> bool:
    """Whether the settings, where they are recorded, do not speak of another benchmark."""
    path = record_path(root, one.model, one.dataset)
    try:
        record = read_record(path)
    except (Math500Error, OSError) as error:
        note(f'{error}; {one.model} on {one.dataset} is read without its settings')
        return True
    if is_ours(one.results or path, record):
        return True
    note(f'{one.model} on {one.dataset} is left out: another benchmark, by its evaluator')
    return False
