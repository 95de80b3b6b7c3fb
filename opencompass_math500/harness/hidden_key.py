"""The key of an endpoint, kept out of what is logged while lm-eval asks."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

__all__ = ['hidden']

_REQUESTS: Final = 'lm_eval.models.api_models'
_SECRET: Final = 8  # characters; what is shorter ('none') is no secret, and may be a word


@dataclass(frozen=True, slots=True)
class _Hide(logging.Filter):
    key: str

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = record.getMessage().replace(self.key, '***'), ()
        return True


@contextmanager
def hidden(key: str) -> Iterator[None]:
    """Put ``***`` where the key would stand in lm-eval's log of requests, while this is open.

    With several requests at a time it logs a failed one with its headers, and in any case
    what the endpoint says, which may be the key. And of two that fail, the second is never
    waited for: asyncio logs it, headers and all, whenever its task is thrown away. That may
    be long after this is closed, so there the key stays hidden.

    Source: lm-eval 0.4.13, ``models/api_models.py``, ``TemplateAPI.amodel_call``; CPython,
    ``asyncio/futures.py``, ``Future.__del__``.
    """
    if len(key) < _SECRET:
        yield
        return
    hide, logger = _Hide(key), logging.getLogger(_REQUESTS)
    logging.getLogger('asyncio').addFilter(hide)  # an equal one is not added again
    logger.addFilter(hide)
    try:
        yield
    finally:
        logger.removeFilter(hide)
