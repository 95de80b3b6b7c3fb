"""The problem in a prompt, by the prompt template on a run's record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from opencompass_math500.response import Turn
from opencompass_math500.runs.question import Question

__all__ = ['Asking', 'asking_of']

_ASKING: Final = frozenset({'', 'HUMAN', 'user'})


@dataclass(frozen=True, slots=True)
class Asking:
    """What stands around the problem in its turn.

    Attributes:
        before, after: the template's text on either side.
        alone: whether nothing else can stand in the turn, such as worked examples.
    """

    before: str
    after: str
    alone: bool

    def problem_in(self, prompt: Sequence[Turn]) -> str:
        """Return the problem; '' where the prompt is not of this template."""
        asked = next((turn.text for turn in reversed(prompt) if turn.role in _ASKING), '')
        head = asked.removesuffix(self.after)
        if self.after and head == asked:
            return ''
        if not self.before:
            return head.strip() if self.alone else ''
        examples, found, problem = head.rpartition(self.before)
        return problem.strip() if found and not (self.alone and examples) else ''


def asking_of(question: Question) -> Asking | None:
    """Return the template of a question; None where it has none with ``{problem}`` in it."""
    if question.around is None:
        return None
    # Examples stand in turns of their own, or before the question in a template that is one
    # text.
    return Asking(*question.around, alone=bool(question.as_chat))
