"""Where looks at a run are shown: a terminal, or lines that stay."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.live import Live

from opencompass_math500.watch.interval import IN_FILE, ON_TERMINAL
from opencompass_math500.watch.keys import Wait, keyboard
from opencompass_math500.watch.picture import picture
from opencompass_math500.watch.state import Standing, State
from opencompass_math500.watch.words import facts, inert, lines

__all__ = ['Screen', 'print_once', 'screen']


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
def screen() -> Iterator[Screen]:
    """Open the screen there is: a terminal to draw on, or paper to write on."""
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

    interval = ON_TERMINAL

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

    interval = IN_FILE

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
    """Return what of a pair is worth a new line."""
    return one.stage, one.tally.done, one.tally.right, one.tally.failed, one.total


def print_once(state: State) -> None:
    """Show a look that stays, and no other."""
    if not _is_terminal():
        print(*lines(state), sep='\n')
        return
    _console().print(picture(state))
