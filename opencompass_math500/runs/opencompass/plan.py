"""Which run is meant, what it announces, and which files it has left so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from opencompass_math500.runs.growing import Stamp, stamp_of
from opencompass_math500.runs.opencompass.configs import dumped_config
from opencompass_math500.runs.opencompass.layout import (
    WHOLE,
    dumped_configs,
    files_below,
    is_run,
    parts_of,
    runs_below,
)
from opencompass_math500.runs.opencompass.progress import journal_path, progress_path

__all__ = ['FilesUnderWay', 'Pair', 'Plan', 'announced', 'files_under_way', 'find_run']

Pair: TypeAlias = tuple[str, str]
"""A model and a dataset, by their names."""


def find_run(work_dir: Path) -> Path | None:
    """Return the run's folder: the given one, or the newest below it; None where none is yet."""
    if is_run(work_dir):
        return work_dir
    return next(reversed(runs_below(work_dir)), None)


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
    paths = dumped_configs(run)
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


def files_under_way(run: Path, known: set[Pair]) -> dict[Pair, FilesUnderWay]:
    """The files under ``predictions/``, by pair.

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
