"""``math500 data``: what a source holds."""

from __future__ import annotations

import argparse
from typing import Final

from opencompass_math500.cli.command import Command

__all__ = ['COMMAND']


def _add(parser: argparse.ArgumentParser) -> None:
    from opencompass_math500.dataset import SOURCES

    default, *others = SOURCES
    parser.add_argument(
        'source', nargs='?', default=default,
        help=f'{default} (default), {", ".join(others)}, or a file',
    )  # fmt: skip
    parser.add_argument('--custom', action='store_true', help='accept a set that is not MATH-500')
    parser.add_argument('--subject', action='append', help='keep this subject (repeatable)')
    parser.add_argument('--level', action='append', type=int, help='keep this level (repeatable)')


def _run(options: argparse.Namespace) -> int:
    from opencompass_math500.dataset import load_problems

    problems = load_problems(
        options.source, custom=options.custom, subjects=options.subject, levels=options.level
    )
    print(f'{problems.name}: {len(problems)} problems from {problems.location}')
    print(f'checksum {problems.checksum}')
    print(f'abbr     {problems.slug}')
    return 0


COMMAND: Final = Command(
    place=130, help='load the problems, check them, say what they are', add=_add, run=_run
)
