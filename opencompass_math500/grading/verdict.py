"""What grading says about one response: a :class:`Verdict`, never a bare bool."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

__all__ = ['NOT_THE_MODELS_MISTAKE', 'OUTCOMES', 'Outcome', 'Verdict']

Outcome = Literal[
    'correct',
    'incorrect',
    'no_answer',
    'unparsed_answer',
    'unparsed_gold',
    'truncated',
    'empty_response',
    'content_filter',
    'failed_request',
    'timeout',
]
"""Every way an item can end.

``correct`` and ``incorrect`` compare two answers. ``no_answer``: the response
commits to nothing. ``unparsed_answer``: it commits to text that is no readable
answer. ``unparsed_gold``: the data's own answer is unreadable. ``truncated``: cut
by the token cap before an answer. ``empty_response``, ``content_filter``,
``failed_request``: the endpoint gave no usable reply. ``timeout``: the symbolic
fallback ran out of its clock, crashed, or could not run here.
"""

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

NOT_THE_MODELS_MISTAKE: frozenset[Outcome] = frozenset(
    {'unparsed_gold', 'content_filter', 'failed_request', 'timeout'}
)
"""Outcomes that say nothing about the model's mathematics: counted apart."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome for one response or answer, with its grounds.

    Attributes:
        outcome: one of :data:`OUTCOMES`.
        answer: the extracted answer text, or None where there is none.
        gold: the gold answer as given.
        reason: one line that a person understands, e.g. ``1/2 = 0.5 exactly``.
        rule: dotted name of the rule that decided, e.g. ``equivalence.rational``.
        extraction: dotted name of the rule that found the answer, e.g.
            ``extract.box``; empty when the answer was given.
        was_cut: the token cap or the endpoint's filter cut the response. The outcomes
            ``truncated`` and ``content_filter`` are for one cut *before* it committed to
            an answer; a response cut afterwards is judged on its answer, with this flag
            set.
    """

    outcome: Outcome
    answer: str | None
    gold: str
    reason: str
    rule: str = ''
    extraction: str = field(default='')
    was_cut: bool = False

    @property
    def is_correct(self) -> bool:
        """Tell whether the item counts as right."""
        return self.outcome == 'correct'
