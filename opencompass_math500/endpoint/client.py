"""Many questions to one endpoint at once: every one ends as a reply on record."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from opencompass_math500.endpoint.faults import Fault, fault_of
from opencompass_math500.endpoint.pace import Pace
from opencompass_math500.endpoint.reply import Question, Reply
from opencompass_math500.endpoint.request import Dialect, collected, reply_of
from opencompass_math500.endpoint.settings import EndpointSettings
from opencompass_math500.errors import ConfigError, EndpointError

__all__ = ['Endpoint', 'Record']

Record = Callable[[Question, Reply], None]

_logger = logging.getLogger(__name__)


class _Later(Exception):
    """An attempt failed in a way that waiting may mend."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.what)


class _Halted(Exception):
    """The run was stopped while this question waited for its next attempt."""


@dataclass(slots=True)
class _Tally:
    """How many requests were sent for one question."""

    sent: int = 0


class Endpoint:
    """An OpenAI-compatible endpoint, through the official client.

    Args:
        settings: how to ask.
        key: the API key; it is never logged, and taken out of every error text.

    Raises:
        ConfigError: the key cannot be one, or tasks cannot share their pace.
    """

    def __init__(self, settings: EndpointSettings, key: str) -> None:
        self._settings, self._key = settings, _checked(key)
        self._dialect = Dialect(
            settings.model,
            settings.sampling,
            token_parameter=settings.token_parameter,
            extra_body=settings.extra_body,
            stream=settings.stream,
        )
        self._pace = Pace(
            f'{settings.base_url.rstrip("/")} {settings.model} {self._key}',
            concurrency=settings.concurrency,
            requests_per_minute=settings.requests_per_minute,
            tokens_per_minute=settings.tokens_per_minute,
            longest_hold=settings.patience,
            folder=settings.folder,
        )
        self._ever_answered = False

    def ask_all(self, questions: Iterable[Question], record: Record) -> None:
        """Ask every question, and record each reply the moment it is there.

        A question that fails for good is recorded as ``failed_request``, and costs no
        other. Must not be called from a running event loop.

        Raises:
            EndpointError: no request will do until a person acts (key, balance, model
                name, address). Replies to requests in flight were still recorded.
            Exception: what ``questions`` or ``record`` raised, likewise.
        """
        asyncio.run(self._ask_all(iter(questions), record))

    async def _ask_all(self, questions: Iterator[Question], record: Record) -> None:
        import openai

        self._stop: EndpointError | None = None
        self._stopped = asyncio.Event()
        self._failures = 0
        settings = self._settings
        async with openai.AsyncOpenAI(
            api_key=self._key,
            base_url=settings.base_url,
            max_retries=0,  # retries are counted, paced and recorded here
            timeout=openai.Timeout(settings.timeout, connect=settings.connect_timeout),
        ) as client:
            workers = [
                asyncio.create_task(self._work(client, questions, record))
                for _ in range(settings.concurrency)
            ]
            try:
                await asyncio.wait(workers, return_when=asyncio.FIRST_EXCEPTION)
                self._stopped.set()
                ends = await asyncio.gather(*workers, return_exceptions=True)
            finally:
                for worker in workers:  # an interrupt
                    worker.cancel()
                await asyncio.gather(*workers, return_exceptions=True)
        for end in ends:
            if end is not None:
                raise end
        if self._stop is not None:
            raise self._stop

    async def _work(self, client: Any, questions: Iterator[Question], record: Record) -> None:
        """Ask one question after the other until there are none, or the run is stopped."""
        for question in questions:
            try:
                reply = await self._ask(client, question)
            except _Halted:
                return
            except EndpointError as error:
                self._halt(error)
                return
            record(question, reply)
            self._count(reply)
            if self._stopped.is_set():
                return

    def _halt(self, error: EndpointError) -> None:
        if self._stop is None:
            _logger.warning('stopping once the requests in flight have ended: %s', error)
        self._stop = self._stop or error
        self._stopped.set()

    def _count(self, reply: Reply) -> None:
        """Stop when nothing but failures comes."""
        if not reply.failed:
            self._failures, self._ever_answered = 0, True
            return
        self._failures += 1
        if self._failures >= self._settings.failures_in_a_row:
            self._halt(
                EndpointError(
                    f'{self._failures} requests in a row failed, the last one: {reply.error}',
                    'mend the cause, then run again with -r: nothing answered is asked again',
                )
            )

    async def _ask(self, client: Any, question: Question) -> Reply:
        """One question, as often as it takes."""
        from tenacity import (
            AsyncRetrying,
            retry_if_exception_type,
            stop_after_attempt,
            stop_before_delay,
        )

        settings, tally = self._settings, _Tally()
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(_Later),
            stop=stop_after_attempt(settings.attempts) | stop_before_delay(settings.patience),
            wait=self._wait,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            async for attempt in retrying:
                with attempt:
                    reply = await self._once(client, question, tally)
        except _Later as last:
            self._give_up(last.fault)
            reply = self._failed(question, last.fault.what)
        return replace(reply, attempts=tally.sent)

    def _give_up(self, fault: Fault) -> None:
        """Waiting did not help: is it this question, or the endpoint?"""
        if fault.unreachable and not self._ever_answered:
            raise EndpointError(
                f'{self._settings.address} cannot be reached: {fault.what}',
                'start the server or mend base_url, then run again with -r',
            )
        if self._too_long(fault):
            raise EndpointError(
                f'the endpoint asks to wait {fault.retry_after:.0f} s, more than '
                f'patience={self._settings.patience:.0f} s ({fault.what})',
                'run again with -r later: nothing answered is asked again',
            )

    def _too_long(self, fault: Fault) -> bool:
        return fault.retry_after is not None and fault.retry_after >= self._settings.patience

    def _failed(self, question: Question, error: str) -> Reply:
        _logger.warning('question %d failed: %s', question.index, error)
        return Reply('', 'failed_request', sampling=self._dialect.sampling(question), error=error)

    def _wait(self, state: Any) -> float:
        """Seconds until the next attempt: with full jitter, and no less than was asked for.

        Source: Brooker 2015, "Exponential Backoff And Jitter" (AWS Architecture Blog).
        """
        from tenacity import wait_random_exponential

        later = state.outcome.exception()
        jittered = wait_random_exponential(multiplier=self._settings.first_wait, max=60)(state)
        return max(float(jittered), later.fault.retry_after or 0.0)

    async def _sleep(self, seconds: float) -> None:
        """Wait for the next attempt, but not once the run is stopped."""
        try:
            await asyncio.wait_for(self._stopped.wait(), timeout=seconds)
        except asyncio.TimeoutError:
            return
        raise _Halted

    async def _once(self, client: Any, question: Question, tally: _Tally) -> Reply:
        """One attempt; raises _Later where another may do better."""
        guess = sum(len(m['content']) for m in question.messages) // 3 + question.max_tokens // 4
        while True:
            async with self._pace.slot(self._sleep):
                reserved = await self._pace.admit(guess, self._sleep)
                if self._stopped.is_set():
                    raise _Halted
                # Now, not before the wait: another request may have taught us in between.
                sampling = self._dialect.sampling(question)
                tally.sent += 1
                began = time.monotonic()
                end = await self._sent(client, question, sampling)
                latency = time.monotonic() - began
            if isinstance(end, Reply):
                if end.tokens is not None:
                    self._pace.settle(reserved, end.tokens + (end.prompt_tokens or 0))
                return replace(end, latency=latency)
            # Raised out here, an error does not carry the client's along, whose text may
            # hold the key.
            settled = self._settle_fault(question, end, sampling)
            if settled is not None:
                return settled

    async def _sent(
        self, client: Any, question: Question, sampling: Mapping[str, Any]
    ) -> Reply | Fault:
        """How one request ended."""
        try:
            return await asyncio.wait_for(
                self._send(client, question, sampling), timeout=self._settings.timeout
            )
        except Exception as error:
            fault = fault_of(error, self._key)
            if fault is None:
                raise
            return fault

    async def _send(self, client: Any, question: Question, sampling: Mapping[str, Any]) -> Reply:
        answer = await client.chat.completions.create(**self._dialect.arguments(question, sampling))
        if self._settings.stream:
            async with answer:
                return await collected(answer, sampling)
        return reply_of(answer, sampling)

    def _settle_fault(
        self, question: Question, fault: Fault, sent: Mapping[str, Any]
    ) -> Reply | None:
        """What to do about a fault: a reply, or None to ask again at once."""
        if fault.kind == 'wait':
            # A wait that ends this run must not hold up the next one.
            if fault.retry_after and not self._too_long(fault):
                self._pace.hold(fault.retry_after)
            raise _Later(fault)
        if fault.kind == 'stop':
            raise EndpointError(
                f'{self._settings.address} refuses all requests: {fault.what}',
                'mend that, then run again with -r: nothing answered is asked again',
            )
        if fault.kind == 'adapt' and self._dialect.adapt(fault.parameter, sent):
            _logger.warning('the endpoint refuses %s; asking without it', fault.parameter)
            return None
        if fault.kind == 'filter':
            return Reply('', 'content_filter', sampling=sent, error=fault.what)
        return self._failed(question, fault.what)


def _checked(key: str) -> str:
    """The key, fit for a header.

    Raises:
        ConfigError: it holds what no key does; a header's error would show all of it.
    """
    key = key.strip() or 'none'
    if not key.isascii() or not key.isprintable() or ' ' in key:
        raise ConfigError(
            'the API key holds a blank, a line break or a letter beyond ASCII',
            'copy it again into its environment variable',
        )
    return key
