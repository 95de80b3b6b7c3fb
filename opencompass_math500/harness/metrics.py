"""What lm-eval prints and saves beside the task's name.

Shares are in lm-eval's own convention, 0 to 1; counts are of replies. The settled score,
in percent with its interval, is what ``math500 export``, ``report`` and ``compare`` make of
the sample log.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from lm_eval.api.registry import register_aggregation

from opencompass_math500.dataset import SUBJECTS, ProblemSet
from opencompass_math500.endings import meaning_of
from opencompass_math500.grading import OUTCOMES
from opencompass_math500.harness.grades import Grade

__all__ = ['COUNTED', 'counts_of', 'level_name', 'metric_list', 'metrics_of', 'subject_name']

COUNTED: Final = (
    *(outcome for outcome in OUTCOMES if outcome not in ('correct', 'incorrect')),
    'cut',
    'unknown_ending',
)
"""Counts by name: every outcome but right and wrong, and, as in a score of ours, ``cut``
(the token cap was hit, answered or not) and ``unknown_ending`` (the engine does not say)."""

# By name: of a function, lm-eval saves the source code with the results, once a metric.
_TOTAL: Final = 'math500_total'
_SHARE: Final = 'math500_share'


def subject_name(subject: str) -> str:
    """Return the metric of a subject, e.g. ``subject_counting_and_probability``."""
    return 'subject_' + re.sub(r'\W+', '_', subject.lower().replace('&', 'and')).strip('_')


def level_name(level: int) -> str:
    """Return the metric of a level, e.g. ``level_5``."""
    return f'level_{level}'


def metric_list(problems: ProblemSet) -> list[dict[str, Any]]:
    """Return the metrics of a task on these problems, as its config lists them.

    ``accuracy`` with its standard error, the counts of :data:`COUNTED`, and the accuracy of
    every subject and level that occurs.
    """
    found = {problem.subject for problem in problems}
    subjects = [*(s for s in SUBJECTS if s in found), *sorted(found.difference(SUBJECTS))]
    levels = sorted({problem.level for problem in problems})
    shares = dict.fromkeys([*map(subject_name, subjects), *map(level_name, levels)])
    return [
        # lm-eval knows the standard error of its own mean alone.
        {'metric': 'accuracy', 'aggregation': 'mean', 'higher_is_better': True},
        *({'metric': name, 'aggregation': _TOTAL, 'higher_is_better': False} for name in COUNTED),
        *({'metric': name, 'aggregation': _SHARE, 'higher_is_better': True} for name in shares),
    ]


def metrics_of(
    doc: Mapping[str, Any], grades: Sequence[Grade], listed: Sequence[str]
) -> dict[str, float | None]:
    """Return every listed metric of one problem, None for another subject's or level's.

    Every problem gives every metric: lm-eval warns of one that some lack.

    Args:
        doc: the problem's row.
        grades: those of its replies.
        listed: the names of :func:`metric_list`.
    """
    right = sum(one['verdict'] == 'correct' for one in grades) / len(grades)
    own = {'accuracy': right, **counts_of(grades)}
    own |= {subject_name(doc['subject']): right, level_name(doc['level']): right}
    return {name: own.get(name) for name in listed}


def counts_of(grades: Sequence[Grade]) -> dict[str, int]:
    """Count :data:`COUNTED` in some grades; the same as of a score of ours."""
    verdicts = [one['verdict'] for one in grades]
    counts: dict[str, int] = {
        outcome: verdicts.count(outcome) for outcome in OUTCOMES if outcome in COUNTED
    }
    cut = sum(one['was_cut'] and meaning_of(one['finish_reason']) != 'filter' for one in grades)
    unknown = sum(
        one['finish_reason'] is None and one['verdict'] != 'failed_request' for one in grades
    )
    return {**counts, 'cut': cut, 'unknown_ending': unknown}


@register_aggregation(_SHARE)
def share(values: Sequence[float | None]) -> float | str:
    """Return the mean of those that are there.

    lm-eval's word for nothing where none is, as with ``--limit``: NaN would make the results
    file invalid JSON.
    """
    given = [value for value in values if value is not None]
    return sum(given) / len(given) if given else 'N/A'


@register_aggregation(_TOTAL)
def total(values: Sequence[int]) -> int:
    """Add up how many there are over all problems."""
    return sum(values)
