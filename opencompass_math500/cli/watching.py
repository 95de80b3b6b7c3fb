"""The command that follows a run: watch."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from opencompass_math500.cli.arguments import Commands

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
    watch.add_argument('--model', action='append', metavar='M', help='this model only (repeatable)')
    watch.add_argument(
        '--dataset', action='append', metavar='D', help='this dataset only (repeatable)'
    )
    watch.add_argument(
        '--data', metavar='SOURCE',
        help='the problems, where the run does not hold their text or answers: hub, modelscope, '
        'sample, or a file',
    )  # fmt: skip
    watch.set_defaults(function=_watch)


def _seconds(text: str) -> float:
    """A time that can be waited; argparse says what is wrong with another."""
    seconds = float(text)
    if not 0.1 <= seconds <= 86_400 or math.isnan(seconds):
        raise ValueError(text)
    return seconds


def _watch(options: argparse.Namespace, rest: list[str]) -> int:
    from opencompass_math500.dataset import load_problems
    from opencompass_math500.watch import watch

    source = options.data
    custom = source not in ('hub', 'modelscope')
    watch(
        options.work_dir,
        once=options.once,
        interval=options.interval,
        models=options.model,
        datasets=options.dataset,
        data=load_problems(source, custom=custom) if source else (),
    )
    return 0
