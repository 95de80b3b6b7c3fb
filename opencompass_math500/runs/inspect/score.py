"""The word of inspect's own scorers on a sample: right or wrong, and the answer they took.

Source: UKGovernmentBEIS/inspect_ai 0.3.285, ``scorer/_metric.py`` (``value_to_float``: the
letters, and what counts as nothing) and ``scorer/_math.py`` (the whole reply stands as the
answer of one that could not be parsed).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from opencompass_math500.runs.json_values import as_list, as_object

__all__ = ['scorers_of', 'word_of']

_WORDS: Final = {
    'C': True, 'I': False, 'N': False, 'yes': True, 'true': True, 'no': False, 'false': False,
    '1': True, '0': False,
}  # fmt: skip
_NOT_FOUND: Final = ('answer_parse_error', 'answer_limit')


def scorers_of(header: Mapping[str, Any]) -> list[str]:
    """Return the names of the scorers; first the one whose score is the run's."""
    results, task = as_object(header.get('results')), as_object(header.get('eval'))
    named = [as_object(results.get('headline')).get('score')]
    named += [as_object(one).get('name') for one in as_list(results.get('scores'))]
    named += [as_object(one).get('name') for one in as_list(task.get('scorers'))]
    return list(dict.fromkeys(name for name in named if isinstance(name, str)))


def word_of(
    sample: Mapping[str, Any], scorers: Sequence[str], completion: str
) -> tuple[bool | None, str | None]:
    """Return whether a sample was scored as right, and the answer that was taken for its.

    A partial credit, and a score of several values, say neither right nor wrong.

    Args:
        sample: as it stands in the log.
        scorers: from :func:`scorers_of`.
        completion: the whole reply.
    """
    scores = as_object(sample.get('scores'))
    name = next((name for name in scorers if name in scores), next(iter(scores), None))
    score = as_object(scores.get(name)) if name is not None else {}
    if 'value' not in score:
        return None, None
    metadata = as_object(score.get('metadata'))
    answer = metadata.get('extracted_answer', score.get('answer'))
    if metadata.get('math_scorer_status') in _NOT_FOUND and answer == completion:
        answer = ''
    return _right(score['value']), answer if isinstance(answer, str) else None


def _right(value: Any) -> bool | None:
    if isinstance(value, str):
        return _WORDS.get(value, _WORDS.get(value.lower()))
    if isinstance(value, bool | int | float) and value in (0, 1):  # NaN is "not scored"
        return bool(value)
    return None
