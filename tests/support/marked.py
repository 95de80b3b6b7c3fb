"""Graded responses without texts, as scores count them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opencompass_math500.grading import Outcome, Verdict
from opencompass_math500.response import Response

__all__ = ['marked']


def marked(
    unique_id: str = '1',
    outcome: Outcome = 'correct',
    *,
    subject: str = '',
    level: int = 0,
    sample: int = 0,
    gold: str = '7',
    answer: str = '7',
    was_cut: bool = False,
    finish_reason: str | None = 'stop',
    tokens: int | None = None,
    sampling: Mapping[str, Any] | None = None,
) -> Response:
    return Response(
        unique_id=unique_id,
        subject=subject,
        level=level,
        sample=sample,
        gold=gold,
        verdict=Verdict(outcome, answer, gold, '', was_cut=was_cut),
        finish_reason=finish_reason,
        tokens=tokens,
        reply=None if sampling is None else {'sampling': sampling},
    )
