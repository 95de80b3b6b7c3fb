"""Responses with what their run does not say of the problem, from the problems themselves."""

from __future__ import annotations

from dataclasses import replace

from opencompass_math500.dataset.lookup import NamedData
from opencompass_math500.response import Response

__all__ = ['joined']


def joined(one: Response, named: NamedData) -> Response:
    """Return a response with id, text, subject and level of its problem, where they are known.

    Args:
        one: the response; what its run says of the problem stays as it is.
        named: the problems that the user names.
    """
    asked = one.problem or '\n'.join(turn.text for turn in one.prompt[-1:])
    found = named.find(one.unique_id, one.gold, asked)
    if found is None:
        return one
    return replace(
        one,
        unique_id=one.unique_id or found.unique_id,
        problem=one.problem or found.problem,
        subject=one.subject or found.subject,
        level=one.level or found.level,
    )
