"""``math500 watch``: how far a run is."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from opencompass_math500.cli.arguments import add_scope, problems_of
from opencompass_math500.cli.command import Command

__all__ = ['COMMAND']


def _add(parser: argparse.ArgumentParser) -> None:
    from opencompass_math500.watch.interval import IN_FILE, ON_TERMINAL, read_interval

    parser.add_argument(
        'work_dir', type=Path,
        help='a run folder, or the one above it: then the newest run is taken; it need not '
        'exist yet',
    )  # fmt: skip
    parser.add_argument('--once', action='store_true', help='print the present state and end')
    parser.add_argument(
        '--interval', type=read_interval, metavar='SECONDS',
        help=f'time between two looks; by default {ON_TERMINAL:g} on a terminal, else {IN_FILE:g}',
    )  # fmt: skip
    add_scope(parser)


def _run(options: argparse.Namespace) -> int:
    from opencompass_math500.watch.command import watch

    watch(
        options.work_dir,
        once=options.once,
        interval=options.interval,
        models=options.model,
        datasets=options.dataset,
        data=problems_of(options.data),
    )
    return 0


COMMAND: Final = Command(
    place=50,
    help='follow a run from another terminal: progress, accuracy so far, wrong answers',
    description='Ends by itself when the run is over, or with q or Ctrl-C; the run goes on. '
    'What it shows of an unfinished run is no score.',
    add=_add,
    run=_run,
)
