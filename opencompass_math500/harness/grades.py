"""A reply's grade, as it stands in lm-eval's sample log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from opencompass_math500.endings import Ending
from opencompass_math500.grading import Outcome, grade
from opencompass_math500.notes import note

__all__ = ['LOGGED_AS', 'Grade', 'graded']

LOGGED_AS = 'math500'
"""The field of a logged ``doc`` that holds its grades: a list, one a reply."""


class Grade(TypedDict):
    """What is logged of one reply.

    Keys:
        verdict: the outcome.
        answer: the extracted answer; None where there is none.
        reason, rule, extraction, was_cut: as of
            :class:`~opencompass_math500.grading.verdict.Verdict`.
        finish_reason, response_tokens: how the reply ended and its tokens, as the engine
            saw them; None where unknown.
    """

    verdict: Outcome
    answer: str | None
    reason: str
    rule: str
    extraction: str
    was_cut: bool
    finish_reason: str | None
    response_tokens: int | None


def graded(doc: Mapping[str, Any], reply: object, ending: Ending) -> Grade:
    """Grade a reply to the problem of a row."""
    found = grade(
        response=_text(reply, doc),
        gold=doc['answer'],
        problem=doc['problem'],
        finish_reason=ending.finish_reason,
    )
    return Grade(
        verdict=found.outcome,
        answer=found.answer,
        reason=found.reason,
        rule=found.rule,
        extraction=found.extraction,
        was_cut=found.was_cut,
        finish_reason=ending.finish_reason,
        response_tokens=ending.tokens,
    )


def _text(reply: object, doc: Mapping[str, Any]) -> str:
    """The reply, which is text, unless a model class that we do not know gives another thing."""
    if isinstance(reply, str):
        return reply
    note(f'{doc["unique_id"]}: the model gave no text but {type(reply).__name__}; taken as empty')
    return ''
