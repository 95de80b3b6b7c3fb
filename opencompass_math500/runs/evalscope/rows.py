"""One reply of evalscope: its row in the predictions, its row in the reviews, put together.

Source: modelscope/evalscope 1.14.1, ``evalscope/api/evaluator/cache.py`` (``ModelResult``,
``ReviewResult``), ``evalscope/models/utils/openai.py`` (``openai_handle_bad_request``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from opencompass_math500.endings import meaning_of, shared_reason
from opencompass_math500.errors import MalformedData
from opencompass_math500.response import Response, Turn
from opencompass_math500.runs.chat import asked_in, text_and_reasoning
from opencompass_math500.runs.json_values import as_object, written_whole
from opencompass_math500.runs.known import known_problem, problem_within, subject_of
from opencompass_math500.runs.prediction import gold_answer
from opencompass_math500.runs.rows import Numeral, Row

__all__ = ['Around', 'Review', 'index_of', 'response_of', 'review_of', 'was_refused']

Around = tuple[str, str]
"""What stands before the problem in a prompt, and after it."""

# Of a request that the endpoint refuses as too long or unsafe, evalscope makes the error's text the
# reply. This word is for a reply that was cut, and for no request.
_CUT: Final = 'max_tokens'
_REFUSED: Final = {'length': 'failed_request', 'filter': 'content_filter'}
_LONGEST_ANSWER: Final = 4096  # characters that are kept of what a row extracted


@dataclass(frozen=True, slots=True)
class Review:
    """What evalscope says of one reply; short, for all of a subset are kept while it is read.

    Attributes:
        golds: the accepted answers; mostly one.
        answer: what it extracted; None where unknown.
        is_correct: its verdict; None where it is none of right or wrong.
        sample: the number of the reply among those to one problem; None where unknown.
    """

    golds: tuple[str, ...]
    answer: str | None
    is_correct: bool | None
    sample: int | None


def index_of(row: Row) -> int:
    """Return the number of a row's reply in its subset.

    Raises:
        MalformedData: it has none.
    """
    index = written_whole(row.fields.get('index'))
    if index is None:
        raise MalformedData(f'{row.place}: no "index"')
    return index


def review_of(row: Row) -> Review:
    """Return what a row of the reviews says."""
    scored = as_object(row.fields.get('sample_score'))
    score = as_object(scored.get('score'))
    target = row.fields.get('target')
    golds = [target] if isinstance(target, str) else target if isinstance(target, list) else []
    answer = score.get('extracted_prediction')
    fits = isinstance(answer, str) and len(answer) <= _LONGEST_ANSWER
    return Review(
        golds=tuple(str(gold) for gold in golds if isinstance(gold, str) and gold.strip()),
        answer=str(answer) if fits else None,
        is_correct=_is_correct(score),
        sample=written_whole(scored.get('generation_index')),
    )


def _is_correct(score: Mapping[str, Any]) -> bool | None:
    values = as_object(score.get('value'))
    name = score.get('main_score_name')
    # Version 1.0 called it acc.
    value = values.get(str(name) if name else 'accuracy', values.get('acc'))
    number = float(value) if isinstance(value, Numeral) else None
    return bool(number) if number in (0.0, 1.0) else None


def was_refused(row: Row) -> bool:
    """Tell whether the reply of a row is the text of an error, by the endpoint.

    What an endpoint generates has its id and usage; what evalscope puts in its place has not.
    """
    output = as_object(row.fields.get('model_output'))
    ended = _text(_choice(output).get('stop_reason'))
    said = ended != _CUT and meaning_of(ended) in _REFUSED
    return said and output.get('id') is None and output.get('usage') is None


def response_of(row: Row, review: Review | None, level: int, around: Around | None) -> Response:
    """Return the response of a row, of either kind; position and sample are not its to know.

    Args:
        row: of the predictions; of the reviews where there is none.
        review: what evalscope says of it; None where it has not been reviewed.
        level: of the subset; 0 where unknown.
        around: what is around the problem in a prompt; None where unknown.

    Raises:
        MalformedData: no reply, or no gold; names the row.
    """
    fields, output = row.fields, as_object(row.fields.get('model_output'))
    scored = as_object(fields.get('sample_score'))
    if output.get('choices') == [] or (not output and not scored):
        raise MalformedData(f'{row.place}: no reply in it')
    about = as_object(fields.get('metadata')) or as_object(scored.get('sample_metadata'))
    text, reasoning = _said(fields, output, scored)
    prompt = asked_in(fields.get('messages'))
    problem = _problem(prompt, around)
    unique_id, known = known_problem(_text(about.get('question_id')), problem)
    gold = _gold(row, review, about)
    refused = was_refused(row)
    ended = _ended(output)
    return Response(
        unique_id=unique_id,
        problem=problem,
        subject=subject_of(unique_id if known else '') or _text(about.get('type')),
        level=level or (known.level if known else 0),
        prompt=prompt,
        response='' if refused else text,
        reasoning=reasoning,
        gold=gold,
        other_verdict=review.is_correct if review else None,
        other_answer=review.answer if review else None,
        finish_reason=_REFUSED[meaning_of(ended) or ''] if refused else shared_reason(ended),
        tokens=written_whole(as_object(output.get('usage')).get('output_tokens')),
        reply={'error': text} if refused else None,
        place=row.place,
    )


def _said(
    fields: Mapping[str, Any], output: Mapping[str, Any], scored: Mapping[str, Any]
) -> tuple[str, str]:
    """The reply and its reasoning: of a row of the reviews, what its messages end with."""
    if output:
        return text_and_reasoning(as_object(_choice(output).get('message')).get('content'))
    messages = fields.get('messages')
    last = messages[-1] if isinstance(messages, list) and messages else None
    if isinstance(last, Mapping) and last.get('role') == 'assistant':
        return text_and_reasoning(last.get('content'))
    return _text(as_object(scored.get('score')).get('prediction')), ''


def _ended(output: Mapping[str, Any]) -> str | None:
    """Its own word for how the reply ended; of one that it does not know, the endpoint's."""
    ended = _text(_choice(output).get('stop_reason'))
    if ended != 'unknown':
        return ended or None
    words = as_object(as_object(output.get('metadata')).get('finish_reasons'))
    return _text(words.get('0')) or None


def _problem(prompt: Sequence[Turn], around: Around | None) -> str:
    asked = prompt[-1].text if prompt else ''
    if around is not None and asked.startswith(around[0]) and asked.endswith(around[1]):
        return asked[len(around[0]) : len(asked) - len(around[1])]
    found = problem_within(asked)
    return found[1] if found else ''


def _gold(row: Row, review: Review | None, about: Mapping[str, Any]) -> str:
    """The gold answer; of a reply that was not reviewed, the box of the problem's solution."""
    if review and review.golds:
        return gold_answer(review.golds[0])
    for name in ('solution', 'reasoning'):
        solution = _text(about.get(name))
        if '\\boxed' in solution:
            return gold_answer(solution)
    raise MalformedData(f'{row.place}: no gold answer: neither a review nor a solution with a box')


def _choice(output: Mapping[str, Any]) -> Mapping[str, Any]:
    choices = output.get('choices')
    return as_object(choices[0]) if isinstance(choices, list) and choices else {}


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str) else ''
