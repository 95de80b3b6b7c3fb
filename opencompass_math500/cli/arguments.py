"""What several commands need of their arguments."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from opencompass_math500.dataset import Problem
from opencompass_math500.errors import SourceUnavailable

__all__ = ['WORK_DIR', 'Commands', 'add_policy', 'add_scope', 'positive', 'problems_of', 'text_of']

Commands: TypeAlias = 'argparse._SubParsersAction[argparse.ArgumentParser]'
WORK_DIR = (
    'a run folder, e.g. outputs/math500/20260101_120000, or one above some, of which the newest '
    'is taken; or what lm_eval --log_samples has written: the folder, or one samples_*.jsonl'
)


def add_policy(parser: argparse.ArgumentParser) -> None:
    """Add ``--policy``."""
    parser.add_argument(
        '--policy', action='append', default=[], metavar='NAME=VALUE',
        help='how a disputed form is decided, e.g. list_against_tuple=accept (repeatable)',
    )  # fmt: skip


def add_scope(parser: argparse.ArgumentParser) -> None:
    """Add what of a run is to be read, and where its problems are."""
    parser.add_argument(
        '--model', action='append', metavar='M', help='this model only (repeatable)'
    )
    parser.add_argument(
        '--dataset', action='append', metavar='D', help='this dataset only (repeatable)'
    )
    parser.add_argument(
        '--data', metavar='SOURCE',
        help='the problems, where the run does not hold all that is needed of them: '
        'hub, modelscope, sample, or a file',
    )  # fmt: skip


def problems_of(source: str | None) -> Sequence[Problem]:
    """The problems of ``--data``; a file may hold a set that is not MATH-500."""
    if source is None:
        return ()
    from opencompass_math500.dataset import load_problems

    return load_problems(source, custom=source not in ('hub', 'modelscope'))


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
