"""``math500 run``: a preflight, OpenCompass, and a status that tells whether all is there."""

from __future__ import annotations

import argparse
from typing import Final

from opencompass_math500.cli.command import Command

__all__ = ['COMMAND']


def _run(options: argparse.Namespace) -> int:
    rest: list[str] = options.rest
    if not rest or rest[0] in ('-h', '--help'):
        print('usage: math500 run CONFIG [any option of opencompass]\n')
        print('Checks the config, runs OpenCompass, and exits 1 if any result is missing.')
        print('All options of opencompass work here: opencompass --help')
        return 0 if rest else 2
    from opencompass_math500.compass.launch import run

    return run(rest)


COMMAND: Final = Command(
    place=10,
    help='check a config, run OpenCompass on it, exit non-zero if anything is missing',
    run=_run,
    hands_on=True,
)
