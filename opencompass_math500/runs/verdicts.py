"""Drafts of records with the verdict that they lack."""

from __future__ import annotations

from functools import partial
from typing import Literal

from opencompass_math500.grading.verdict import Verdict
from opencompass_math500.response import Item, Record

__all__ = ['by_item', 'by_verdict']


def by_verdict(record: partial[Record], verdict: Verdict) -> Record:
    """A record whose response was graded while it was read."""
    return record(
        answer=verdict.answer or '',
        verdict=verdict.outcome,
        reason=verdict.reason,
        rule=verdict.rule,
        extraction=verdict.extraction,
        was_cut=verdict.was_cut,
        graded='now',
    )


def by_item(record: partial[Record], item: Item) -> Record:
    """A record with the run's own verdict."""
    graded: Literal['results'] = 'results'
    return record(
        answer=item.answer,
        verdict=item.outcome,
        reason=item.reason,
        rule=item.rule,
        extraction=item.extraction,
        was_cut=item.was_cut,
        graded=graded,
    )
