"""Work directories read for a report: for every run its items, its settings and its lengths."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from opencompass_math500.dataset import Problem
from opencompass_math500.errors import MalformedData, Math500Error, SelectionError
from opencompass_math500.grading.judge import grader_version
from opencompass_math500.response import Item, Record
from opencompass_math500.runs.opencompass.configs import settings_from_configs
from opencompass_math500.runs.opencompass.folder import (
    Recorded,
    find_recorded,
    run_folder,
    settings_at,
)
from opencompass_math500.runs.opencompass.results import read_items
from opencompass_math500.runs.read import read_records
from opencompass_math500.runs.run import Run, is_ours
from opencompass_math500.runs.settings import OURS, Settings

__all__ = ['ReadRun', 'Scope', 'Take', 'read_work_dirs', 'tokens_of']

Note = Callable[[str], object]
Take = Callable[[int, Record], object]
"""Told the number of a run, and one record of it."""

_MAX_TOKENS: Final = 10**9

# Files of responses that are still being made, or damaged, are named before this is said.
_REMEDY: Final = (
    'give a run with results or finished predictions; math500 watch shows one under way'
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What of the work directories is to be shown.

    Attributes:
        models, datasets: these only; None for all.
        data: the problems, for what the runs do not hold.
    """

    models: Collection[str] | None = None
    datasets: Collection[str] | None = None
    data: Sequence[Problem] = ()


@dataclass(slots=True)
class ReadRun:
    """One model on one dataset, as the records and the results have it.

    Attributes:
        root: its work directory.
        model, dataset: as the run calls them.
        items: of the records, without their reasons.
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
    official: Sequence[Item] = ()
    settings: Settings = field(default_factory=Settings)
    dumped: Settings = field(default_factory=Settings)
    items: list[Item] = field(default_factory=list)
    characters: list[int] = field(default_factory=list)
    other: list[bool | None] = field(default_factory=list)
    graded_now: int = 0

    def take(self, record: Record) -> None:
        """Count one record in."""
        tokens = tokens_of(record)
        item = replace(record.item, gold=record.gold, answer=record.answer, tokens=tokens)
        self.items.append(item)
        self.characters.append(len(record.response))
        self.other.append(record.other_verdict)
        self.graded_now += record.graded == 'now'

    @property
    def run(self) -> Run:
        """What is scored: the items of the results, and those of the records where there are none.

        Responses that were graded for the report are so under this version of the judge.
        """
        settings = self.settings if self.settings.recorded else self.dumped
        if self.official:
            return Run(self.model, self.dataset, self.official, settings)
        if settings.recorded and self.graded_now:
            settings = replace(
                settings,
                evaluator=OURS,
                grader=f'{OURS} {grader_version()}',
                postprocessors='{}',
                policy=settings.policy or None,
                llm_judge='',
            )
        return Run(self.model, self.dataset, self.items, settings)

    @property
    def unread(self) -> str | None:
        """How the records fall short of the results, in words; None where they do not."""
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


def tokens_of(record: Record) -> int | None:
    """Its tokens; None where unknown. A file may hold any number: -3, or one of 400 digits."""
    tokens = record.tokens
    return tokens if tokens is not None and 0 <= tokens <= _MAX_TOKENS else None


def read_work_dirs(
    work_dirs: Iterable[Path], scope: Scope, take: Take, note: Note
) -> list[ReadRun]:
    """Read every record of some work directories, in their order.

    Args:
        work_dirs: folders of runs, each as for
            :func:`~opencompass_math500.runs.read.read_records`.
        scope: what of them.
        take: given every record as it is read, with the number of its run.
        note: told of what is damaged, missing or left out.

    Raises:
        SourceUnavailable, MalformedData: no run there, or several; or nothing can be read.
        SelectionError: a model or dataset that occurs in none of them.
    """
    runs: list[ReadRun] = []
    chosen = _chosen(work_dirs, scope, note)
    for root, found in chosen:
        if not found and len(chosen) > 1:
            note(f'{root} holds nothing of what is asked for')
            continue
        numbers: dict[tuple[str, str], int] = {}
        for one in found:
            numbers[one.model, one.dataset] = len(runs)
            runs.append(_run(root, one))
        models = scope.models and {model for model, _ in numbers}
        datasets = scope.datasets and {dataset for _, dataset in numbers}
        records = read_records(root, models or None, datasets or None, note=note, data=scope.data)
        for record in records:
            number = numbers[record.model, record.dataset]
            runs[number].take(record)
            take(number, record)
    if not any(run.items or run.official for run in runs):
        names = ', '.join(str(root) for root, _ in chosen)
        raise MalformedData(f'nothing can be read in {names}', _REMEDY)
    return runs


def _chosen(
    work_dirs: Iterable[Path], scope: Scope, note: Note
) -> list[tuple[Path, list[Recorded]]]:
    """Each folder once, with what is to be read of it."""
    roots = list(dict.fromkeys(run_folder(path, note) for path in work_dirs))
    # What is wrong with the folders is said when they are read.
    found = [(root, find_recorded(root, None, None, lambda text: None)) for root in roots]
    for kind, wanted in (('model', scope.models), ('dataset', scope.datasets)):
        names = {getattr(one, kind) for _, several in found for one in several}
        for name in sorted(set(wanted or ()) - names):
            raise SelectionError(
                f'no work directory holds a {kind} {name!r}',
                f'give one of {", ".join(sorted(names))}',
            )
    return [
        (
            root,
            [
                one
                for one in several
                if (scope.models is None or one.model in scope.models)
                and (scope.datasets is None or one.dataset in scope.datasets)
            ],
        )
        for root, several in found
    ]


def _run(root: Path, one: Recorded) -> ReadRun:
    try:
        settings = settings_at(root, one.model, one.dataset)
    except (Math500Error, OSError):  # is noted when the folder is read
        settings = Settings()
    known = settings.recorded
    return ReadRun(
        root=root,
        model=one.model,
        dataset=one.dataset,
        official=_official(root, one, settings),
        settings=settings,
        dumped=Settings() if known else settings_from_configs(root, one.model, one.dataset),
    )


def _official(root: Path, one: Recorded, settings: Settings) -> Sequence[Item]:
    """The items that MATH500Evaluator left; empty where it left none that can be read."""
    if one.results is None or not is_ours(one.results, settings):
        return ()
    try:
        items = read_items(root, one.model, one.dataset)
    except (Math500Error, OSError, RecursionError):
        return ()
    # The reasons stand in the bundle.
    return [replace(item, reason='') for item in items]
