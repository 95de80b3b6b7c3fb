"""The command that follows a run: watch."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from opencompass_math500.cli.arguments import Commands, add_scope, problems_of

__all__ = ['add_watching']


def add_watching(commands: Commands) -> None:
    """Add ``watch``."""
    watch = commands.add_parser(
        'watch',
        help='follow a run from another terminal: progress, accuracy so far, wrong answers',
        description='Ends by itself when the run is over, or with q or Ctrl-C; the run goes on. '
        'What it shows of an unfinished run is no score.',
    )
    watch.add_argument(
        'work_dir', type=Path,
        help='a run folder, or the one above it: then the newest run is taken; it need not '
        'exist yet',
    )  # fmt: skip
    watch.add_argument('--once', action='store_true', help='print the present state and end')
    watch.add_argument(
        '--interval', type=_seconds, metavar='SECONDS',
        help='time between two looks; by default 2 on a terminal, else 20',
    )  # fmt: skip
    add_scope(watch)
    watch.set_defaults(function=_watch)


def _seconds(text: str) -> float:
    """A time that can be waited; argparse says what is wrong with another."""
    seconds = float(text)
    if not 0.1 <= seconds <= 86_400 or math.isnan(seconds):
        raise ValueError(text)
    return seconds


def _watch(options: argparse.Namespace, rest: list[str]) -> int:
    from opencompass_math500.watch import watch

    watch(
        options.work_dir,
        once=options.once,
        interval=options.interval,
        models=options.model,
        datasets=options.dataset,
        data=problems_of(options.data),
    )
    return 0
