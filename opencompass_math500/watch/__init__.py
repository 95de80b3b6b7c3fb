"""A run in the making, followed from another process: nothing of it is touched."""

from __future__ import annotations

from opencompass_math500.watch.command import watch
from opencompass_math500.watch.look import Watcher
from opencompass_math500.watch.screen import IN_FILE, ON_TERMINAL
from opencompass_math500.watch.state import Standing, State, Tally, Wrong

__all__ = ['IN_FILE', 'ON_TERMINAL', 'Standing', 'State', 'Tally', 'Watcher', 'Wrong', 'watch']
