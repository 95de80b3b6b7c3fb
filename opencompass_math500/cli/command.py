"""A command of the command line: what one file in ``commands/`` defines."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ['Command']


def _add_nothing(parser: argparse.ArgumentParser) -> None:
    """Leave a command without arguments."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command of ``math500``, called as its file is.

    Attributes:
        place: where it stands in ``math500 --help``, lowest first. Ten apart, so that one more
            finds room between two; those below 20 run, 30 grades, 40 and 50 look at runs, 60
            asks for what is published, 70 for the data.
        help: what it does, as an imperative; its line in ``math500 --help``.
        run: does it, and returns the exit status. What a user can mend it raises as a
            :class:`~opencompass_math500.errors.Math500Error`.
        add: adds its arguments. It is called for the command that was asked for, alone; so it,
            and ``run``, import what they need of the other rooms, and the file nothing of them.
        description: what stands at the head of its own ``--help``.
        texts: those of its options whose value is any text: ``-x`` after one of them is a value.
        hands_on: whether it takes any argument, and ``--help`` as well, in ``options.rest``.
    """

    place: int
    help: str
    run: Callable[[argparse.Namespace], int]
    add: Callable[[argparse.ArgumentParser], None] = _add_nothing
    description: str | None = None
    texts: tuple[str, ...] = ()
    hands_on: bool = False
