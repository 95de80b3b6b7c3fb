"""The canonical setting: 0-shot chain of thought."""

from mmengine.config import read_base

with read_base():
    from .math500_0shot_cot import math500_datasets
