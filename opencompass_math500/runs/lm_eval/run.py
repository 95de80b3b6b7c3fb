"""Sample logs as runs: one model on one dataset, with a record of the settings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from opencompass_math500.dataset import Problem
from opencompass_math500.dataset.problem_set import checksum
from opencompass_math500.embedded import MODEL_NAME
from opencompass_math500.errors import MalformedData
from opencompass_math500.runs.lm_eval.files import SampleLog, latest_logs, read_results
from opencompass_math500.runs.lm_eval.read import Count, read_log
from opencompass_math500.runs.lm_eval.record import record_of

__all__ = ['LoggedRun', 'logged_runs']

_CHECKSUM: Final = re.compile(r'(-ids\d+)?-[0-9a-f]{8}$')
_NAME: Final = re.compile(r'[A-Za-z0-9_][A-Za-z0-9_.-]*')
_NO_NAME: Final = re.compile(r'[\x00-\x1f]|^\.+$')
_COMMIT: Final = re.compile(r'[0-9a-f]{40}')


@dataclass(frozen=True, slots=True)
class LoggedRun:
    """One model on one dataset, as a sample log has it.

    Attributes:
        log: the file.
        model, dataset: what to call them: the model's own name, and for our tasks the name
            that the dataset has in a run of OpenCompass; another task's own.
        record: the settings, in the shape of :mod:`opencompass_math500.runs.record`; what is
            unknown is left out or None. Empty where the log's results are not there.
        responses: how many the log should hold; None where unknown.
    """

    log: SampleLog
    model: str
    dataset: str
    record: Mapping[str, Any]
    responses: int | None


def logged_runs(place: Path, note: Callable[[str], object]) -> list[LoggedRun]:
    """Return the runs of mathematics in a folder of sample logs, or the one of a log.

    Args:
        place: as for :func:`~opencompass_math500.runs.lm_eval.files.latest_logs`.
        note: told of logs that are left out, and of settings that are unknown.

    Raises:
        MalformedData: there is no log of mathematics among them; says why of each.
    """
    runs, reasons = [], []
    for log in latest_logs(place, note):
        about = _about(log, _stamp(log.path), _stamp(log.results))
        for text in about.notes:
            note(text)
        if about.run is not None:
            runs.append(about.run)
        else:
            reasons.append(f'{log.path} is left out: {about.reason}')
    if not runs:
        raise MalformedData(
            f'no sample log of a task on MATH in {place} ({"; ".join(reasons)})',
            'run math500 or another task on MATH with lm_eval --log_samples',
        )
    for text in reasons:
        note(text)
    return _told_apart(runs)


@dataclass(frozen=True, slots=True)
class _About:
    """What one log is; ``run`` is None where it is not of mathematics, for ``reason``."""

    run: LoggedRun | None
    reason: str
    notes: tuple[str, ...]


def _stamp(path: Path | None) -> tuple[int, int]:
    try:
        known = path.stat() if path else None
    except OSError:
        known = None
    return (known.st_mtime_ns, known.st_size) if known else (0, 0)


@lru_cache(maxsize=64)
def _about(log: SampleLog, log_stamp: tuple[int, int], results_stamp: tuple[int, int]) -> _About:
    """A command asks the same several times; the stamps tell whether it is still the same."""
    notes: list[str] = []
    wrong: list[str] = []
    if next(read_log(log.path, log.path.name, wrong.append, Count()), None) is None:
        return _About(None, wrong[0] if wrong else 'it holds no rows', ())
    results = _results(log, notes.append)
    model_path = str(results.get('model_name') or log.path.parent.name)
    dataset = _dataset(log, results)
    record = record_of(log.task, results, _plain_path(model_path), dataset) if results else {}
    effective = _at(results, 'n-samples', log.task, 'effective')
    repeats = _at(results, 'configs', log.task, 'repeats') or 1
    counts = isinstance(effective, int) and isinstance(repeats, int)
    run = LoggedRun(
        log=log,
        model=_label(model_path),
        dataset=dataset,
        record=record,
        responses=effective * repeats if counts else None,
    )
    return _About(run, '', tuple(notes))


def _results(log: SampleLog, note: Callable[[str], object]) -> dict[str, Any]:
    """What lies beside a log; empty, with a note, where it cannot be read."""
    path = log.results
    if path is None:
        name = f'results_{log.date}.json' if log.date else 'results_<date>.json'
        note(f'{log.path}: its settings are unknown: {name} is not beside it')
        return {}
    try:
        results = read_results(path)
        if not isinstance(results.get('configs'), dict):
            raise ValueError('no results of lm-evaluation-harness')
    except (OSError, ValueError) as error:
        note(f'{path} is damaged ({error}): the settings of {log.path.name} are unknown')
        return {}
    return results


def _at(tree: Any, *keys: str) -> Any:
    for key in keys:
        tree = tree.get(key) if isinstance(tree, Mapping) else None
    return tree


def _dataset(log: SampleLog, results: Mapping[str, Any]) -> str:
    """The name of the dataset; of a part of our data, by --limit or --samples, the part's."""
    metadata = _at(results, 'configs', log.task, 'metadata')
    slug, name = _at(metadata, 'math500_set'), _at(metadata, 'math500_dataset')
    if not isinstance(slug, str) or not isinstance(name, str) or not name.startswith(slug):
        return log.task
    if not _NAME.fullmatch(name):  # it becomes the name of a file
        return log.task
    asked, all_of = (_at(results, 'n-samples', log.task, key) for key in ('effective', 'original'))
    if asked == all_of:
        return name
    problems = _problems(log)
    try:
        part = f'-ids{len(problems)}-{checksum(problems)[:8]}'
    except UnicodeEncodeError:  # half a surrogate pair: no data of ours
        return log.task
    return _CHECKSUM.sub('', slug) + part + name.removeprefix(slug)


def _problems(log: SampleLog) -> list[Problem]:
    """The problems of a log in the order of the data, as load_problems would select them."""
    found = {
        one.position: one
        for one in read_log(log.path, log.path.name, lambda text: None, Count())
        if one.sample == 0
    }
    return [
        Problem(each.problem, '', each.gold, each.subject, each.level, each.unique_id)
        for _, each in sorted(found.items())
    ]


def _label(model: str) -> str:
    """``Qwen2.5-7B`` of ``Qwen/Qwen2.5-7B``, of a folder, or of the hub's cache of it."""
    *before, last = [part for part in re.split(r'[/\\]', model) if part] or ['model']
    cached = before[-2] if len(before) > 1 and before[-1] == 'snapshots' else ''
    if _COMMIT.fullmatch(last) and cached.startswith('models--'):
        return cached.rpartition('--')[2]
    return _NO_NAME.sub('_', last)


def _plain_path(model: str) -> str:
    """The model as configs of OpenCompass name it: the embedded one by its name alone."""
    return MODEL_NAME if _label(model) == MODEL_NAME else model


def _told_apart(runs: list[LoggedRun]) -> list[LoggedRun]:
    """Runs of unlike names: where two are alike, with the folder of the model, then with all
    of its name, then with the task."""
    for other in (_by_folder, _by_whole_name, _by_task):
        count = Counter((run.model, run.dataset) for run in runs)
        runs = [other(run) if count[run.model, run.dataset] > 1 else run for run in runs]
    return runs


def _by_folder(run: LoggedRun) -> LoggedRun:
    return replace(run, model=run.log.path.parent.name)


def _by_whole_name(run: LoggedRun) -> LoggedRun:
    path = _at(run.record, 'inference', 'model', 'path')
    return replace(run, model=_NO_NAME.sub('_', re.sub(r'[/\\]', '__', path))) if path else run


def _by_task(run: LoggedRun) -> LoggedRun:
    return replace(run, dataset=f'{run.dataset}_{run.log.task}')
