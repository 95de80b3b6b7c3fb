"""The commands there are: one for each file in ``commands/``, found by its name."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from opencompass_math500.cli import commands
from opencompass_math500.cli.command import Command

__all__ = ['all_commands', 'command_named', 'names']


def names() -> list[str]:
    """Return the name of every command; ``lm_eval_path.py`` is ``lm-eval-path``."""
    return [module.name.replace('_', '-') for module in pkgutil.iter_modules(commands.__path__)]


def command_named(name: str) -> Command:
    """Load a command.

    Args:
        name: one of :func:`names`.

    Raises:
        TypeError: its file defines no ``COMMAND``.
    """
    module = import_module(f'{commands.__name__}.{name.replace("-", "_")}')
    found = getattr(module, 'COMMAND', None)
    if not isinstance(found, Command):
        raise TypeError(f'{module.__file__} defines no COMMAND: see opencompass_math500/cli')
    return found


def all_commands() -> dict[str, Command]:
    """Load every command, in the order of ``math500 --help``: by place, then by name."""
    found = {name: command_named(name) for name in names()}
    return dict(sorted(found.items(), key=lambda one: (one[1].place, one[0])))
