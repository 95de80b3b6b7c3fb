"""The options about files of rows, and the place that a command reads with them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from opencompass_math500.cli.arguments import Arguments, problems_of, sources

if TYPE_CHECKING:
    from opencompass_math500.runs.columns import NamedColumns
    from opencompass_math500.runs.places import Place

__all__ = ['COLUMN_OPTIONS', 'add_columns', 'add_data', 'columns_named', 'place_of']

_COLUMNS: Final = {
    'response': 'the response, or a list of several',
    'gold': 'the reference answer',
    'problem': 'the problem, or the prompt that holds it',
    'finish': 'how the generation ended',
}
COLUMN_OPTIONS: Final = tuple(f'{name}_column' for name in _COLUMNS)
"""What the options are called once they are parsed."""


def add_columns(parser: Arguments) -> None:
    """Add the options that say which column of a file of rows holds what."""
    for name, what in _COLUMNS.items():
        parser.add_argument(
            f'--{name}-column', metavar='NAME', help=f'of a file of rows: the column with {what}'
        )


def add_data(parser: Arguments) -> None:
    """Add ``--data`` for golds that a file of rows does not hold."""
    parser.add_argument(
        '--data', metavar='SOURCE',
        help="the problems, for golds that a file of rows does not hold, by the problem's text or "
        f'unique_id: {sources()}',
    )  # fmt: skip


def columns_named(options: argparse.Namespace) -> NamedColumns:
    """Return the columns that the options name."""
    from opencompass_math500.runs.columns import NamedColumns

    return NamedColumns(*(getattr(options, name) for name in COLUMN_OPTIONS))


def place_of(options: argparse.Namespace, path: Path | None = None) -> Place:
    """Return the place that a command is about, to be read as its options say.

    Args:
        options: of the command.
        path: another place than its ``work_dir``.
    """
    from opencompass_math500.notes import note
    from opencompass_math500.runs.places import find_place

    return find_place(
        path or options.work_dir,
        note,
        columns=columns_named(options),
        data=problems_of(options.data),
    )
