"""Records from a sample log of lm-evaluation-harness, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from opencompass_math500.bulk import grade_beside
from opencompass_math500.dataset.lookup import NamedData
from opencompass_math500.grading.judge import grade, grader_version
from opencompass_math500.response import Record, turns_of
from opencompass_math500.runs.lm_eval.logged import Logged
from opencompass_math500.runs.lm_eval.read import read_log
from opencompass_math500.runs.lm_eval.run import LoggedRun
from opencompass_math500.runs.verdicts import by_item, by_verdict

__all__ = ['records_of_log']


def records_of_log(
    root: Path,
    run: LoggedRun,
    named: NamedData,
    note: Callable[[str], object],
    workers: int | None = None,
) -> Iterator[Record]:
    """The responses of a sample log, in its order.

    Verdicts are those that our tasks have logged. Of other tasks the responses are graded.

    Args:
        root: the folder that places are named below; or the log itself.
        run: the log.
        named: the problems, where the user names them.
        note: told of what is damaged, missing, or graded now.
        workers: processes that grade.
    """
    path = run.log.path
    name = path.relative_to(root).as_posix() if root != path else path.name
    count = _Count(run, name)
    drafts = ((_draft(run, one, named), one) for one in map(count.take, read_log(path, name, note)))
    if run.has_verdicts:
        for record, one in drafts:
            if one.item is not None:
                yield by_item(record, one.item)
            else:
                count.anew += 1
                yield by_verdict(record, grade(**one.to_grade))
    else:
        pairs = ((record, one.to_grade) for record, one in drafts)
        for record, verdict in grade_beside(pairs, workers):
            yield by_verdict(record, verdict)
    for text in count.remarks():
        note(text)


class _Count:
    """What is to be said of a log when it has been read."""

    def __init__(self, run: LoggedRun, name: str) -> None:
        self._run, self._name = run, name
        self._responses = self._from_solutions = 0
        self.anew = 0

    def take(self, one: Logged) -> Logged:
        """Count one response."""
        self._responses += 1
        self._from_solutions += one.reference.from_solution
        return one

    def remarks(self) -> Iterator[str]:
        """One line each."""
        expected = self._run.responses
        if not self._run.has_verdicts:
            yield (
                f'{self._name} is not graded by this package: its {self._responses} responses '
                f'are graded now (grader {grader_version()})'
            )
        if self.anew:
            yield (
                f'{self._name} has no readable verdict of {self.anew} of {self._responses} '
                'responses: these are graded anew'
            )
        if self._from_solutions:
            yield (
                f'{self._name}: {self._from_solutions} golds are whole solutions; what stands '
                'in their boxes is taken'
            )
        if expected is not None and expected != self._responses:
            yield (
                f'{self._name} holds {self._responses} responses that can be read, its results '
                f'are about {expected}'
            )


def _draft(run: LoggedRun, one: Logged, named: NamedData) -> partial[Record]:
    """All of a record but its verdict."""
    given = one.reference
    known = named.find(given.unique_id, given.gold, given.problem)
    return partial(
        Record,
        model=run.model,
        dataset=run.dataset,
        position=one.position,
        sample=one.sample,
        unique_id=given.unique_id or (known.unique_id if known else ''),
        problem=given.problem,
        subject=given.subject or (known.subject if known else ''),
        level=given.level or (known.level if known else 0),
        prompt=turns_of(one.prompt),
        response=one.response,
        reasoning='',
        gold=given.gold,
        other_verdict=one.other,
        finish_reason=one.finish_reason,
        tokens=one.tokens,
        reply=None,
        place=one.place,
    )
