"""One setting changed at a time: what each is worth, with its interval."""

from __future__ import annotations

from opencompass_math500.ablation.change import Ablation, Change, ablation_of, change_of
from opencompass_math500.ablation.show import print_ablation

__all__ = ['Ablation', 'Change', 'ablation_of', 'change_of', 'print_ablation']
