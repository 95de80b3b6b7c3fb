"""One row of a sample log: the problem, the prompt, the replies, what was thought of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

from opencompass_math500.errors import MalformedData
from opencompass_math500.grading.verdict import OUTCOMES
from opencompass_math500.response import Item
from opencompass_math500.runs.lm_eval.reference import Reference, reference_of
from opencompass_math500.runs.prediction import Prediction
from opencompass_math500.runs.rows import Numeral, Row

__all__ = ['Logged', 'position_of', 'responses_in']

_GRADED: Final = 'math500'
_REMEDY: Final = 'run the task again with --log_samples'
# The metrics of other tasks that say whether a response is right.
_OTHERS: Final = ('exact_match', 'math_verify', 'accuracy', 'acc')
_ROLES: Final = {'user': 'HUMAN', 'assistant': 'BOT', 'system': 'SYSTEM'}


@dataclass(frozen=True, slots=True)
class Logged:
    """One response of a sample log. What the log does not say is '', 0 or None.

    Attributes:
        place: file and line.
        position: the problem's number in the task's data, from 0.
        sample: 0 for the first response to the problem, 1 for the second, ...
        reference: the problem and its gold.
        prompt: a text, or turns as in an ``origin_prompt`` of OpenCompass.
        response: the whole reply.
        finish_reason, tokens: how it ended, and its length.
        has_grade: whether one of our tasks has graded it.
        item: the verdict of this package that is in the log; None where there is none that
            can be read.
        other: whether another task's own metric took it for right.
    """

    place: str
    position: int
    sample: int
    reference: Reference
    prompt: Any
    response: str
    finish_reason: str | None
    tokens: int | None
    has_grade: bool
    item: Item | None
    other: bool | None

    @property
    def to_grade(self) -> dict[str, Any]:
        """The arguments of :func:`~opencompass_math500.grade`."""
        return {
            'response': self.response,
            'gold': self.reference.gold,
            'problem': self.reference.problem or None,
            'finish_reason': self.finish_reason,
        }

    @property
    def prediction(self) -> Prediction:
        """The response as a row of a prediction file would have it."""
        return Prediction(
            row=self.position,
            sample=self.sample,
            unique_id=self.reference.unique_id or None,
            response=self.response,
            gold=self.reference.gold,
            problem=self.reference.problem or None,
            finish_reason=self.finish_reason,
            same_problem=hash(self.reference.unique_id or str(self.position)),
        )


def position_of(row: Row, count: int) -> int:
    """The number of a row's problem; ``count``, of the rows before, where it has none."""
    number = _whole(row.fields.get('doc_id'))
    return count if number is None else number


def responses_in(row: Row, position: int) -> Iterator[Logged]:
    """The responses of one row, one a sample.

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
    responses = _responses(row)
    graded = doc.get(_GRADED)
    grades = [one if isinstance(one, dict) else {} for one in _list(graded)]
    if grades:
        # Between processes of uneven share lm-eval asks one problem several times.
        responses = responses[: len(grades)]
    prompt = _prompt(row.fields.get('arguments'))
    other = None if grades else _other(row, responses)
    for sample, response in enumerate(responses):
        grade = grades[sample] if sample < len(grades) else {}
        ended = grade.get('finish_reason')
        yield Logged(
            place=row.place,
            position=position,
            sample=sample,
            reference=reference,
            prompt=prompt,
            response=response,
            finish_reason=ended if _is_text(ended) else None,
            tokens=_whole(grade.get('response_tokens')),
            has_grade=bool(grades),
            item=_item(reference, position, sample, grade),
            other=other,
        )


def _responses(row: Row) -> list[str]:
    """The replies to a problem: one request, all of its repeats."""
    requests = _list(row.fields.get('resps'))
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
    named = [name for name in _list(row.fields.get('metrics')) if isinstance(name, str)]
    for name in _OTHERS:
        value = row.fields.get(name) if name in named else None
        if isinstance(value, bool):
            return value
        if isinstance(value, Numeral) and float(value) in (0.0, 1.0):
            return bool(float(value))
    return None


def _item(
    reference: Reference, position: int, sample: int, grade: Mapping[str, Any]
) -> Item | None:
    """The verdict of this package; None where there is none, or it is not of its shape."""
    names = ('reason', 'rule', 'extraction')
    answer, ended = grade.get('answer'), grade.get('finish_reason')
    texts = [grade.get(name) for name in names]
    good = (
        grade.get('verdict') in OUTCOMES
        and all(map(_is_text, texts))
        and isinstance(grade.get('was_cut'), bool)
        and (answer is None or _is_text(answer))
        and (ended is None or _is_text(ended))
    )
    if not good:
        return None
    return Item(
        unique_id=reference.unique_id or str(position),
        subject=reference.subject,
        level=reference.level,
        sample=sample,
        gold=reference.gold,
        answer=answer or '',
        outcome=grade['verdict'],
        was_cut=grade['was_cut'],
        finish_reason=ended,
        tokens=_whole(grade.get('response_tokens')),
        **{name: grade[name] for name in names},
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _whole(value: Any) -> int | None:
    good = isinstance(value, Numeral) and value.isdecimal() and len(value) < 16
    return int(value) if good else None
