"""MATH-500 for OpenCompass: a score that can be trusted, explained and compared.

>>> from opencompass_math500 import judge
>>> judge(answer='0.5', gold=r'\\frac{1}{2}').is_correct
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from opencompass_math500.dataset import Problem, load_problems
    from opencompass_math500.grading import (
        Policy,
        Verdict,
        extract_answer,
        grade,
        grade_many,
        judge,
    )

__version__ = '0.1.0'

__all__ = [
    'Policy',
    'Problem',
    'Verdict',
    'extract_answer',
    'grade',
    'grade_many',
    'judge',
    'load_problems',
]

# Loaded where it is first asked for: who judges an answer needs neither processes nor problems.
_HOMES: Final = {
    'Policy': 'grading',
    'Problem': 'dataset',
    'Verdict': 'grading',
    'extract_answer': 'grading',
    'grade': 'grading',
    'grade_many': 'grading',
    'judge': 'grading',
    'load_problems': 'dataset',
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    found: object = getattr(import_module(f'{__name__}.{_HOMES[name]}'), name)
    globals()[name] = found  # the next time it is an attribute like any other
    return found
