"""Responses of a run under way: rows of its journals may lack what predictions will have."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from opencompass_math500.dataset.lookup import NamedData
from opencompass_math500.errors import MalformedData
from opencompass_math500.response import Response, turns_of
from opencompass_math500.runs.columns import Columns
from opencompass_math500.runs.opencompass.asking import Asking
from opencompass_math500.runs.opencompass.responses import response_of
from opencompass_math500.runs.prediction import PredictionRow, columns_of, predictions_in
from opencompass_math500.runs.rows import Row

__all__ = ['LiveResponse', 'LiveRows']


@dataclass(frozen=True, slots=True)
class LiveResponse:
    """One response of a row.

    Attributes:
        row: the number that the inferencer gave to the row.
        same_problem: equal for the responses to one problem.
        has_gold: whether the gold is known; without one there is nothing to grade.
        response: the response itself.
    """

    row: int
    same_problem: int
    has_gold: bool
    response: Response

    @property
    def name(self) -> str:
        """What to call it: the problem's id, or the number of its row."""
        return self.response.unique_id or f'item {self.row}'

    @property
    def to_grade(self) -> dict[str, Any]:
        """The arguments of :func:`~opencompass_math500.grade`; the gold is None where unknown."""
        return {**self.response.to_grade, 'gold': self.response.gold if self.has_gold else None}


class LiveRows:
    """Reads rows of one model on one dataset.

    Args:
        named: the problems, where the user names them: for golds and texts that rows lack.
        asking: the run's prompt template, where it is on record.
    """

    def __init__(self, named: NamedData, asking: Asking | None) -> None:
        self._named, self._asking = named, asking
        self._columns: Columns | None = None

    def responses_in(self, row: Row) -> list[LiveResponse]:
        """Return the responses of one row.

        Raises:
            MalformedData: it is not in shape; names it.
        """
        try:
            number = int(row.fields.get('idx', row.number))
        except (TypeError, ValueError) as error:
            raise MalformedData(f'{row.place}: its "idx" is no number') from error
        has_gold = self._gold_is_there(row)
        columns = self._columns
        if columns is None or not {columns.response, columns.gold} <= row.fields.keys():
            self._columns = columns = columns_of(row)
        return [
            LiveResponse(number, one.same_problem, has_gold, self._response(row, one))
            for one in predictions_in(row, number, columns)
        ]

    def _gold_is_there(self, row: Row) -> bool:
        """Whether a row's gold is known; it is filled in where the problems have it."""
        if 'gold' in row.fields or 'answer' in row.fields:
            return True
        unique_id = str(row.fields.get('unique_id') or '')
        found = self._named.find(unique_id, None, _asked(row))
        row.fields['gold'] = found.answer if found else ''
        return found is not None

    def _response(self, row: Row, prediction: PredictionRow) -> Response:
        one = response_of(row, prediction, self._asking)
        if one.problem:
            return one
        found = self._named.find(one.unique_id, one.gold, _asked(row))
        return replace(one, problem=found.problem) if found else one


def _asked(row: Row) -> str:
    """The text of the last turn of a row's prompt."""
    turns = turns_of(row.fields.get('origin_prompt'))
    return turns[-1].text if turns else ''
