"""The settings of a run on one line: without them its score means nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from opencompass_math500.runs.decoding import asked_sampling, is_greedy_engine
from opencompass_math500.runs.question import question_of
from opencompass_math500.runs.run import Run

__all__ = ['caption', 'known_settings']

_UNSET = "not set (the engine's default)"
# Sent beside the sampling, and shown as the token cap or part of the prompt setting.
_NOT_SAMPLING = frozenset({'max_tokens', 'max_completion_tokens', 'stop'})


def caption(run: Run) -> str:
    """The settings of a run on one line, as recorded and as its endpoint states them."""
    inference, grading = run.record.get('inference', {}), run.record.get('grading', {})
    context = run.record.get('context', {})
    versions = ', '.join(f'{k} {v}' for k, v in context.get('versions', {}).items())
    facts = [
        f'data {inference.get("data")}',
        f'prompt {_prompt(inference)}',
        *_system(inference),
        f'shots {len((inference.get("retriever") or {}).get("fix_id_list", []))}',
        *_served_model(run),
        f'sampling {_sent(run) or _sampling(inference)}',
        f'token cap {_known(inference.get("max_out_len"))}',
        f'grader {_known(grading.get("grader"))}',
        *_policy(grading),
        *_judge(grading),
        f'batch {_known(context.get("batch_size"))}',
        *([versions] if versions else []),
    ]
    if context.get('unrecorded'):
        facts.append('predictions made before their settings were recorded')
    return '; '.join(facts)


def known_settings(run: Run) -> str:
    """The settings on one line; '' where none are recorded, or what is is damaged."""
    try:
        return caption(run) if run.record else ''
    except (AttributeError, LookupError, TypeError, ValueError):
        return ''


def _known(value: Any) -> Any:
    return 'unknown' if value is None else value


def _prompt(inference: Mapping[str, Any]) -> str:
    """The text of the prompt template, escaped onto one line."""
    template = (inference.get('prompt') or {}).get('template')
    if template is None:  # a function of another's task
        return 'unknown'
    if isinstance(template, Mapping):
        parts = [turn.get('prompt', '') for turn in template.get('round', [])]
        text = '\n'.join(parts)
    else:
        text = str(template)
    return repr(text)


def _system(inference: Mapping[str, Any]) -> list[str]:
    """The system prompt of the prompt template, where it has one."""
    system = question_of(inference).system
    return [f'system prompt {system!r}'] if system else []


def _policy(grading: Mapping[str, Any]) -> list[str]:
    """The settings of the grading policy that are not the default, where there are any."""
    settings = grading.get('policy') or {}
    shown = ', '.join(f'{name}={value}' for name, value in sorted(settings.items()))
    return [f'policy {shown}'] if shown else []


def _judge(grading: Mapping[str, Any]) -> list[str]:
    """The LLM judge behind the rules, where there is one."""
    judged = (grading.get('evaluator') or {}).get('llm_evaluator') or {}
    return [f'LLM judge {judged.get("judge_cfg", {}).get("path")}'] if judged else []


def _sampling(inference: Mapping[str, Any]) -> str:
    """Greedy, or what the config sets."""
    model = inference.get('model', {})
    given = model.get('generation_kwargs') or model.get('gen_config') or asked_sampling(model)
    sampling = dict(given)
    if 'temperature' in model:
        sampling['temperature'] = model['temperature']
    if sampling:
        return _pairs(sampling)
    return 'greedy' if is_greedy_engine(model) else _UNSET


def _sent(run: Run) -> str:
    """The sampling as it was sent, and what the endpoint refused; '' where unknown.

    ``o1`` takes no temperature: the config's is then dropped, and the score is not greedy.
    """
    sent = [
        {name: value for name, value in item.sampling.items() if name not in _NOT_SAMPLING}
        for item in run.items
        if item.sampling is not None and item.outcome != 'failed_request'
    ]
    if not sent:
        return ''
    shown = _counted(Counter(_pairs(one) or _UNSET for one in sent))
    asked = asked_sampling(run.record.get('inference', {}).get('model', {}))
    refused = {name: value for name, value in asked.items() if any(name not in one for one in sent)}
    return f'{shown}; {_pairs(refused)} refused by the endpoint' if refused else shown


def _served_model(run: Run) -> list[str]:
    """The model as the endpoint states it; with counts where it states several."""
    names = Counter(item.served_model for item in run.items if item.served_model)
    return [f'model as served {_counted(names)}'] if names else []


def _counted(names: Counter[str]) -> str:
    if len(names) == 1:
        return next(iter(names))
    total = names.total()
    return ', '.join(f'{name} in {count} of {total}' for name, count in names.most_common())


def _pairs(settings: Mapping[str, Any]) -> str:
    return ', '.join(
        f'{name}={value if isinstance(value, str) else _plain(value)}'
        for name, value in sorted(settings.items())
    )


def _plain(value: Any) -> str:
    """Numbers as they are; what is nested as JSON."""
    return json.dumps(value) if isinstance(value, dict | list) else str(value)
