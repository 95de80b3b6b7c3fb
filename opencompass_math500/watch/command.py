"""``math500 watch``: look, show, wait, until the run is over."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from rich.console import Console
from rich.live import Live

from opencompass_math500.dataset import Problem
from opencompass_math500.errors import SourceUnavailable
from opencompass_math500.watch.keys import Wait, keyboard
from opencompass_math500.watch.look import Watcher
from opencompass_math500.watch.picture import picture
from opencompass_math500.watch.state import Standing, State
from opencompass_math500.watch.words import facts, inert, lines

__all__ = ['watch']

# A terminal wants to be alive, a log file a line now and then.
_ON_TERMINAL: Final = 2.0
_IN_FILE: Final = 20.0


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
        interval: seconds between two looks; by default 2 on a terminal, else 20.
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
        _print_once(_settled(Watcher(work_dir, models, datasets, data=data, workers=None)))
        return
    watcher = Watcher(work_dir, models, datasets, data=data)
    with _screen() as screen:
        try:
            _follow(watcher, screen, interval or screen.interval)
        except KeyboardInterrupt:  # what was shown last stays
            return


def _settled(watcher: Watcher) -> State:
    state = watcher.look()
    while state.more:
        state = watcher.look()
    return state


def _follow(watcher: Watcher, screen: Screen, interval: float) -> None:
    while True:
        state = watcher.look()
        screen.show(state)
        if state.over or screen.wait(0.0 if state.more else interval):
            return


class Screen(Protocol):
    """Where looks are shown.

    Attributes:
        interval: seconds between two looks, unless the user says otherwise.
    """

    interval: float

    def show(self, state: State) -> None:
        """Show a look."""

    def wait(self, seconds: float) -> bool:
        """Wait; true if the user wants to end."""


@contextmanager
def _screen() -> Iterator[Screen]:
    with keyboard() as wait:
        if not _is_terminal():
            paper = _Paper(wait)
            try:
                yield paper
            finally:
                paper.close()
            return
        console = _console()
        with Live(console=console, auto_refresh=False) as live:
            terminal = _Terminal(live, console, wait)
            try:
                yield terminal
            finally:
                terminal.close()


def _console() -> Console:
    return Console(markup=False, emoji=False, highlight=False)


def _is_terminal() -> bool:
    console = _console()
    # Rich can be told by the environment that a pipe is a terminal; a pipe it stays.
    return sys.stdout.isatty() and console.is_terminal and not console.is_dumb_terminal


class _Terminal:
    """One picture, drawn again and again."""

    interval = _ON_TERMINAL

    def __init__(self, live: Live, console: Console, wait: Wait) -> None:
        self._live, self._console, self.wait = live, console, wait
        self._last: State | None = None

    def show(self, state: State) -> None:
        self._last = state
        self._live.update(picture(state, self._console.height), refresh=True)

    def close(self) -> None:
        """Leave the last picture, in full."""
        if self._last is not None:
            self._live.update(picture(self._last))


class _Paper:
    """Lines that stay: what has changed since the last look, and at the end everything."""

    interval = _IN_FILE

    def __init__(self, wait: Wait) -> None:
        self.wait = wait
        self._said: set[str] = set()
        self._known: dict[str, tuple[object, ...]] = {}
        self._last: State | None = None

    def show(self, state: State) -> None:
        self._last = state
        if state.more or state.over:
            return
        if state.run:
            self._once(inert(str(state.run), 400))
        if state.waiting_for:
            self._once(f'waiting for {inert(state.waiting_for, 400)}')
        for one in state.standings:
            if self._known.get(one.name) != _numbers(one):
                self._known[one.name] = _numbers(one)
                print(f'{inert(one.name, 200)}: {facts(one)}')
        for note in state.notes:
            self._once(f'note: {inert(note, 400)}')
        sys.stdout.flush()

    def close(self) -> None:
        """Say how it stands at the end."""
        if self._last is not None:
            print(*lines(self._last), sep='\n', flush=True)

    def _once(self, line: str) -> None:
        if line not in self._said:
            self._said.add(line)
            print(line)


def _numbers(one: Standing) -> tuple[object, ...]:
    """What of a pair is worth a new line."""
    return one.stage, one.tally.done, one.tally.right, one.tally.failed, one.total


def _print_once(state: State) -> None:
    if not _is_terminal():
        print(*lines(state), sep='\n')
        return
    _console().print(picture(state))
