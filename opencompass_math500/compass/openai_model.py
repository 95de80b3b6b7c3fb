"""``MATH500OpenAI``: a model behind an OpenAI-compatible endpoint, as OpenCompass wants it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any, Final

from opencompass.models.base_api import BaseAPIModel
from opencompass.registry import MODELS

from opencompass_math500.compass.chat_messages import TURNS, messages_of
from opencompass_math500.compass.endpoint_arguments import (
    address_of,
    as_plain,
    key_from,
    refuse_key,
    sent_as_given,
    token_parameter_of,
)
from opencompass_math500.endpoint.client import Endpoint
from opencompass_math500.endpoint.reply import Prices, Question, Reply
from opencompass_math500.endpoint.request import TokenParameter
from opencompass_math500.endpoint.settings import EndpointSettings
from opencompass_math500.errors import ConfigError, IncompleteRunError
from opencompass_math500.runs.record import class_name

__all__ = ['MATH500OpenAI', 'api_model']

# What OpenCompass takes out of a model config before it builds the model.
# Source: OpenCompass 0.5.4, opencompass/utils/build.py, build_model_from_cfg.
_HOSTS_OWN: Final = frozenset({
    'type', 'abbr', 'summarizer_abbr', 'run_cfg', 'batch_size', 'max_out_len', 'min_out_len',
    'pred_postprocessor',
})  # fmt: skip


@MODELS.register_module()
class MATH500OpenAI(BaseAPIModel):
    """A chat model behind an OpenAI-compatible endpoint, every reply on record.

    With :class:`MATH500GenInferencer` all rows are asked at once and each reply is on
    disk the moment it is there; :meth:`generate` serves OpenCompass's own inferencers.

    Args:
        path: the model's name.
        base_url: the address before ``/chat/completions``; by default the environment's
            ``OPENAI_BASE_URL``, then OpenAI.
        key_env: *name* of the environment variable that holds the key. An address on
            this machine may do without.
        sampling: parameters sent as they are; ``dict(temperature=0)`` by default, and
            nothing for an empty one.
        token_parameter: name of the token cap in the request; ``auto`` goes by the model.
        extra_body: further fields of the request.
        stream: ask for a stream of events.
        concurrency, requests_per_minute, tokens_per_minute: the pace, over all tasks.
        timeout, connect_timeout: seconds for a whole reply, and to connect.
        attempts: requests for one question, at most.
        patience: seconds after which no further attempt at a question is begun.
        first_wait: seconds before the second attempt.
        failures_in_a_row: failed questions that end the run.
        prices: ``dict(prompt=..., completion=..., cached_prompt=..., currency='USD')``
            per million tokens, to show the cost; the last two may be left out.
        meta_template: OpenCompass's; HUMAN, BOT and SYSTEM by default.
        max_seq_len: not used; OpenCompass hands it to every model.
        key: refused: OpenCompass copies configs to its logs.

    Raises:
        ConfigError: a setting cannot work; names it.
    """

    def __init__(
        self,
        path: str,
        base_url: str | None = None,
        key_env: str = 'OPENAI_API_KEY',
        sampling: Mapping[str, Any] | None = None,
        token_parameter: TokenParameter = 'auto',
        extra_body: Mapping[str, Any] | None = None,
        stream: bool = False,
        concurrency: int = 8,
        requests_per_minute: float | None = None,
        tokens_per_minute: float | None = None,
        timeout: float = 1200.0,
        connect_timeout: float = 10.0,
        attempts: int = 40,
        patience: float = 1800.0,
        first_wait: float = 1.0,
        failures_in_a_row: int = 10,
        prices: Mapping[str, Any] | None = None,
        meta_template: Mapping[str, Any] | None = None,
        max_seq_len: int | None = None,
        key: object = None,
    ) -> None:
        refuse_key(key, key_env)
        greedy = {'temperature': 0}
        super().__init__(
            path=path,
            max_seq_len=max_seq_len,
            meta_template=copy.deepcopy(TURNS) if meta_template is None else meta_template,
        )
        self.key_env = key_env
        self.prices = Prices.of(prices)
        self.settings = EndpointSettings(
            model=path,
            base_url=address_of(base_url),
            sampling=sent_as_given('sampling', greedy if sampling is None else sampling),
            token_parameter=token_parameter_of(token_parameter),
            extra_body=sent_as_given('extra_body', extra_body or {}),
            stream=stream,
            concurrency=concurrency,
            requests_per_minute=requests_per_minute,
            tokens_per_minute=tokens_per_minute,
            timeout=timeout,
            connect_timeout=connect_timeout,
            attempts=attempts,
            patience=patience,
            first_wait=first_wait,
            failures_in_a_row=failures_in_a_row,
        )
        self._endpoint: Endpoint | None = None
        self._lock = Lock()

    @property
    def deciding(self) -> dict[str, Any]:
        """The settings that decide what the model replies, without password or key."""
        return {
            'path': self.settings.model,
            'base_url': self.settings.address.rstrip('/'),
            'sampling': dict(self.settings.sampling),
            'token_parameter': self.settings.token_parameter,
            'extra_body': dict(self.settings.extra_body),
            'meta_template': as_plain(self.meta_template),
        }

    def key(self) -> str:
        """Return the key from the environment.

        Raises:
            ConfigError: there is none, and the address is not on this machine.
        """
        return key_from(self.key_env, self.settings)

    def ask(
        self,
        prompts: Sequence[Any],
        max_out_len: int | None,
        stops: Sequence[str],
        record: Callable[[int, Reply], None],
    ) -> None:
        """Ask all prompts at once; each reply is recorded as soon as it is there.

        Args:
            prompts: as :meth:`parse_template` gives them.
            max_out_len: cap on each reply, in tokens.
            stops: texts that end a reply.
            record: told the number of the prompt and its reply.

        Raises:
            ConfigError: no key, no cap, or a prompt that is no chat.
            EndpointError: the endpoint refuses all requests. What was answered is recorded.
        """
        if max_out_len is None:
            raise ConfigError(f'model {self.path}: no token cap', 'set max_out_len')
        questions = [
            Question(number, messages_of(prompt), max_out_len, tuple(stops))
            for number, prompt in enumerate(prompts)
        ]
        with self._lock:  # some inferencers call from several threads
            if self._endpoint is None:
                self._endpoint = Endpoint(self.settings, self.key())
            self._endpoint.ask_all(questions, lambda asked, reply: record(asked.index, reply))

    def generate(
        self, inputs: Sequence[Any], max_out_len: int, stopping_criteria: Sequence[str] = ()
    ) -> list[str]:
        """Return the texts of the replies, for inferencers that know nothing else.

        Raises:
            IncompleteRunError: a request failed; an empty text would pass for a reply.
            ConfigError, EndpointError: as :meth:`ask`.
        """
        replies: dict[int, Reply] = {}
        self.ask(inputs, max_out_len, stopping_criteria, replies.__setitem__)
        ordered = sorted(replies.items())
        failed = [f'prompt {number}: {reply.error}' for number, reply in ordered if reply.failed]
        if failed:
            raise IncompleteRunError(
                f'{len(failed)} of {len(inputs)} requests failed ({"; ".join(failed)})',
                'run again with -r, or use MATH500GenInferencer, which keeps the others',
            )
        for number, reply in ordered:
            if not reply.text:
                self.logger.warning(f'prompt {number}: an empty reply ({reply.finish_reason})')
        return [reply.text for _, reply in ordered]


def api_model(config: Mapping[str, Any]) -> MATH500OpenAI | None:
    """Return the model of a model config; None where the config is of another class.

    Raises:
        ConfigError: its arguments cannot work.
    """
    if class_name(config) != MATH500OpenAI.__name__:
        return None
    try:
        return MATH500OpenAI(**{k: v for k, v in config.items() if k not in _HOSTS_OWN})
    except TypeError as error:
        # Python's text begins with the name of the function.
        what = str(error).replace(f'{MATH500OpenAI.__name__}.__init__() ', '')
        raise ConfigError(f'MATH500OpenAI: {what}', 'see its arguments') from error
