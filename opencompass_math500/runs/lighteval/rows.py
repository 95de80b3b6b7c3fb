"""One row of lighteval's details: the problem, the prompt, the replies, what they scored.

Source: huggingface/lighteval 0.13.0, ``src/lighteval/tasks/requests.py`` (``Doc``),
``src/lighteval/models/model_output.py`` (``ModelResponse``), ``src/lighteval/tasks/tasks/
math_500.py``, ``src/lighteval/models/endpoints/litellm_model.py``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from opencompass_math500.errors import MalformedData
from opencompass_math500.response import Response, turns_of
from opencompass_math500.runs.chat import asked_in
from opencompass_math500.runs.json_values import as_list, as_object
from opencompass_math500.runs.known import known_problem, problem_within, subject_of
from opencompass_math500.runs.prediction import gold_answer
from opencompass_math500.runs.question import Question
from opencompass_math500.runs.rows import Numeral, Row

__all__ = ['DetailRow', 'question_of', 'responses_in']

Around = tuple[str, str]
"""What stands before the problem in a prompt, and after it."""

# How the task math_500 asks, where the problem is none that is known.
_BEFORE: Final = (
    'Solve the following problem. The final line of your response MUST be of the following '
    'format:\n"ANSWER: $ANSWER" (without quotes) where $ANSWER is the final answer. Think step '
    'by step before answering.\n\n'
)
_ANSWER: Final = 'ANSWER: '
_FAILED: Final = 'lighteval got no reply'
_LOST: Final = 'lighteval kept no text of this reply, for the first to the problem was empty'
# pass@k:k=1&n=4, avg@n:n=4, extractive_match: 0 says that no sample is right, 1 that all are;
# of pass@k only for a k of 1.
_METRIC: Final = re.compile(r'(?:pass@k:k=(?P<k>\d+)(?:&n=\d+)?|avg@n:n=\d+|.*extractive_match)')


@dataclass(frozen=True, slots=True)
class DetailRow:
    """What one row holds.

    Attributes:
        responses: to one problem, one a sample.
        from_solution: whether the gold is the box of a whole solution.
        lost: how many of them have no text, for lighteval kept none.
    """

    responses: list[Response]
    from_solution: bool
    lost: int


def question_of(row: Row, system: str | None) -> tuple[Question, Around | None]:
    """Return how a task asks, from a row of it, and what is around the problem.

    Args:
        row: of the details.
        system: the system prompt; None where unknown.
    """
    doc, said = as_object(row.fields.get('doc')), as_object(row.fields.get('model_response'))
    query = _text(doc.get('query'))
    around = _around(query)
    shots = doc.get('fewshot_samples')
    text = f'{around[0]}{{problem}}{around[1]}' if around else None
    return Question(
        text=text,
        system=system,
        shots=len(shots) if isinstance(shots, list) else None,
        as_chat=_as_chat(said.get('input'), query),
        around=around,
    ), around


def _as_chat(sent: Any, query: str) -> bool | None:
    """Whether it was a chat turn; None of a text in which a template was filled."""
    if isinstance(sent, list) and sent:
        return True
    return False if query and sent == query else None


def _around(query: str) -> Around | None:
    found = problem_within(query)
    if found is not None:
        return found[0], found[2]
    return (_BEFORE, '') if query.startswith(_BEFORE) else None


def responses_in(row: Row, count: int, around: Around | None) -> DetailRow:
    """Return the responses of one row.

    Args:
        row: of the details.
        count: of the rows before: its problem's number, where it says none.
        around: what is around the problem in the prompt; None where unknown.

    Raises:
        MalformedData: no reply, or no gold; names the row.
    """
    doc, said = as_object(row.fields.get('doc')), as_object(row.fields.get('model_response'))
    texts = as_list(said.get('text'))
    if not texts:
        raise MalformedData(f'{row.place}: no reply in it')
    gold, from_solution = _gold(row, doc)
    shared = _shared(row, count, around, gold)
    thoughts, tokens = as_list(said.get('reasonings')), as_list(said.get('output_tokens'))
    samples = max(_whole(doc.get('num_samples')) or 0, len(texts))
    # litellm's reply to a request that failed is one choice of nothing, however many were asked.
    failed = samples > 1 and texts == [''] and thoughts == [None]
    kept = 0 if failed else len(texts)
    responses = [
        replace(
            shared,
            sample=sample,
            response=_text(texts[sample]) if sample < kept else '',
            reasoning=_text(thoughts[sample]) if sample < len(thoughts) else '',
            finish_reason=None if sample < kept else 'failed_request',
            tokens=_count(tokens, sample),
            reply=None if sample < kept else {'error': _FAILED if failed else _LOST},
        )
        for sample in range(samples)
    ]
    return DetailRow(responses, from_solution, 0 if failed else samples - kept)


def _shared(row: Row, count: int, around: Around | None, gold: str) -> Response:
    """What the responses of a row have in common."""
    doc = as_object(row.fields.get('doc'))
    sent = as_object(row.fields.get('model_response')).get('input')
    position = _whole(doc.get('id'))
    problem = _problem(_text(doc.get('query')), around)
    unique_id, known = known_problem('', problem)
    return Response(
        position=count if position is None else position,
        unique_id=unique_id,
        problem=problem,
        subject=subject_of(unique_id if known else ''),
        level=known.level if known else 0,
        prompt=asked_in(sent) or turns_of(_text(sent) or _text(doc.get('query'))),
        gold=gold,
        other_verdict=_all_right(as_object(row.fields.get('metric'))),
        place=row.place,
    )


def _gold(row: Row, doc: Mapping[str, Any]) -> tuple[str, bool]:
    """The gold answer, and whether it is the box of a solution."""
    choices, index = as_list(doc.get('choices')), doc.get('gold_index')
    number = _whole(index[0] if isinstance(index, list) and index else index)
    text = _text(choices[number]) if number is not None and number < len(choices) else ''
    text = text.removeprefix(_ANSWER)
    if not text.strip():
        raise MalformedData(f'{row.place}: no gold answer in it')
    return gold_answer(text), '\\boxed' in text


def _problem(query: str, around: Around | None) -> str:
    if around and query.startswith(around[0]) and query.endswith(around[1]):
        return query[len(around[0]) : len(query) - len(around[1])]
    found = problem_within(query)
    return found[1] if found else ''


def _all_right(metric: Mapping[str, Any]) -> bool | None:
    """Whether every sample is right, or none is; None where the score does not tell."""
    for name, value in metric.items():
        found = _METRIC.fullmatch(name)
        number = float(value) if isinstance(value, Numeral) else None
        if found and number == 0:
            return False
        if found and number == 1 and found['k'] in (None, '1'):
            return True
    return None


def _count(tokens: list[Any], sample: int) -> int | None:
    """How many tokens a sample has; None where the engine does not give them."""
    found = tokens[sample] if sample < len(tokens) else None
    return len(found) if isinstance(found, list) and found else None


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str) else ''


def _whole(value: Any) -> int | None:
    good = isinstance(value, str) and value.isdecimal() and len(value) < 16
    return int(value) if good else None
