"""What DeepSeek-R1's README recommends, whose wording is the canonical one.

With it go, in the model config: temperature 0.6, top_p 0.95, 32,768 tokens, no system
prompt, several runs averaged (n in the dataset config). The prompt that was really used
for the 97.3 is not published.
"""

from mmengine.config import read_base

with read_base():
    from .math500_0shot_cot import math500_datasets
