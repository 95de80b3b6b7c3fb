"""Runs with chosen scores on MATH-500 or all of MATH, to be compared."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from work_dirs import RECORD, detail, save_results

from opencompass_math500.comparison import RunComparison, compare_run
from opencompass_math500.dataset.index import math500_index
from opencompass_math500.runs.graded import comparable_runs

__all__ = ['BOXED', 'MATH500', 'QWEN', 'all_of_math', 'record', 'save_run']

BOXED = '{problem}\nPlease reason step by step, and put your final answer within \\boxed{}.'
MATH500 = 'math500-hub-c6e0e802_0shot-cot'
QWEN = 'Qwen/Qwen2.5-72B-Instruct'


def record(path: str = QWEN, cap: int = 1024, **model: Any) -> dict[str, Any]:
    """The record of a 0-shot, greedy run with a cap."""
    made = copy.deepcopy(RECORD)
    made['inference'].update(
        prompt={'template': {'round': [{'role': 'HUMAN', 'prompt': BOXED}]}},
        max_out_len=cap,
        model={'type': 'opencompass.models.HuggingFacewithChatTemplate', 'path': path, **model},
    )
    return made


def save_run(
    work_dir: Path,
    golds: Mapping[str, str],
    right: int,
    cut: int = 0,
    abbr: str = 'qwen',
    dataset: str = MATH500,
    **settings: Any,
) -> RunComparison:
    """A run with the first so many right and the last so many cut; and its comparison."""
    first_cut = len(golds) - cut
    details = [
        detail(
            number,
            'correct' if number < right else 'incorrect' if number < first_cut else 'truncated',
            unique_id=name,
            answer=gold,
            was_cut=number >= first_cut,
            finish_reason='stop' if number < first_cut else 'length',
        )
        for number, (name, gold) in enumerate(golds.items())
    ]
    save_results(work_dir, details, abbr, dataset, record(**settings))
    (run,) = comparable_runs(work_dir)
    return compare_run(run)


def all_of_math() -> dict[str, str]:
    """Ids as MATH's 5,000 have them, the 500 among them; with one gold for all."""
    ids = [*math500_index(), *(f'test/algebra/{n}.json' for n in range(10_000, 14_500))]
    return dict.fromkeys(ids, '7')
