"""A config in which the preflight finds nothing."""

from __future__ import annotations

from typing import Any

from opencompass_math500.dataset import load_problems

__all__ = ['GOOD', 'SLUG']

SLUG = load_problems('sample').slug
GOOD: dict[str, Any] = {
    'models': [
        {
            'type': 'opencompass.models.HuggingFacewithChatTemplate',
            'abbr': 'tiny',
            'path': 'vendor/tiny',
            'max_seq_len': 8192,
            'max_out_len': 2048,
        }
    ],
    'datasets': [
        {
            'type': 'opencompass_math500.compass.MATH500Dataset',
            'abbr': f'{SLUG}_0shot-cot',
            'source': 'sample',
            'infer_cfg': {
                'inferencer': {'type': 'opencompass_math500.compass.MATH500GenInferencer'}
            },
            'eval_cfg': {'evaluator': {'type': 'opencompass_math500.compass.MATH500Evaluator'}},
        }
    ],
}
