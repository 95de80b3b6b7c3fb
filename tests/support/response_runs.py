"""Work directories of OpenCompass with real responses to MATH-500, from ../shared/responses."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from work_dirs import save_json

__all__ = ['OURS', 'THEIRS', 'Maker', 'responses_of', 'save_responses']

Maker = Literal['ours', 'opencompass']
OURS = 'math500-hub-c6e0e802_0shot-cot'
THEIRS = 'math-500'
_PROMPT = '{problem}\nPlease reason step by step, and put your final answer within \\boxed{{}}.'


@lru_cache(maxsize=2)
def _everything(path: Path) -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(line) for line in path.read_text(encoding='utf-8').splitlines())


def responses_of(shared: Path, model: str) -> list[dict[str, Any]]:
    """The real responses of one model, at most one a problem, in the order of MATH-500."""
    found: dict[str, dict[str, Any]] = {}
    for row in _everything(shared / 'responses' / 'responses.jsonl'):
        if row['model'] == model:
            found.setdefault(row['unique_id'], row)
    problems = _everything(shared / 'data' / 'math500.jsonl')
    return [
        {**found[one['unique_id']], 'problem': one['problem'], 'solution': one['solution']}
        for one in problems
        if one['unique_id'] in found
    ]


def save_responses(
    work_dir: Path,
    responses: list[dict[str, Any]],
    model: str,
    maker: Maker = 'ours',
    finish_reason: Callable[[dict[str, Any]], str] = lambda row: 'stop',
) -> Path:
    """A prediction file with these responses, as one of two makers leaves it.

    Args:
        work_dir: the run's folder.
        responses: from :func:`responses_of`; several of one problem are several samples.
        model: how the folder is to call it.
        maker: ``ours``: ids, and how each reply ended; ``opencompass``: its ``math_500_gen``,
            which knows neither, and has the whole solution as the gold.
        finish_reason: how a reply of ours ended.
    """
    rows = {}
    for number, row in enumerate(responses):
        prompt = [{'role': 'HUMAN', 'prompt': _PROMPT.format(problem=row['problem'])}]
        fields = {'origin_prompt': prompt, 'prediction': row['response']}
        if maker == 'ours':
            fields |= {
                'gold': row['gold'],
                'unique_id': row['unique_id'],
                'finish_reason': finish_reason(row),
                'response_tokens': None,
            }
        else:
            fields['gold'] = row['solution']
        rows[str(number)] = fields
    name = OURS if maker == 'ours' else THEIRS
    return save_json(work_dir / 'predictions' / model / f'{name}.json', rows)
