"""The commands about published scores: published, compare."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import get_args

from opencompass_math500.cli.arguments import WORK_DIR, Commands
from opencompass_math500.published.score import Benchmark

__all__ = ['add_scores']


def add_scores(commands: Commands) -> None:
    """Add ``published`` and ``compare``."""
    _add_published(commands)
    _add_compare(commands)


def _add_published(commands: Commands) -> None:
    published = commands.add_parser(
        'published',
        help='show published scores of MATH-500 and MATH, with settings and sources',
        description='Without --model, all in one table. ? is what the source does not say.',
    )
    published.add_argument(
        '--model', metavar='NAME', help='one model, by hub id, path or name: all that is known'
    )
    published.add_argument('--benchmark', choices=get_args(Benchmark), help='this one only')
    published.add_argument('--json', action='store_true', help='as JSON; unknown is null')
    published.set_defaults(function=_published)


def _add_compare(commands: Commands) -> None:
    compare = commands.add_parser(
        'compare',
        help='set a run against published scores, and against other runs, like for like',
        description='Each published score of the model is reproduced, or differs, or is not '
        'comparable, and why. The runs of a folder, or of two, are compared in pairs, also one '
        'of OpenCompass with one of lm-evaluation-harness.',
    )
    compare.add_argument('work_dir', type=Path, help=WORK_DIR)
    compare.add_argument(
        'other_work_dir', nargs='?', type=Path, help='another, to compare its runs with'
    )
    compare.add_argument(
        '--model', metavar='NAME', help='the published model, where the name of the run is its own'
    )
    compare.add_argument(
        '--plot', type=Path, metavar='FILE', help='draw measured against published, .png or .svg'
    )
    compare.add_argument('--json', action='store_true', help='as JSON; unknown is null')
    compare.set_defaults(function=_compare)


def _published(options: argparse.Namespace, rest: list[str]) -> int:
    from opencompass_math500.published.show import print_published, published_json

    if options.json:
        print(published_json(options.model, options.benchmark))
    else:
        print_published(options.model, options.benchmark)
    return 0


def _compare(options: argparse.Namespace, rest: list[str]) -> int:
    from opencompass_math500.comparison.command import compare_work_dirs

    compare_work_dirs(
        options.work_dir,
        options.other_work_dir,
        query=options.model,
        plot=options.plot,
        as_json=options.json,
    )
    return 0
