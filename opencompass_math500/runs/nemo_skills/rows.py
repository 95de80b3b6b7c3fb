"""One row of an output of NeMo-Skills as a response.

Source: NVIDIA/NeMo-Skills (October 2025), ``nemo_skills/inference/generate.py``
(``postprocess_single_output``), ``inference/model/base.py`` (what a reply gives),
``inference/model/context_retry.py`` (errors), ``evaluation/evaluator/math.py`` (verdicts),
``evaluation/metrics/utils.py`` (``is_correct_judgement``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from opencompass_math500.dataset.problem import parse_level
from opencompass_math500.endings import meaning_of
from opencompass_math500.errors import MalformedData
from opencompass_math500.response import Response, turns_of
from opencompass_math500.runs.json_values import written_whole
from opencompass_math500.runs.known import known_problem, subject_of
from opencompass_math500.runs.rows import Row

__all__ = ['OutputRow', 'response_of']

_REMEDY: Final = 'give an output of a benchmark of mathematics'
_JUDGEMENT: Final = re.compile(r'\s*(?:\*\*)?\s*(yes|no)\b', re.IGNORECASE)
_MARK: Final = 'Judgement:'
_THOUGHT: Final = re.compile(r'</?think>', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OutputRow:
    """What one row holds.

    Attributes:
        response: the response; its ``other_verdict`` is the symbolic comparison, or where
            there is none the LLM judge's word.
        judged: what the LLM judge said; None where it was not asked, or said neither.
        unclear: whether it was asked, and said neither.
    """

    response: Response
    judged: bool | None
    unclear: bool


def response_of(row: Row) -> OutputRow:
    """Return what one row says.

    Raises:
        MalformedData: it holds no text of a model, or no gold; names it.
    """
    fields = row.fields
    response, reasoning = _said(row)
    gold = _text(fields.get('expected_answer'))
    if gold is None:
        raise MalformedData(f'{row.place}: no "expected_answer" that is text', _REMEDY)
    problem = _text(fields.get('problem')) or _text(fields.get('question')) or ''
    unique_id, known = known_problem(_unique_id(row), problem)
    judged = _judged(fields.get('judgement'))
    symbolic = next((fields[n] for n in ('symbolic_correct', 'is_correct') if n in fields), None)
    other = symbolic if isinstance(symbolic, bool) else judged
    answer = fields.get('predicted_answer')
    return OutputRow(
        Response(
            unique_id=unique_id,
            problem=problem,
            subject=_text(fields.get('subject')) or (subject_of(unique_id) if known else ''),
            level=parse_level(str(fields.get('level'))) or (known.level if known else 0),
            prompt=turns_of(fields.get('messages')),
            response=response,
            reasoning=reasoning,
            gold=gold,
            other_verdict=other,
            other_answer=(_text(answer) or '') if 'predicted_answer' in fields else None,
            finish_reason=_ended(row),
            tokens=written_whole(fields.get('num_generated_tokens')),
            place=row.place,
        ),
        judged,
        fields.get('judgement') is not None and judged is None,
    )


def _said(row: Row) -> tuple[str, str]:
    """The reply, and what stands apart from it.

    Where NeMo-Skills takes thoughts out of replies (``parse_reasoning``), it keeps the whole
    beside them. Of a thought without an end, whose beginning stood in the prompt, nothing but
    its flag tells that it is one; but a reply that the model ended by itself is none.
    """
    fields = row.fields
    kept, full = _text(fields.get('generation')), _text(fields.get('_full_generation'))
    if kept is None and full is None:
        raise MalformedData(f'{row.place}: no "generation" that is text', _REMEDY)
    apart = _text(fields.get('reasoning_content')) or ''
    if full is None:
        return kept or '', apart
    unfinished = fields.get('_generation_finished_thinking') is False or (
        not kept and '_generation_finished_thinking' not in fields
    )
    ended = meaning_of(_text(fields.get('finish_reason'))) == 'stop'
    if unfinished and not ended and not _THOUGHT.search(full):
        return '', f'{apart}{full}'
    return full, apart


def _ended(row: Row) -> str | None:
    """How the reply ended; a request that the endpoint refused as too long is one that failed."""
    if row.fields.get('error') and not _text(row.fields.get('generation')):
        return 'failed_request'
    return _text(row.fields.get('finish_reason'))


def _unique_id(row: Row) -> str:
    """The id of a problem, where it is one of MATH-500 and not the tool's own number."""
    for name in ('unique_id', 'id'):
        value = _text(row.fields.get(name))
        if value and '/' in value:
            return value
    return ''


def _judged(judgement: Any) -> bool | None:
    """What the LLM judge said last; None where it said neither yes nor no.

    NeMo-Skills counts such a reply as no.
    """
    if not isinstance(judgement, str) or _MARK not in judgement:
        return None
    found = _JUDGEMENT.match(judgement.rpartition(_MARK)[2])
    return found[1].lower() == 'yes' if found else None


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, str) else None
