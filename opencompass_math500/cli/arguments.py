"""The arguments that several commands share, and what is read from them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from opencompass_math500.errors import SourceUnavailable

if TYPE_CHECKING:
    from opencompass_math500.dataset import Problem

__all__ = [
    'Arguments',
    'add_json',
    'add_model',
    'add_output',
    'add_policy',
    'add_scope',
    'add_work_dir',
    'positive',
    'problems_of',
    'sources',
    'text_of',
]

Arguments: TypeAlias = 'argparse._ActionsContainer'
"""A parser, or a group of one."""


def add_work_dir(parser: Arguments, *, several: bool = False) -> None:
    """Add the run, or the runs, that a command reads."""
    from opencompass_math500.runs.places import SOURCES

    host, *others = (source.name for source in SOURCES)
    parser.add_argument(
        'work_dir', nargs='+' if several else None, type=Path,
        help=f'a run folder of {host}, e.g. outputs/math500/20260101_120000, or one above some, '
        f'of which the newest is taken; or what another tool has left: {", ".join(others)}',
    )  # fmt: skip


def add_scope(parser: Arguments) -> None:
    """Add what of a run is to be read, and where its problems are."""
    parser.add_argument(
        '--model', action='append', metavar='M', help='this model only (repeatable)'
    )
    parser.add_argument(
        '--dataset', action='append', metavar='D', help='this dataset only (repeatable)'
    )
    parser.add_argument(
        '--data', metavar='SOURCE',
        help=f'the problems, where the run does not hold all that is needed of them: {sources()}',
    )  # fmt: skip


def add_model(parser: Arguments, text: str) -> None:
    """Add ``--model``, the name of one model that scores are published of."""
    parser.add_argument('--model', metavar='NAME', help=text)


def add_policy(parser: Arguments) -> None:
    """Add ``--policy``."""
    parser.add_argument(
        '--policy', action='append', default=[], metavar='NAME=VALUE',
        help='how a disputed form is decided, e.g. list_against_tuple=accept (repeatable)',
    )  # fmt: skip


def add_output(parser: Arguments, text: str) -> None:
    """Add ``--output``, a file to write to."""
    parser.add_argument('--output', type=Path, metavar='FILE', help=text)


def add_json(parser: Arguments, text: str) -> None:
    """Add ``--json``."""
    parser.add_argument('--json', action='store_true', help=text)


def sources() -> str:
    """Name what problems can be loaded from."""
    from opencompass_math500.dataset import SOURCES

    return f'{", ".join(SOURCES)}, or a file'


def problems_of(source: str | None) -> Sequence[Problem]:
    """Load the problems of ``--data``; a file may hold a set that is not MATH-500."""
    if source is None:
        return ()
    from opencompass_math500.dataset import SOURCES, load_problems

    return load_problems(source, custom=source not in SOURCES)


def positive(text: str) -> int:
    """Read a whole number of 1 and more.

    Raises:
        ArgumentTypeError: it is none.
    """
    with suppress(ValueError):
        if (number := int(text)) >= 1:
            return number
    raise argparse.ArgumentTypeError(f'{text!r} is no whole number of 1 and more')


def text_of(path: Path) -> str:
    """Read the text of a file.

    Raises:
        SourceUnavailable: it cannot be read.
    """
    try:
        return path.read_text(encoding='utf-8')
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, 'strerror', None) or 'not UTF-8'
        raise SourceUnavailable(f'cannot read {path} ({reason})', 'give a text file') from error
