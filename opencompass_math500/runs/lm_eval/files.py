"""Which sample logs there are: lm-evaluation-harness writes one a task, model and date.

Source: EleutherAI/lm-evaluation-harness 0.4.13, ``lm_eval/loggers/evaluation_tracker.py``,
``save_results_aggregated`` and ``save_results_samples``: ``OUT/<model>/results_<date>.json``
and ``OUT/<model>/samples_<task>_<date>.jsonl``; without the folder of the model where OUT
ends in ``.json``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from opencompass_math500.errors import MalformedData

__all__ = [
    'SampleLog',
    'holds_logs',
    'is_of_harness',
    'latest_logs',
    'read_results',
    'refuse_scores_alone',
]

# datetime.isoformat with its colons replaced; it leaves microseconds out that are 0.
_DATE: Final = r'\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(?:\.\d+)?'
_SAMPLES: Final = re.compile(rf'samples_(?P<task>.+?)(?:_(?P<date>{_DATE}))?\.jsonl')
_SCORES: Final = re.compile(rf'results_{_DATE}\.json')
_WRITTEN: Final = re.compile(rf'samples_.+\.jsonl|results_.+\.json|.+_{_DATE}\.json')
_RUN_FOLDERS: Final = ('predictions', 'results')


@dataclass(frozen=True, slots=True)
class SampleLog:
    """The log of one task in one run of lm-evaluation-harness.

    Attributes:
        path: the file.
        task: the task's name.
        date: of the run, as in the file's name; '' where it has none.
    """

    path: Path
    task: str
    date: str

    @property
    def results(self) -> Path | None:
        """The file of the run's scores and settings; None where it is not beside the log."""
        if not self.date:
            return None
        return next(iter(sorted(self.path.parent.glob(f'*_{self.date}.json'))), None)


def holds_logs(place: Path) -> bool:
    """Tell whether a path is a sample log, or a folder with some and no run of OpenCompass."""
    if place.is_file():
        return _SAMPLES.fullmatch(place.name) is not None
    if any((place / name).is_dir() for name in _RUN_FOLDERS):
        return False
    return next(_logs_in(place), None) is not None


def refuse_scores_alone(place: Path) -> None:
    """Say what to give instead of a path at which lm-evaluation-harness wrote no responses.

    Raises:
        MalformedData: it is a folder or file of scores, an ``--output_path`` that became part
            of other names, or lines of JSON under a name that is no log's.
    """
    scores_alone = f'{place} holds scores of lm-evaluation-harness, but no responses'
    files = (path for pattern in ('*.json', '*/*.json') for path in place.glob(pattern))
    if any(_SCORES.fullmatch(path.name) for path in files):
        raise MalformedData(scores_alone, 'run lm_eval again with --log_samples')
    beside = f'give {place.parent}, or a samples_*.jsonl in it'
    if place.is_file() and place.suffix == '.json' and is_of_harness(place):
        raise MalformedData(scores_alone, beside)
    if place.is_file() and place.suffix == '.jsonl':
        raise MalformedData(
            f'{place} is not named as a sample log of lm-evaluation-harness',
            'if it is one, call it samples_<task>.jsonl; else give the folder of one run',
        )
    # --output_path OUT/mine.json writes OUT/mine_<date>.json, and the logs into OUT.
    named = re.compile(rf'{re.escape(place.stem)}_{_DATE}\.json')
    around = place.parent.glob('*.json') if place.suffix == '.json' else ()
    if not place.exists() and any(named.fullmatch(path.name) for path in around):
        raise MalformedData(f'lm-evaluation-harness has written beside {place}', beside)


def is_of_harness(path: Path) -> bool:
    """Tell whether a file is named as those of lm-evaluation-harness are."""
    return _WRITTEN.fullmatch(path.name) is not None


def latest_logs(place: Path, note: Callable[[str], object]) -> list[SampleLog]:
    """Return the logs of a folder, of each model and task the latest; or the one that the path is.

    Args:
        place: the output folder of one or several runs, that of one model, or a log.
        note: told which are left out for a later one, and which lie too deep.
    """
    if place.is_file():
        return [_log(place)]
    # OUT/<model>/ is as deep as one run writes; what is below are the runs of another OUT.
    if deeper := sorted(path.parent for path in place.glob('*/*/samples_*.jsonl')):
        note(f'{place}: logs further down are not read, as in {deeper[0]} (name that folder)')
    several: dict[tuple[Path, str], list[SampleLog]] = {}
    for log in _logs_in(place):
        several.setdefault((log.path.parent, log.task), []).append(log)
    latest = []
    for (folder, task), found in sorted(several.items()):
        latest += _latest_of_each(folder, task, found, note)
    return latest


def _latest_of_each(
    folder: Path, task: str, found: Sequence[SampleLog], note: Callable[[str], object]
) -> list[SampleLog]:
    """Of one task's logs in a folder the latest of each model."""
    of_model: dict[str, list[SampleLog]] = {}
    for log in found:
        of_model.setdefault(_model(log) if len(found) > 1 else '', []).append(log)
    latest = []
    for _, logs in sorted(of_model.items()):
        *earlier, last = sorted(logs, key=lambda log: (log.date, log.path))
        if earlier:
            names = ', '.join(log.path.name for log in earlier)
            note(
                f'{folder} holds {len(logs)} runs of {task}: {last.path.name} is read, the '
                f'latest; left out: {names} (name a file to read it)'
            )
        latest.append(last)
    return latest


def _model(log: SampleLog) -> str:
    """The model in a log's results; '' where they do not say, which is said elsewhere.

    Folders are one model's, unless --output_path is a file, or somebody has put logs together.
    """
    try:
        results = read_results(log.results) if log.results else {}
    except (OSError, ValueError):
        results = {}
    return str(results.get('model_name', ''))


def read_results(path: Path) -> dict[str, Any]:
    """Return what lm-evaluation-harness has written of a run's scores and settings.

    Raises:
        OSError, ValueError: it cannot be read, or is no object of JSON.
    """
    try:
        loaded = json.loads(path.read_text(encoding='utf-8'))
    except RecursionError as error:
        raise ValueError(str(error)) from error
    if not isinstance(loaded, dict):
        raise ValueError('no results of lm-evaluation-harness')
    return loaded


def _logs_in(folder: Path) -> Iterator[SampleLog]:
    for pattern in ('samples_*.jsonl', '*/samples_*.jsonl'):
        for path in sorted(folder.glob(pattern)):
            if path.is_file():
                yield _log(path)


def _log(path: Path) -> SampleLog:
    found = _SAMPLES.fullmatch(path.name)
    return SampleLog(path, found['task'] if found else path.stem, (found and found['date']) or '')
