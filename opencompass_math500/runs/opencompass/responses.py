"""Rows of prediction files as responses, joined with the verdicts of the results."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any, Final

from opencompass_math500.dataset.problem import parse_level
from opencompass_math500.errors import MalformedData, SourceUnavailable
from opencompass_math500.response import Response, turns_of
from opencompass_math500.runs.columns import Columns
from opencompass_math500.runs.files import open_part
from opencompass_math500.runs.json_values import of_sample
from opencompass_math500.runs.known import known_problem, subject_of
from opencompass_math500.runs.left_out import LeftOut
from opencompass_math500.runs.opencompass.asking import Asking
from opencompass_math500.runs.opencompass.folder import Files
from opencompass_math500.runs.opencompass.judged import Other
from opencompass_math500.runs.opencompass.result_verdicts import ResultVerdicts
from opencompass_math500.runs.prediction import (
    PredictionRow,
    columns_of,
    gold_answer,
    predictions_in,
)
from opencompass_math500.runs.rows import Numeral, Row, read_rows
from opencompass_math500.runs.source import Note, StoredRun

__all__ = ['response_of', 'responses_of']

_MAX_DEPTH: Final = 20


def responses_of(
    run: StoredRun, said: ResultVerdicts, asking: Asking | None, note: Note
) -> Iterator[Response]:
    """Yield the responses of one model on one dataset, joined with what its results say.

    Args:
        run: the run.
        said: what the results say.
        asking: the run's prompt template, where it is on record.
        note: told of damaged files and rows.
    """
    counted = _Counted(run, said, note)
    for number, row, prediction in _predictions(run, note):
        position, sample = counted.place_of(number, prediction)
        item = counted.item(number, prediction, position, sample)
        other = counted.other(position, sample)
        one = response_of(row, prediction, asking)
        yield replace(
            _named(one if item is None else _with_verdict(one, item)),
            model=run.model,
            dataset=run.dataset,
            position=position,
            sample=sample,
            other_verdict=other.right,
            other_answer=other.answer,
        )


def response_of(row: Row, prediction: PredictionRow, asking: Asking | None) -> Response:
    """Return what a row says of a response.

    Args:
        row: as it stands in the file.
        prediction: one of the row's.
        asking: the run's prompt template, where it is on record.
    """
    fields = row.fields
    prompt = turns_of(fields.get('origin_prompt'))
    problem = prediction.problem
    if problem is None:
        problem = asking.problem_in(prompt) if asking else ''
    reply = of_sample(_plain(fields.get('reply')), prediction.sample)
    reply = dict(reply) if isinstance(reply, dict) else None
    reasoning = reply.pop('reasoning', '') if reply else fields.get('reasoning_content')
    tokens = of_sample(_plain(fields.get('response_tokens')), prediction.sample)
    subject = fields.get('subject')
    return Response(
        sample=prediction.sample,
        unique_id=prediction.unique_id or '',
        problem=problem,
        subject=subject if isinstance(subject, str) else '',
        level=parse_level(fields.get('level')) or 0,
        prompt=prompt,
        response=prediction.response,
        reasoning=reasoning if isinstance(reasoning, str) else '',
        gold=prediction.gold,
        finish_reason=prediction.finish_reason,
        tokens=tokens if type(tokens) is int else None,
        reply=reply,
        place=row.place,
    )


def _with_verdict(one: Response, item: Response) -> Response:
    """A response with its verdict, and with what the results know beside."""
    named = item.unique_id if item.unique_id != str(item.position) else ''
    return replace(
        one,
        unique_id=one.unique_id or named,
        subject=item.subject or one.subject,
        level=item.level or one.level,
        verdict=item.verdict,
        finish_reason=one.finish_reason or item.finish_reason,
    )


def _named(one: Response) -> Response:
    """A response with what its problem is known to be: OpenCompass keeps no ids, the text tells."""
    if one.unique_id:
        return one
    unique_id, known = known_problem('', one.problem)
    if known is None:
        return replace(one, unique_id=unique_id)
    return replace(
        one,
        unique_id=unique_id,
        subject=one.subject or subject_of(unique_id),
        level=one.level or known.level,
    )


def _plain(value: Any, depth: int = 0) -> Any:
    """JSON with numbers again; one that is not finite or very long stays its text."""
    if depth > _MAX_DEPTH:  # records of replies are flat; a damaged file need not be
        return '(nested too deeply)'
    if isinstance(value, Numeral):
        if len(value) > 400:
            return str(value)
        number = float(value)
        exact = value.lstrip('-').isdecimal()
        return int(value) if exact else number if math.isfinite(number) else str(value)
    if isinstance(value, list):
        return [_plain(one, depth + 1) for one in value]
    if isinstance(value, dict):
        return {key: _plain(one, depth + 1) for key, one in value.items()}
    return value


class _Counted:
    """Which position, sample and verdict a row of the predictions has.

    A row with an id is found by it. One without is found by its number, if as many rows
    are there as the results are about: OpenCompass stores the first samples of all
    problems, then the second ones, and so on.
    """

    def __init__(self, run: StoredRun, said: ResultVerdicts, note: Note) -> None:
        self._said = said
        self._seen: dict[int, list[int]] = {}
        with closing(_predictions(run, lambda text: None)) as rows:
            first = next(rows, None)
        nameless = first is not None and first[2].unique_id is None
        self._by_number = False
        if said.rows and run.files.whole and (nameless or said.others):
            count = sum(1 for _ in _predictions(run, lambda text: None))
            self._by_number = count == said.rows and count % said.problems == 0
            if not self._by_number:
                note(
                    f'{run.files.results} is about {said.rows} responses, the predictions hold '
                    f'{count}: its verdicts are not used'
                )

    def place_of(self, number: int, prediction: PredictionRow) -> tuple[int, int]:
        """Position and sample of a row."""
        if self._by_number:
            return number % self._said.problems, number // self._said.problems
        seen = self._seen.setdefault(prediction.same_problem, [len(self._seen), -1])
        seen[1] += 1
        return seen[0], seen[1]

    def item(
        self, number: int, prediction: PredictionRow, position: int, sample: int
    ) -> Response | None:
        """Return the verdict in the results; None where none is surely of this row."""
        if prediction.unique_id is not None:
            samples = self._said.by_id.get(prediction.unique_id, ())
        elif self._by_number and self._said.items:
            samples = self._said.items[position]
        else:
            return None
        item = samples[sample] if sample < len(samples) else None
        # A prediction's gold is its answer alone: $5$ in the results is its 5.
        is_same = item is not None and prediction.gold in (item.gold, gold_answer(item.gold))
        return item if is_same else None

    def other(self, position: int, sample: int) -> Other:
        """Return what another evaluator made of a row."""
        if not self._by_number or not self._said.others:
            return Other()
        samples = self._said.others[position]
        return samples[sample] if sample < len(samples) else Other()


def _predictions(
    run: StoredRun, note: Note
) -> Generator[tuple[int, Row, PredictionRow], None, None]:
    """Rows that can be read, numbered through all parts."""
    number = 0
    files: Files = run.files
    for path in files.parts:
        name = run.name_of(path)
        left_out = LeftOut(note)
        columns: Columns | None = None
        try:
            with open_part(path) as stream:
                for row in read_rows(stream, name):
                    try:
                        columns = columns or columns_of(row)
                        for prediction in predictions_in(row, number, columns):
                            yield number, row, prediction
                    except MalformedData as error:
                        left_out.add(error)
                    number += 1
        except (MalformedData, SourceUnavailable) as error:
            note(f'{error}; what stands before is read')
        except (OSError, RecursionError) as error:
            note(f'{path} cannot be read on ({error}); what stands before is read')
        left_out.close(name)
