"""Return the graded runs that a place holds: their verdicts and settings, to be counted."""

from __future__ import annotations

from pathlib import Path

from opencompass_math500.dataset.lookup import NamedData
from opencompass_math500.errors import MalformedData
from opencompass_math500.notes import note as print_note
from opencompass_math500.runs.places import Place, find_place
from opencompass_math500.runs.read import graded_responses
from opencompass_math500.runs.run import Run
from opencompass_math500.runs.settings import graded_here_and_now
from opencompass_math500.runs.source import Note

__all__ = ['comparable_runs', 'graded_runs']


def graded_runs(path: Path | Place, note: Note) -> list[Run]:
    """Return every run that this package has graded, in order of model and dataset.

    Also what another evaluator has graded, or a harness that keeps no verdicts apart: a
    response without a verdict of this package is graded.

    Args:
        path: as for :func:`~opencompass_math500.runs.places.find_place`.
        note: told which run was taken, and what is damaged or left out.

    Raises:
        SourceUnavailable: no such folder or log.
        MalformedData: there are no results, or a damaged file.
    """
    return _runs(path, note, of_others=False)


def comparable_runs(path: Path | Place, note: Note = print_note) -> list[Run]:
    """Return every run whose items say whether they are right.

    Also MATH as OpenCompass grades it itself, whose items have no ids and do not say how the
    responses ended. Settings come from the record, or from the configs beside it.

    Args and errors: as for :func:`graded_runs`.
    """
    return _runs(path, note, of_others=True)


def _runs(path: Path | Place, note: Note, *, of_others: bool) -> list[Run]:
    place = find_place(path, note)
    found = []
    for run in place.runs(note=note):
        if run.fault is not None:  # a number without its settings compares with nothing
            raise run.fault
        settings = run.known_settings
        kept = place.source.kept_verdicts(run, of_others=of_others)
        if kept is None:
            read = graded_responses(place, run, NamedData(), note)
            kept = [one.without_texts for one in read]
            # Whoever has graded before, of another judge's verdicts none is counted.
            if settings.recorded and all(one.graded == 'now' for one in kept):
                settings = graded_here_and_now(settings)
        if kept:
            found.append(Run(run.model, run.dataset, kept, settings))
    if not found:
        raise MalformedData(
            f'no results under {place.root}',
            f'wait until it is graded (math500 watch {place.root} shows how far it is), or grade '
            'it: opencompass CONFIG -m eval -r',
        )
    return found
