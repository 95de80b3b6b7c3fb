"""``math500 table``: the scores of a finished run."""

from __future__ import annotations

import argparse
import sys
from typing import Final

from opencompass_math500.cli.arguments import add_work_dir
from opencompass_math500.cli.columns import add_columns, add_data, place_of
from opencompass_math500.cli.command import Command

__all__ = ['COMMAND']


def _add(parser: argparse.ArgumentParser) -> None:
    from opencompass_math500.grading import OUTCOMES

    add_work_dir(parser)
    add_columns(parser)
    add_data(parser)
    parser.add_argument(
        '--fail-on', action='append', default=[], choices=OUTCOMES, metavar='OUTCOME',
        help='exit 1 if this outcome occurs, e.g. content_filter or truncated (repeatable); '
        'with failed_request it always does',
    )  # fmt: skip


def _run(options: argparse.Namespace) -> int:
    from opencompass_math500.comparison.table import print_tables
    from opencompass_math500.notes import note
    from opencompass_math500.runs.graded import graded_runs
    from opencompass_math500.runs.run import FAIL_ON, checked_outcomes, refuse_outcomes

    place = place_of(options)
    runs = graded_runs(place, note)
    print_tables(runs)
    sys.stdout.flush()
    resume = f'-r {place.root.resolve().name}'
    refuse_outcomes(runs, checked_outcomes([*FAIL_ON, *options.fail_on]), resume)
    return 0


COMMAND: Final = Command(
    place=40, help='print the scores of a finished run again', add=_add, run=_run
)
