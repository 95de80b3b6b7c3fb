"""A run in the making, followed from another process: nothing of it is touched."""

from __future__ import annotations

from opencompass_math500.watch.look import Watcher
from opencompass_math500.watch.state import Standing, State, Tally, Wrong

__all__ = ['Standing', 'State', 'Tally', 'Watcher', 'Wrong']
