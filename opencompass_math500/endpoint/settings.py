"""How to ask an endpoint."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from opencompass_math500.endpoint.request import TokenParameter
from opencompass_math500.errors import ConfigError

__all__ = ['EndpointSettings']

_RATES: Final = ('requests_per_minute', 'tokens_per_minute')


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """Whom to ask, what to send, how fast, and how long to try.

    Attributes:
        model, base_url: whom.
        sampling, token_parameter, extra_body, stream: what to send, see :class:`Dialect`.
        concurrency, requests_per_minute, tokens_per_minute: the pace, shared by all tasks.
        timeout: seconds for a whole reply, however slowly it drips in.
        connect_timeout: seconds to make a connection.
        attempts: requests for one question, at most; those apart that teach which
            parameters the model takes.
        patience: seconds after which no further attempt at a question is begun.
        first_wait: seconds before the second attempt; doubles, with jitter, up to a minute.
        failures_in_a_row: failed questions without a reply in between that end the run.
        folder: where tasks share their pace; the user's temporary folder by default.

    Raises:
        ConfigError: a number is none, or below what makes sense.
    """

    model: str
    base_url: str
    sampling: Mapping[str, Any] = field(default_factory=lambda: {'temperature': 0})
    token_parameter: TokenParameter = 'auto'
    extra_body: Mapping[str, Any] = field(default_factory=dict)
    stream: bool = False
    concurrency: int = 8
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    timeout: float = 1200.0
    connect_timeout: float = 10.0
    attempts: int = 40
    patience: float = 1800.0
    first_wait: float = 1.0
    failures_in_a_row: int = 10
    folder: Path | None = None

    def __post_init__(self) -> None:
        if not re.match('https?://[^/]', self.base_url):
            # Not shown: what is no address may yet hold a password.
            raise ConfigError(
                'base_url is no address', "give one such as 'https://api.openai.com/v1'"
            )
        for name in ('concurrency', 'attempts', 'failures_in_a_row'):
            value = getattr(self, name)
            if not isinstance(value, int) or value < 1:
                raise ConfigError(f'{name}={value!r} is no number of 1 or more')
        for name in ('timeout', 'connect_timeout', 'patience', 'first_wait', *_RATES):
            value = getattr(self, name)
            if value is None and name in _RATES:
                continue
            if not isinstance(value, int | float) or not 0 < value < float('inf'):
                none = ', or None for no limit' if name in _RATES else ''
                raise ConfigError(f'{name}={value!r} is no number above 0{none}')

    @property
    def address(self) -> str:
        """``base_url`` for people: without the password that one may carry."""
        return re.sub(r'//[^/]*@', '//', self.base_url).split('?')[0]
