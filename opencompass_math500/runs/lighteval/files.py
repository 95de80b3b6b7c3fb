"""Which details there are: lighteval writes a file a model, date and task.

Source: huggingface/lighteval 0.13.0, ``src/lighteval/logging/evaluation_tracker.py``
(``save_results``, ``save_details``): ``OUT/results/<model>/results_<date>.json`` and
``OUT/details/<model>/<date>/details_<task>|<shots>_<date>.parquet``, where a model may be
called ``org/name``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from opencompass_math500.errors import MalformedData

__all__ = [
    'Details',
    'holds_details',
    'is_of_lighteval',
    'latest_details',
    'read_results',
    'refuse_scores_alone',
]

# datetime.isoformat with its colons replaced; it leaves microseconds out that are 0.
_DATE: Final = r'\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(?:\.\d+)?'
_DETAILS: Final = re.compile(rf'details_(?P<task>.+)_(?P<date>{_DATE})\.parquet')
_RESULTS: Final = re.compile(rf'results_{_DATE}\.json')
_MOST_BYTES: Final = 16 << 20  # of a file of scores; real ones have some KiB a task
_BELOW: Final = ('*.parquet', '*/*.parquet', '*/*/*.parquet')


@dataclass(frozen=True, slots=True)
class Details:
    """The details of one task in one run.

    Attributes:
        path: the file.
        task: as its name has it, with the number of worked examples.
        date: of the run.
    """

    path: Path
    task: str
    date: str

    @property
    def model(self) -> str:
        """The model's folders: ``openai/gpt-4o``; '' where the file lies in none."""
        folders = self.path.parent.parts
        if 'details' not in folders:
            return ''
        start = len(folders) - folders[::-1].index('details')
        return '/'.join(part for part in folders[start:] if part != self.date)

    @property
    def results(self) -> Path | None:
        """The file of the run's scores and settings; None where it is not there."""
        name = f'results_{self.date}.json'
        beside = [self.path.parent / name]
        for folder in self.path.parents:
            if folder.name == 'details':
                beside.append(folder.parent / 'results' / self.model / name)
                beside += sorted(folder.parent.glob(f'*/{name}'))  # a template of their own
                break
        return next((path for path in beside if path.is_file()), None)


def holds_details(place: Path) -> bool:
    """Tell whether a path is a file of details, or a folder with some."""
    if place.is_file():
        return _DETAILS.fullmatch(place.name) is not None
    return next(_details_in(place), None) is not None


def _details_in(place: Path) -> Iterator[Details]:
    """The details in an output folder, in its ``details/``, or in one of the folders there."""
    folder = place / 'details' if (place / 'details').is_dir() else place
    if folder.name == 'details':
        paths = folder.rglob('*.parquet')
    else:
        paths = (path for pattern in _BELOW for path in folder.glob(pattern))
    for path in sorted(paths):
        found = _DETAILS.fullmatch(path.name)
        if found and path.is_file():
            yield Details(path, found['task'], found['date'])


def latest_details(place: Path, note: Callable[[str], object]) -> list[Details]:
    """Return the details at a place, of each model and task the latest.

    Args:
        place: the output folder, one within it, or a file of details.
        note: told which are left out for a later one.
    """
    if place.is_file():
        found = _DETAILS.fullmatch(place.name)
        return [Details(place, found['task'], found['date'])] if found else []
    several: dict[tuple[str, str], list[Details]] = {}
    for one in _details_in(place):
        several.setdefault((one.model, one.task), []).append(one)
    latest = []
    for (model, task), found_of_it in sorted(several.items()):
        *earlier, last = sorted(found_of_it, key=lambda one: (one.date, one.path))
        if earlier:
            dates = ', '.join(one.date for one in earlier)
            note(
                f'{place} holds {len(found_of_it)} runs of {task} by {model or "one model"}: '
                f'that of {last.date} is read, the latest; left out: {dates} (name a file to '
                'read it)'
            )
        latest.append(last)
    return latest


def read_results(details: Details, note: Callable[[str], object]) -> Mapping[str, Any]:
    """Return what lighteval says of a run; empty, with a note, where it is not to be read."""
    path = details.results
    if path is None:
        note(
            f'{details.path}: its settings are unknown: results_{details.date}.json is not in '
            'the folder of results'
        )
        return {}
    try:
        return _loaded(path)
    except (OSError, ValueError, RecursionError) as error:
        note(f'{path} is damaged ({error}): the settings of {details.path.name} are unknown')
        return {}


def _loaded(path: Path) -> Mapping[str, Any]:
    with path.open(encoding='utf-8') as stream:
        text = stream.read(_MOST_BYTES)
    if len(text) == _MOST_BYTES:
        raise ValueError(f'longer than {_MOST_BYTES >> 20} MiB')
    loaded = json.loads(text)
    if not isinstance(loaded, dict) or not isinstance(loaded.get('config_general'), dict):
        raise ValueError('no results of lighteval')
    return loaded


def refuse_scores_alone(place: Path) -> None:
    """Say what to give instead of a path at which lighteval wrote no responses.

    Raises:
        MalformedData: there are scores of lighteval, and nothing else.
    """
    patterns = ('*.json', '*/*.json', '*/*/*.json', 'results/*/*.json', 'results/*/*/*.json')
    files = [place] if place.is_file() else (f for p in patterns for f in place.glob(p))
    for path in files:
        if not _RESULTS.fullmatch(path.name):
            continue
        try:
            _loaded(path)
        except (OSError, ValueError, RecursionError):
            continue
        raise MalformedData(
            f'{place} holds scores of lighteval, but no responses',
            'give the whole --output-dir, or run lighteval again with --save-details',
        )


def is_of_lighteval(path: Path) -> bool:
    """Tell whether a file is named as those of lighteval are."""
    return any(pattern.fullmatch(path.name) for pattern in (_DETAILS, _RESULTS))
