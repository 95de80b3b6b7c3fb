"""How a model was sampled, from its recorded config and from what was really sent."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from opencompass_math500.response import Response
from opencompass_math500.runs.json_values import as_whole
from opencompass_math500.runs.record import class_name

__all__ = ['Decoding', 'asked_sampling', 'configured', 'decoding_of', 'decodings_sent']

# OpenCompass's models that are greedy unless told otherwise. Its plain VLLM samples at
# vLLM's own temperature of 1, its API clients at theirs or the server's.
_GREEDY: Final = (
    'HuggingFace', 'MATH500Embedded', 'VLLMwithChatTemplate', 'TurboMindModelwithChatTemplate',
)  # fmt: skip
# Sent or set beside the sampling, and shown as the token cap or part of the prompt setting;
# do_sample tells whether the temperature counts.
_NOT_SAMPLING: Final = frozenset({'do_sample', 'max_tokens', 'max_completion_tokens', 'stop'})
_FIELDS: Final = ('temperature', 'top_p', 'top_k', 'seed')
_UNSET: Final = "not set (the engine's default)"


@dataclass(frozen=True, slots=True)
class Decoding:
    """The sampling of a run; None is unknown, or left to the engine's default.

    Attributes:
        temperature: 0 for greedy decoding.
        top_p, top_k: of nucleus and top-k sampling.
        seed: the one that was set.
        thinking: the switch of a model that can think or not.
        other: every other parameter, as ``name=value``; '' where there is none.
    """

    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    seed: int | None = None
    thinking: bool | None = None
    other: str = ''

    def __str__(self) -> str:
        """Say it on one line: ``greedy``, or what was set."""
        names = ('seed',) if self.temperature == 0 else _FIELDS
        values = [(name, getattr(self, name)) for name in names]
        shown = [
            f'{name}={f"{value:g}" if isinstance(value, float) else value}'
            for name, value in values
            if value is not None
        ]
        facts = [*(['greedy'] if self.temperature == 0 else []), *shown]
        return ', '.join([*facts, *([self.other] if self.other else [])]) or _UNSET


def configured(model: Mapping[str, Any]) -> Decoding:
    """Return the sampling that a recorded model config sets."""
    given = model.get('generation_kwargs') or model.get('gen_config') or asked_sampling(model)
    sampling = dict(given) if isinstance(given, Mapping) else {}
    if 'temperature' in model:
        sampling['temperature'] = model['temperature']
    is_greedy = class_name(model).startswith(_GREEDY)
    # transformers ignores a temperature without do_sample.
    off = class_name(model).startswith('HuggingFace') and not sampling.get('do_sample')
    if off or sampling.get('do_sample') is False or (not sampling and is_greedy):
        sampling['temperature'] = 0
    elif is_greedy and 'do_sample' not in sampling:
        sampling.setdefault('temperature', 0)
    found, thinking = _decoding(sampling), _thinking(model)
    seed = found.seed if 'seed' in sampling else as_whole(next(_values(model, 'seed'), None))
    return replace(found, seed=seed, thinking=thinking)


def asked_sampling(model: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the sampling that a config of MATH500OpenAI asks for, greedy by default."""
    sampling = model.get('sampling')
    if class_name(model) == 'MATH500OpenAI' and sampling is None:
        return {'temperature': 0}
    return sampling if isinstance(sampling, Mapping) else {}


def decoding_of(asked: Decoding, items: Sequence[Response]) -> Decoding:
    """Return the sampling of a run: as sent where that is recorded, else as it was asked.

    It is unknown where an endpoint refused a parameter half-way: neither value is the run's.
    """
    sent = decodings_sent(asked, items)
    if not sent:
        return asked
    if len(sent) > 1:
        return Decoding(seed=asked.seed, thinking=asked.thinking)
    return next(iter(sent))


def decodings_sent(asked: Decoding, items: Sequence[Response]) -> Counter[Decoding]:
    """Count the samplings that were really sent, of requests that brought a reply.

    ``o1`` takes no temperature: the config's is then dropped, and the score is not greedy.
    """
    return Counter(
        _sent(item.sampling, asked)
        for item in items
        if item.sampling is not None and item.outcome != 'failed_request'
    )


def _sent(sampling: Mapping[str, Any], asked: Decoding) -> Decoding:
    found = _decoding(sampling)
    return found if found.thinking is not None else replace(found, thinking=asked.thinking)


def _decoding(sampling: Mapping[str, Any]) -> Decoding:
    other = {n: v for n, v in sampling.items() if n not in _NOT_SAMPLING and n not in _FIELDS}
    return Decoding(
        temperature=0.0 if sampling.get('top_k') == 1 else _number(sampling.get('temperature')),
        top_p=_number(sampling.get('top_p')),
        top_k=as_whole(sampling.get('top_k')),
        seed=as_whole(sampling.get('seed')),
        thinking=_thinking(sampling),
        other=', '.join(f'{name}={_plain(value)}' for name, value in sorted(other.items())),
    )


def _plain(value: Any) -> str:
    """Texts and numbers as they are; what is nested as JSON."""
    return json.dumps(value, default=str) if isinstance(value, dict | list) else str(value)


def _thinking(model: Mapping[str, Any]) -> bool | None:
    """``enable_thinking`` of a chat template, or ``thinking`` of a request body."""
    for value in _values(model, 'enable_thinking'):
        if isinstance(value, bool):
            return value
    for value in _values(model, 'thinking'):
        kind = value.get('type') if isinstance(value, Mapping) else value
        if kind in ('enabled', 'disabled', True, False):
            return kind in ('enabled', True)
    return None


def _values(tree: Any, key: str) -> Iterator[Any]:
    """Every value under a key, at any depth."""
    if isinstance(tree, Mapping):
        if key in tree:
            yield tree[key]
        for inner in tree.values():
            yield from _values(inner, key)
    elif isinstance(tree, list):
        for inner in tree:
            yield from _values(inner, key)


def _number(value: Any) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return float(value)
    except OverflowError:  # a number of 400 digits, which JSON can spell
        return None
