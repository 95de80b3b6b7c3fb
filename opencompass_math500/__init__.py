"""MATH-500 for OpenCompass: a score that can be trusted, explained and compared.

>>> from opencompass_math500 import judge
>>> judge(answer='0.5', gold=r'\\frac{1}{2}').is_correct
True
"""

from __future__ import annotations

from opencompass_math500.bulk import grade_many
from opencompass_math500.dataset import Problem, load_problems
from opencompass_math500.grading.disputes import Policy
from opencompass_math500.grading.extract import extract_answer
from opencompass_math500.grading.judge import grade, judge
from opencompass_math500.grading.verdict import Verdict

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
