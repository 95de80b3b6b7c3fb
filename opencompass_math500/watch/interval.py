"""The time between two looks at a run."""

from __future__ import annotations

from argparse import ArgumentTypeError
from contextlib import suppress
from typing import Final

__all__ = ['IN_FILE', 'ON_TERMINAL', 'read_interval']

# A terminal wants to be alive, a log file a line now and then.
ON_TERMINAL: Final = 2.0
IN_FILE: Final = 20.0

_SHORTEST: Final = 0.1
_LONGEST: Final = 86_400  # a day


def read_interval(text: str) -> float:
    """Read seconds that can be waited.

    Raises:
        ArgumentTypeError: too short, too long, or no number at all.
    """
    with suppress(ValueError):
        seconds = float(text)
        if _SHORTEST <= seconds <= _LONGEST:  # as nan is not
            return seconds
    raise ArgumentTypeError(f'{text!r} is no number from {_SHORTEST} to {_LONGEST:,}')
