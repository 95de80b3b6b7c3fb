"""``math500 compare``: a run against what is published, and against other runs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from opencompass_math500.cli.arguments import add_json, add_model, add_work_dir
from opencompass_math500.cli.columns import add_columns, add_data, place_of
from opencompass_math500.cli.command import Command

__all__ = ['COMMAND']


def _add(parser: argparse.ArgumentParser) -> None:
    add_work_dir(parser)
    parser.add_argument(
        'other_work_dir', nargs='?', type=Path, help='another, to compare its runs with'
    )
    add_model(parser, 'the published model, where the name of the run is its own')
    parser.add_argument(
        '--plot', type=Path, metavar='FILE', help='draw measured against published, .png or .svg'
    )
    add_columns(parser)
    add_data(parser)
    add_json(parser, 'as JSON; unknown is null')


def _run(options: argparse.Namespace) -> int:
    from opencompass_math500.comparison.command import compare_work_dirs

    compare_work_dirs(
        place_of(options),
        place_of(options, options.other_work_dir) if options.other_work_dir else None,
        query=options.model,
        plot=options.plot,
        as_json=options.json,
    )
    return 0


COMMAND: Final = Command(
    place=120,
    help='set a run against published scores, and against other runs, like for like',
    description='Each published score of the model is reproduced, or differs, or is not '
    'comparable, and why. The runs of a folder, or of two, are compared in pairs, also '
    'those of different tools.',
    add=_add,
    run=_run,
)
