"""``math500 export``: the wrong answers of a run, or other responses, as a file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from opencompass_math500.cli.arguments import add_output, add_scope, add_work_dir, problems_of
from opencompass_math500.cli.columns import add_columns, place_of
from opencompass_math500.cli.command import Command

__all__ = ['COMMAND']


def _add(parser: argparse.ArgumentParser) -> None:
    from opencompass_math500.dataset import LEVELS
    from opencompass_math500.exports import FORMATS
    from opencompass_math500.grading import OUTCOMES

    add_work_dir(parser)
    parser.add_argument(
        '--format',
        choices=FORMATS,
        help='by default as the name of the file ends, else jsonl; zip holds all, and a summary',
    )
    add_output(parser, 'write there; by default, and for -, to stdout')
    verdicts = parser.add_mutually_exclusive_group()
    verdicts.add_argument(
        '--verdict', action='append', choices=OUTCOMES, metavar='V',
        help=f'this verdict only: {", ".join(OUTCOMES)} (repeatable)',
    )  # fmt: skip
    verdicts.add_argument('--all', action='store_true', help='every response, correct ones too')
    parser.add_argument(
        '--subject', action='append', metavar='S', help='this subject only (repeatable)'
    )
    parser.add_argument(
        '--level', action='append', type=int, choices=LEVELS, metavar='L',
        help=f'this level only, {LEVELS[0]} to {LEVELS[-1]} (repeatable)',
    )  # fmt: skip
    add_scope(parser)
    add_columns(parser)


def _run(options: argparse.Namespace) -> int:
    from opencompass_math500.exports import Choice, export
    from opencompass_math500.notes import note

    verdicts = {'verdicts': options.verdict} if options.verdict else {}
    if options.all:
        verdicts = {'verdicts': None}
    output = None if options.output == Path('-') else options.output
    exported = export(
        place_of(options),
        output,
        options.format,
        choice=Choice(**verdicts, subjects=options.subject, levels=options.level),
        models=options.model,
        datasets=options.dataset,
        data=problems_of(options.data),
        note=note,
    )
    where = f' to {output}' if output else ''
    note(f'{exported}{where}')
    return 0


COMMAND: Final = Command(
    place=90,
    help='write the wrong answers of a run, or other responses, to a file',
    description='Everything that is not correct, with prompt, response, answer, gold and '
    'reason; choices below narrow or widen it. Any run on MATH problems will do.',
    add=_add,
    run=_run,
)
