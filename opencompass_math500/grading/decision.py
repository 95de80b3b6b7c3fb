"""What comparing two values came to, and by which rule."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ['Decision']


@dataclass(frozen=True, slots=True)
class Decision:
    """The result of one comparison.

    Attributes:
        equal: True or False where it is proved (or impossible by accident), None
            where the rigorous means could not decide.
        rule: dotted name of the rule that decided.
        reason: one line that a person understands.
    """

    equal: bool | None
    rule: str
    reason: str
