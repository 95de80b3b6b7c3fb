"""``math500 watch``: look, show, wait, until the run is over."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from opencompass_math500.dataset import Problem
from opencompass_math500.errors import SourceUnavailable
from opencompass_math500.watch.look import Watcher
from opencompass_math500.watch.screen import Screen, print_once, screen
from opencompass_math500.watch.state import State

__all__ = ['watch']


def watch(
    work_dir: Path,
    *,
    once: bool = False,
    interval: float | None = None,
    models: Collection[str] | None = None,
    datasets: Collection[str] | None = None,
    data: Iterable[Problem] = (),
) -> None:
    """Show on stdout how far a run is, until it is over or someone ends the watching.

    On a terminal one picture that changes; elsewhere plain lines, one a pair of model and
    dataset where its numbers have changed, and the whole state at the end.

    Args:
        work_dir: the run's folder, or one above it: then the newest run below is meant.
        once: show the present state, and end.
        interval: seconds between two looks; by default as
            :mod:`~opencompass_math500.watch.interval` has them.
        models, datasets: these only, by their names; None for all.
        data: the problems, for golds and texts that the run does not hold.

    Raises:
        SourceUnavailable: ``once``, and there is no such folder.
        SelectionError: a model or dataset that does not occur.
    """
    if once:
        if not work_dir.is_dir():
            raise SourceUnavailable(
                f'no folder {str(work_dir)!r}', 'give the folder of a run, or the one above it'
            )
        # All cores: nobody waits for anything else here.
        print_once(_settled(Watcher(work_dir, models, datasets, data=data, workers=None)))
        return
    watcher = Watcher(work_dir, models, datasets, data=data)
    with screen() as shown:
        try:
            _follow(watcher, shown, interval or shown.interval)
        except KeyboardInterrupt:  # what was shown last stays
            return


def _settled(watcher: Watcher) -> State:
    state = watcher.look()
    while state.more:
        state = watcher.look()
    return state


def _follow(watcher: Watcher, shown: Screen, interval: float) -> None:
    while True:
        state = watcher.look()
        shown.show(state)
        if state.over or shown.wait(0.0 if state.more else interval):
            return
