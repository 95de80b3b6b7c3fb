"""What every ``math500`` command takes."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from opencompass_math500.cli import make_parser

__all__ = ['arguments_of']


def arguments_of() -> dict[str, Sequence[argparse.Action]]:
    """Return the arguments of each command, as argparse has them, by its name."""
    (commands,) = (a.choices for a in make_parser()._actions if isinstance(a.choices, dict))
    return {name: parser._actions for name, parser in commands.items()}
