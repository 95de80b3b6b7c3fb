"""How a model was sampled, from its recorded config and from what was really sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from opencompass_math500.runs.run import Run
from opencompass_math500.runs.settings import class_name

__all__ = ['Decoding', 'asked_sampling', 'decoding_of', 'is_greedy_engine']

# OpenCompass's models that are greedy unless told otherwise. Its plain VLLM samples at
# vLLM's own temperature of 1, its API clients at theirs or the server's.
_GREEDY = (
    'HuggingFace', 'MATH500Embedded', 'VLLMwithChatTemplate', 'TurboMindModelwithChatTemplate',
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decoding:
    """The sampling of a run; None is unknown, or left to the engine's default.

    Attributes:
        temperature: 0 for greedy decoding.
        top_p, top_k: of nucleus and top-k sampling.
        seed: the one that was set.
        thinking: the switch of a model that can think or not.
    """

    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    seed: int | None = None
    thinking: bool | None = None


def decoding_of(run: Run) -> Decoding:
    """The sampling of a run: as sent where that is recorded, else as the config sets it."""
    model = (run.record.get('inference') or {}).get('model') or {}
    sent = [
        dict(item.sampling)
        for item in run.items
        if item.sampling is not None and item.outcome != 'failed_request'
    ]
    if not sent:
        asked = _configured(model)
    elif all(one == sent[0] for one in sent):
        asked = sent[0]
    else:
        asked = {}  # an endpoint refused a parameter half-way: neither value is the run's
    if asked.get('top_k') == 1:
        asked = {**asked, 'temperature': 0}
    return Decoding(
        temperature=_number(asked.get('temperature')),
        top_p=_number(asked.get('top_p')),
        top_k=_whole(asked.get('top_k')),
        seed=_whole(asked.get('seed', next(_values(model, 'seed'), None))),
        thinking=_thinking(model),
    )


def is_greedy_engine(model: Mapping[str, Any]) -> bool:
    """Whether a model config is of a class that is greedy unless told otherwise."""
    return class_name(model).startswith(_GREEDY)


def asked_sampling(model: Mapping[str, Any]) -> Mapping[str, Any]:
    """The sampling that a config of MATH500OpenAI asks for, which is greedy by default."""
    if class_name(model) == 'MATH500OpenAI' and model.get('sampling') is None:
        return {'temperature': 0}
    return model.get('sampling') or {}


def _configured(model: Mapping[str, Any]) -> dict[str, Any]:
    given = model.get('generation_kwargs') or model.get('gen_config') or asked_sampling(model)
    sampling = dict(given)
    if 'temperature' in model:
        sampling['temperature'] = model['temperature']
    # transformers ignores a temperature without do_sample.
    off = class_name(model).startswith('HuggingFace') and not sampling.get('do_sample')
    if off or sampling.get('do_sample') is False or (not sampling and is_greedy_engine(model)):
        sampling['temperature'] = 0
    elif is_greedy_engine(model) and 'do_sample' not in sampling:
        sampling.setdefault('temperature', 0)
    return sampling


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
    good = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if good else None


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
