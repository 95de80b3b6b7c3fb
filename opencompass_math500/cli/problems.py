"""The command about the data: data."""

from __future__ import annotations

import argparse

from opencompass_math500.cli.arguments import Commands

__all__ = ['add_problems']


def add_problems(commands: Commands) -> None:
    """Add ``data``."""
    data = commands.add_parser('data', help='load the problems, check them, say what they are')
    data.add_argument(
        'source', nargs='?', default='hub', help='hub (default), modelscope, sample, or a file'
    )
    data.add_argument('--custom', action='store_true', help='accept a set that is not MATH-500')
    data.add_argument('--subject', action='append', help='keep this subject (repeatable)')
    data.add_argument('--level', action='append', type=int, help='keep this level (repeatable)')
    data.set_defaults(function=_data)


def _data(options: argparse.Namespace, rest: list[str]) -> int:
    from opencompass_math500.dataset import load_problems

    problems = load_problems(
        options.source, custom=options.custom, subjects=options.subject, levels=options.level
    )
    print(f'{problems.name}: {len(problems)} problems from {problems.location}')
    print(f'checksum {problems.checksum}')
    print(f'abbr     {problems.slug}')
    return 0
