"""``math500 report``: runs as one HTML file."""

from __future__ import annotations

import argparse
from typing import Final

from opencompass_math500.cli.arguments import add_output, add_scope, add_work_dir, problems_of
from opencompass_math500.cli.columns import COLUMN_OPTIONS, add_columns, columns_named
from opencompass_math500.cli.command import Command

__all__ = ['COMMAND']


def _add(parser: argparse.ArgumentParser) -> None:
    from opencompass_math500.report import FILE_NAME

    add_work_dir(parser, several=True)
    add_output(
        parser,
        f'write there; by default to summary/{FILE_NAME} in the first folder, of '
        f'another tool to {FILE_NAME} in it, or beside it',
    )
    add_scope(parser)
    add_columns(parser)


def _run(options: argparse.Namespace) -> int:
    from opencompass_math500.notes import note
    from opencompass_math500.report import Scope, write_report

    written = write_report(
        options.work_dir,
        options.output,
        scope=Scope(
            options.model, options.dataset, problems_of(options.data), columns_named(options)
        ),
        options=_words(options),
        note=note,
    )
    print(written)
    return 0


def _words(options: argparse.Namespace) -> list[str]:
    """Return the options as they were given, so that the page can say how to make it again."""
    words = []
    for name in ('output', 'model', 'dataset', 'data', *COLUMN_OPTIONS):
        value = getattr(options, name)
        for one in value if isinstance(value, list) else [value]:
            words += [f'--{name.replace("_", "-")}', str(one)] if one is not None else []
    return words


COMMAND: Final = Command(
    place=100,
    help='write one HTML file about runs: scores, what stands beside them, every item',
    description='One file that opens from disk and asks no network: scores, subjects and '
    'levels, lengths, published scores, graders, and every item to filter and search. '
    'Several runs stand side by side. Any run on MATH problems will do.',
    add=_add,
    run=_run,
)
