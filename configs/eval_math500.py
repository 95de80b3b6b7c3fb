"""The main job: MATH-500 through OpenCompass.

    opencompass configs/eval_math500.py

The model is the embedded one, so that this runs anywhere; for another, change the
import of ``models``. The data come from the hub, or from the file MATH500_DATA names.
"""

from mmengine.config import read_base

with read_base():
    pass

work_dir = 'outputs/math500'
