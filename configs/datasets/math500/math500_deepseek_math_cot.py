"""DeepSeekMath-Instruct's own setting, which is the canonical one."""

from mmengine.config import read_base

with read_base():
    from .math500_0shot_cot import math500_datasets
