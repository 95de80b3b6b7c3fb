"""How fast responses come: over the last minutes, not since the beginning."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

from opencompass_math500.runs.opencompass.progress import Snapshot

__all__ = ['Rate', 'Window', 'rate_of_attempt']

_WINDOW: Final = 300.0  # seconds
_SHORTEST: Final = 10.0  # seconds; below, one batch more or less decides


@dataclass(frozen=True, slots=True)
class Rate:
    """Responses a minute, and tokens a second; None where unknown."""

    items_a_minute: float | None = None
    tokens_a_second: float | None = None


@dataclass(frozen=True, slots=True)
class _Sight:
    when: float
    done: int
    tokens: int


class Window:
    """What was seen in the last five minutes."""

    def __init__(self) -> None:
        self._seen: deque[_Sight] = deque()

    def see(self, when: float, done: int, tokens: int) -> None:
        """Note a look.

        Args:
            when: seconds, of a clock that does not jump.
            done, tokens: responses there, and tokens of them.
        """
        if self._seen and done < self._seen[-1].done:
            self._seen.clear()
        self._seen.append(_Sight(when, done, tokens))
        # The oldest one stays as long as the next one is within the window.
        while len(self._seen) > 2 and when - self._seen[1].when > _WINDOW:
            self._seen.popleft()

    def rest(self) -> None:
        """Begin anew: what came until now did not come at the pace of the run."""
        self._seen.clear()

    @property
    def rate(self) -> Rate:
        """Between the oldest and the newest look; unknown until something came."""
        if len(self._seen) < 2:
            return Rate()
        first, last = self._seen[0], self._seen[-1]
        seconds, done = last.when - first.when, last.done - first.done
        if seconds < _SHORTEST or not done:
            return Rate()
        tokens = last.tokens - first.tokens
        return Rate(60 * done / seconds, tokens / seconds if tokens > 0 else None)


def rate_of_attempt(shots: list[Snapshot], tokens: int, counted: int) -> Rate:
    """Return the mean rate of an attempt, from its snapshots alone: what one look can know.

    They tell tokens and seconds, not how many responses these were: the mean length says.

    Args:
        shots: of all parts in the making.
        tokens, counted: tokens of the responses that are there, and how many these are.
    """
    rates = [shot.tokens / shot.seconds for shot in shots if shot.seconds > 0 and shot.tokens > 0]
    if not rates:
        return Rate()
    rate = sum(rates)
    return Rate(60 * rate * counted / tokens if tokens else None, rate)
