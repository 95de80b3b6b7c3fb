"""A whole run, look by look: what it announces, what is there, whether it is over."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from opencompass_math500.dataset import Problem
from opencompass_math500.dataset.lookup import NamedData
from opencompass_math500.errors import Math500Error, SelectionError
from opencompass_math500.runs.opencompass.layout import (
    Pair,
    find_run,
    last_written,
    pairs_on_record,
    pairs_with_results,
)
from opencompass_math500.runs.opencompass.plan import Plan, announced
from opencompass_math500.runs.opencompass.under_way import FilesUnderWay, files_under_way
from opencompass_math500.runs.record import record_path
from opencompass_math500.runs.settings import read_settings
from opencompass_math500.watch.follow import Follower
from opencompass_math500.watch.state import Standing, State

__all__ = ['Watcher']


class Watcher:
    """Looks at a run as often as it is asked to; each look reads only what is new.

    Args:
        work_dir: the run's folder, or one above it; it need not exist yet.
        models, datasets: these only, by their names; None for all.
        data: the problems, for golds and texts that the run does not hold.
        workers: processes that grade; one is kind to a model that runs here.
    """

    def __init__(
        self,
        work_dir: Path,
        models: Collection[str] | None = None,
        datasets: Collection[str] | None = None,
        *,
        data: Iterable[Problem] = (),
        workers: int | None = 1,
    ) -> None:
        self._work_dir = work_dir
        self._wanted = (models, datasets)
        self._named = NamedData(data)
        self._workers = workers
        self._run: Path | None = None
        self._followers: dict[Pair, Follower] = {}
        self._apart: dict[Pair, str] = {}

    def look(self) -> State:
        """Return the run as it is now.

        Raises:
            SelectionError: a model or dataset that a run with a config does not have.
        """
        if self._run is None:
            self._run = find_run(self._work_dir)
        run = self._run
        if run is None:
            there = self._work_dir.is_dir()
            what = f'a run in {self._work_dir}' if there else f'the folder {self._work_dir}'
            return State(None, waiting_for=what)
        plan = announced(run)
        pairs, files = self._pairs(run, plan)
        standings = self._standings(pairs, files, plan)
        more = any(self._followers[pair].more for pair in pairs)
        notes = [note for pair in pairs for note in self._followers[pair].notes]
        notes += self._apart.values()
        return State(
            run,
            waiting_for='' if standings else f'a config, predictions or results in {run}',
            standings=tuple(standings),
            notes=tuple(dict.fromkeys(notes)),
            over=not more and _is_over(run, plan, standings),
            more=more,
        )

    def _pairs(self, run: Path, plan: Plan) -> tuple[list[Pair], dict[Pair, FilesUnderWay]]:
        """The pairs to be shown, announced ones first, and all files under predictions/."""
        graded = pairs_with_results(run)
        recorded = graded | pairs_on_record(run)
        files = files_under_way(run, {*plan.policies, *recorded})
        # A record without files is of an attempt that left nothing.
        there = sorted({*files, *graded})
        if not plan.certain:
            there = sorted({*there, *recorded})
        pairs = [p for p in dict.fromkeys([*plan.policies, *there]) if self._is_math(run, p)]
        self._refuse_unknown(run, plan, pairs)
        models, datasets = self._wanted
        return [
            (model, dataset)
            for model, dataset in pairs
            if (models is None or model in models) and (datasets is None or dataset in datasets)
        ], files

    def _refuse_unknown(self, run: Path, plan: Plan, pairs: list[Pair]) -> None:
        if not plan.certain:  # what is asked for may still come
            return
        for kind, place, wanted in zip(('model', 'dataset'), (0, 1), self._wanted, strict=True):
            names = {pair[place] for pair in pairs}
            for name in sorted(set(wanted or ()) - names):
                raise SelectionError(
                    f'{run} has no {kind} {name!r}', f'give one of {", ".join(sorted(names))}'
                )

    def _is_math(self, run: Path, pair: Pair) -> bool:
        """Whether the settings, where they are recorded, do not speak of another benchmark."""
        try:
            another = read_settings(record_path(run, *pair)).of_another_benchmark
        except (Math500Error, OSError):  # the follower says what is wrong with it
            another = False
        self._apart.pop(pair, None)
        if another:
            self._apart[pair] = f'{" on ".join(pair)} is left out: another benchmark'
        return not another

    def _standings(
        self, pairs: list[Pair], files: dict[Pair, FilesUnderWay], plan: Plan
    ) -> list[Standing]:
        """All pairs, each with the total of its dataset where another model tells it."""
        assert self._run is not None
        found: dict[Pair, Standing] = {}
        totals: dict[str, int] = {}
        for _ in range(2):
            for pair in pairs:
                if pair in found and (found[pair].total is not None or pair[1] not in totals):
                    continue
                if pair not in self._followers:
                    self._followers[pair] = Follower(self._run, pair, self._named, self._workers)
                total = totals.get(pair[1])
                standing = self._followers[pair].look(
                    files.get(pair, FilesUnderWay()), plan.policies.get(pair), total
                )
                found[pair] = standing
                if standing.total is not None and not standing.total_is_least:
                    totals[pair[1]] = standing.total
        return [found[pair] for pair in pairs]


def _is_over(run: Path, plan: Plan, standings: list[Standing]) -> bool:
    """Whether all results are there, or the run has summed up without them."""
    if not standings:
        return False
    if plan.since is not None and last_written(run, 'summary') > plan.since:
        return True
    asked = [one for one in standings if (one.model, one.dataset) in plan.policies]
    awaited = asked if plan.certain and asked else standings
    if any(standing.stage != 'graded' for standing in awaited):
        return False
    # What failed is asked again by a continuation that has only just begun.
    failed = any(standing.tally.failed for standing in awaited)
    return not failed or plan.since is None or last_written(run, 'results') > plan.since
