"""Work directories read for a report: for every run its items, its settings and its lengths."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from opencompass_math500.dataset import Problem
from opencompass_math500.dataset.lookup import NamedData
from opencompass_math500.errors import Math500Error, SelectionError
from opencompass_math500.response import Response
from opencompass_math500.runs.columns import NAMED_BY_NONE, NamedColumns
from opencompass_math500.runs.places import Place
from opencompass_math500.runs.read import graded_responses, nothing_read
from opencompass_math500.runs.run import Run
from opencompass_math500.runs.settings import Settings, graded_here_and_now
from opencompass_math500.runs.source import Note, StoredRun

__all__ = ['ReadRun', 'Scope', 'Take', 'read_places', 'tokens_of']

Take = Callable[[int, Response], object]
"""Told the number of a run, and one response of it."""

_MAX_TOKENS: Final = 10**9


@dataclass(frozen=True, slots=True)
class Scope:
    """What of the work directories is to be shown.

    Attributes:
        models, datasets: these only; None for all.
        data: the problems, for what the runs do not hold.
        columns: what is read from which column of a file of rows.
    """

    models: Collection[str] | None = None
    datasets: Collection[str] | None = None
    data: Sequence[Problem] = ()
    columns: NamedColumns = NAMED_BY_NONE


@dataclass(slots=True)
class ReadRun:
    """One model on one dataset, as the responses and the results have it.

    Attributes:
        root: its work directory.
        model, dataset: as the run calls them.
        items: of the responses, without their reasons.
        characters: the length of each of their responses.
        graded_now: how many have no verdict of the run's own.
        other: whether the run's own evaluator takes each for right, where it is another.
        official: the items of the results, where MATH500Evaluator made them: those that
            every other command counts.
        settings: those on record.
        dumped: the settings that OpenCompass's own configs tell, where there is no record.
    """

    root: Path
    model: str
    dataset: str
    official: Sequence[Response] = ()
    settings: Settings = field(default_factory=Settings)
    dumped: Settings = field(default_factory=Settings)
    items: list[Response] = field(default_factory=list)
    characters: list[int] = field(default_factory=list)
    other: list[bool | None] = field(default_factory=list)
    graded_now: int = 0

    def take(self, response: Response) -> None:
        """Count one response in."""
        tokens = tokens_of(response)
        self.items.append(replace(response.without_texts, tokens=tokens))
        self.characters.append(len(response.response))
        self.other.append(response.other_verdict)
        self.graded_now += response.graded == 'now'

    @property
    def run(self) -> Run:
        """What is scored: the items of the results, else those of the responses.

        Responses that were graded for the report are so under this version of the judge.
        """
        dumped = self.dumped.recorded and not self.settings.recorded
        settings = self.dumped if dumped else self.settings
        if self.official:
            return Run(self.model, self.dataset, self.official, settings)
        if settings.recorded and self.graded_now:
            settings = graded_here_and_now(settings)
        return Run(self.model, self.dataset, self.items, settings)

    @property
    def unread(self) -> str | None:
        """How the responses fall short of the results, in words; None where they do not."""
        if not self.official:
            return None
        missing = len(self.official) - (len(self.items) - self.graded_now)
        if not missing and not self.graded_now:
            return None
        return (
            f'the score is that of the results, over {len(self.official)} responses; '
            f'{max(missing, 0)} of them could not be read as items'
            + (f', and {self.graded_now} items are not in the results' if self.graded_now else '')
        )


def tokens_of(response: Response) -> int | None:
    """Return its tokens, None where unknown: a file may hold -3, or a number of 400 digits."""
    tokens = response.tokens
    return tokens if tokens is not None and 0 <= tokens <= _MAX_TOKENS else None


def read_places(places: Sequence[Place], scope: Scope, take: Take, note: Note) -> list[ReadRun]:
    """Read every response of some places, in their order.

    Args:
        places: where runs lie.
        scope: what of them.
        take: given every response as it is read, with the number of its run.
        note: told of what is damaged, missing or left out.

    Raises:
        MalformedData: nothing can be read.
        SelectionError: a model or dataset that occurs in none of them.
    """
    runs: list[ReadRun] = []
    named = NamedData(scope.data)
    for place, found in _chosen(places, scope, note):
        if not found and len(places) > 1:
            note(f'{place.root} holds nothing of what is asked for')
        numbers = range(len(runs), len(runs) + len(found))
        runs += [_run(place, one) for one in found]
        for number, one in zip(numbers, found, strict=True):
            for response in graded_responses(place, one, named, note):
                runs[number].take(response)
                take(number, response)
    if not any(run.items or run.official for run in runs):
        raise nothing_read(places)
    return runs


def _chosen(
    places: Sequence[Place], scope: Scope, note: Note
) -> list[tuple[Place, list[StoredRun]]]:
    """Each place with what is to be read of it."""
    found = [(place, place.runs(note=note)) for place in places]
    for kind, wanted in (('model', scope.models), ('dataset', scope.datasets)):
        names = {getattr(one, kind) for _, several in found for one in several}
        for name in sorted(set(wanted or ()) - names):
            raise SelectionError(
                f'no work directory holds a {kind} {name!r}',
                f'give one of {", ".join(sorted(names))}',
            )
    return [
        (
            place,
            [
                one
                for one in several
                if (scope.models is None or one.model in scope.models)
                and (scope.datasets is None or one.dataset in scope.datasets)
            ],
        )
        for place, several in found
    ]


def _run(place: Place, one: StoredRun) -> ReadRun:
    return ReadRun(
        root=one.root,
        model=one.model,
        dataset=one.dataset,
        official=_official(place, one),
        settings=one.settings,
        dumped=one.described,
    )


def _official(place: Place, one: StoredRun) -> Sequence[Response]:
    """The items that MATH500Evaluator left; empty where it left none that can be read."""
    try:
        return place.source.kept_verdicts(one, of_others=False) or ()
    except (Math500Error, OSError, RecursionError):
        return ()
