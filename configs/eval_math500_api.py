"""MATH-500 on an endpoint, 0-shot and 4-shot.

    export OPENAI_API_KEY=... OPENAI_BASE_URL=... MATH500_API_MODEL=...
    opencompass configs/eval_math500_api.py

For another vendor change the import of ``models`` (``configs/models/api_*.py``). Both
settings run side by side and share the rate limits. Stopped for want of money, or by
a crash? ``opencompass configs/eval_math500_api.py -r`` asks only what is missing.
"""

from mmengine.config import read_base

with read_base():
    from .datasets.math500.math500_0shot_cot import math500_datasets as _zero_shot
    from .datasets.math500.math500_4shot_chat import math500_datasets as _four_shot
    from .guarded import eval, summarizer
    from .guarded import infer as _infer
    from .models.api_openai_compatible import models

datasets = [*_zero_shot, *_four_shot]
infer = dict(_infer, runner=dict(_infer['runner'], max_num_workers=2))
work_dir = 'outputs/math500_api'
