"""Small OpenCompass work directories, in the shapes that its tasks leave behind."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

MODEL, DATASET = 'tiny', 'sample-00000000_0shot-cot'

RECORD: dict[str, Any] = {
    'inference': {
        'data': DATASET,
        'prompt': {'template': {'round': [{'role': 'HUMAN', 'prompt': '{problem}\nThink.'}]}},
        'retriever': {'type': 'ZeroRetriever'},
        'max_out_len': 256,
        'samples': 1,
        'model': {'type': 'opencompass.models.HuggingFaceBaseModel', 'path': 'tiny'},
    },
    'grading': {'evaluator': {'type': 'MATH500Evaluator'}, 'grader': '0123456789ab'},
    'context': {'batch_size': 16, 'versions': {'opencompass_math500': '0.1.0'}},
}
"""Settings, as the partitioner records them."""


def detail(number: int = 0, *outcomes: str, **changes: Any) -> dict[str, Any]:
    """One detail as OpenCompass writes it: every field a list, one entry a sample."""
    kinds = outcomes or ('correct',)
    fields: dict[str, Any] = {
        'pred': '7',
        'answer': '7',
        'correct': None,
        'subject': 'Algebra',
        'level': 1,
        'unique_id': f'mine/{number}',
        'verdict': None,
        'reason': 'written the same',
        'was_cut': False,
        'finish_reason': 'stop',
        'response_tokens': 10,
        'attempts': None,
        'served_model': None,
        'sampling': None,
        **changes,
    }
    lists = {name: [value] * len(kinds) for name, value in fields.items()}
    lists['verdict'] = list(kinds)
    lists['correct'] = [kind == 'correct' for kind in kinds]
    return {'example_abbr': f'{DATASET}_test_{number}', **lists}


def save_json(path: Path, content: Any) -> Path:
    """Write JSON, or a text as it is, making the folders on the way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding='utf-8')
    return path


def save_results(
    work_dir: Path,
    details: Sequence[dict[str, Any]] | str,
    model: str = MODEL,
    dataset: str = DATASET,
    record: dict[str, Any] | None = RECORD,
) -> Path:
    """Results of one model on one dataset, with the record of their settings."""
    if record is not None:
        save_json(work_dir / 'math500' / model / f'{dataset}.json', record)
    content: Any = details
    if not isinstance(details, str):
        content = {'accuracy': 0.0, 'details': list(details)}
    return save_json(work_dir / 'results' / model / f'{dataset}.json', content)


def prediction(number: int = 0, **changes: Any) -> dict[str, Any]:
    """One row as MATH500GenInferencer writes it."""
    return {
        'origin_prompt': f'prompt {number}',
        'prediction': f'reply {number}',
        'gold': '7',
        'unique_id': f'mine/{number}',
        'finish_reason': 'stop',
        'response_tokens': 10 + number,
        **changes,
    }


def replied(number: int = 0, finish_reason: str = 'stop', **reply: Any) -> dict[str, Any]:
    """One row of MATH500OpenAI: with the record of the endpoint's reply."""
    record = {
        'latency': 0.5,
        'attempts': 1,
        'request_id': f'req-{number}',
        'model': 'tiny-2026-01-01',
        'sampling': {'temperature': 0, 'max_tokens': 256},
        'prompt_tokens': 100,
        'reasoning_tokens': None,
        'cached_tokens': None,
        'reasoning': '',
        'error': '',
        **reply,
    }
    return prediction(number, finish_reason=finish_reason, reply=record)


def save_predictions(
    work_dir: Path,
    rows: Sequence[dict[str, Any]],
    name: str = DATASET,
    model: str = MODEL,
) -> Path:
    """A prediction file: rows numbered from 0."""
    numbered = {str(number): row for number, row in enumerate(rows)}
    return save_json(work_dir / 'predictions' / model / f'{name}.json', numbered)
