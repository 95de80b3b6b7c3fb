"""``math500 grade``: files of responses, a verdict for each, and the score."""

from __future__ import annotations

import argparse
from typing import Final

from opencompass_math500.cli.arguments import add_output, add_policy, positive, problems_of
from opencompass_math500.cli.columns import add_columns, add_data, columns_named
from opencompass_math500.cli.command import Command

__all__ = ['COMMAND']


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        'files', nargs='+', metavar='FILE',
        help='JSON Lines with response and gold, also as .gz or .zst; parquet; a prediction file '
        'of OpenCompass; a folder of these; - for stdin',
    )  # fmt: skip
    target = parser.add_mutually_exclusive_group()
    add_output(target, 'write the verdicts there')
    target.add_argument('--summary', action='store_true', help='print the scores alone, to stdout')
    parser.add_argument(
        '--workers', type=positive, metavar='N', help='processes; by default one a core'
    )
    add_columns(parser)
    add_data(parser)
    add_policy(parser)


def _run(options: argparse.Namespace) -> int:
    from opencompass_math500.dataset.lookup import NamedData
    from opencompass_math500.graders.score_files import grade_files
    from opencompass_math500.grading import parse_policy

    grade_files(
        options.files,
        options.output,
        summary=options.summary,
        workers=options.workers,
        policy=parse_policy(options.policy),
        named=columns_named(options),
        data=NamedData(problems_of(options.data)) if options.data else None,
    )
    return 0


COMMAND: Final = Command(
    place=70,
    help='grade files of responses: a verdict for each, and the score',
    description='Verdicts go to stdout as JSON Lines, scores to stderr.',
    add=_add,
    run=_run,
)
