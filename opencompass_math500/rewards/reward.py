"""From rollouts to rewards: what every trainer's function here does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any, Final

from opencompass_math500.errors import MalformedData
from opencompass_math500.grading import Outcome, Verdict, grade_many
from opencompass_math500.notes import note_once

__all__ = ['UNDECIDED', 'Rewarded', 'rewarded', 'text_of']

UNDECIDED: Final[frozenset[Outcome]] = frozenset(
    {'timeout', 'unparsed_gold', 'failed_request', 'content_filter'}
)
"""Outcomes that are not the model's doing, and say nothing about its answer."""


@dataclass(frozen=True, slots=True)
class Rewarded:
    """A rollout's reward.

    Attributes:
        verdict: what the judge says.
        reward: 1.0 for a right answer, 0.0 for any other reply, None where the judge could not
            decide.
    """

    verdict: Verdict
    reward: float | None


def rewarded(
    completions: Sequence[Any],
    golds: Sequence[Any],
    problems: Sequence[str | None] | None = None,
    workers: int | None = None,
) -> list[Rewarded]:
    """Judge rollouts, in order.

    A thousand short ones take one process less than a second; longer batches are shared among
    the cores.

    Args:
        completions: each a text, or a list of chat messages.
        golds: the reference answers, one a completion.
        problems: their problems, where they are at hand.
        workers: processes, as for :func:`~opencompass_math500.grade_many`.

    Raises:
        MalformedData: the numbers of completions, golds and problems differ, or one of them is
            nothing that can be judged; by its place.
    """
    _require_as_many(len(completions), golds=golds, problems=problems)
    rows = [
        {
            'response': text_of(completion, place),
            'gold': _gold(gold, place),
            'problem': problem or None,
        }
        for place, (completion, gold, problem) in enumerate(
            zip(completions, golds, problems or [None] * len(golds), strict=True)
        )
    ]
    return [_rewarded(verdict) for verdict in grade_many(rows, workers=workers)]


def text_of(completion: Any, place: int = 0) -> str:
    """Return what a completion says at its end: the text, or its last turn of the assistant.

    Content in parts gives its texts; what stands in a turn before (a tool's call) is no answer.

    Raises:
        MalformedData: it is neither a text nor chat messages.
    """
    if isinstance(completion, str):
        return completion
    if isinstance(completion, Sequence):
        turns = [turn for turn in completion if isinstance(turn, Mapping)]
        if len(turns) == len(completion) and turns:
            said = [turn for turn in turns if turn.get('role', 'assistant') == 'assistant']
            return _content(said[-1].get('content'), place) if said else ''
    raise MalformedData(
        f'completion {place} is {type(completion).__name__}, no text and no chat messages',
        'give each as a string, or as a list of {"role": ..., "content": ...}',
    )


def _content(content: Any, place: int) -> str:
    if content is None:  # a turn that only calls tools
        return ''
    if isinstance(content, str):
        return content
    if isinstance(content, Sequence) and all(isinstance(part, Mapping) for part in content):
        return ''.join(str(part.get('text') or '') for part in content)
    raise MalformedData(
        f'completion {place} has content of type {type(content).__name__}',
        'give a text, or a list of parts with a "text"',
    )


def _gold(gold: Any, place: int) -> str:
    if isinstance(gold, str) and gold.strip():
        return gold
    if isinstance(gold, Integral) and not isinstance(gold, bool):  # NumPy's as well
        return str(gold)
    raise MalformedData(
        f'the gold of completion {place} is {gold!r:.60}, no text',
        'name the column with the reference answers, as LaTeX or plain text',
    )


def _require_as_many(count: int, **others: Sequence[Any] | None) -> None:
    for name, values in others.items():
        if values is not None and (isinstance(values, str) or len(values) != count):
            given = 'one text' if isinstance(values, str) else f'{len(values)}'
            raise MalformedData(f'{count} completions, but {name}: {given}', 'give one for each')


def _rewarded(verdict: Verdict) -> Rewarded:
    if verdict.outcome not in UNDECIDED:
        return Rewarded(verdict, float(verdict.is_correct))
    if verdict.outcome == 'unparsed_gold':
        note_once(f'no reward for {verdict.gold!r:.80}: the gold cannot be read, mend the data')
    return Rewarded(verdict, None)


def count_of(found: Iterable[Rewarded]) -> int:
    """Return how many rewards the judge could not decide."""
    return sum(one.reward is None for one in found)
