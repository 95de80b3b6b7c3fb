"""What a log of inspect-ai says of its run, as a record of settings.

The record is written as one of an OpenCompass run is, with the names of its classes where
they mean the same (the evaluator, the template), so that what is equal compares as equal.
What inspect-ai does not say is left out: it is then unknown.

Source: UKGovernmentBEIS/inspect_ai 0.3.285, ``log/_log.py`` (``EvalSpec``, ``EvalPlan``) and
``model/_generate_config.py``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from opencompass_math500.grading import grader_version
from opencompass_math500.response import Turn
from opencompass_math500.runs.inspect.sample import problem_of, prompt_of
from opencompass_math500.runs.json_values import as_object

__all__ = ['label_of', 'model_of', 'record_of']

_OPENICL: Final = 'opencompass.openicl'
_TEMPLATE: Final = f'{_OPENICL}.icl_prompt_template.PromptTemplate'
_EVALUATOR: Final = 'opencompass_math500.compass.MATH500Evaluator'
# How a model is reached and how fast, how much is logged, and what has a field of its own.
_NOT_SAMPLING: Final = frozenset(
    {
        'adaptive_connections', 'attempt_timeout', 'batch', 'cache', 'cache_prompt',
        'fallback_models', 'logprobs', 'max_connections', 'max_retries', 'max_tokens',
        'max_tool_output', 'num_choices', 'prompt_logprobs', 'reasoning_history',
        'reasoning_summary', 'stop_seqs', 'stream_idle_timeout', 'system_message', 'timeout',
        'top_logprobs',
    }
)  # fmt: skip
# A key decides nothing, and must not be shown; nor must headers, which may hold one.
_SECRET: Final = re.compile(r'key|secret|password|auth|header|(^|_)token$', re.IGNORECASE)
_NOT_SETTINGS: Final = frozenset({'base_url', 'device', 'stream', 'timeout', 'max_connections'})
# Services that stand between a provider's name and the model's.
_SERVICES: Final = frozenset({'azure', 'bedrock', 'vertex'})
_SHOTS: Final = ('fewshot', 'num_fewshot', 'n_shot', 'shots')
_EXAMPLES: Final = re.compile(r'\bsolution:', re.IGNORECASE)
_NO_NAME: Final = re.compile(r'[\x00-\x1f/\\]|^\.+$')


def model_of(name: str) -> tuple[str, str]:
    """Return the provider and the model of a name such as ``openai-api/local/Qwen/Qwen2.5``."""
    provider, _, model = name.partition('/')
    service, _, rest = model.partition('/')
    if rest and (provider == 'openai-api' or service in _SERVICES):
        model = rest
    return (provider, model) if model else ('', name)


def label_of(name: str, fallback: str) -> str:
    """Return a name that can be one of a file: ``math`` of ``inspect_evals/math``."""
    return _NO_NAME.sub('_', name.rstrip('/').rpartition('/')[2]) or fallback


def record_of(
    header: Mapping[str, Any], dataset: str, samples: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the record of a run.

    Args:
        header: what the log says of the whole.
        dataset: what the dataset is called.
        samples: some of the log, which tell how the model was asked.
    """
    task, plan = as_object(header.get('eval')), as_object(header.get('plan'))
    # The plan's is the whole; a log of old has that of the command line alone.
    generation = {**as_object(task.get('model_generate_config')), **as_object(plan.get('config'))}
    stop, cap = generation.get('stop_seqs'), generation.get('max_tokens')
    epochs = as_object(task.get('config')).get('epochs')
    return {
        'inference': {
            'data': dataset,
            'rows': None,
            **_asking(task, samples),
            'inferencer': {'stopping_criteria': stop} if stop else {},
            'max_out_len': cap if isinstance(cap, int) else None,
            'samples': epochs if isinstance(epochs, int) else 1,
            'model': _model(task, generation),
        },
        'grading': {
            'evaluator': {'type': _EVALUATOR},
            'policy': {},
            'grader': grader_version(),
        },
        'context': {
            'data': {},
            'versions': {
                str(name): version
                for name, version in as_object(task.get('packages')).items()
                if isinstance(version, str)
            },
        },
    }


def _model(task: Mapping[str, Any], generation: Mapping[str, Any]) -> dict[str, Any]:
    provider, model = model_of(str(task.get('model') or ''))
    kept = {
        name: value
        for name, value in as_object(task.get('model_args')).items()
        if name not in _NOT_SETTINGS and not _SECRET.search(name)
    }
    sampling = {
        name: value
        for name, value in generation.items()
        if value is not None and name not in _NOT_SAMPLING and not _SECRET.search(name)
    }
    return {
        'type': f'inspect_ai.{provider}' if provider else None,
        'path': model,
        'generation_kwargs': sampling,
        **kept,
    }


def _asking(task: Mapping[str, Any], samples: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The prompt, where every one of the samples was asked in the same words."""
    asked = [_asked(prompt_of(one), problem_of(one)) for one in samples]
    if not asked or asked[0] is None or any(one != asked[0] for one in asked):
        return {'prompt': None}
    system, question, pairs = asked[0]
    shots = _shots(task, f'{system}\n{question}', pairs)
    template: dict[str, Any] = {'round': [{'prompt': question, 'role': 'HUMAN'}]}
    if system:
        template['begin'] = [{'fallback_role': 'HUMAN', 'prompt': system, 'role': 'SYSTEM'}]
    return {'prompt': {'template': template, 'type': _TEMPLATE}, 'retriever': _retriever(shots)}


def _asked(turns: Sequence[Turn], problem: str) -> tuple[str, str, int] | None:
    """System prompt, question and turns between them; None where the problem is not there once."""
    users = [turn.text for turn in turns if turn.role == 'HUMAN']
    if not users or not problem or users[-1].count(problem) != 1:
        return None
    system = '\n'.join(turn.text for turn in turns if turn.role == 'SYSTEM')
    return system, users[-1].replace(problem, '{problem}'), len(users) - 1


def _shots(task: Mapping[str, Any], words: str, pairs: int) -> int | None:
    """How many worked examples; None where some may stand in the words themselves."""
    for arguments in (as_object(task.get('task_args')), as_object(task.get('task_args_passed'))):
        for name in _SHOTS:
            given = arguments.get(name)
            if isinstance(given, int) and not isinstance(given, bool):
                return given
    if pairs:
        return pairs
    return 0 if len(_EXAMPLES.findall(words)) <= 1 else None


def _retriever(shots: int | None) -> dict[str, Any] | None:
    if shots is None:
        return None
    if not shots:
        return {'type': f'{_OPENICL}.icl_retriever.ZeroRetriever'}
    ids = list(range(min(shots, 1000)))
    return {'fix_id_list': ids, 'type': f'{_OPENICL}.icl_retriever.FixKRetriever'}
