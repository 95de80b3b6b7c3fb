"""Minerva's own setting by its published name: 4-shot as one text.

Published for: base models, 512 tokens at most with Llama 3.
"""

from mmengine.config import read_base

with read_base():
    from .math500_4shot_base import math500_datasets
