"""Read the work directories of OpenCompass, of this package's configs or of others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from opencompass_math500.grading import grader_version
from opencompass_math500.response import Response
from opencompass_math500.runs.opencompass.asking import asking_of
from opencompass_math500.runs.opencompass.folder import Files, stored_in
from opencompass_math500.runs.opencompass.layout import is_run, runs_below
from opencompass_math500.runs.opencompass.own_graders import own_grader_items
from opencompass_math500.runs.opencompass.responses import responses_of
from opencompass_math500.runs.opencompass.result_verdicts import (
    ResultVerdicts,
    read_verdicts,
    verdicts_are_ours,
)
from opencompass_math500.runs.opencompass.results import read_items
from opencompass_math500.runs.settings import OURS
from opencompass_math500.runs.source import Note, Source, StoredRun, newest_run

__all__ = ['OpenCompass']

_OF_RESPONSES: Final = ('predictions', 'results')
_OWN: Final = (*_OF_RESPONSES, 'math500')


class OpenCompass(Source):
    """A reader of ``predictions/``, ``results/`` and the records beside them."""

    name = 'OpenCompass'
    leaves = 'predictions/ nor results/'

    def handles(self, place: Path) -> bool:
        """Tell whether a path is a run, a folder above some, or a file of responses in one."""
        if place.is_dir():
            return is_run(place) or bool(runs_below(place))
        return place.is_file() and _run_of(place) is not None

    def locate(self, place: Path, note: Note) -> Path:
        """Return the run: of a folder above several, the newest."""
        if place.is_file():
            return _run_of(place) or place.parent
        if is_run(place):
            return place
        return newest_run(runs_below(place), place, note)

    def runs(self, place: Path, note: Note) -> list[StoredRun]:
        """Return what a run has predictions or results of; of a file, the one that it is of."""
        root = _run_of(place) or place if place.is_file() else place
        found = [run for run in stored_in(root, note) if place == root or _has(run, place)]
        return [run for run in found if _is_math(run, note)]

    def responses(self, run: StoredRun, note: Note) -> Iterator[Response]:
        """Yield the responses of one model on one dataset, in the order of their files.

        Of several samples a problem, all first ones come first.
        """
        files: Files = run.files
        faults: list[str] = []
        said = read_verdicts(files.results, faults.append)
        for fault in faults:
            note(fault)
        if not files.parts:
            yield from _without_predictions(run, said, note)
            return
        asked = asking_of(run.settings.question)
        ungraded = total = beside = 0
        for one in responses_of(run, said, asked, note):
            total += 1
            ungraded += one.verdict is None
            beside += one.other_verdict is not None
            yield one
        for text in said.remarks(files.results):
            note(text)
        if ungraded and files.results is not None and not faults:
            what = f'{ungraded} of {total}' if said.items else f'{total}'
            note(_graded_now(files.results, what, by_others=not said.items, beside=bool(beside)))
        if said.items and total < said.rows:
            note(
                f'{said.rows - total} of the {said.rows} responses that {files.results} is about '
                'are not among the predictions'
            )

    def kept_verdicts(self, run: StoredRun, *, of_others: bool) -> Sequence[Response] | None:
        """Return the items of the result file, where MATH500Evaluator made it.

        Where another evaluator did, the predictions have to be graded; also where the word of
        OpenCompass' own graders is asked for, but rests on an LLM judge.

        Raises:
            MalformedData: it is damaged.
        """
        files: Files = run.files
        settings = run.known_settings
        if files.results is None:
            return ()
        judged = settings.llm_judge and files.parts
        if of_others and settings.evaluator == 'OpenCompass' and not judged:
            return list(own_grader_items(files.results))
        if settings.evaluator == OURS or verdicts_are_ours(files.results):
            return read_items(run.root, run.model, run.dataset)
        if settings.evaluator == 'another':  # of another benchmark, whose golds are no mathematics
            return ()
        return None if files.parts else ()

    def is_own_file(self, path: Path, root: Path) -> bool:
        """Tell whether a file lies among the predictions, results or records."""
        return any((root.resolve() / name) in path.resolve().parents for name in _OWN)

    def page_folder(self, root: Path) -> Path:
        """Return OpenCompass's own folder of summaries."""
        return root / 'summary'


def _run_of(file: Path) -> Path | None:
    """The run in which a file of responses lies; None where it lies in none."""
    for folder in file.parents:
        if folder.name in _OF_RESPONSES and is_run(folder.parent):
            return folder.parent
    return None


def _has(run: StoredRun, file: Path) -> bool:
    files: Files = run.files
    return file in files.parts or file == files.results


def _is_math(run: StoredRun, note: Note) -> bool:
    """Whether the settings, where they are recorded, do not speak of another benchmark."""
    if run.fault is not None:
        note(f'{run.fault}; {run.name} is read without its settings')
        return True
    if not run.settings.of_another_benchmark:
        return True
    note(f'{run.name} is left out: another benchmark, by its evaluator')
    return False


def _graded_now(results: Path, responses: str, *, by_others: bool, beside: bool) -> str:
    """Why responses have no verdict of this package, and what becomes of them."""
    if not by_others:
        return f'{results} does not hold {responses} responses: these are graded anew'
    own = '; the verdicts of its own evaluator stand beside' if beside else ''
    return (
        f'{results} is not of this judge: the {responses} responses are graded now '
        f'(grader {grader_version()}){own}'
    )


def _without_predictions(run: StoredRun, said: ResultVerdicts, note: Note) -> Iterator[Response]:
    """What results alone tell: verdicts, without prompts and responses."""
    what = f'{run.name} has results, but no predictions'
    if not said.items:
        note(f'{what}: nothing of it can be read')
        return
    note(f'{what}: prompts and responses are unknown')
    results = run.name_of(run.files.results)
    for position, samples in enumerate(said.items):
        for item in samples:
            yield replace(
                item,
                model=run.model,
                dataset=run.dataset,
                position=position,
                place=f'{results}: item {position}',
            )
