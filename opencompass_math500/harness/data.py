"""The problems as lm-eval wants them: a dataset of rows."""

from __future__ import annotations

from typing import Any, Final

from opencompass_math500.dataset import ProblemSet, load_problems
from opencompass_math500.harness.task_settings import Settings

__all__ = ['COLUMNS', 'SPLIT', 'problems_for', 'rows_of']

SPLIT: Final = 'test'
COLUMNS: Final = ('unique_id', 'subject', 'level', 'answer', 'problem')
"""All that the prompt, the judge and the breakdown need. The worked solution is none of it:
what is not in the row can leak neither into a prompt nor into the target."""


def problems_for(settings: Settings) -> ProblemSet:
    """Load the problems that the settings name, checked as those of every run.

    Raises:
        DataError, SelectionError: as :func:`~opencompass_math500.dataset.load_problems`.
    """
    return load_problems(
        settings.data,
        subjects=settings.subjects,
        levels=settings.levels,
        ids=settings.ids,
        custom=settings.custom,
    )


def rows_of(problems: ProblemSet) -> Any:
    """Return a ``datasets.Dataset`` with :data:`COLUMNS`, a row a problem, in their order."""
    # Not a list of dicts: lm-eval reads the columns off its ``features``.
    from datasets import Dataset

    return Dataset.from_list(
        [{name: getattr(problem, name) for name in COLUMNS} for problem in problems]
    )
