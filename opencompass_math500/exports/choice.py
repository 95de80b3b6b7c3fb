"""Which responses are exported."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from opencompass_math500.grading import OUTCOMES, Outcome
from opencompass_math500.response import Response

__all__ = ['WRONG', 'Choice']

WRONG: frozenset[Outcome] = frozenset(OUTCOMES) - {'correct'}
"""Everything that is not correct; what is not the model's mistake is told by its verdict."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Verdicts, subjects and levels; None stands for all.

    Attributes:
        verdicts, levels: these only.
        subjects: these only; upper and lower case are the same.
    """

    verdicts: Collection[Outcome] | None = WRONG
    subjects: Collection[str] | None = None
    levels: Collection[int] | None = None

    def holds(self, response: Response) -> bool:
        """Tell whether the response is chosen."""
        subjects = None if self.subjects is None else {name.casefold() for name in self.subjects}
        return (
            (self.verdicts is None or response.outcome in self.verdicts)
            and (subjects is None or response.subject.casefold() in subjects)
            and (self.levels is None or response.level in self.levels)
        )

    def __str__(self) -> str:
        """The choice on one line."""
        if self.verdicts is None:
            verdicts = 'all responses'
        elif frozenset(self.verdicts) == WRONG:
            verdicts = 'everything that is not correct'
        else:
            verdicts = ', '.join(kind for kind in OUTCOMES if kind in self.verdicts)
        facts = [verdicts]
        if self.subjects is not None:
            facts.append(f'subject {", ".join(sorted(self.subjects))}')
        if self.levels is not None:
            facts.append(f'level {", ".join(map(str, sorted(self.levels)))}')
        return '; '.join(facts)
