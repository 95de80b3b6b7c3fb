"""Sample logs of lm-evaluation-harness, read where they lie: responses, verdicts, settings."""

from __future__ import annotations

from opencompass_math500.sample_logs.files import (
    SampleLog,
    holds_logs,
    is_of_harness,
    refuse_scores_alone,
)
from opencompass_math500.sample_logs.logged import Logged
from opencompass_math500.sample_logs.read import read_log
from opencompass_math500.sample_logs.run import LoggedRun, logged_runs

__all__ = [
    'Logged',
    'LoggedRun',
    'SampleLog',
    'holds_logs',
    'is_of_harness',
    'logged_runs',
    'read_log',
    'refuse_scores_alone',
]
