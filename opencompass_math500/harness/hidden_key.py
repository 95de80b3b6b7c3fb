"""The key of an endpoint, kept out of what lm-eval logs."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

__all__ = ['hidden']

_LOGGER: Final = 'lm_eval.models.api_models'
_SECRET: Final = 8  # characters; what is shorter ('none') is no secret, and may be a word


@contextmanager
def hidden(key: str) -> Iterator[None]:
    """While this is open, lm-eval's log of requests has ``***`` where the key would stand.

    With several requests at a time it logs a failed one with its headers, and in any case
    what the endpoint says, which may be the key.

    Source: lm-eval 0.4.13, ``models/api_models.py``, ``TemplateAPI.amodel_call``.
    """
    if len(key) < _SECRET:
        yield
        return

    def hide(record: logging.LogRecord) -> bool:
        record.msg, record.args = record.getMessage().replace(key, '***'), ()
        return True

    logger = logging.getLogger(_LOGGER)
    logger.addFilter(hide)
    try:
        yield
    finally:
        logger.removeFilter(hide)
