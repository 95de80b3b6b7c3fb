"""``math500 regrade``: the responses of a run under several graders."""

from __future__ import annotations

import argparse
from typing import Final

from opencompass_math500.cli.arguments import add_json, add_output, add_work_dir
from opencompass_math500.cli.columns import add_columns, add_data, place_of
from opencompass_math500.cli.command import Command

__all__ = ['COMMAND']


def _add(parser: argparse.ArgumentParser) -> None:
    add_work_dir(parser)
    parser.add_argument(
        '--math-verify', metavar='PYTHON',
        help='with math-verify as well: the interpreter of an environment that has it',
    )  # fmt: skip
    add_json(parser, 'as JSON, with every difference')
    add_output(parser, 'write it there, with every difference')
    add_columns(parser)
    add_data(parser)


def _run(options: argparse.Namespace) -> int:
    from opencompass_math500.graders.regrade import print_regraded

    print_regraded(
        place_of(options), options.math_verify, as_json=options.json, output=options.output
    )
    return 0


COMMAND: Final = Command(
    place=80,
    help='grade the responses of a run with several graders, and say where they differ',
    description="With this judge and OpenCompass's MATHEvaluator v1 and v2. What comes out "
    'is kept beside the results, in math500/<model>/<dataset>.graders.json.',
    add=_add,
    run=_run,
)
