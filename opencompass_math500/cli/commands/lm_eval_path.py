"""``math500 lm-eval-path``: where the tasks for lm-evaluation-harness lie."""

from __future__ import annotations

import argparse
from typing import Final

from opencompass_math500.cli.command import Command

__all__ = ['COMMAND']


def _run(options: argparse.Namespace) -> int:
    from opencompass_math500.locations import lm_eval_tasks_dir

    print(lm_eval_tasks_dir())
    return 0


COMMAND: Final = Command(
    place=30,
    help="print the folder of this package's tasks for lm-evaluation-harness",
    description='For lm_eval --include_path: the tasks math500 and math500_4shot, and the '
    'group math500_prompts of both.',
    run=_run,
)
