"""Sample logs as lm-evaluation-harness writes them: real runs, and rows written by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness_runs import evaluated, task_manager
from lm_eval.loggers import EvaluationTracker
from loopback_api import LoopbackAPI

__all__ = ['logged']


def logged(
    output: Path,
    reply: Any,
    task: str = 'math500',
    *,
    finish: str = 'stop',
    metadata: dict[str, Any] | None = None,
    manager: Any = None,
    **options: Any,
) -> Path:
    """Run a task against an endpoint that answers so, and save it as the command does.

    Args:
        output: ``--output_path``.
        reply: the text of every reply, or what makes it of the last message.
        task: a task or group.
        finish: what every reply says of its end.
        metadata: the settings of our tasks, without their prefix.
        manager: the task manager; one of our tasks by default.
        options: as for ``harness_runs.evaluated``.
    """
    tracker = EvaluationTracker(output_path=str(output))
    say = reply if callable(reply) else lambda prompt: reply
    with LoopbackAPI(reply=say, finish_reason=finish) as api:
        results = evaluated(
            api.url,
            task,
            manager=manager or task_manager(**(metadata or {})),
            evaluation_tracker=tracker,
            log_samples=True,
            **options,
        )
    samples = results.pop('samples')
    # As lm_eval/_cli/run.py does.
    tracker.save_results_aggregated(results=results, samples=samples)
    for name in results['configs']:
        tracker.save_results_samples(task_name=name, samples=samples[name])
    return output
