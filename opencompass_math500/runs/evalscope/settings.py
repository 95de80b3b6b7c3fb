"""What ``configs/task_config.yaml`` of evalscope says of a run, as settings.

Source: modelscope/evalscope 1.14.1, ``evalscope/config.py`` (``TaskConfig``) and
``evalscope/api/model/generate_config.py`` (``GenerateConfig``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from opencompass_math500.runs.decoding import Decoding, configured
from opencompass_math500.runs.hidden import without_secrets
from opencompass_math500.runs.json_values import as_object, as_whole
from opencompass_math500.runs.question import Question
from opencompass_math500.runs.settings import Settings

__all__ = ['settings_of']

# Of the generation, what cannot change a response, or stands elsewhere.
_NOT_SAMPLING: Final = frozenset(
    {'batch_size', 'max_tokens', 'retries', 'retry_interval', 'stream', 'timeout'}
)
_CHAT_APIS: Final = frozenset({'openai_api', 'openai_responses_api', 'anthropic_api', 'litellm'})
_LOCAL: Final = 'llm_ckpt'
_PROBLEM: Final = '{question}'


def settings_of(config: Mapping[str, Any], benchmark: str) -> Settings:
    """Return the settings of one benchmark of a run; unknown ones where there are none.

    Args:
        config: the file, as an object.
        benchmark: its name there.
    """
    if not config:
        return Settings(made_by='evalscope')
    generation = without_secrets(as_object(config.get('generation_config')))
    task = as_object(as_object(config.get('resolved_benchmarks')).get(benchmark))
    engine = _text(config.get('eval_type'))
    version = _text(config.get('evalscope_version'))
    return Settings(
        recorded=True,
        made_by='evalscope',
        data=benchmark,
        question=_question(task, engine) if task else Question(),
        decoding=_decoding(generation),
        max_tokens=as_whole(generation.get('max_tokens')),
        model=_text(config.get('model')),
        engine=f'evalscope {engine}' if engine else None,
        engine_settings=_engine_settings(config),
        batch_size=as_whole(config.get('eval_batch_size')) if engine == _LOCAL else None,
        versions=MappingProxyType({'evalscope': version} if version else {}),
    )


def _question(task: Mapping[str, Any], engine: str | None) -> Question:
    template, shots = task.get('prompt_template'), as_whole(task.get('few_shot_num'))
    system = task.get('system_prompt')
    # The seed of one worked example or the wording around several is not in the file.
    known = shots == 0 and task.get('query_template') is None and isinstance(template, str)
    text = _filled(template) if known and isinstance(template, str) else None
    before, found, after = (text or '').partition('{problem}')
    return Question(
        text=text,
        system=system if isinstance(system, str) else '',
        shots=shots,
        as_chat=True if engine in _CHAT_APIS else None,
        around=(before, after) if found else None,
    )


def _filled(template: str) -> str | None:
    """A template as str.format would fill it, but with ``{problem}`` for the problem."""
    if template.count(_PROBLEM) != 1:
        return None
    before, _, after = template.partition(_PROBLEM)
    halves = [half.replace('{{', '{').replace('}}', '}') for half in (before, after)]
    return '{problem}'.join(halves)


def _decoding(generation: Mapping[str, Any]) -> Decoding:
    sampling = {
        name: value
        for name, value in generation.items()
        if name not in _NOT_SAMPLING and value is not None
    }
    return configured({'generation_kwargs': sampling})


def _engine_settings(config: Mapping[str, Any]) -> str:
    """What else may change a reply, as JSON."""
    given = {
        'model_args': without_secrets(as_object(config.get('model_args'))),
        'chat_template': config.get('chat_template'),
    }
    return json.dumps({name: value for name, value in given.items() if value}, default=str)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
