"""The problems to score: from the hub, a mirror, ModelScope, a file or the embedded sample.

>>> from opencompass_math500 import load_problems
>>> len(load_problems('sample'))
35
"""

from __future__ import annotations

from opencompass_math500.dataset.load import load_problems
from opencompass_math500.dataset.problem import LEVELS, SUBJECTS, Problem
from opencompass_math500.dataset.problem_set import SOURCES, Kind, ProblemSet, SourceName
from opencompass_math500.dataset.remote import HUB_REPO, MODELSCOPE_REPO, PINNED

__all__ = [
    'HUB_REPO',
    'LEVELS',
    'MODELSCOPE_REPO',
    'PINNED',
    'SOURCES',
    'SUBJECTS',
    'Kind',
    'Problem',
    'ProblemSet',
    'SourceName',
    'load_problems',
]
