"""What ``results_<date>.json`` of lighteval says of a run, as settings.

The file holds the key of an endpoint as it is: of the model's config only the settings named
here are taken.

Source: huggingface/lighteval 0.13.0, ``src/lighteval/logging/info_loggers.py``,
``src/lighteval/models/`` (the ``ModelConfig`` of each engine),
``src/lighteval/models/endpoints/litellm_model.py`` (``__call_api``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from opencompass_math500.runs.decoding import configured
from opencompass_math500.runs.json_values import as_object, as_whole
from opencompass_math500.runs.question import Question
from opencompass_math500.runs.settings import Settings

__all__ = ['LITELLM', 'settings_of']

LITELLM: Final = 'lighteval litellm'
# A field that the config of one engine alone has.
_ENGINES: Final = {
    'api_retry_multiplier': LITELLM,
    'mem_fraction_static': 'lighteval sglang',
    'gpu_memory_utilization': 'lighteval vllm',
    'continuous_batching': 'lighteval transformers',
    'inference_server_address': 'lighteval tgi',
    'endpoint_name': 'lighteval inference-endpoint',
    'parallel_calls_count': 'lighteval inference-providers',
}
# Of an engine's config, what may change a response.
_SETTINGS: Final = (
    'add_special_tokens', 'attention_backend', 'context_length', 'dtype', 'kv_cache_dtype',
    'load_format', 'max_length', 'max_model_length', 'override_chat_template', 'quantization',
    'sampling_backend', 'subfolder', 'tokenizer',
)  # fmt: skip
_NOT_SAMPLING: Final = frozenset({'max_new_tokens', 'cache_implementation', 'response_format'})
_COMMIT: Final = re.compile(r'[0-9a-f]{40}')


def settings_of(
    results: Mapping[str, Any], task: str, question: Question, note: Callable[[str], object]
) -> Settings:
    """Return the settings of one task of a run; all but the question unknown without results.

    Args:
        results: the file, as an object.
        task: the task's name, with the number of worked examples.
        question: how the task asks, as its details tell.
        note: told of two caps, of which one was the run's.
    """
    if not results:
        return Settings(made_by='lighteval', data=task, question=question)
    general = as_object(results.get('config_general'))
    model = as_object(general.get('model_config'))
    config = as_object(as_object(results.get('config_tasks')).get(task))
    generation = as_object(model.get('generation_parameters'))
    engine = next((name for key, name in _ENGINES.items() if key in model), 'lighteval')
    commit = general.get('lighteval_sha')
    return Settings(
        recorded=True,
        made_by='lighteval',
        data=task,
        question=question,
        decoding=configured({'generation_kwargs': _sampling(generation)}),
        max_tokens=_cap(generation, config, engine, note),
        model=_model(general, model),
        engine=engine,
        engine_settings=json.dumps(
            {name: model[name] for name in _SETTINGS if model.get(name) is not None}
        ),
        batch_size=as_whole(model.get('batch_size')),
        revision=_commit(model.get('revision')),
        versions=MappingProxyType({'lighteval': str(commit)} if _commit(commit) else {}),
    )


def _sampling(generation: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in generation.items()
        if name not in _NOT_SAMPLING and value is not None
    }


def _cap(
    generation: Mapping[str, Any],
    config: Mapping[str, Any],
    engine: str,
    note: Callable[[str], object],
) -> int | None:
    """The cap of the model's config, or else the task's; unknown where both were sent."""
    own, task = as_whole(generation.get('max_new_tokens')), as_whole(config.get('generation_size'))
    if own is None or task is None or own == task or engine != LITELLM:
        return task if own is None else own
    note(
        f"the token cap is unknown: lighteval sent max_tokens={task}, the task's, and "
        f"max_completion_tokens={own}, the model's, and the endpoint took one of them"
    )
    return None


def _model(general: Mapping[str, Any], model: Mapping[str, Any]) -> str | None:
    """The model, without the provider by whose name litellm knows its endpoint."""
    name, provider = model.get('model_name') or general.get('model_name'), model.get('provider')
    if not isinstance(name, str):
        return None
    return name.removeprefix(f'{provider}/') if isinstance(provider, str) else name


def _commit(value: Any) -> str | None:
    return value if isinstance(value, str) and _COMMIT.fullmatch(value) else None
