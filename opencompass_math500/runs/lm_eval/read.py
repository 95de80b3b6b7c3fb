"""The responses of a sample log, line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from opencompass_math500.errors import MalformedData, SourceUnavailable
from opencompass_math500.grading import grader_version
from opencompass_math500.response import Response
from opencompass_math500.runs.left_out import LeftOut
from opencompass_math500.runs.lm_eval.logged import LoggedRow, position_of, responses_in
from opencompass_math500.runs.part_rows import rows_or_faults

__all__ = ['Count', 'read_log']


@dataclass(slots=True)
class Count:
    """What is to be said of a log when it has been read.

    Attributes:
        responses: how many there are.
        ungraded: how many have no verdict of this package.
        from_solutions: golds that are whole solutions.
        has_grades: whether one of our tasks has graded the first.
    """

    responses: int = 0
    ungraded: int = 0
    from_solutions: int = 0
    has_grades: bool = False

    def take(self, one: Response, row: LoggedRow) -> None:
        """Count one response of a row."""
        if not self.responses:
            self.has_grades = row.has_grades
        self.responses += 1
        self.ungraded += one.verdict is None
        self.from_solutions += row.from_solution

    def remarks(self, name: str, expected: int | None) -> Iterator[str]:
        """Yield what is to be said, one line each.

        Args:
            name: what to call the log.
            expected: how many responses its results are about; None where unknown.
        """
        if not self.has_grades:
            yield (
                f'{name} is not graded by this package: its {self.responses} responses '
                f'are graded now (grader {grader_version()})'
            )
        elif self.ungraded:
            yield (
                f'{name} has no readable verdict of {self.ungraded} of {self.responses} '
                'responses: these are graded anew'
            )
        if self.from_solutions:
            yield (
                f'{name}: {self.from_solutions} golds are whole solutions; what stands '
                'in their boxes is taken'
            )
        if expected is not None and expected != self.responses:
            yield (
                f'{name} holds {self.responses} responses that can be read, its results '
                f'are about {expected}'
            )


def read_log(
    path: Path, name: str, note: Callable[[str], object], count: Count
) -> Iterator[Response]:
    """Yield the responses of a log in its order, in little memory.

    Nothing is kept but the problems' numbers.

    Args:
        path: the file.
        name: what to call it in places and notes.
        note: told, in one line each, of rows that are damaged or left out. All others are
            read.
        count: counts them.
    """
    seen: set[int] = set()
    chosen: str | None = None
    left_out, again = LeftOut(note), 0
    try:
        for row in rows_or_faults(path, name):
            try:
                if isinstance(row, MalformedData):
                    raise row
                of = str(row.fields.get('filter'))
                chosen = of if chosen is None else chosen
                position = position_of(row, len(seen))
                if of != chosen:
                    again += 1
                    continue
                if position in seen:
                    raise MalformedData(f'{row.place}: doc_id {position} a second time')
                logged = responses_in(row, position)
            except MalformedData as error:
                left_out.add(error)
                continue
            seen.add(position)
            for one in logged.responses:
                count.take(one, logged)
                yield one
    except (OSError, SourceUnavailable) as error:
        note(f'{path} cannot be read on ({error}); what stands before is read')
    left_out.close(name)
    if again:
        # One row a problem and filter: other views of the same responses.
        note(f'{name}: {again} rows of other filters hold the same responses; one is read')
