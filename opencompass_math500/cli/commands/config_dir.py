"""``math500 config-dir``: where the configs of this package lie."""

from __future__ import annotations

import argparse
from typing import Final

from opencompass_math500.cli.command import Command

__all__ = ['COMMAND']


def _run(options: argparse.Namespace) -> int:
    from opencompass_math500.locations import config_dir

    print(config_dir())
    return 0


COMMAND: Final = Command(
    place=20, help='print the folder that holds the configs of this package', run=_run
)
