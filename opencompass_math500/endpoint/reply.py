"""What is asked of an endpoint, and the record of what came back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from opencompass_math500.errors import ConfigError

__all__ = ['Prices', 'Question', 'Reply']


@dataclass(frozen=True, slots=True)
class Question:
    """One request.

    Attributes:
        index: the caller's number for it.
        messages: chat messages, each ``{'role': ..., 'content': ...}``.
        max_tokens: cap on the reply, reasoning included.
        stop: texts that end the reply.
    """

    index: int
    messages: Sequence[Mapping[str, str]]
    max_tokens: int
    stop: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """How one request ended: always a record, never an exception.

    Attributes:
        text: the answer part; '' where there is none.
        finish_reason: the endpoint's (``stop``, ``length``, ``content_filter``, ...), None
            where it gives none, or ``failed_request`` where there is no reply at all.
            Names of one vendor's own are those that others share (``sensitive`` is
            ``content_filter``).
        tokens, prompt_tokens: generated and prompt tokens; None where not stated.
        reasoning_tokens: those of ``tokens`` that are reasoning; None where not stated.
        cached_tokens: those of ``prompt_tokens`` that were cached; None where not stated.
        reasoning: ``reasoning_content``, kept apart from the answer.
        latency: seconds from sending to the last byte, of the last attempt.
        attempts: requests sent for this reply.
        request_id: the endpoint's name for the request.
        model: the model, as the endpoint states it.
        sampling: the parameters sent beside messages and model.
        error: why the request failed; '' where it did not.
    """

    text: str
    finish_reason: str | None
    tokens: int | None = None
    prompt_tokens: int | None = None
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None
    reasoning: str = ''
    latency: float = 0.0
    attempts: int = 1
    request_id: str | None = None
    model: str | None = None
    sampling: Mapping[str, Any] = field(default_factory=dict)
    error: str = ''

    @property
    def failed(self) -> bool:
        """Whether there is no reply, so that the question is to be asked again."""
        return self.finish_reason == 'failed_request'


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices in any currency per million tokens.

    Attributes:
        prompt, completion: of prompt and generated tokens; reasoning is generated.
        cached_prompt: of cached prompt tokens; the price of ``prompt`` by default.
        currency: its sign or code, for display.
    """

    prompt: float
    completion: float
    cached_prompt: float | None = None
    currency: str = 'USD'

    @classmethod
    def of(cls, given: Mapping[str, Any] | None) -> Prices | None:
        """Read prices from a config; None for None.

        Raises:
            ConfigError: a name is unknown, a price is missing, or none of 0 or more.
        """
        if given is None:
            return None
        try:
            prices = cls(**given)
            for price in (prices.prompt, prices.completion, prices.cached_prompt or 0):
                if not 0 <= price < float('inf'):
                    raise TypeError(f'{price} is no price')
        except TypeError as error:
            raise ConfigError(
                f'prices={dict(given)} cannot be read ({error})',
                "give prices=dict(prompt=2.5, completion=10, currency='USD'), "
                'each per million tokens',
            ) from error
        return prices

    def cost(self, reply: Reply) -> float:
        """Return what a reply cost, as far as its tokens are known."""
        prompt = reply.prompt_tokens or 0
        cached = min(reply.cached_tokens or 0, prompt)
        cached_price = self.prompt if self.cached_prompt is None else self.cached_prompt
        spent = (prompt - cached) * self.prompt + cached * cached_price
        return (spent + (reply.tokens or 0) * self.completion) / 1e6
