"""What lm-evaluation-harness says of a run, as a record of settings.

The record is written as one of an OpenCompass run is, with the names of its classes where
they mean the same (the evaluator, the template), so that what is equal compares as equal.
What lm-evaluation-harness does not say is left out: it is then unknown.

Source: EleutherAI/lm-evaluation-harness 0.4.13, ``lm_eval/evaluator.py`` (``simple_evaluate``)
and ``lm_eval/loggers/evaluation_tracker.py`` (``GeneralConfigTracker``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from opencompass_math500.grading import grader_version
from opencompass_math500.runs.hidden import is_secret
from opencompass_math500.runs.json_values import as_object
from opencompass_math500.runs.lm_eval.question import asking_part

__all__ = ['record_of']

_CAPS: Final = ('max_gen_toks', 'max_tokens', 'max_completion_tokens', 'max_new_tokens')
_EVALUATOR: Final = 'opencompass_math500.compass.MATH500Evaluator'
# Of the arguments of a model, what cannot change a response: how it is reached, and how fast
# it works; and its name, which stands elsewhere.
_NOT_SETTINGS: Final = frozenset(
    {
        'base_url', 'batch_size', 'data_parallel_size', 'delta', 'device', 'engine',
        'gpu_memory_utilization', 'header', 'max_batch_size', 'max_cpu_memory',
        'max_gpu_memory', 'max_retries', 'metadata', 'model', 'num_concurrent', 'parallelize',
        'path', 'peft', 'pretrained', 'swap_space', 'tensor_parallel_size', 'timeout',
        'tokenized_requests', 'trust_remote_code', 'verify_certificate',
    }
)  # fmt: skip
_TORCH: Final = re.compile(r'^PyTorch version: (\S+)$', re.MULTILINE)
_COMMIT: Final = re.compile(r'[0-9a-f]{40}')
_BATCH: Final = re.compile(r'[1-9][0-9]{0,8}')


def record_of(
    task: str, results: Mapping[str, Any], model_path: str, dataset: str
) -> dict[str, Any]:
    """Return the record of one task in the results of lm-evaluation-harness.

    Args:
        task: the task's name.
        results: what a ``results_<date>.json`` holds.
        model_path: the model as a config of OpenCompass would name it.
        dataset: what the dataset is called.
    """
    config = as_object(as_object(results.get('configs')).get(task))
    metadata = as_object(config.get('metadata'))
    generation = as_object(config.get('generation_kwargs'))
    setup = as_object(results.get('config'))
    stop = generation.get('until')
    caps = [generation[name] for name in _CAPS if isinstance(generation.get(name), int)]
    repeats = config.get('repeats')
    return {
        'inference': {
            'data': dataset,
            'rows': None,
            **asking_part(task, results, config, metadata),
            'inferencer': {'stopping_criteria': stop} if stop else {},
            'max_out_len': caps[0] if caps else None,
            'samples': repeats if isinstance(repeats, int) else 1,
            'model': _model(results, setup, generation, model_path),
        },
        'grading': {
            'evaluator': {'type': _EVALUATOR},
            'policy': {},
            # Responses that no version of this package has graded are graded by this one.
            'grader': metadata.get('math500_grader') or grader_version(),
        },
        'context': {
            'batch_size': _batch_size(setup.get('batch_size')),
            'model': _identity(setup),
            'data': {'source': metadata['math500_data']} if 'math500_data' in metadata else {},
            'versions': _versions(results, metadata),
        },
    }


def _model(
    results: Mapping[str, Any],
    setup: Mapping[str, Any],
    generation: Mapping[str, Any],
    path: str,
) -> dict[str, Any]:
    """The engine, the model, its sampling, and what else may change a response."""
    engine = results.get('model_source') or setup.get('model')
    given = as_object(setup.get('model_args'))
    kept = {
        name: value
        for name, value in given.items()
        if name not in _NOT_SETTINGS and not is_secret(name)
    }
    if results.get('max_length'):
        kept['max_seq_len'] = results['max_length']
    if engine == 'hf':
        # What OpenCompass's models give to transformers, under the name that they have for it.
        kept['model_kwargs'] = _of_transformers(kept, setup.get('model_dtype'))
    for name in ('peft', 'delta'):  # other weights under the same name
        if given.get(name):
            kept['peft_path'] = given[name]
    sampling = {name: value for name, value in generation.items() if name not in ('until', *_CAPS)}
    return {
        'type': f'lm_eval.{engine}' if engine else None,
        'path': path,
        'generation_kwargs': sampling,
        'chat_template': results.get('chat_template') is not None,
        **kept,
    }


def _of_transformers(kept: dict[str, Any], dtype: Any) -> dict[str, Any]:
    found = {
        'torch_dtype': dtype or kept.get('dtype'),
        'attn_implementation': kept.get('attn_implementation'),
    }
    for name in ('dtype', 'attn_implementation'):
        kept.pop(name, None)
    return {name: value for name, value in found.items() if value}


def _identity(setup: Mapping[str, Any]) -> dict[str, str]:
    """The commit of the weights, where lm-eval knows it."""
    for name in ('model_sha', 'model_revision'):
        commit = setup.get(name)
        if isinstance(commit, str) and _COMMIT.fullmatch(commit):
            return {'revision': commit}
    return {}


def _batch_size(value: Any) -> int | None:
    """Its number, which is a text for some engines; None for ``auto``."""
    return int(value) if _BATCH.fullmatch(str(value)) else None


def _versions(results: Mapping[str, Any], metadata: Mapping[str, Any]) -> dict[str, str]:
    torch = _TORCH.search(str(results.get('pretty_env_info') or ''))
    found = {
        'opencompass_math500': metadata.get('math500_version'),
        'lm_eval': results.get('lm_eval_version'),
        'transformers': results.get('transformers_version'),
        'torch': torch[1] if torch else None,
    }
    return {name: str(version) for name, version in found.items() if version}
