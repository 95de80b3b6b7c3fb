"""Text in, verdict out: extraction, parsing and judging of final answers.

Pure: no file or network I/O at judging time, no OpenCompass, no torch. What other rooms need
stands here; each name is loaded when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from opencompass_math500.grading.batch import grade_beside, grade_many
    from opencompass_math500.grading.describe import explain
    from opencompass_math500.grading.extraction.extract import MAX_RESPONSE, extract_answer
    from opencompass_math500.grading.judging import grade, judge
    from opencompass_math500.grading.policy import (
        DEFAULT_POLICY,
        RULE_OF,
        Policy,
        as_policy,
        parse_policy,
        settings_of,
    )
    from opencompass_math500.grading.rules import rulebook
    from opencompass_math500.grading.symbolic.fallback import symbolic_trouble
    from opencompass_math500.grading.verdict import (
        NOT_THE_MODELS_MISTAKE,
        OUTCOMES,
        Outcome,
        Verdict,
    )
    from opencompass_math500.grading.version import grader_version

__all__ = [
    'DEFAULT_POLICY',
    'MAX_RESPONSE',
    'NOT_THE_MODELS_MISTAKE',
    'OUTCOMES',
    'RULE_OF',
    'Outcome',
    'Policy',
    'Verdict',
    'as_policy',
    'explain',
    'extract_answer',
    'grade',
    'grade_beside',
    'grade_many',
    'grader_version',
    'judge',
    'parse_policy',
    'rulebook',
    'settings_of',
    'symbolic_trouble',
]

_FILES: Final = {
    'batch': ('grade_beside', 'grade_many'),
    'describe': ('explain',),
    'extraction.extract': ('MAX_RESPONSE', 'extract_answer'),
    'judging': ('grade', 'judge'),
    'policy': (
        'DEFAULT_POLICY', 'RULE_OF', 'Policy', 'as_policy', 'parse_policy', 'settings_of'
    ),
    'rules': ('rulebook',),
    'symbolic.fallback': ('symbolic_trouble',),
    'verdict': ('NOT_THE_MODELS_MISTAKE', 'OUTCOMES', 'Outcome', 'Verdict'),
    'version': ('grader_version',),
}  # fmt: skip
_FILE_OF: Final = {name: file for file, names in _FILES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _FILE_OF:
        raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    found: object = getattr(import_module(f'{__name__}.{_FILE_OF[name]}'), name)
    globals()[name] = found  # the next time it is an attribute like any other
    return found
