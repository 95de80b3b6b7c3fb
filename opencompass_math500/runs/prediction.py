"""What one row says: a response, its gold, and what is known about them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from opencompass_math500.dataset import Problem
from opencompass_math500.dataset.lookup import NamedData
from opencompass_math500.errors import MalformedData
from opencompass_math500.grading import extract_answer
from opencompass_math500.prompts import TEMPLATES
from opencompass_math500.response import turns_of
from opencompass_math500.runs.columns import NAMED_BY_NONE, Columns, NamedColumns, find_columns
from opencompass_math500.runs.files import OF_HARNESS, PredictionSet
from opencompass_math500.runs.messages import NO_REPLY, Reply, is_message, replies_in
from opencompass_math500.runs.part_rows import rows_in
from opencompass_math500.runs.rows import Numeral, Row

__all__ = ['PredictionRow', 'columns_of', 'gold_answer', 'predictions_in', 'read_set']

_REMEDY: Final = 'give each row "response" and "gold", both text'


@dataclass(frozen=True, slots=True)
class PredictionRow:
    """One response with its gold, as its row has it: before it is known what run it is of.

    ``math500 grade`` needs no more; readers make a
    :class:`~opencompass_math500.response.Response` of it.

    Attributes:
        row: the line, from 1; in a prediction file of OpenCompass the row's number, from 0.
        sample: 0 for the first of several responses in one row, 1 for the second, ...
        unique_id: the problem's, None where the row does not say.
        response, gold: the two sides; the response is '' where there is none.
        problem: its text, None where the row does not say.
        finish_reason: how the generation ended, None where the row does not say.
        same_problem: equal for the responses to one problem: a hash of its id or text.
        reply: the response as chat messages may have it, with what stands around it.
    """

    row: int
    sample: int
    unique_id: str | None
    response: str
    gold: str
    problem: str | None
    finish_reason: str | None
    same_problem: int
    reply: Reply = NO_REPLY

    @property
    def to_grade(self) -> dict[str, Any]:
        """The row for :func:`~opencompass_math500.grade_many`."""
        return {
            'response': self.response,
            'gold': self.gold,
            'problem': self.problem,
            'finish_reason': self.finish_reason,
        }


def read_set(
    source: PredictionSet,
    advance: Callable[[int], object] = lambda size: None,
    *,
    named: NamedColumns = NAMED_BY_NONE,
    data: NamedData | None = None,
) -> Iterator[PredictionRow]:
    """Yield the responses of all parts of a set, one after the other.

    Args:
        source: what to read.
        advance: told how many bytes were read, each time that some were.
        named: the columns that the user names.
        data: the problems, for golds that a row does not hold; None where it must.

    Raises:
        SourceUnavailable: a file cannot be read.
        MalformedData: a row is not in shape; names file and row. The responses before it
            have been given.
    """
    empty = True
    first_row = 0
    for part in source.parts:
        columns: Columns | None = None
        name = source.name if len(source.parts) == 1 else str(part)
        last = -1
        for row in rows_in(part, name, advance):
            columns = columns or columns_of(row, named, needs_gold=data is None)
            # The parts of a split file each number their rows from 0.
            yield from predictions_in(row, first_row + row.number, columns, data)
            empty, last = False, row.number
        first_row += last + 1
    if empty:
        raise MalformedData(f'{source.name} holds no rows', _REMEDY)


# What the rows of other harnesses' logs are known by.
_LOGS: Final = (
    (frozenset({'doc', 'resps'}), 'a sample log of lm-evaluation-harness'),
    (frozenset({'index', 'model_output'}), 'the predictions of evalscope'),
    (frozenset({'index', 'sample_score'}), 'the reviews of evalscope'),
    (frozenset({'doc', 'model_response'}), 'the details of lighteval'),
)


def columns_of(
    row: Row, named: NamedColumns = NAMED_BY_NONE, *, needs_gold: bool = True
) -> Columns:
    """Return what a file calls the response, the gold and the rest, by its first row.

    Raises:
        MalformedData: it has none of the names, or one that may mean either.
    """
    for keys, what in _LOGS if not named.response else ():
        if keys <= row.fields.keys():
            raise MalformedData(
                f'{row.place} is of {what}, which is no file of responses alone', OF_HARNESS
            )
    return find_columns(list(row.fields), named, row.place, needs_gold=needs_gold)


def predictions_in(
    row: Row, number: int, columns: Columns, data: NamedData | None = None
) -> Iterator[PredictionRow]:
    """Yield the responses of one row.

    Args:
        row: as it stands in the file.
        number: the row's, of the whole set.
        columns: from :func:`columns_of`.
        data: the problems, for golds that a row does not hold; None where it must.

    Raises:
        MalformedData: the row is not in shape; names it.
    """
    fields = row.fields
    for key in (columns.response, columns.gold if data is None else None):
        if key is not None and key not in fields:
            # OpenCompass leaves a gold out that is empty.
            raise MalformedData(f'{row.place}: no {key!r}, which the first row has', _REMEDY)
    replies = list(replies_in(fields[columns.response]))
    if not replies:
        raise MalformedData(f'{row.place}: {columns.response!r} is an empty list', _REMEDY)
    # The first row may lack what others have.
    finish = columns.finish or 'finish_reason'
    reasons = _several(fields.get(finish)) or [None]
    if len(reasons) != len(replies):
        if len(reasons) > 1:
            raise MalformedData(
                f'{row.place}: {len(replies)} responses, but {len(reasons)} finish reasons',
                'give as many, or none',
            )
        reasons = reasons * len(replies)
    problem, prompt = _asked(row, columns)
    unique_id = _text(row, columns.unique_id or 'unique_id')
    identity = unique_id or problem or (json.dumps(prompt) if prompt else str(number))
    if problem is None and prompt:
        problem = _problem_in(prompt)
    gold = _text(row, columns.gold) if columns.gold else None
    if data is not None and not gold:
        found = _joined(row, data, unique_id, problem, prompt)
        gold, problem, unique_id = found.answer, problem or found.problem, found.unique_id
    if gold is None:
        raise MalformedData(f'{row.place}: {columns.gold!r} is null', _REMEDY)
    for sample, (reply, reason) in enumerate(zip(replies, reasons, strict=True)):
        yield PredictionRow(
            row=number,
            sample=sample,
            unique_id=unique_id,
            response=_checked(row, columns.response, reply.text) or '',
            gold=gold_answer(gold),
            problem=problem,
            finish_reason=_checked(row, finish, reason),
            same_problem=hash(identity),
            reply=reply,
        )


def _joined(
    row: Row, data: NamedData, unique_id: str | None, problem: str | None, prompt: Any
) -> Problem:
    """The problem of a row without a gold."""
    asked = problem or '\n'.join(turn.text for turn in turns_of(prompt))
    found = data.find(unique_id, None, asked) if unique_id else None
    found = found or data.find('', None, asked)
    if found is None:
        by = f'the unique_id {unique_id!r} or its text' if unique_id else 'its text'
        raise MalformedData(
            f'{row.place}: it has no gold, and no problem of the data has {by}',
            'leave the row out, or name the data that it is of with --data',
        )
    return found


def _asked(row: Row, columns: Columns) -> tuple[str | None, Any]:
    """The problem and the prompt; chat messages are a prompt, wherever they stand."""
    key = columns.problem or 'problem'
    problem, prompt = row.fields.get(key), row.fields.get(columns.prompt or 'origin_prompt')
    if isinstance(problem, list) and problem and all(map(is_message, problem)):
        return None, problem
    return _checked(row, key, problem), prompt


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(row: Row, key: str) -> str | None:
    return _checked(row, key, row.fields.get(key))


def _checked(row: Row, key: str, value: Any) -> str | None:
    """A text, a number as it was written, or None."""
    if value is None or isinstance(value, str):
        return str(value) if isinstance(value, Numeral) else value
    kind = {dict: 'an object', list: 'a list', bool: 'true or false'}.get(type(value), 'no text')
    raise MalformedData(f'{row.place}: {key!r} is {kind}', 'give it as text')


def gold_answer(gold: str) -> str:
    """Return the answer itself, where a config gives the whole worked solution as the gold.

    OpenCompass's own ``math_500_gen`` does: its output column is ``solution``.
    """
    # TRL's math-verify wants golds as formulas: $5$.
    whole = len(gold) > 2 and gold[0] == gold[-1] == '$' and '$' not in gold[1:-1]
    gold = gold[1:-1] if whole else gold
    if '\\boxed' not in gold:
        return gold
    return extract_answer(gold) or gold


# The longest wording first: what is around a problem in one may be a part of another.
_QUESTIONS: Final = sorted(
    {template.question.rstrip().partition('{problem}') for template in TEMPLATES.values()},
    key=lambda parts: (-len(''.join(parts)), parts),
)
_BARE: Final = ('', '{problem}', '')
# A prompt that is the problem alone is known by its system prompt only.
_BARE_SYSTEMS: Final = frozenset(
    template.system.strip()
    for template in TEMPLATES.values()
    if template.question.rstrip().partition('{problem}') == _BARE and template.system
)


def _problem_in(prompt: Any) -> str | None:
    """The problem in a prompt of ours, so that grading again decides as the run did.

    None where the wording is another: a few-shot example must not be taken for the problem.
    """
    system = None
    if isinstance(prompt, list):
        system = _last_turn(prompt, _INSTRUCTING)
        prompt = _last_turn(prompt, _ASKING)
    if not isinstance(prompt, str):
        return None
    for parts in _QUESTIONS:
        before, _, after = parts
        if parts == _BARE:
            known = isinstance(system, str) and system.strip() in _BARE_SYSTEMS
            return prompt.strip() if known else None
        head, found, _ = prompt.rpartition(after) if after else (prompt, 'all', '')
        if not found or (not before and after in head):
            continue
        _, found, problem = head.rpartition(before) if before else ('', 'all', head)
        if found:
            return str(problem).strip()
    return None


_ASKING: Final = ('HUMAN', 'user')
_INSTRUCTING: Final = ('SYSTEM', 'system')


def _last_turn(prompt: list[Any], roles: tuple[str, ...]) -> Any:
    turns = [turn for turn in prompt if isinstance(turn, dict) and turn.get('role') in roles]
    return turns[-1].get('prompt', turns[-1].get('content')) if turns else None
