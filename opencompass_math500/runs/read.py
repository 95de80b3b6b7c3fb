"""The responses of a run, one at a time, each with its verdict."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from opencompass_math500.dataset import Problem
from opencompass_math500.dataset.lookup import NamedData
from opencompass_math500.errors import MalformedData, Math500Error
from opencompass_math500.grading import Policy, as_policy, grade_beside
from opencompass_math500.response import Response
from opencompass_math500.runs.joined import joined
from opencompass_math500.runs.places import Place, find_place
from opencompass_math500.runs.source import Note, StoredRun

__all__ = ['graded_responses', 'nothing_read', 'read_responses']


def read_responses(
    path: Path | Place,
    models: Collection[str] | None = None,
    datasets: Collection[str] | None = None,
    *,
    note: Note,
    data: Iterable[Problem] = (),
    workers: int | None = None,
) -> Iterator[Response]:
    """Yield every response of a run, whoever has made it.

    Verdicts are those of the results where this package made them; other responses are
    graded while they are read, under the run's own policy where it has one recorded.
    Nothing is kept but a few hundred responses and the verdicts of one dataset.

    Args:
        path: as for :func:`~opencompass_math500.runs.places.find_place`.
        models, datasets: these only; None for all.
        note: told, in one line each, of files and rows that are damaged, missing or left
            out. All others are read.
        data: the problems, for texts, subjects and levels that the run does not hold.
        workers: processes that grade, as for :func:`~opencompass_math500.grade_many`.

    Yields:
        Responses by model and dataset, and then in the order of the file: of several samples
        a problem, all first ones come first.

    Raises:
        SourceUnavailable, MalformedData: no run there.
        SelectionError: a model or dataset that does not occur.
    """
    place, named = find_place(path, note), NamedData(data)
    for run in place.runs(models, datasets, note=note):
        yield from graded_responses(place, run, named, note, workers)


def nothing_read(places: Sequence[Place]) -> MalformedData:
    """Return the error of places without a response.

    Files of responses that are still being made, or damaged, have been named before.
    """
    names = ', '.join(str(place.root) for place in places)
    return MalformedData(
        f'nothing can be read in {names}',
        'give a run with results or finished predictions; math500 watch shows one under way',
    )


def graded_responses(
    place: Place,
    run: StoredRun,
    named: NamedData,
    note: Note,
    workers: int | None = None,
) -> Iterator[Response]:
    """Yield the responses of one run; those without a verdict are graded.

    Args:
        place, run: the run, and where it lies.
        named, note, workers: as for :func:`read_responses`.
    """
    policy = _policy(run, note)
    found = (joined(one, named) for one in place.source.responses(run, note))
    for lacks_verdict, several in groupby(found, key=lambda one: one.verdict is None):
        if not lacks_verdict:
            yield from several
            continue
        # On all cores, where there are many.
        pairs = ((one, one.to_grade) for one in several)
        for one, verdict in grade_beside(pairs, workers, policy):
            yield replace(one, verdict=verdict, graded='now')


def _policy(run: StoredRun, note: Note) -> Policy:
    try:
        return as_policy(run.settings.policy)
    except (Math500Error, TypeError, ValueError) as error:
        note(f'{run.name}: {error}; what is graded, is by the default policy')
        return as_policy(None)
