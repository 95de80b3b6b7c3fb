"""One of several processes of lm-eval, as ``accelerate launch`` starts them; a script.

``python harness_process.py OUT CAP ID...``: the embedded model, float32, both tasks of the
group. The first process writes results and samples into OUT.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import torch
from harness_runs import task_manager
from lm_eval import simple_evaluate

from opencompass_math500.embedded import embedded_model_dir

__all__: list[str] = []


def main(out: str, cap: str, *ids: str) -> None:
    """Ask, and write what comes of it."""
    # lm-eval shares the problems among processes that have a GPU each, and asks torch how many
    # there are. All else is real: the processes, what they send each other, the model.
    torch.cuda.device_count = lambda: int(os.environ.get('WORLD_SIZE', '1'))
    results = simple_evaluate(
        model='hf',
        model_args={'pretrained': str(embedded_model_dir()), 'dtype': 'float32'},
        device='cpu',
        batch_size=1,
        tasks=['math500_prompts'],
        gen_kwargs={'max_gen_toks': int(cap)},
        task_manager=task_manager(ids=list(ids)),
        bootstrap_iters=0,
    )
    if results is not None:
        kept = {name: results[name] for name in ('results', 'samples', 'n-samples')}
        Path(out).write_text(json.dumps(kept, default=str), encoding='utf-8')


if __name__ == '__main__':
    main(*sys.argv[1:])
