"""Which run is meant, what it announces, and which files it has left so far."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeAlias

from opencompass_math500.comparison.dumped import dumped_config
from opencompass_math500.traces import journal_path, progress_path
from opencompass_math500.watch.tail import Stamp, stamp_of

__all__ = ['Pair', 'Plan', 'Traces', 'announced', 'find_run', 'traces_of']

Pair: TypeAlias = tuple[str, str]
"""A model and a dataset, by their names."""

_STARTED: Final = re.compile(r'[0-9]{8}_[0-9]{6}')
_PART: Final = re.compile(r'(?P<stem>.+)_(?P<number>[0-9]+)')
_WHOLE: Final = -1


def find_run(work_dir: Path) -> Path | None:
    """The run's folder: the given one, or the newest below it; None where there is none yet.

    The newest is the one with the latest time in its name; among folders without one, that
    which was changed last.
    """
    if _is_run(work_dir):
        return work_dir
    below = [
        path
        for pattern in ('*', '*/*')
        for path in work_dir.glob(pattern)
        if path.is_dir() and _is_run(path)
    ]
    return max(below, key=_age, default=None)


def _is_run(folder: Path) -> bool:
    if any((folder / name).is_dir() for name in ('predictions', 'results')):
        return True
    return bool(_configs(folder))


def _configs(folder: Path) -> list[Path]:
    """The configs that OpenCompass dumped, newest last; a user's own have other names."""
    found = [p for p in (folder / 'configs').glob('*.py') if _STARTED.match(p.stem)]
    return sorted(found, key=lambda path: path.stem)


def _age(folder: Path) -> tuple[str, float]:
    found = _STARTED.match(folder.name)
    return found[0] if found else '', folder.stat().st_mtime


@dataclass(frozen=True, slots=True)
class Plan:
    """What the newest config of a run asks for.

    Attributes:
        policies: for each pair the settings of the policy that its evaluator is given.
        certain: whether the pairs are all that the run makes.
        since: when the run, or its latest continuation, began, in seconds since the epoch;
            None where that is unknown.
    """

    policies: Mapping[Pair, Any] = field(default_factory=dict)
    certain: bool = False
    since: float | None = None


def announced(run: Path) -> Plan:
    """What the newest dumped config of a run says; nothing where there is none to be read."""
    paths = _configs(run)
    if not paths:
        return Plan()
    stamp = stamp_of(paths[-1])
    config, since = _config(paths[-1], stamp), stamp[2] / 1e9 if stamp else None
    found: dict[Pair, Any] = {}
    certain = True
    combinations = config.get('model_dataset_combinations')
    for combination in combinations if isinstance(combinations, list) else [config]:
        for model in _dicts(combination, 'models'):
            for dataset in _dicts(combination, 'datasets'):
                names = model.get('abbr'), dataset.get('abbr')
                if isinstance(names[0], str) and isinstance(names[1], str):
                    found.setdefault((names[0], names[1]), _policy(dataset))
                else:  # OpenCompass makes a name of the path; which one, its files will say
                    certain = False
    return Plan(found, certain and bool(found), since)


@lru_cache(maxsize=4)
def _config(path: Path, stamp: Stamp | None) -> Mapping[str, Any]:
    """The config in this state; it is asked for at every look."""
    return dumped_config(path)


def _dicts(config: Any, name: str) -> list[dict[str, Any]]:
    values = config.get(name) if isinstance(config, dict) else None
    return [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []


def _policy(dataset: Mapping[str, Any]) -> Any:
    evaluation = dataset.get('eval_cfg')
    evaluator = evaluation.get('evaluator') if isinstance(evaluation, Mapping) else None
    if isinstance(evaluator, Mapping) and isinstance(evaluator.get('rule_evaluator'), Mapping):
        evaluator = evaluator['rule_evaluator']
    return evaluator.get('policy') if isinstance(evaluator, Mapping) else None


@dataclass(slots=True)
class Traces:
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
        return {_WHOLE: found[_WHOLE]} if _WHOLE in found else dict(sorted(found.items()))

    @property
    def open(self) -> bool:
        """Whether a part is in the making."""
        unfinished = self.journals.keys() | self.progress.keys()
        return bool(unfinished - self.predictions.keys()) and _WHOLE not in self.predictions


def traces_of(run: Path, known: set[Pair]) -> dict[Pair, Traces]:
    """The files under ``predictions/``, by pair.

    Args:
        run: the folder.
        known: pairs that the run is known to have: of these ``<dataset>_0`` is a part.
    """
    files = list(_files(run / 'predictions'))
    stems = {(model, stem) for model, stem, _, _ in files}
    found: dict[Pair, Traces] = {}
    for model, stem, kind, path in files:
        pair, number = _pair(model, stem, known, stems)
        traces = found.setdefault(pair, Traces())
        getattr(traces, kind)[number] = path
    return found


def _files(folder: Path) -> Iterator[tuple[str, str, str, Path]]:
    """Model, name of the prediction file, kind and path of what lies there."""
    for path in sorted(folder.rglob('*.json*')):
        if path.parent == folder or path.parent.name == 'timer' or not path.is_file():
            continue
        # An abbr with a slash in it becomes a folder in a folder.
        model = path.parent.relative_to(folder).as_posix()
        stem = path.stem.removeprefix('.progress_').removeprefix('tmp_')
        predictions = path.with_name(f'{stem}.json')
        if path == progress_path(predictions):
            yield model, stem, 'progress', predictions
        # Earlier versions of OpenCompass keep their journal as one object, tmp_<abbr>.json.
        elif path in (journal_path(predictions), predictions.with_name(f'tmp_{stem}.json')):
            yield model, stem, 'journals', path
        elif path == predictions:
            yield model, stem, 'predictions', path


def _pair(model: str, stem: str, known: set[Pair], stems: set[Pair]) -> tuple[Pair, int]:
    part = _PART.fullmatch(stem)
    if part is None or (model, stem) in known:
        return (model, stem), _WHOLE
    whole = (model, part['stem'])
    # An abbr may itself end in a number: a part is of something known, or has neighbours.
    if whole in known or (model, f'{part["stem"]}_{int(part["number"]) ^ 1}') in stems:
        return whole, int(part['number'])
    return (model, stem), _WHOLE
