"""One row of a sample log: the problem, the prompt, the replies, what was thought of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

from opencompass_math500.errors import MalformedData
from opencompass_math500.grading import OUTCOMES, Verdict
from opencompass_math500.response import Response, turns_of
from opencompass_math500.runs.json_values import as_list, written_whole
from opencompass_math500.runs.lm_eval.reference import Reference, reference_of
from opencompass_math500.runs.rows import Numeral, Row

__all__ = ['LoggedRow', 'position_of', 'responses_in']

_GRADED: Final = 'math500'
_REMEDY: Final = 'run the task again with --log_samples'
# The metrics of other tasks that say whether a response is right.
_OTHERS: Final = ('exact_match', 'math_verify', 'accuracy', 'acc')
_ROLES: Final = {'user': 'HUMAN', 'assistant': 'BOT', 'system': 'SYSTEM'}


def position_of(row: Row, count: int) -> int:
    """Return the number of a row's problem; ``count``, of the rows before, where it has none."""
    number = written_whole(row.fields.get('doc_id'))
    return count if number is None else number


@dataclass(frozen=True, slots=True)
class LoggedRow:
    """What one row of a sample log holds.

    Attributes:
        responses: to one problem, one a sample; a verdict that cannot be read is None.
        from_solution: whether the gold is the box of a whole solution.
        has_grades: whether one of our tasks has graded them.
    """

    responses: list[Response]
    from_solution: bool
    has_grades: bool


def responses_in(row: Row, position: int) -> LoggedRow:
    """Return the responses of one row.

    Args:
        row: a line of the log.
        position: from :func:`position_of`.

    Raises:
        MalformedData: it is no response to a problem with a gold; names it.
    """
    doc = row.fields.get('doc')
    if not isinstance(doc, dict):
        raise MalformedData(f'{row.place}: no "doc" that is an object', _REMEDY)
    reference = reference_of(row, doc)
    replies = _replies(row)
    grades = [one if isinstance(one, dict) else {} for one in as_list(doc.get(_GRADED))]
    if grades:
        # Between processes of uneven share lm-eval asks one problem several times.
        replies = replies[: len(grades)]
    prompt = turns_of(_prompt(row.fields.get('arguments')))
    other = None if grades else _other(row, replies)
    responses = []
    for sample, reply in enumerate(replies):
        grade = grades[sample] if sample < len(grades) else {}
        ended = grade.get('finish_reason')
        responses.append(
            Response(
                position=position,
                sample=sample,
                unique_id=reference.unique_id,
                problem=reference.problem,
                subject=reference.subject,
                level=reference.level,
                prompt=prompt,
                response=reply,
                gold=reference.gold,
                verdict=_verdict(reference, grade),
                other_verdict=other,
                finish_reason=ended if _is_text(ended) else None,
                tokens=written_whole(grade.get('response_tokens')),
                place=row.place,
            )
        )
    return LoggedRow(responses, reference.from_solution, bool(grades))


def _replies(row: Row) -> list[str]:
    """The replies to a problem: one request, all of its repeats."""
    requests = as_list(row.fields.get('resps'))
    replies = requests[0] if len(requests) == 1 else None
    if isinstance(replies, str):
        replies = [replies]
    if not isinstance(replies, list) or not replies or not all(map(_is_text, replies)):
        raise MalformedData(f'{row.place}: "resps" holds no generated text', _REMEDY)
    return replies


def _is_text(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and not isinstance(value, Numeral)


def _prompt(arguments: Any) -> Any:
    """The prompt of the first request: a text, or the messages that an endpoint was sent."""
    first = next(iter(arguments.values()), None) if isinstance(arguments, dict) else arguments
    if isinstance(first, list) and first:  # as older versions have it
        first = {'arg_0': first[0][0] if isinstance(first[0], list) and first[0] else None}
    asked = first.get('arg_0') if isinstance(first, dict) else None
    if not isinstance(asked, list):
        return asked if isinstance(asked, str) else None
    # lm-eval keeps messages as one text of JSON, in a tuple.
    text = asked[0] if len(asked) == 1 and isinstance(asked[0], str) else None
    try:
        messages = json.loads(text) if text is not None else asked
    except (ValueError, RecursionError):
        return text
    return [_turn(one) for one in messages] if isinstance(messages, list) else text


def _turn(message: Any) -> Any:
    if not isinstance(message, dict):
        return message
    role, content = message.get('role'), message.get('content')
    if isinstance(content, list):  # in parts
        texts = [part.get('text') for part in content if isinstance(part, dict)]
        content = ''.join(text for text in texts if isinstance(text, str)) or content
    return {'role': _ROLES.get(str(role), role), 'prompt': content}


def _other(row: Row, responses: Sequence[str]) -> bool | None:
    """What the task's own metric says of a response; of several it says nothing of each."""
    if len(responses) != 1:
        return None
    named = [name for name in as_list(row.fields.get('metrics')) if isinstance(name, str)]
    for name in _OTHERS:
        value = row.fields.get(name) if name in named else None
        if isinstance(value, bool):
            return value
        if isinstance(value, Numeral) and float(value) in (0.0, 1.0):
            return bool(float(value))
    return None


def _verdict(reference: Reference, grade: Mapping[str, Any]) -> Verdict | None:
    """The verdict of this package; None where there is none, or it is not of its shape."""
    names = ('reason', 'rule', 'extraction')
    answer, ended = grade.get('answer'), grade.get('finish_reason')
    good = (
        grade.get('verdict') in OUTCOMES
        and all(_is_text(grade.get(name)) for name in names)
        and isinstance(grade.get('was_cut'), bool)
        and (answer is None or _is_text(answer))
        and (ended is None or _is_text(ended))
    )
    if not good:
        return None
    return Verdict(
        outcome=grade['verdict'],
        answer=answer or None,
        gold=reference.gold,
        was_cut=grade['was_cut'],
        **{name: grade[name] for name in names},
    )
