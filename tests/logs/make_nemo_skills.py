"""Make the outputs under ``nemo_skills/`` anew, row by row as NeMo-Skills writes them.

NeMo-Skills is on no package registry, so that it cannot be run here: the fields and their order
are those of its source (NVIDIA/NeMo-Skills, October 2025, ``nemo_skills/inference/generate.py``,
``inference/model/base.py`` and ``evaluation/evaluator/math.py``), the replies those of
``canned.py``. From the top of the repository::

    python tests/logs/make_nemo_skills.py
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
for folder in (HERE, HERE.parent / 'support', HERE.parents[1]):
    sys.path.insert(0, str(folder))

from canned import CANNED, Canned, canned_problems  # noqa: E402

OUT = HERE / 'nemo_skills' / 'my-model' / 'eval-results' / 'math-500'
END = '</think>'


def row(canned: Canned, problem: Any, seed: int) -> dict[str, Any]:
    """One line: first what the model gave, then the problem, then the verdict."""
    text = canned.text(problem.answer)
    found: dict[str, Any] = {'generation': text, 'num_generated_tokens': len(text.split())}
    if canned.status == 200:
        found['finish_reason'] = canned.finish_reason
    else:  # server.enable_soft_fail
        found |= {
            'error': 'context_window_exceeded',
            'detailed_error': 'Could not apply strategy. the request was refused',
        }
    found |= {
        'generation_start_time': 1.5, 'generation_end_time': 2.0, 'generation_time': 0.5,
        'id': problem.unique_id, 'problem': problem.problem, 'subject': problem.subject,
        'level': problem.level, 'reference_solution': problem.solution,
        'expected_answer': problem.answer,
    }  # fmt: skip
    if seed == 1:  # parse_reasoning
        found['_generation_finished_thinking'] = END in text
        found['_full_generation'] = text
        found['generation'] = text.rpartition(END)[2].strip() if END in text else ''
    boxed = found['generation'].rpartition('\\boxed{')[2].rpartition('}')[0]
    found['predicted_answer'] = boxed or None
    found['symbolic_correct'] = boxed == problem.answer
    return found


if __name__ == '__main__':
    OUT.mkdir(parents=True, exist_ok=True)
    for seed in (0, 1):
        rows = [
            json.dumps(row(*pair, seed)) + '\n'
            for pair in zip(CANNED, canned_problems(), strict=True)
        ]
        (OUT / f'output-rs{seed}.jsonl').write_text(''.join(rows), encoding='utf-8')
