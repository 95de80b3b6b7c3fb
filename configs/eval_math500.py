"""The main job: MATH-500 through OpenCompass.

    opencompass configs/eval_math500.py

The model is the embedded one, so that this runs anywhere; for another, change the
import of ``models``. The data come from the hub, or from the file MATH500_DATA names.
"""

from mmengine.config import read_base

with read_base():
    from .datasets.math500.math500_0shot_cot import math500_datasets as datasets
    from .guarded import eval, infer, summarizer
    from .models.embedded_smollm2_135m import models

work_dir = 'outputs/math500'
