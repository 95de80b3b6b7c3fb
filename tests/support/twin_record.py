"""The settings of a run of OpenCompass that asks what our lm-eval task asks."""

from __future__ import annotations

from typing import Any

from opencompass_math500.grading import grader_version
from opencompass_math500.prompts import template_named

__all__ = ['RECORD']

RECORD: dict[str, Any] = {
    'inference': {
        'rows': None,
        'prompt': {
            'template': {
                'round': [{'prompt': template_named('0shot_cot').question, 'role': 'HUMAN'}]
            },
            'type': 'opencompass.openicl.icl_prompt_template.PromptTemplate',
        },
        'examples': None,
        'retriever': {'type': 'opencompass.openicl.icl_retriever.ZeroRetriever'},
        'inferencer': {'type': 'opencompass_math500.compass.MATH500GenInferencer'},
        'max_out_len': 4096,
        'samples': 1,
        'model': {
            'type': 'opencompass_math500.compass.MATH500OpenAI', 'path': 'm', 'sampling': None,
        },
    },
    'grading': {
        'evaluator': {'type': 'opencompass_math500.compass.MATH500Evaluator'},
        'policy': {},
        'grader': grader_version(),
    },
    'context': {'batch_size': None, 'versions': {'opencompass': '0.5.4'}},
}  # fmt: skip
"""As the partitioner has recorded a run of OpenCompass."""
