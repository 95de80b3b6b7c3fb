"""What a filter of the page must leave, computed from the records alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from record_runs import read

from opencompass_math500.response import Response

__all__ = ['Count', 'Filter', 'Shelf', 'count_in']


class Count(NamedTuple):
    """Problems left and in all, responses left and in all."""

    problems: int
    all_problems: int
    responses: int
    all_responses: int


def count_in(text: str) -> Count:
    """The numbers of ``37 of 500 problems, 41 of 10,000 responses``."""
    found = re.fullmatch(
        r'([\d,]+) of ([\d,]+) problems?, ([\d,]+) of ([\d,]+) responses?', text.strip()
    )
    assert found, text
    return Count(*(int(number.replace(',', '')) for number in found.groups()))


@dataclass(frozen=True, slots=True)
class Filter:
    """The filter of the page; '' and () are any.

    Attributes:
        run: numbers of runs.
        verdict: names.
        subject, level, ending: the values of these controls.
        differ: whether only problems on which the runs part.
        q: the search.
    """

    run: tuple[int, ...] = ()
    verdict: tuple[str, ...] = ()
    subject: str = ''
    level: str = ''
    ending: str = ''
    differ: bool = False
    q: str = ''

    @property
    def fragment(self) -> str:
        """As the address of the page holds it, with the ``#``."""
        pairs: list[tuple[str, Any]] = []
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, tuple):
                pairs += [(one.name, each) for each in value]
            elif value:
                pairs.append((one.name, 1 if value is True else value))
        return '#' + urlencode(pairs)

    def fits(self, record: Response, run: int) -> bool:
        """Whether a response is left, the search and the runs' parting aside."""
        if self.ending in ('cut', 'whole'):
            ends = record.was_cut == (self.ending == 'cut')
        else:
            ends = not self.ending or self.ending == f'finish:{record.finish_reason or ""}'
        return (
            ends
            and (not self.run or run in self.run)
            and (not self.verdict or record.outcome in self.verdict)
            and (not self.subject or record.subject == self.subject)
            and (not self.level or str(record.level) == self.level)
        )


@dataclass(frozen=True, slots=True)
class Shelf:
    """The records of work directories, as problems with their responses.

    Attributes:
        records: with the number of their run.
    """

    records: Sequence[tuple[int, Response]]

    @classmethod
    def of(cls, *work_dirs: Path) -> Shelf:
        """Everything in these folders; runs are numbered in the order of reading."""
        numbers: dict[tuple[Path, str, str], int] = {}
        rows = []
        for folder in work_dirs:
            for record in read(folder)[0]:
                name = (folder, record.model, record.dataset)
                rows.append((numbers.setdefault(name, len(numbers)), record))
        return cls(rows)

    def by_key(self) -> Mapping[str, Response]:
        return {record.key: record for _, record in self.records}

    def left(self, chosen: Filter, texts: bool = True) -> list[Response]:
        """The responses that the filter leaves.

        Args:
            chosen: the filter.
            texts: whether the search goes through the responses too.
        """
        parted = self._parted(chosen.run)
        return [
            record
            for run, record in self.records
            if chosen.fits(record, run)
            and (not chosen.differ or _problem(record) in parted)
            and _holds(record, chosen.q, texts)
        ]

    def count(self, chosen: Filter, texts: bool = True) -> Count:
        """What the page must say of it."""
        left = self.left(chosen, texts)
        return Count(
            len({_problem(record) for record in left}),
            len({_problem(record) for _, record in self.records}),
            len(left),
            len(self.records),
        )

    def _parted(self, runs: Collection[int]) -> set[Any]:
        """The problems that the runs do not get right equally often."""
        marks: dict[Any, dict[int, list[bool]]] = {}
        for run, record in self.records:
            if not runs or run in runs:
                by_run = marks.setdefault(_problem(record), {})
                by_run.setdefault(run, []).append(record.outcome == 'correct')
        return {name for name, by_run in marks.items() if len(_shares(by_run.values())) > 1}


def _shares(marks: Iterable[Sequence[bool]]) -> set[float]:
    return {sum(each) / len(each) for each in marks}


def _problem(record: Response) -> Any:
    return record.unique_id or (record.dataset, record.position, record.problem)


def _holds(record: Response, text: str, texts: bool) -> bool:
    places = [record.problem, record.unique_id, record.gold, record.answer, record.reason]
    if texts:
        places += [record.response, record.reasoning]
    return any(text.strip().lower() in place.lower() for place in places)
