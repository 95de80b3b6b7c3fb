"""An OpenCompass config, read as the settings behind a score."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import opencompass_math500
from opencompass_math500.compass.openai_model import api_model
from opencompass_math500.compass.provenance import model_identity
from opencompass_math500.grading import as_policy, grader_version, settings_of
from opencompass_math500.runs.record import graded_here, inference_part

__all__ = ['record_of']

_VERSIONS_OF = ('opencompass', 'transformers', 'torch', 'vllm', 'lmdeploy', 'openai')
_GRADING_WITH = ('sympy', 'python-flint')
_OF_THE_DATA = ('type', 'source', 'path', 'file_name', 'revision', 'subjects', 'levels', 'custom')
# What neither changes a response nor a verdict.
_NOT_SETTINGS = {
    'run_cfg', 'batch_size', 'abbr', 'summarizer_abbr', 'max_out_len',
    'retry', 'query_per_second', 'max_workers', 'verbose',
}  # fmt: skip


def record_of(model: Mapping[str, Any], dataset: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record of one model config on one dataset config (its three parts).

    Raises:
        ConfigError: the policy of the evaluator has an unknown setting or value, or
            MATH500OpenAI an argument that cannot work.
    """
    asked = _settings_of_model(model)
    model, dataset = dict(_plain(model)), dict(_plain(dataset))
    evaluation = dataset.get('eval_cfg', {})
    post = model.pop('pred_postprocessor', None)
    evaluator, policy = _without_policy(evaluation.get('evaluator'))
    evaluator = _with_settings_of_judge(evaluator)
    return {
        'inference': inference_part(model, dataset, asked),
        'grading': {
            'evaluator': evaluator,
            'policy': policy,
            'model_postprocessor': post,
            'dataset_postprocessor': evaluation.get('pred_postprocessor'),
            'gold_postprocessor': evaluation.get('dataset_postprocessor'),
            'role': evaluation.get('pred_role'),
            'grader': grader_version(),
        },
        'context': {
            'batch_size': model.get('batch_size'),
            'model': model_identity(model),
            'data': {name: dataset[name] for name in _OF_THE_DATA if name in dataset},
            'versions': {
                'opencompass_math500': opencompass_math500.__version__,
                **{name: found for name in _VERSIONS_OF if (found := _version(name))},
            },
            'graded_with': {
                'python': platform.python_version(),
                **{name: found for name in _GRADING_WITH if (found := _version(name))},
            },
        },
    }


def _settings_of_model(config: Mapping[str, Any]) -> dict[str, Any]:
    """What of a model config decides its replies; of an endpoint, with its defaults.

    Which are written out, because the address may come from the environment, and an
    argument at its default is as good as one left out.
    """
    endpoint = api_model(config)
    plain = dict(_plain(config))
    plain.pop('pred_postprocessor', None)
    kept = {key: value for key, value in plain.items() if key not in _NOT_SETTINGS}
    return kept if endpoint is None else {'type': kept['type'], **endpoint.deciding}


def _with_settings_of_judge(evaluator: Any) -> Any:
    """The same for the endpoint that a cascade asks, whose address may hold a password."""
    if not isinstance(evaluator, Mapping):
        return evaluator
    asked = evaluator.get('llm_evaluator')
    judge = asked.get('judge_cfg') if isinstance(asked, Mapping) else None
    if asked is None or not isinstance(judge, Mapping) or api_model(judge) is None:
        return evaluator
    settings = {**_settings_of_model(judge), 'max_out_len': judge.get('max_out_len')}
    return {**evaluator, 'llm_evaluator': {**asked, 'judge_cfg': settings}}


def _without_policy(evaluator: Any) -> tuple[Any, dict[str, str]]:
    """An evaluator config, and the settings of its policy that differ from the default.

    A setting at its default is as good as one left out.
    """
    if not isinstance(evaluator, Mapping) or not graded_here(evaluator):
        return evaluator, {}
    if isinstance(rules := evaluator.get('rule_evaluator'), Mapping):
        bare, policy = _without_policy(rules)
        return {**evaluator, 'rule_evaluator': bare}, policy
    rest = {key: value for key, value in evaluator.items() if key != 'policy'}
    return rest, settings_of(as_policy(evaluator.get('policy')))


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _plain(value: Any) -> Any:
    """Mappings, lists and primitives only; a class or function becomes its dotted name."""
    if isinstance(value, Mapping):
        # A key decides nothing, and must not lie in a results folder.
        return {str(key): _plain(inner) for key, inner in value.items() if key != 'key'}
    if isinstance(value, str) or value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Sequence):
        return [_plain(inner) for inner in value]
    return (
        f'{value.__module__}.{value.__qualname__}' if hasattr(value, '__qualname__') else str(value)
    )
