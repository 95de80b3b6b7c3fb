"""A run against an endpoint, as far as OpenCompass's partitioner takes it."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from mmengine.config import Config

from opencompass_math500.compass import MATH500Partitioner

__all__ = ['CONFIG', 'DATA', 'MODEL', 'partition']

MODEL, DATA = 'tiny', 'sample-00000000_0shot-cot'

CONFIG: dict[str, Any] = {
    'models': [
        {
            'type': 'opencompass_math500.compass.MATH500OpenAI',
            'abbr': MODEL,
            'path': 'm',
            'base_url': 'http://user:secret@h/v1/?key=secret',
            'max_out_len': 256,
        }
    ],
    'datasets': [
        {
            'type': 'opencompass_math500.compass.MATH500Dataset',
            'abbr': DATA,
            'infer_cfg': {
                'inferencer': {'type': 'opencompass_math500.compass.MATH500GenInferencer'}
            },
            'eval_cfg': {'evaluator': {'type': 'opencompass_math500.compass.MATH500Evaluator'}},
        }
    ],
}


def partition(work_dir: Path, stage: Any, inferencer: str = '', **model: Any) -> list[Any]:
    """What OpenCompass's main does with the partitioner of one stage."""
    config = copy.deepcopy(CONFIG)
    config['models'][0].update(model)
    if inferencer:
        config['datasets'][0]['infer_cfg']['inferencer']['type'] = inferencer
    out = {'inference': 'predictions', 'grading': 'results'}[stage]
    cfg = Config({**config, 'work_dir': str(work_dir)})
    tasks: list[Any] = MATH500Partitioner(stage=stage, out_dir=str(work_dir / out))(cfg)
    return tasks
