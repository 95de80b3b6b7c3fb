"""What stands beside exported responses: the scores that they come from, and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from opencompass_math500.errors import MalformedData
from opencompass_math500.grading import OUTCOMES, Outcome
from opencompass_math500.response import Response
from opencompass_math500.runs.run import Run
from opencompass_math500.runs.settings import Settings
from opencompass_math500.runs.settings_line import known_settings
from opencompass_math500.runs.source import StoredRun
from opencompass_math500.statistics.score import right_by

__all__ = ['RunSummary', 'Summary']


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One model on one dataset.

    Attributes:
        model, dataset: as the run calls them.
        responses, exported: how many there are, how many of them were chosen.
        graded_now: how many were graded for the export, not in the run.
        accuracy, low, high: percent, 0-100, with the 95 % interval; None where problems
            have different numbers of responses.
        incomplete: how many requests failed, in words; None where none did.
        verdicts: responses by verdict.
        subjects, levels: correct and all responses by subject and by level.
        settings: the run's settings on one line; '' where they were not recorded.
    """

    model: str
    dataset: str
    responses: int
    exported: int
    graded_now: int
    accuracy: float | None
    low: float | None
    high: float | None
    incomplete: str | None
    verdicts: Mapping[Outcome, int]
    subjects: Mapping[str, tuple[int, int]]
    levels: Mapping[int, tuple[int, int]]
    settings: str

    @property
    def score(self) -> str:
        """The score with its interval, as words."""
        if self.accuracy is None:
            return 'no score: problems have different numbers of responses'
        note = f' (incomplete: {self.incomplete})' if self.incomplete else ''
        return f'{self.accuracy:.2f} %, 95 % interval {self.low:.1f} – {self.high:.1f}{note}'


class Summary:
    """Counts of responses as they go by, whether they are exported or not."""

    def __init__(self, runs: Iterable[StoredRun]) -> None:
        self._settings = {(run.model, run.dataset): run.settings for run in runs}
        self._items: dict[tuple[str, str], list[Response]] = {}
        self._exported: Counter[tuple[str, str]] = Counter()
        self._graded_now: Counter[tuple[str, str]] = Counter()

    def add(self, response: Response, exported: bool) -> None:
        """Count one."""
        name = (response.model, response.dataset)
        self._items.setdefault(name, []).append(response.without_texts)
        self._exported[name] += exported
        self._graded_now[name] += response.graded == 'now'

    @property
    def responses(self) -> int:
        """How many responses went by."""
        return sum(map(len, self._items.values()))

    @property
    def subjects(self) -> list[str]:
        """The subjects that occur."""
        return sorted({item.subject for items in self._items.values() for item in items} - {''})

    @property
    def knows_levels(self) -> bool:
        """Whether the level of any problem is known."""
        return any(item.level for items in self._items.values() for item in items)

    @property
    def runs(self) -> list[RunSummary]:
        """One model on one dataset after the other, in order."""
        return [self._run(name, self._items[name]) for name in sorted(self._items)]

    def _run(self, name: tuple[str, str], items: Sequence[Response]) -> RunSummary:
        run = Run(*name, items, self._settings.get(name, Settings()))
        outcomes = Counter(item.outcome for item in items)
        try:
            score = run.score
        except MalformedData:
            score = None
        return RunSummary(
            model=run.model,
            dataset=run.dataset,
            responses=len(items),
            exported=self._exported[name],
            graded_now=self._graded_now[name],
            accuracy=score.accuracy if score else None,
            low=score.low if score else None,
            high=score.high if score else None,
            incomplete=run.incomplete if score else None,
            verdicts={kind: outcomes[kind] for kind in OUTCOMES if outcomes[kind]},
            subjects=_shares(items, lambda item: item.subject),
            levels=_shares(items, lambda item: item.level),
            settings=known_settings(run),
        )


def _shares(
    items: Sequence[Response], key: Callable[[Response], Any]
) -> dict[Any, tuple[int, int]]:
    return dict(sorted(right_by(items, key).items()))
