"""An OpenCompass config, read as the settings behind a score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import opencompass_math500
from opencompass_math500.grading.judge import grader_version

__all__ = ['record_of']

_VERSIONS_OF = ('opencompass', 'transformers', 'torch', 'vllm', 'lmdeploy', 'openai')
# What neither changes a response nor a verdict.
_NOT_SETTINGS = {
    'run_cfg', 'batch_size', 'abbr', 'summarizer_abbr', 'max_out_len',
    'retry', 'query_per_second', 'max_workers', 'verbose',
}  # fmt: skip


def record_of(model: Mapping[str, Any], dataset: Mapping[str, Any]) -> dict[str, Any]:
    """The record of one model config on one dataset config (its three parts)."""
    model, dataset = dict(_plain(model)), dict(_plain(dataset))
    infer, evaluation = dataset.get('infer_cfg', {}), dataset.get('eval_cfg', {})
    inferencer = dict(infer.get('inferencer', {}))
    cap = inferencer.pop('max_out_len', None) or model.get('max_out_len')
    post = model.pop('pred_postprocessor', None)
    return {
        'inference': {
            # The abbr carries source, subset and checksum; the path of a file does not count.
            'data': dataset.get('abbr'),
            'rows': dataset.get('reader_cfg', {}).get('test_range'),
            'prompt': infer.get('prompt_template'),
            'examples': infer.get('ice_template'),
            'retriever': infer.get('retriever'),
            'inferencer': inferencer,
            'max_out_len': cap,
            'samples': dataset.get('n', 1),
            'model': {k: v for k, v in model.items() if k not in _NOT_SETTINGS},
        },
        'grading': {
            'evaluator': evaluation.get('evaluator'),
            'model_postprocessor': post,
            'dataset_postprocessor': evaluation.get('pred_postprocessor'),
            'gold_postprocessor': evaluation.get('dataset_postprocessor'),
            'role': evaluation.get('pred_role'),
            'grader': grader_version(),
        },
        'context': {
            'batch_size': model.get('batch_size'),
            'versions': {
                'opencompass_math500': opencompass_math500.__version__,
                **{name: found for name in _VERSIONS_OF if (found := _version(name))},
            },
        },
    }


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
