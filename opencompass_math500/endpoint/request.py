"""One request as the endpoint's dialect wants it, and its completion as a :class:`Reply`."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final, Literal, TypedDict

from opencompass_math500.endings import shared_reason
from opencompass_math500.endpoint.faults import Broken
from opencompass_math500.endpoint.reply import Question, Reply

__all__ = [
    'Dialect',
    'TokenParameter',
    'collected',
    'reply_of',
    'reply_of_body',
]

TokenParameter = Literal['auto', 'max_tokens', 'max_completion_tokens']

# OpenAI's reasoning models refuse max_tokens. Source: OpenAI, API reference, "Create chat
# completion", max_tokens: deprecated, not compatible with o-series models. gpt-35 is Azure's 3.5.
_REASONING_MODEL: Final = re.compile(r'(?:^|/)(?:o[1-9]|gpt-[5-9])(?:$|[^0-9])')
_OTHER_CAP: Final = {
    'max_tokens': 'max_completion_tokens',
    'max_completion_tokens': 'max_tokens',
}


class Dialect:
    """The parameters of one model, corrected when the endpoint refuses one.

    Args:
        model: its name.
        sampling: ``temperature``, ``top_p``, ``seed``, ...: sent as they are.
        token_parameter: the name of the cap; ``auto`` goes by the model's name.
        extra_body: further fields of the request, such as a vLLM chat-template switch.
        stream: ask for a stream of events.
    """

    def __init__(
        self,
        model: str,
        sampling: Mapping[str, Any],
        *,
        token_parameter: TokenParameter = 'auto',
        extra_body: Mapping[str, Any] | None = None,
        stream: bool = False,
    ) -> None:
        self._model = model
        self._sampling = dict(sampling)
        self._extra = dict(extra_body or {})
        self._stream = stream
        self._refused: set[str] = set()
        self._cap: str = token_parameter
        if token_parameter == 'auto':
            reasoning = _REASONING_MODEL.search(model.lower())
            self._cap = 'max_completion_tokens' if reasoning else 'max_tokens'

    def sampling(self, question: Question) -> dict[str, Any]:
        """Return what is sent beside model and messages; goes into the record."""
        stop = {'stop': list(question.stop)} if question.stop else {}
        asked = {**self._sampling, **stop}
        kept = {name: value for name, value in asked.items() if name not in self._refused}
        return {**kept, self._cap: question.max_tokens, **self._extra}

    def arguments(self, question: Question, sampling: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments of ``chat.completions.create``, with what :meth:`sampling` gave."""
        stream: dict[str, Any] = (
            {'stream': True, 'stream_options': {'include_usage': True}} if self._stream else {}
        )
        return {
            'model': self._model,
            'messages': list(question.messages),
            **stream,
            # By name only what every version of the client knows; the rest as it is.
            'extra_body': dict(sampling),
        }

    def adapt(self, parameter: str, sent: Mapping[str, Any]) -> bool:
        """Do without what the endpoint refused; False where that cannot be done.

        ``o1`` refuses ``max_tokens`` and any temperature but its own. What was dropped
        is missing in the record of every reply. What ``extra_body`` gives is meant for
        this very model, and is not dropped.

        Args:
            parameter: its name.
            sent: :meth:`sampling` of the refused request. Another request may have
                taught us already; this one is then just sent anew.
        """
        if parameter not in sent or parameter in self._extra:
            return False
        self._refused.add(parameter)
        if parameter == self._cap:
            other = _OTHER_CAP[parameter]
            if other in self._refused:
                return False
            self._cap = other
        return True


def reply_of(completion: Any, sampling: Mapping[str, Any]) -> Reply:
    """Return the record of a completion.

    Raises:
        Broken: it is not whole.
    """
    choices = getattr(completion, 'choices', None)
    if not isinstance(choices, list) or not choices:
        raise _no_choice(completion)
    choice = choices[0]
    message = getattr(choice, 'message', None)
    if message is None:
        raise Broken('the reply holds a choice without a message')
    text, thought = _parts(getattr(message, 'content', None))
    return Reply(
        # A refusal is what the model said instead of an answer.
        text=text or _text(getattr(message, 'refusal', None)),
        finish_reason=_finish(choice),
        reasoning=_reasoning(message) or thought,
        request_id=_text(getattr(completion, '_request_id', None) or completion.id) or None,
        model=_text(completion.model) or None,
        sampling=sampling,
        **_usage(completion.usage),
    )


def reply_of_body(body: object) -> Reply:
    """Return the record of a completion that another client has fetched.

    Args:
        body: what the endpoint sent, as JSON reads it.

    Raises:
        Broken: it is not whole.
    """
    from openai.types.chat import ChatCompletion

    # As the client of this room reads a body: nothing is demanded of its shape.
    return reply_of(ChatCompletion.construct(**body) if isinstance(body, dict) else body, {})


async def collected(stream: Any, sampling: Mapping[str, Any]) -> Reply:
    """Return the record of a streamed completion.

    Raises:
        Broken: the stream ended before the endpoint said how the reply ends.
    """
    texts, thoughts = [], []
    finish_reason = model = request_id = usage = None
    chunks: AsyncIterator[Any] = aiter(stream)
    async for chunk in chunks:
        model, request_id = model or _text(chunk.model), request_id or _text(chunk.id)
        usage = getattr(chunk, 'usage', None) or usage
        for choice in (chunk.choices or [])[:1]:
            delta = getattr(choice, 'delta', None)
            text, thought = _parts(getattr(delta, 'content', None))
            texts.append(text or _text(getattr(delta, 'refusal', None)))
            thoughts.append(_reasoning(delta) or thought)
            finish_reason = _finish(choice) or finish_reason
    if finish_reason is None:
        raise Broken('the stream ended without a finish reason')
    headers = getattr(getattr(stream, 'response', None), 'headers', {})
    return Reply(
        text=''.join(texts),
        finish_reason=finish_reason,
        reasoning=''.join(thoughts),
        request_id=headers.get('x-request-id') or request_id or None,
        model=model or None,
        sampling=sampling,
        **_usage(usage),
    )


def _no_choice(completion: Any) -> Broken:
    """What came instead of a completion: an error in a 200, a page, a stream."""
    if isinstance(completion, str):
        shown = completion[:200]
        if completion.lstrip().startswith('data:'):
            return Broken(f'a stream came, which was not asked for (set stream=True): {shown}')
        return Broken(f'no JSON came (does base_url want /v1 at its end?): {shown}')
    extra = getattr(completion, 'model_extra', None) or {}
    error = extra.get('error')
    shown = str(extra or completion)[:200]
    return Broken(f'the reply holds no choice: {shown}', body=error)


def _finish(choice: Any) -> str | None:
    """The finish reason; raises Broken where the server gave the reply up."""
    said = getattr(choice, 'finish_reason', None)
    reason = shared_reason(said)
    if reason == 'failed_request':
        extra = getattr(choice, 'model_extra', None) or {}
        error = extra.get('error')  # OpenRouter says here what its provider said
        detail = f': {str(error)[:200]}' if error else ''
        raise Broken(f'the server broke the reply off ({said}){detail}', body=error)
    return reason


class _Usage(TypedDict):
    tokens: int | None
    prompt_tokens: int | None
    reasoning_tokens: int | None
    cached_tokens: int | None


def _usage(usage: Any) -> _Usage:
    """Token counts. Cached: OpenAI's field, or DeepSeek's ``prompt_cache_hit_tokens``."""
    generated = getattr(usage, 'completion_tokens_details', None)
    prompt = getattr(usage, 'prompt_tokens_details', None)
    extra = getattr(usage, 'model_extra', None) or {}
    cached = _number(getattr(prompt, 'cached_tokens', None))
    return {
        'tokens': _number(getattr(usage, 'completion_tokens', None)),
        'prompt_tokens': _number(getattr(usage, 'prompt_tokens', None)),
        'reasoning_tokens': _number(getattr(generated, 'reasoning_tokens', None)),
        'cached_tokens': _number(extra.get('prompt_cache_hit_tokens'))
        if cached is None
        else cached,
    }


def _reasoning(part: Any) -> str:
    """``reasoning_content`` (DeepSeek, vLLM) or ``reasoning`` (newer vLLM) of a message."""
    extra = getattr(part, 'model_extra', None) or {}
    return _text(extra.get('reasoning_content')) or _text(extra.get('reasoning'))


def _parts(content: object) -> tuple[str, str]:
    """Text and thought of a message's content, which may be a list of parts.

    Source: Mistral, documentation, "Reasoning": parts of type ``text`` and ``thinking``.
    """
    if not isinstance(content, list):
        return _text(content), ''
    text, thought = [], []
    for part in content:
        if isinstance(part, Mapping):
            text.append(_text(part.get('text')))
            thought.append(_parts(part.get('thinking'))[0])
    return ''.join(text), ''.join(thought)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ''


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
