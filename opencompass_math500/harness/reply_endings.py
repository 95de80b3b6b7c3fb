"""How each reply ended: what lm-eval's models know, and do not tell.

They return text alone. To count tokens afterwards is no way out: the end token is gone by
then, and decoding and encoding again need not give the same tokens. So while one of them
answers requests of ours, it is asked on the way, and every reply comes back as the text
that it is, with its ending. A model class that is not known here is left alone, and so is
a batch without requests of ours; what is not known stays None, never guessed.

Written against lm-eval 0.4.13, ``models/huggingface.py``, ``models/vllm_causallms.py``,
``models/api_models.py`` and ``models/openai_completions.py``.
"""

from __future__ import annotations

import functools
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from lm_eval.api.instance import Instance
from tqdm import tqdm

from opencompass_math500.endings import (
    Ending,
    ending_of_completion,
    endings_of_ids,
    shared_reason,
)
from opencompass_math500.endpoint.faults import Broken, fault_of
from opencompass_math500.endpoint.request import reply_of_body
from opencompass_math500.harness.context import refuse_cut_prompts
from opencompass_math500.harness.hidden_key import hidden
from opencompass_math500.harness.refusals import refuse_one_reply
from opencompass_math500.notes import note

__all__ = ['EndedReply', 'Request', 'note_endings']


class EndedReply(str):
    """The text of a reply, which knows how it ended.

    Attributes:
        ending: how.
    """

    ending: Ending

    def __new__(cls, text: str, ending: Ending) -> EndedReply:
        made = super().__new__(cls, text)
        made.ending = ending
        return made

    def __reduce__(self) -> tuple[type[EndedReply], tuple[str, Ending]]:
        # --use_cache pickles replies: those of an interrupted run are known after it.
        return type(self), (str(self), self.ending)


@dataclass
class Request(Instance):
    """A request whose replies are to come back with their endings."""

    @property
    def ends(self) -> list[Ending]:
        """How its replies ended, in the order of ``resps``.

        A reply that is text alone, from another's cache or a model class that is not
        known, has an ending of which nothing is known.
        """
        return [reply.ending if isinstance(reply, EndedReply) else Ending() for reply in self.resps]


def note_endings() -> None:
    """Have the model classes that are loaded note how replies to us ended, from now on.

    Only classes that lm-eval has imported are touched: a model must exist to be asked.
    """
    for module, name, asked in _ENGINES:
        if module in sys.modules:
            _wrap(getattr(sys.modules[module], name), asked)


_Ask = Callable[[Any, Sequence[Any]], list[str]]
"""``generate_until``, unbound."""


def _wrap(cls: Any, asked: Callable[[_Ask, Any, Sequence[Any]], list[str]]) -> None:
    """Have a class's ``generate_until`` go through ``asked``, for requests of ours."""
    if cls in _WRAPPED:
        return
    _WRAPPED.add(cls)
    original = cls.generate_until

    @functools.wraps(original)
    def generate_until(self: Any, requests: Sequence[Any], *args: Any, **kwargs: Any) -> list[str]:
        def ask(lm: Any, these: Sequence[Any]) -> list[str]:
            replies: list[str] = original(lm, these, *args, **kwargs)
            return replies

        if not any(isinstance(request, Request) for request in requests):
            return ask(self, requests)
        return asked(ask, self, requests)

    cls.generate_until = generate_until


_WRAPPED: Final[set[Any]] = set()


@contextmanager
def _replaced(lm: Any, **attributes: Any) -> Iterator[None]:
    """A model with other attributes of its own; afterwards it is as it was."""
    before = {name: vars(lm)[name] for name in attributes if name in vars(lm)}
    vars(lm).update(attributes)
    try:
        yield
    finally:
        for name in attributes:
            del vars(lm)[name]
        vars(lm).update(before)


# Models in this process --------------------------------------------------------------


class _Prompt(str):
    """A prompt that knows which request it is of: engines sort them, and say it back."""

    place: int


class _Heard:
    """In front of the cache hook, which an engine tells each reply, with its prompt.

    Attributes:
        generated: endings of the batch last generated, in its order, until they are told.
    """

    def __init__(self, hook: Any, endings: list[Ending]) -> None:
        self._hook, self._endings = hook, endings
        self.generated: deque[Ending] = deque()

    def add_partial(self, attr: str, req: Sequence[Any], res: str) -> None:
        ending = self.generated.popleft() if self.generated else Ending()
        if isinstance(req[0], _Prompt):
            self._endings[req[0].place] = ending
        self._hook.add_partial(attr, req, EndedReply(res, ending))


def _here(
    read: Callable[[Any, Any, dict[str, Any]], list[Ending]],
    ask: _Ask,
    lm: Any,
    requests: Sequence[Any],
) -> list[str]:
    """Ask a model whose ``_model_generate`` generates a batch."""
    if getattr(lm, 'backend', 'causal') == 'causal':
        refuse_cut_prompts(lm, [one for one in requests if isinstance(one, Request)])
    numbered = []
    for place, request in enumerate(requests):
        text, *rest = request.args
        prompt = _Prompt(text)
        prompt.place = place
        numbered.append(replace(request, arguments=(prompt, *rest)))
    endings = [Ending()] * len(requests)
    heard = _Heard(lm.cache_hook, endings)
    generate = lm._model_generate

    def generated(*args: Any, **kwargs: Any) -> Any:
        output = generate(*args, **kwargs)
        heard.generated = deque(read(lm, output, kwargs))
        return output

    with _replaced(lm, _model_generate=generated, cache_hook=heard):
        replies = ask(lm, numbered)
    return [EndedReply(*one) for one in zip(replies, endings, strict=True)]


def _of_transformers(lm: Any, output: Any, kwargs: dict[str, Any]) -> list[Ending]:
    """From the ids. The end tokens are the model's: the tokenizer may name another."""
    config = getattr(lm.model, 'generation_config', None)
    if config is None or lm.backend != 'causal':
        return []  # its ids are no prompt with a reply behind it
    width = kwargs['context'].shape[1]
    return endings_of_ids(
        output[:, width:].tolist(),
        lm.tokenizer,
        ends=kwargs.get('eos_token_id', config.eos_token_id),
        stops=kwargs['stop'],
        cap=kwargs['max_length'] - width,
    )


def _of_vllm(lm: Any, outputs: Any, kwargs: dict[str, Any]) -> list[Ending]:
    """Source: vLLM, ``vllm/outputs.py``, ``RequestOutput`` and ``CompletionOutput``."""
    firsts = [output.outputs[0] for output in outputs]
    return [ending_of_completion(one.finish_reason, len(one.token_ids)) for one in firsts]


# Endpoints ---------------------------------------------------------------------------


def _there(ask: _Ask, lm: Any, requests: Sequence[Any]) -> list[str]:
    """Ask an endpoint: its replies tell how they ended where they are parsed."""
    from lm_eval.models.openai_completions import LocalChatCompletion

    for request in requests:
        # The task itself sees an endpoint only where a chat template is applied.
        if isinstance(request, Request):
            refuse_one_reply(request.repeats or 1, request.args[1], at_endpoint=True)
    read = _chat_replies if isinstance(lm, LocalChatCompletion) else _plain_replies
    parse = lm.parse_generations

    def parsed(outputs: Any, **kwargs: Any) -> list[EndedReply]:
        return read(outputs, functools.partial(parse, **kwargs), lm.api_key)

    with _replaced(lm, parse_generations=parsed), hidden(lm.api_key):
        return ask(lm, requests)


def _chat_replies(outputs: Any, parse: Callable[..., Any], key: str) -> list[EndedReply]:
    """The reply as every endpoint's is read here, content in parts and refusals too.

    lm-eval takes what holds no choice, or was broken off by the server, for an empty
    reply of the model: here it is a request that failed.
    """
    try:
        reply = reply_of_body(outputs)
    except Broken as error:
        fault = fault_of(error, key)
        with tqdm.external_write_mode(file=sys.stderr):  # lm-eval's bar is on this line
            note(f'a request counts as failed: {fault.what if fault else "no reply came"}')
        return [EndedReply('', Ending('failed_request'))]
    # Its own parser still takes off what lm-eval was told to (think_end_token).
    whole = {'choices': [{'index': 0, 'message': {'content': reply.text}}]}
    (text,) = parse(outputs=whole)
    return [EndedReply(text, Ending(reply.finish_reason, reply.tokens))]


def _plain_replies(outputs: Any, parse: Callable[..., Any], key: str) -> list[EndedReply]:
    """Replies of a completions endpoint; the shape is the one that lm-eval demands.

    One usage stands for all replies of a body: the tokens of several are unknown.
    """
    texts = parse(outputs=outputs)
    replies: list[EndedReply] = []
    for body in outputs if isinstance(outputs, list) else [outputs]:
        usage = body.get('usage') if len(body['choices']) == 1 else None
        tokens = usage.get('completion_tokens') if isinstance(usage, dict) else None
        for choice in sorted(body['choices'], key=lambda choice: int(choice['index'])):
            reason = shared_reason(choice.get('finish_reason'))
            text = texts[len(replies)]
            ending = Ending(reason, tokens if type(tokens) is int else None)
            replies.append(EndedReply(text if isinstance(text, str) else '', ending))
    return replies


_ENGINES: Final = (
    ('lm_eval.models.huggingface', 'HFLM', functools.partial(_here, _of_transformers)),
    ('lm_eval.models.vllm_causallms', 'VLLM', functools.partial(_here, _of_vllm)),
    ('lm_eval.models.openai_completions', 'LocalCompletionsAPI', _there),
)
