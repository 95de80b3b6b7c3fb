"""A first run that needs no GPU, no hub and no key: the embedded model on the sample set.

    opencompass configs/eval_math500_demo.py

The same prompts, grader and table as the real MATH-500, in 0-shot and 4-shot.
"""

from mmengine.config import read_base

with read_base():
    from .datasets.math500.math500_0shot_cot import math500_datasets as _zero_shot
    from .datasets.math500.math500_4shot_chat import math500_datasets as _four_shot
    from .guarded import eval, summarizer
    from .guarded import infer as _infer
    from .models.embedded_smollm2_135m import models as _embedded

datasets = [
    dict(dataset, source='sample', abbr='sample-d672d809' + '_' + dataset['abbr'].split('_', 1)[1])
    for dataset in _zero_shot + _four_shot
]
# The model uses one core, so that both settings run side by side.
infer = dict(_infer, runner=dict(_infer['runner'], max_num_workers=2))
models = [dict(model, max_out_len=256) for model in _embedded]

work_dir = 'outputs/math500_demo'
