"""Tell what a run of OpenCompass is on disk: its folder, its files, and which are parts of one.

Every command asks here, so that all take the same places and see the same files.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final, Literal, TypeAlias

__all__ = [
    'WHOLE',
    'Pair',
    'dumped_configs',
    'files_below',
    'find_run',
    'is_run',
    'last_written',
    'pairs_on_record',
    'pairs_with_results',
    'parts_of',
    'runs_below',
]

WHOLE: Final = -1
"""Stands for the number of a file that is no part of another."""

Pair: TypeAlias = tuple[str, str]
"""A model and a dataset, by their names."""

# OpenCompass names a run, and the configs that it dumps into one, by the time of the start.
_STARTED: Final = re.compile(r'[0-9]{8}_[0-9]{6}')
# It splits a large dataset into abbr_0.json, abbr_1.json, ...
_PART: Final = re.compile(r'(?P<stem>.+)_(?P<number>[0-9]+)')
# Beside its results CascadeEvaluator leaves the replies of its LLM judge, and regrade, beside
# the records, what other graders said.
_NO_RESULTS: Final = re.compile(r'.*(\.graders|_replica[0-9]+)')
_ROOTS: Final = ('predictions', 'results')
# What another harness leaves beside, or in, a folder of one of these names. evalscope 1.14.1
# writes predictions/, and its settings when it starts; lighteval 0.13.0 writes
# results/<model>/results_<date>.json, where a model may be called org/name, and details/.
_OF_OTHERS: Final = (
    'configs/task_config*.yaml',
    'reviews',
    *(f'results/{"*/" * depth}results_[0-9]*-*-*T*.json' for depth in (1, 2)),
    *(f'details/{"*/" * depth}details_*.parquet' for depth in (2, 3)),
)


def is_run(folder: Path) -> bool:
    """Tell whether a folder is that of one run: begun, under way or over."""
    if dumped_configs(folder):
        return True
    named = any((folder / name).is_dir() for name in _ROOTS)
    return named and not any(any(folder.glob(pattern)) for pattern in _OF_OTHERS)


def dumped_configs(folder: Path) -> list[Path]:
    """Return the configs that OpenCompass dumped, newest last; a user's own have other names."""
    found = [p for p in (folder / 'configs').glob('*.py') if _STARTED.match(p.stem)]
    return sorted(found, key=lambda path: path.stem)


def runs_below(folder: Path) -> list[Path]:
    """Return the runs in a work directory, or in one of its folders, the newest last.

    The newest is the one with the latest time in its name; among folders without one, that
    which was changed last.
    """
    # outputs/default/20260101_120000, by either of its parents.
    found = (path for pattern in ('*', '*/*') for path in folder.glob(pattern))
    return sorted((path for path in found if path.is_dir() and is_run(path)), key=_age)


def find_run(work_dir: Path) -> Path | None:
    """Return the run's folder: the given one, or the newest below it; None where none is yet."""
    if is_run(work_dir):
        return work_dir
    return next(reversed(runs_below(work_dir)), None)


def _age(folder: Path) -> tuple[str, float, str]:
    found = _STARTED.match(folder.name)
    return found[0] if found else '', folder.stat().st_mtime, str(folder)


def files_below(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield each file of JSON below ``predictions/`` or ``results/``, and the model it is of.

    The model is '' of a file that lies in no model's folder. OpenCompass's
    ``timer/time.jsonl`` is left out.
    """
    for path in sorted(folder.rglob('*.json*')):
        if path.is_file() and path.parent.name != 'timer':
            # An abbr with a slash in it becomes a folder in a folder.
            model = path.parent.relative_to(folder).as_posix()
            yield '' if path.parent == folder else model, path


def parts_of(names: Iterable[str], known: Collection[str] = ()) -> dict[str, dict[int, str]]:
    """Tell which files of one folder are the parts of one dataset.

    A dataset's own name may end in a number, as ``level_5`` does. A file with a number is a
    part if the dataset is known by the name without it, or if others of that name lie beside
    it, from 0 on or in a row, and no file of the whole name does.

    Args:
        names: of the files, without their endings.
        known: datasets that the run is known to have.

    Returns:
        For each dataset its files by number; :data:`WHOLE` for one that is whole. Parts beside
        a whole are left from an earlier run.
    """
    there = set(names)
    found: dict[str, dict[int, str]] = {}
    guessed: dict[str, dict[int, str]] = {}
    for name in sorted(there):
        part = _PART.fullmatch(name)
        if part is None or name in known:
            found.setdefault(name, {})[WHOLE] = name
        elif part['stem'] in known:
            found.setdefault(part['stem'], {})[int(part['number'])] = name
        elif part['stem'] in there:
            found[name] = {WHOLE: name}
        else:
            guessed.setdefault(part['stem'], {})[int(part['number'])] = name
    for stem, files in guessed.items():
        if len(files) > 1 and (0 in files or _in_a_row(files)):
            found[stem] = files
        else:
            found.update({name: {WHOLE: name} for name in files.values()})
    return {name: dict(sorted(files.items())) for name, files in sorted(found.items())}


def _in_a_row(numbers: Collection[int]) -> bool:
    return any(number + 1 in numbers for number in numbers)


def pairs_with_results(run: Path) -> set[Pair]:
    """Return the pairs of which a run has results."""
    return _pairs_below(run / 'results')


def pairs_on_record(run: Path) -> set[Pair]:
    """Return the pairs whose settings a run has written down."""
    return _pairs_below(run / 'math500')


def _pairs_below(folder: Path) -> set[Pair]:
    return {
        (path.parent.relative_to(folder).as_posix(), path.stem)
        for path in folder.rglob('*.json')
        if path.parent != folder and path.name[0] != '.' and not _NO_RESULTS.fullmatch(path.stem)
    }


def last_written(run: Path, kind: Literal['summary', 'results']) -> float:
    """Return when the last summary or result of a run was written; 0 where there is none."""
    times = []
    for path in (run / kind).rglob('*'):
        try:
            times += [path.stat().st_mtime] if path.is_file() else []
        except OSError:  # removed since it was listed
            continue
    return max(times, default=0.0)
