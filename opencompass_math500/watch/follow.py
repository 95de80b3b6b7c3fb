"""One model on one dataset, followed from its first row to its results."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from opencompass_math500.dataset.lookup import NamedData
from opencompass_math500.errors import Math500Error
from opencompass_math500.grading import Policy, as_policy
from opencompass_math500.runs.growing import GrowingFile, Stamp, growing_file, stamp_of
from opencompass_math500.runs.opencompass.asking import asking_of
from opencompass_math500.runs.opencompass.layout import WHOLE, Pair
from opencompass_math500.runs.opencompass.live import LiveRows
from opencompass_math500.runs.opencompass.progress import Snapshot
from opencompass_math500.runs.opencompass.result_verdicts import NOTHING, read_verdicts
from opencompass_math500.runs.opencompass.results import results_path
from opencompass_math500.runs.opencompass.under_way import FilesUnderWay
from opencompass_math500.runs.record import record_path
from opencompass_math500.runs.settings import Settings, read_settings
from opencompass_math500.watch.running_verdicts import RunningVerdicts, last_wrong, tally_of_items
from opencompass_math500.watch.speed import Rate, Window, rate_of_attempt
from opencompass_math500.watch.state import Stage, Standing, Tally, Wrong

__all__ = ['Follower']


class Follower:
    """Keeps the count of one pair, look by look.

    Args:
        run: the run's folder.
        pair: model and dataset.
        named: the problems, where the user names them.
        workers: processes that grade.
    """

    def __init__(self, run: Path, pair: Pair, named: NamedData, workers: int | None) -> None:
        self._run, self._pair, self._named, self._workers = run, pair, named, workers
        self._verdicts: RunningVerdicts | None = None
        self._sources: dict[Path, GrowingFile] = {}
        self._window = Window()
        self._results = _Results(results_path(run, *pair))
        self._setting_notes: list[str] = []
        self.more = False

    @property
    def notes(self) -> list[str]:
        """What is damaged or missing, one line each."""
        found = [*self._setting_notes, *self._results.notes]
        damaged = [(file.damaged, file.first) for file in self._sources.values()]
        verdicts = self._verdicts
        if verdicts is not None:
            damaged.append((verdicts.malformed, verdicts.first))
            if verdicts.ungraded and not self._results.official:
                found.append(
                    f'{" on ".join(self._pair)}: {verdicts.ungraded} responses have no gold and '
                    'are not graded: name the problems with --data'
                )
        for count, first in damaged:
            if count:
                more = f'; so are {count - 1} more' if count > 1 else ''
                found.append(f'{first}: left out{more}')
        return found

    def look(self, files: FilesUnderWay, policy: Any, total: int | None) -> Standing:
        """Return how far the pair is.

        Args:
            files: its files under ``predictions/``.
            policy: the settings of the policy in the run's config.
            total: how many responses the same dataset has for another model.
        """
        self._results.look()
        self.more = False
        self._settle(policy)
        waits = files.open and not files.predictions
        if self._results.official is not None and not waits:
            return self._official(self._results.official)
        self._read(files)
        return self._counted(files, total)

    def _official(self, said: tuple[Tally, tuple[Wrong, ...]]) -> Standing:
        self._verdicts, self._sources = None, {}
        tally, wrong = said
        return Standing(
            *self._pair, 'graded', tally, total=tally.done, wrong=wrong, official=True,
            quiet=_age(self._results.path),
        )  # fmt: skip

    def _settle(self, policy: Any) -> None:
        """Have a verdicts; until the first row, by what is on record now."""
        if self._verdicts is not None and self._verdicts.size:
            return
        self._setting_notes = []
        settings = Settings()
        try:
            settings = read_settings(record_path(self._run, *self._pair))
        except (Math500Error, OSError) as error:
            self._setting_notes.append(f'{error}; its settings are not used')
        if settings.evaluator is not None:
            policy = settings.policy
        rows = LiveRows(self._named, asking_of(settings.question))
        self._verdicts = RunningVerdicts(rows, self._checked(policy), self._workers)

    def _checked(self, policy: Any) -> Policy:
        try:
            return as_policy(policy)
        except (Math500Error, TypeError, ValueError) as error:
            self._setting_notes.append(f'{error}; the default policy decides')
            return as_policy(None)

    def _read(self, files: FilesUnderWay) -> None:
        assert self._verdicts is not None
        parts = files.parts
        self._verdicts.keep(parts)
        self._sources = {path: s for path, s in self._sources.items() if path in parts.values()}
        for part, path in parts.items():
            if path not in self._sources:
                self._sources[path] = growing_file(path)
            graded, more = 0, True
            # A finished file repeats its journal: that is gone through at once, unseen.
            while more and not graded:
                batch = self._sources[path].read()
                graded, more = self._verdicts.take(part, batch), batch.more
            self.more = self.more or more

    def _counted(self, files: FilesUnderWay, total: int | None) -> Standing:
        verdicts = self._verdicts
        assert verdicts is not None
        shots = files.snapshots
        failed = verdicts.tally(with_failed=True).failed
        # Failed requests of an earlier attempt are asked again by the one that is running.
        again = bool(shots) and sum(shot.failed for shot in shots.values()) < failed
        tally = verdicts.tally(with_failed=not again)
        stage = self._stage(files)
        total, is_least = self._total(files, shots, stage, total)
        rate = self._rate(stage, tally, list(shots.values()))
        left = None
        if stage == 'answering' and total is not None and rate.items_a_minute:
            left = 60 * max(0, total - tally.done) / rate.items_a_minute
        ages = [age for path in files.paths if (age := _age(path)) is not None]
        return Standing(
            *self._pair, stage, tally, total, is_least, rate.items_a_minute, rate.tokens_a_second,
            left, verdicts.wrong, min(ages, default=None),
        )  # fmt: skip

    def _stage(self, files: FilesUnderWay) -> Stage:
        if self._results.settled and not files.open:
            return 'graded'
        if WHOLE in files.predictions:
            return 'answered'
        return 'answering' if files.parts or files.progress else 'waiting'

    def _total(
        self, files: FilesUnderWay, shots: Mapping[int, Snapshot], stage: Stage, total: int | None
    ) -> tuple[int | None, bool]:
        assert self._verdicts is not None
        samples = self._verdicts.samples
        if WHOLE in shots:
            return shots[WHOLE].total * samples, False
        if WHOLE in files.predictions and not self.more:
            return self._verdicts.rows_of(WHOLE), False
        if total is not None or WHOLE in files.parts or stage == 'waiting':
            return total, False
        parts = files.parts.keys() | files.progress.keys()
        found = sum(
            shots[part].total * samples if part in shots else self._verdicts.rows_of(part)
            for part in parts
        )
        return found, stage != 'graded'

    def _rate(self, stage: Stage, tally: Tally, shots: list[Snapshot]) -> Rate:
        if stage != 'answering' or self.more:  # what lies there already comes at no pace
            self._window.rest()
        if stage != 'answering':
            return Rate()
        self._window.see(time.monotonic(), tally.done, tally.tokens)
        rate = self._window.rate
        if rate.items_a_minute is not None:
            return rate
        return rate_of_attempt(shots, tally.tokens, tally.counted)


class _Results:
    """The result file of a pair, read again when it has changed.

    Attributes:
        path: of the file.
        official: its count and last wrong responses; None where it has no verdicts of ours.
        notes: what is wrong with it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.official: tuple[Tally, tuple[Wrong, ...]] | None = None
        self.notes: list[str] = []
        self._known: Stamp | None = None
        self._failed: Stamp | None = None

    @property
    def settled(self) -> bool:
        """Whether the file is there and whole, or damaged for good."""
        return self._known is not None

    def look(self) -> None:
        """Read the file, if it is another one than at the last look."""
        stamp = stamp_of(self.path)
        if stamp == self._known:
            return
        notes: list[str] = []
        said = read_verdicts(self.path, notes.append) if stamp else NOTHING
        if notes and stamp != self._failed:  # it may be half written: look again
            self._failed = stamp
            return
        self._known, self.notes = stamp, notes
        items = [item for samples in said.items for item in samples]
        self.official = (tally_of_items(items), last_wrong(items)) if items else None
        if said.others:
            self.notes.append(
                f'{self.path} is of another evaluator: the verdicts shown are of this judge'
            )


def _age(path: Path) -> float | None:
    """Seconds since a file was written; None where it is gone."""
    try:
        return max(0.0, time.time() - path.stat().st_mtime)
    except OSError:
        return None
