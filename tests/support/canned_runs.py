"""A run of OpenCompass with the canned replies, in the shapes that a real one leaves behind."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from canned import CANNED, Canned, canned_problems
from work_dirs import RECORD, detail, save_results

from opencompass_math500 import grade

__all__ = ['save_canned_run']


def save_canned_run(folder: Path, replies: Sequence[Canned] = CANNED[:-1]) -> Path:
    """Write the run, graded by this package: greedy, with the 0-shot prompt."""
    details = []
    for number, (one, problem) in enumerate(zip(replies, canned_problems(replies), strict=True)):
        verdict = grade(
            response=one.text(problem.answer),
            gold=problem.answer,
            problem=problem.problem,
            finish_reason=one.finish_reason,
        )
        facts: dict[str, Any] = {
            'unique_id': problem.unique_id, 'subject': problem.subject, 'level': problem.level,
            'answer': problem.answer, 'pred': verdict.answer or '', 'reason': verdict.reason,
            'was_cut': verdict.was_cut, 'finish_reason': one.finish_reason,
        }  # fmt: skip
        details.append(detail(number, verdict.outcome, **facts))
    save_results(folder, details, 'canned', 'sample_0shot-cot', RECORD)
    return folder
