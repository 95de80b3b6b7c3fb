"""Several graders on the same responses: scores, disagreements, and where a gap comes from."""

from __future__ import annotations

from opencompass_math500.graders.anatomy import Anatomy, Loss, anatomy
from opencompass_math500.graders.matrix import (
    GRADERS,
    Grader,
    GraderScore,
    GraderVerdict,
    Judged,
    Pair,
    differing,
    matrix,
    pairs,
)
from opencompass_math500.graders.report import Report, load_report, report_path, save_report

__all__ = [
    'GRADERS',
    'Anatomy',
    'Grader',
    'GraderScore',
    'GraderVerdict',
    'Judged',
    'Loss',
    'Pair',
    'Report',
    'anatomy',
    'differing',
    'load_report',
    'matrix',
    'pairs',
    'report_path',
    'save_report',
]
