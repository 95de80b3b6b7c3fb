"""``math500 published``: what is published of MATH-500 and MATH."""

from __future__ import annotations

import argparse
from typing import Final, get_args

from opencompass_math500.cli.arguments import add_json, add_model
from opencompass_math500.cli.command import Command

__all__ = ['COMMAND']


def _add(parser: argparse.ArgumentParser) -> None:
    from opencompass_math500.published.score import Benchmark

    add_model(parser, 'one model, by hub id, path or name: all that is known')
    parser.add_argument('--benchmark', choices=get_args(Benchmark), help='this one only')
    add_json(parser, 'as JSON; unknown is null')


def _run(options: argparse.Namespace) -> int:
    from opencompass_math500.published.score_table import print_published, published_json

    if options.json:
        print(published_json(options.model, options.benchmark))
    else:
        print_published(options.model, options.benchmark)
    return 0


COMMAND: Final = Command(
    place=110,
    help='show published scores of MATH-500 and MATH, with settings and sources',
    description='Without --model, all in one table. ? is what the source does not say.',
    add=_add,
    run=_run,
)
