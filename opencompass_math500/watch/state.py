"""What one look at a run shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from opencompass_math500.grading import OUTCOMES, Outcome

__all__ = ['Stage', 'Standing', 'State', 'Tally', 'Wrong']

Stage = Literal['waiting', 'answering', 'answered', 'graded']
"""Of one model on one dataset: not begun, in the making, responses whole, results there."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A response that is not correct, in short; ``name`` is its problem's id or its place."""

    name: str
    outcome: Outcome
    answer: str
    gold: str
    reason: str


@dataclass(frozen=True, slots=True)
class Tally:
    """The responses that are there.

    Attributes:
        done: responses; ``graded`` of them have a gold, ``right`` are correct.
        problems: that the graded ones are to.
        low, high: 95 % interval of the accuracy in percent, as of a score; None where
            nothing is graded.
        outcomes: graded responses by outcome.
        failed: requests without a reply, counted in ``done`` or not.
        repeated: replies that took more than one request.
        error: what the endpoint said to the last failed request; '' where it said nothing.
        tokens: generated, as far as known; of ``counted`` responses.
    """

    done: int = 0
    graded: int = 0
    right: int = 0
    problems: int = 0
    low: float | None = None
    high: float | None = None
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    failed: int = 0
    repeated: int = 0
    error: str = ''
    tokens: int = 0
    counted: int = 0

    @property
    def accuracy(self) -> float | None:
        """Percent, 0-100, of the graded responses; None where there is none."""
        return 100 * self.right / self.graded if self.graded else None

    @property
    def verdicts(self) -> list[tuple[Outcome, int]]:
        """The outcomes that occur, in the order of their definition."""
        return [(name, self.outcomes[name]) for name in OUTCOMES if self.outcomes.get(name)]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one model on one dataset is.

    Attributes:
        model, dataset: as the run calls them.
        stage: what is there.
        tally: its responses.
        total: how many there will be; None where nothing says so yet.
        total_is_least: whether there may be more: not every part of a split set has begun.
        items_a_minute, tokens_a_second: how fast responses come now; None where unknown.
        seconds_left: until the last response, at this pace; None where unknown.
        wrong: the last responses that are not correct, failed requests apart.
        quiet: seconds since a file of it was written; None where there is none.
        official: whether the tally is that of the run's results.
    """

    model: str
    dataset: str
    stage: Stage
    tally: Tally
    total: int | None = None
    total_is_least: bool = False
    items_a_minute: float | None = None
    tokens_a_second: float | None = None
    seconds_left: float | None = None
    wrong: tuple[Wrong, ...] = ()
    quiet: float | None = None
    official: bool = False

    @property
    def name(self) -> str:
        """Model and dataset, for people."""
        return f'{self.model} on {self.dataset}'


@dataclass(frozen=True, slots=True)
class State:
    """One look at a run.

    Attributes:
        run: its folder; None where there is none yet.
        waiting_for: what is missing before anything can be shown; '' where nothing is.
        standings: by model and dataset, those that are announced first.
        notes: what is damaged, missing or left out, one line each.
        over: whether nothing more is to come.
        more: whether the next look will at once show more.
    """

    run: Path | None
    waiting_for: str = ''
    standings: tuple[Standing, ...] = ()
    notes: tuple[str, ...] = ()
    over: bool = False
    more: bool = False
