"""What several commands need of their arguments."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TypeAlias

from opencompass_math500.errors import SourceUnavailable

__all__ = ['WORK_DIR', 'Commands', 'add_policy', 'positive', 'text_of']

Commands: TypeAlias = 'argparse._SubParsersAction[argparse.ArgumentParser]'
WORK_DIR = 'a run folder, e.g. outputs/math500/20260101_120000'


def add_policy(parser: argparse.ArgumentParser) -> None:
    """Add ``--policy``."""
    parser.add_argument(
        '--policy', action='append', default=[], metavar='NAME=VALUE',
        help='how a disputed form is decided, e.g. list_against_tuple=accept (repeatable)',
    )  # fmt: skip


def positive(text: str) -> int:
    """A number of 1 and more; argparse says what is wrong with another."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def text_of(path: Path) -> str:
    """The text of a file.

    Raises:
        SourceUnavailable: it cannot be read.
    """
    try:
        return path.read_text(encoding='utf-8')
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, 'strerror', None) or 'not UTF-8'
        raise SourceUnavailable(f'cannot read {path} ({reason})', 'give a text file') from error
