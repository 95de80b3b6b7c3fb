"""Replies that lm-eval has kept for another run: ``--use_cache``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from lm_eval.api.model import CachingLM, hash_args

from opencompass_math500.errors import ConfigError
from opencompass_math500.harness.reply_endings import EndedReply, Request
from opencompass_math500.notes import note

__all__ = ['look_into_cache']

_MODEL: Final = 'math500_model'
"""The row of a cache, beside those of replies, that says whose they are."""


def look_into_cache() -> None:
    """Have replies to us come out of lm-eval's cache only where they are good, from now on.

    It keeps them by prompt and settings, not by model, and what stands there for a request
    that failed, an empty text, is to it a reply like any other: it would be handed out, and
    counted as failed, as often as the run is repeated.

    Source: lm-eval 0.4.13, ``api/model.py``, ``CachingLM``, ``hash_args``.
    """
    CachingLM.generate_until = _generate_until


def _generate_until(self: Any, requests: Sequence[Any]) -> list[str]:
    """In the place of an attribute that ``CachingLM.__getattr__`` makes up."""
    ours = [request for request in requests if isinstance(request, Request)]
    if ours:
        _refuse_other_model(self)
        _forget_failed(self, ours)
    replies: list[str] = CachingLM.__getattr__(self, 'generate_until')(requests)
    return replies


def _refuse_other_model(cache: Any) -> None:
    """Whose replies a cache holds is written into it when we first see it.

    Raises:
        ConfigError: another model's.
    """
    model = _name_of(cache.lm)
    whose = cache.dbdict.get(_MODEL)
    if whose is None:
        cache.dbdict[_MODEL] = model
    elif whose != model:
        raise ConfigError(
            f'--use_cache {cache.cache_db} holds replies of {whose}, and not of {model}',
            'give each model a cache of its own',
        )


def _name_of(lm: Any) -> str:
    """The model as ``--model_args`` name it, an endpoint's ``model``, and its precision."""
    given = getattr(lm, 'model_args', None)  # of vLLM, whose lm.model is its engine
    within = given.get('model') if isinstance(given, dict) else None
    names = (within, getattr(lm, 'pretrained', None), getattr(lm, 'model', None))
    name = next((name for name in names if isinstance(name, str)), type(lm).__name__)
    parts = [getattr(lm, part, None) for part in ('revision', 'peft', 'delta')]
    if precision := getattr(getattr(lm, 'model', None), 'dtype', None):
        parts.append(str(precision))  # bfloat16 answers otherwise than float32
    return ' '.join([name, *(part for part in parts if isinstance(part, str))])


def _forget_failed(cache: Any, requests: Sequence[Request]) -> None:
    names = {hash_args(request.request_type, request.args) for request in requests}
    failed = [name for name in names if _has_failed(cache.dbdict.get(name))]
    for name in failed:
        del cache.dbdict[name]
    if failed:
        note(f'--use_cache: {len(failed)} that failed are asked again')


def _has_failed(reply: object) -> bool:
    return isinstance(reply, EndedReply) and reply.ending.finish_reason == 'failed_request'
