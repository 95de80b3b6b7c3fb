"""Sample logs written by hand: other tasks', other versions', damaged ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

__all__ = ['DATE', 'results', 'row', 'save_log']

DATE = '2026-01-01T00-00-00.000001'


def row(number: int = 0, reply: str = 'So \\boxed{5}.', **changes: Any) -> dict[str, Any]:
    """A row as lm-eval's hendrycks_math500 logs it."""
    problem = f'If $x + 3 = {number + 8}$, what is $x$?'
    return {
        'doc_id': number,
        'doc': {'problem': problem, 'answer': '5', 'unique_id': f'mine/{number}'},
        'target': '5',
        'arguments': {'gen_args_0': {'arg_0': f'Problem: {problem}\nAnswer:', 'arg_1': {}}},
        'resps': [[reply]],
        'filtered_resps': [reply],
        'filter': 'none',
        'metrics': ['exact_match'],
        'exact_match': 0,
        **changes,
    }


def results(task: str = 'hendrycks_math500', count: int = 2, **changes: Any) -> dict[str, Any]:
    """The results beside it."""
    config = {
        'doc_to_text': 'Problem: {{problem}}\nAnswer:',
        'description': '',
        'generation_kwargs': {'until': ['Problem:'], 'do_sample': False, 'temperature': 0},
        'repeats': 1,
        'metadata': {'version': 1.0},
    }
    return {
        'results': {task: {'exact_match,none': 0.0}},
        'configs': {task: {**config, **changes.pop('task_config', {})}},
        'n-shot': {task: 0},
        'n-samples': {task: {'original': count, 'effective': count}},
        'config': {'model': 'hf', 'model_args': {'pretrained': 'org/tiny'}, 'batch_size': '8'},
        'model_source': 'hf',
        'model_name': 'org/tiny',
        'chat_template': None,
        'system_instruction': None,
        'lm_eval_version': '0.4.13',
        'transformers_version': '4.57.6',
        'pretty_env_info': 'PyTorch version: 2.13.0+cpu\nIs debug build: False\n',
        **changes,
    }


def save_log(
    folder: Path,
    rows: Sequence[dict[str, Any] | str],
    task: str = 'hendrycks_math500',
    *,
    date: str = DATE,
    said: dict[str, Any] | str | None = None,
) -> Path:
    """A log, and the results beside it unless ``said`` is ''."""
    folder.mkdir(parents=True, exist_ok=True)
    said = results(task, len(rows)) if said is None else said
    if said:
        text = said if isinstance(said, str) else json.dumps(said)
        (folder / f'results_{date}.json').write_text(text, encoding='utf-8')
    lines = [one if isinstance(one, str) else json.dumps(one) for one in rows]
    path = folder / f'samples_{task}_{date}.jsonl'
    path.write_text(''.join(f'{line}\n' for line in lines), encoding='utf-8')
    return path
