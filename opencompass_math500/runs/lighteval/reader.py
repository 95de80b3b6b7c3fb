"""Read what lighteval writes with ``--save-details``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from opencompass_math500.errors import MalformedData, SourceUnavailable
from opencompass_math500.response import Response
from opencompass_math500.runs.left_out import LeftOut
from opencompass_math500.runs.lighteval.files import (
    Details,
    holds_details,
    is_of_lighteval,
    latest_details,
    read_results,
    refuse_scores_alone,
)
from opencompass_math500.runs.lighteval.rows import (
    Around,
    DetailRow,
    question_of,
    responses_in,
)
from opencompass_math500.runs.lighteval.settings import LITELLM, settings_of
from opencompass_math500.runs.packed import parquet_rows
from opencompass_math500.runs.rows import Row
from opencompass_math500.runs.source import Note, Source, StoredRun

__all__ = ['Lighteval']

_NO_NAME: Final = re.compile(r'[^\w.-]+')
_SHOTS: Final = re.compile(r'\|\d+$')
# The rest of the columns are ids of tokens of the prompt, and what scores of choices need.
_COLUMNS: Final = (
    'doc.query', 'doc.choices', 'doc.gold_index', 'doc.id', 'doc.task_name', 'doc.num_samples',
    'doc.fewshot_samples', 'metric', 'model_response.input', 'model_response.text',
    'model_response.reasonings', 'model_response.output_tokens',
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Task:
    """The details of a run, and what is around the problem in its prompts."""

    details: Details
    around: Around | None


class Lighteval(Source):
    """A reader of details."""

    name = 'lighteval'
    leaves = 'details_*.parquet'

    def handles(self, place: Path) -> bool:
        """Tell whether a path is a file of details, or a folder with some."""
        return holds_details(place)

    def runs(self, place: Path, note: Note) -> list[StoredRun]:
        """Return the latest details of each model and task of mathematics."""
        found, left_out = [], []
        for details in latest_details(place, note):
            run = _run(place, details, note)
            if isinstance(run, str):
                left_out.append(f'{details.path} is left out: {run}')
            else:
                found.append(run)
        if not found:
            raise MalformedData(
                f'no details of a task on MATH in {place} ({"; ".join(left_out)})',
                'run math_500 with lighteval --save-details',
            )
        for text in left_out:
            note(text)
        return _told_apart(found)

    def responses(self, run: StoredRun, note: Note) -> Iterator[Response]:
        """Yield the responses of one task, in the order of the file."""
        name, count, lost, empty = run.name_of(run.files.details.path), 0, 0, 0
        for row in _read(run.files, name, note):
            lost += row.lost
            empty += [one.response for one in row.responses] == ['']
            for one in row.responses:
                count += 1
                yield replace(one, model=run.model, dataset=run.dataset)
        if empty and run.settings.engine in (LITELLM, None):
            note(
                f'{name}: {empty} of {count} replies are empty; lighteval saves a request that '
                'failed as one, and counts it as wrong'
            )
        if lost:
            note(
                f'{name}: of {lost} of {count} replies there is no text, which lighteval drops '
                'where the first to a problem is empty; they count as failed requests'
            )

    def is_own_file(self, path: Path, root: Path) -> bool:
        """Tell whether a file is named as those of lighteval are, and lies among them."""
        within = (root.parent if root.is_file() else root).resolve()
        return is_of_lighteval(path.resolve()) and within in path.resolve().parents

    def refuse(self, place: Path) -> None:
        """Say what to give instead of scores without responses."""
        refuse_scores_alone(place)


def _run(place: Path, details: Details, note: Note) -> StoredRun | str:
    """The run that details are of; or why they are not to be read."""
    wrong: list[str] = []
    first = next(_rows(details.path, details.path.name, wrong.append), None)
    if first is None:
        return wrong[0] if wrong else 'it holds no rows'
    results = read_results(details, note)
    question, around = question_of(first, _system(results))
    try:
        row = responses_in(first, 0, around)
    except MalformedData as error:
        return error.what
    if not row.from_solution and not row.responses[0].level:
        return 'its golds are no solutions with a box, and its problems are not known'
    doc = first.fields.get('doc')
    task = doc.get('task_name') if isinstance(doc, Mapping) else None
    name = str(task) if isinstance(task, str) else details.task
    settings = settings_of(results, name, question, note)
    model = settings.model or details.model or 'model'
    return StoredRun(
        place,
        _NO_NAME.sub('_', model.rstrip('/').rpartition('/')[2]),
        _SHOTS.sub('', name),
        settings,
        files=_Task(details, around),
    )


def _system(results: Mapping[str, Any]) -> str | None:
    """The system prompt; '' where none was sent, None where unknown."""
    general = results.get('config_general')
    model = general.get('model_config') if isinstance(general, Mapping) else None
    if not isinstance(model, Mapping) or 'system_prompt' not in model:
        return None
    return str(model['system_prompt'] or '')


def _read(task: _Task, name: str, note: Callable[[str], object]) -> Iterator[DetailRow]:
    """Every row of a file that can be read; others are named."""
    left_out = LeftOut(note)
    for count, row in enumerate(_rows(task.details.path, name, note)):
        try:
            yield responses_in(row, count, task.around)
        except MalformedData as error:
            left_out.add(error)
    left_out.close(name)


def _rows(path: Path, name: str, note: Callable[[str], object]) -> Iterator[Row]:
    try:
        yield from parquet_rows(path, name, _COLUMNS)
    except (MalformedData, SourceUnavailable) as error:
        note(f'{error.what}; what stands before is read')


def _told_apart(runs: list[StoredRun]) -> list[StoredRun]:
    """Runs of unlike names: where two are alike, with all of the model's name, and then with
    the number of worked examples."""
    for other in (_by_whole_name, _by_shots):
        count = Counter((run.model, run.dataset) for run in runs)
        runs = [other(run) if count[run.model, run.dataset] > 1 else run for run in runs]
    return runs


def _by_whole_name(run: StoredRun) -> StoredRun:
    name = run.files.details.model or run.model
    return replace(run, model=_NO_NAME.sub('_', name.replace('/', '__')))


def _by_shots(run: StoredRun) -> StoredRun:
    return replace(run, dataset=_NO_NAME.sub('_', run.files.details.task))
