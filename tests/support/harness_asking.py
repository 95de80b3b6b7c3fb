"""Replies of lm-eval's own model classes to requests of our tasks, with their endings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import pytest

pytest.importorskip('lm_eval', reason='lm-eval is not installed (extra lm-eval)')

from opencompass_math500.harness.reply_endings import Request

__all__ = ['as_it_was', 'asked', 'settings']


@contextmanager
def as_it_was(lm: Any) -> Iterator[None]:
    """Nothing of ours stays in the model; what it keeps for itself may."""
    before = dict(vars(lm))
    yield
    kept = {name for name in vars(lm) if isinstance(getattr(type(lm), name, None), cached_property)}
    assert {name: value for name, value in vars(lm).items() if name not in kept} == {
        name: value for name, value in before.items() if name not in kept
    }


def asked(lm: Any, *given: tuple[Any, dict[str, Any]], kind: Any = Request) -> Any:
    """Replies and endings of these prompts with their generation settings."""
    made = [kind('generate_until', {}, one, 0, ('math500', n, 1)) for n, one in enumerate(given)]
    with as_it_was(lm):
        replies = lm.generate_until(made)
    for request, reply in zip(made, replies, strict=True):
        request.resps.append(reply)
    if kind is not Request:
        return replies, []
    return [str(reply) for reply in replies], [end for request in made for end in request.ends]


def settings(cap: int, *stops: str) -> dict[str, Any]:
    """As a task gives them."""
    return {'until': list(stops), 'max_gen_toks': cap, 'do_sample': False, 'temperature': 0.0}
