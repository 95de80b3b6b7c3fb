"""Rows of a table as responses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

from opencompass_math500.dataset.lookup import NamedData
from opencompass_math500.dataset.problem import parse_level
from opencompass_math500.response import Response, Turn, turns_of
from opencompass_math500.runs.columns import Columns
from opencompass_math500.runs.json_values import of_sample, written_whole
from opencompass_math500.runs.known import known_problem, problem_within, subject_of
from opencompass_math500.runs.messages import is_message
from opencompass_math500.runs.prediction import PredictionRow, predictions_in
from opencompass_math500.runs.rows import Numeral, Row

__all__ = ['Positions', 'responses_in']

# Right and wrong as rewards are written. -1 is verl's for a wrong answer (its math_dapo); a
# share between them, or below for a reply that was too long, is the reward of something else.
_VERDICTS: Final = {1.0: True, 0.0: False, -1.0: False}
_MAX_DIGITS: Final = 24
# Source: verl 0.9.1, reward_score/math_dapo.py; TRL 1.16.0, rewards/accuracy_rewards.py.
_NO_ANSWER: Final = ('[INVALID]', '[unparseable]', '[skipped]')


class Positions:
    """Which problem a row is of, in the order of their first rows, and which of its samples."""

    def __init__(self) -> None:
        self._seen: dict[int, list[int]] = {}

    def next_of(self, problem: int) -> tuple[int, int]:
        """Return position and sample of one more response.

        Args:
            problem: equal for all of one problem.
        """
        seen = self._seen.setdefault(problem, [len(self._seen), -1])
        seen[1] += 1
        return seen[0], seen[1]


def responses_in(
    row: Row, number: int, columns: Columns, data: NamedData | None, positions: Positions
) -> Iterator[Response]:
    """Yield the responses of one row.

    Args:
        row: as it stands in the file.
        number: its number, of the whole run.
        columns: what the columns are.
        data: the problems, for golds that a row does not hold; None where it must.
        positions: of the rows before.

    Raises:
        MalformedData: it is not in shape; names it.
    """
    for one in list(predictions_in(row, number, columns, data)):
        position, sample = positions.next_of(one.same_problem)
        yield _response(row, one, columns, position, sample)


def _response(
    row: Row, one: PredictionRow, columns: Columns, position: int, sample: int
) -> Response:
    def said(column: str | None) -> Any:
        value = row.fields.get(column) if column else None
        return of_sample(value, one.sample)

    apart = said(columns.reasoning)
    prompt = (*turns_of(_prompt(row, columns)), *turns_of([*one.reply.before]))
    problem = one.problem or ('' if one.unique_id else _problem_within(prompt))
    unique_id, known = known_problem(one.unique_id or '', problem)
    return Response(
        position=position,
        sample=sample,
        unique_id=unique_id,
        problem=problem,
        subject=_text(said(columns.subject)) or (subject_of(unique_id) if known else ''),
        level=parse_level(str(said(columns.level))) or (known.level if known else 0),
        prompt=prompt,
        response=one.response,
        reasoning=one.reply.reasoning or _text(apart) or '',
        gold=one.gold,
        other_verdict=_verdict(said(columns.verdict)),
        other_answer=_answer(said(columns.answer)),
        finish_reason=one.finish_reason,
        tokens=written_whole(said(columns.tokens)),
        place=row.place,
    )


def _prompt(row: Row, columns: Columns) -> Any:
    problem = row.fields.get(columns.problem) if columns.problem else None
    if isinstance(problem, list) and problem and all(map(is_message, problem)):
        return problem
    return row.fields.get(columns.prompt) if columns.prompt else None


def _problem_within(prompt: Sequence[Turn]) -> str:
    """The problem in a prompt, where it is one of MATH-500 or of the sample and stands alone."""
    return next(filter(None, (_within(turn.text) for turn in reversed(prompt))), '')


@lru_cache(maxsize=256)  # rollouts of one problem stand together
def _within(text: str) -> str:
    found = problem_within(text)
    return found[1] if found else ''


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, str) else None


def _answer(value: Any) -> str | None:
    """The answer that was found there; '' where the cell says that there was none."""
    text = _text(value)
    return '' if text in _NO_ANSWER else text


def _verdict(value: Any) -> bool | None:
    """Whether a row says that the response is right; None for a reward that says another thing."""
    if isinstance(value, bool):
        return value
    if not isinstance(value, Numeral) or len(value) > _MAX_DIGITS:
        return None
    return _VERDICTS.get(float(value))
