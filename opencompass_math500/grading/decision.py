"""What comparing two values came to, and by which rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from opencompass_math500.grading.policy import Dispute

__all__ = ['Decision', 'disputes_in']

Disputes = frozenset[Dispute]
_NONE: Disputes = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """The result of one comparison.

    Attributes:
        equal: True or False where it is proved (or impossible by accident), None
            where the rigorous means could not decide.
        rule: dotted name of the rule that decided.
        reason: one line that a person understands.
        disputed: what experts differ about: the two are equal for whoever accepts
            all of these forms. Empty where ``equal`` is not True.
    """

    equal: bool | None
    rule: str
    reason: str
    disputed: Disputes = _NONE

    @property
    def is_plain(self) -> bool:
        """Tell whether the two are equal for everyone."""
        return bool(self.equal) and not self.disputed

    def under(self, *names: Dispute) -> Decision:
        """Return the same decision for whoever accepts the forms ``names`` too."""
        return replace(self, disputed=self.disputed.union(names))


def disputes_in(parts: Iterable[Decision]) -> Disputes:
    """Gather what is disputed about a whole whose parts are equal."""
    found = _NONE
    for part in parts:
        if part.disputed:
            found |= part.disputed
    return found
