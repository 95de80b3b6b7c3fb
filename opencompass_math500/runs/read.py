"""Records from a work directory, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from opencompass_math500.bulk import grade_beside
from opencompass_math500.dataset import Problem
from opencompass_math500.dataset.lookup import NamedData
from opencompass_math500.errors import Math500Error
from opencompass_math500.grading.disputes import Policy, as_policy
from opencompass_math500.grading.judge import grade
from opencompass_math500.response import Item, Record
from opencompass_math500.runs.lm_eval.responses import records_of_log
from opencompass_math500.runs.opencompass.asking import asking_of
from opencompass_math500.runs.opencompass.drafts import Draft, Statements, drafts_of
from opencompass_math500.runs.opencompass.folder import (
    Recorded,
    find_recorded,
    run_folder,
    settings_at,
)
from opencompass_math500.runs.opencompass.said import Said, read_said
from opencompass_math500.runs.settings import Settings
from opencompass_math500.runs.verdicts import by_item, by_verdict

__all__ = ['Note', 'read_records']

Note: TypeAlias = Callable[[str], object]


def read_records(
    work_dir: Path,
    models: Collection[str] | None = None,
    datasets: Collection[str] | None = None,
    *,
    note: Note,
    data: Iterable[Problem] = (),
    workers: int | None = None,
) -> Iterator[Record]:
    """Every response of a run: of this package, of OpenCompass's own MATH configs, or as
    lm-evaluation-harness logs it.

    Verdicts are those of the results where MATH500Evaluator made them; other responses are
    graded while they are read, under the run's own policy where it has one recorded.
    Nothing is kept but a few hundred responses and the verdicts of one dataset.

    Args:
        work_dir: the folder of a run.
        models, datasets: these only; None for all.
        note: told, in one line each, of files and rows that are damaged, missing or left
            out. All others are read.
        data: the problems, for texts, subjects and levels that the run does not hold.
        workers: processes that grade, as for :func:`~opencompass_math500.grade_many`.

    Yields:
        Records by model and dataset, and then in the order of the file: of several samples
        a problem, all first ones come first.

    Raises:
        SourceUnavailable, MalformedData: no run there, or several.
        SelectionError: a model or dataset that does not occur.
    """
    found = find_recorded(work_dir, models, datasets, note)
    root, named = run_folder(work_dir), NamedData(data)
    for one in found:
        if one.logged is not None:
            yield from records_of_log(root, one.logged, named, note, workers)
            continue
        said = read_said(one.results, note)
        if not one.parts:
            yield from _without_predictions(root, one, said, named, note)
            continue
        settings = _settings(root, one)
        known = Statements(named, asking_of(settings.question))
        drafts = drafts_of(root, one, said, known, note)
        policy = _policy(settings, one, note)
        if said.items:
            yield from _mostly_graded(drafts, one, said, note, policy)
        else:
            yield from _graded_now(drafts, workers, policy)


def _settings(root: Path, one: Recorded) -> Settings:
    try:
        return settings_at(root, one.model, one.dataset)
    except (Math500Error, OSError):  # what is wrong was noted on the way in
        return Settings()


def _policy(settings: Settings, one: Recorded, note: Note) -> Policy:
    try:
        return as_policy(settings.policy)
    except (Math500Error, AttributeError, TypeError, ValueError) as error:
        note(f'{one.model} on {one.dataset}: {error}; what is graded, is by the default policy')
        return as_policy(None)


def _mostly_graded(
    drafts: Iterator[Draft], one: Recorded, said: Said, note: Note, policy: Policy
) -> Iterator[Record]:
    """Records whose verdicts are in the results; single ones that are not are graded."""
    anew = total = 0
    for draft in drafts:
        total += 1
        if draft.item is not None:
            yield by_item(draft.record, draft.item)
        else:
            anew += 1
            yield by_verdict(draft.record, grade(**draft.arguments, policy=policy))
    if anew:
        note(f'{one.results} does not hold {anew} of {total} responses: these are graded anew')
    if total < said.rows:
        note(
            f'{said.rows - total} of the {said.rows} responses that {one.results} is about '
            'are not among the predictions'
        )


def _graded_now(drafts: Iterator[Draft], workers: int | None, policy: Policy) -> Iterator[Record]:
    """Records of responses that have no verdict yet, graded on all cores."""
    pairs = ((draft.record, draft.arguments) for draft in drafts)
    for record, verdict in grade_beside(pairs, workers, policy):
        yield by_verdict(record, verdict)


def _without_predictions(
    root: Path, one: Recorded, said: Said, named: NamedData, note: Note
) -> Iterator[Record]:
    """What results alone tell: verdicts, without prompts and responses."""
    what = f'{one.model} on {one.dataset} has results, but no predictions'
    if not said.items:
        note(f'{what}: nothing of it can be read')
        return
    note(f'{what}: prompts and responses are unknown')
    assert one.results is not None
    for position, samples in enumerate(said.items):
        for item in samples:
            problem = named.find(item.unique_id, item.gold, '')
            record = partial(
                Record,
                model=one.model,
                dataset=one.dataset,
                position=position,
                sample=item.sample,
                unique_id=item.unique_id,
                problem=problem.problem if problem else '',
                subject=item.subject or (problem.subject if problem else ''),
                level=item.level or (problem.level if problem else 0),
                prompt=(),
                response='',
                reasoning='',
                gold=item.gold,
                other_verdict=None,
                finish_reason=item.finish_reason,
                tokens=item.tokens,
                reply=_reply_of(item),
                place=f'{one.results.relative_to(root).as_posix()}: item {position}',
            )
            yield by_item(record, item)


def _reply_of(item: Item) -> dict[str, Any] | None:
    """What the results keep of the record of a reply."""
    if item.attempts is None and item.served_model is None:
        return None
    known = {'attempts': item.attempts, 'model': item.served_model, 'sampling': item.sampling}
    return {name: value for name, value in known.items() if value is not None}
