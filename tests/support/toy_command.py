"""A made-up command, in one file: all that one more command takes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from opencompass_math500.cli.arguments import positive, text_of
from opencompass_math500.cli.command import Command
from opencompass_math500.errors import MalformedData

__all__ = ['COMMAND']


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('file', type=Path, help='a file with a response')
    parser.add_argument('--least', type=positive, default=1, metavar='N', help='refuse fewer')


def _run(options: argparse.Namespace) -> int:
    boxes = text_of(options.file).count('\\boxed{')
    if boxes < options.least:
        raise MalformedData(f'{options.file} holds {boxes} boxes', 'box the answer')
    print(boxes)
    return 0


COMMAND: Final = Command(place=65, help='count the boxes of a response', add=_add, run=_run)
