"""How the process of a workshop is started: in any folder, from any script, the same."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from opencompass_math500.workers import inside

__all__ = ['Plan', 'command', 'environment', 'search_path', 'setup_of']

_PACKAGE: Final = Path(__file__).resolve().parents[1]
# Before Python 3.11 nothing but code can keep the folder where one works off the path, from
# which `random.py` would be imported by the first library that wants random numbers.
_BOOT: Final = (
    'import sys; sys.path[:] = [entry for entry in sys.path if entry]; '
    'from importlib.util import module_from_spec, spec_from_file_location; '
    'spec = spec_from_file_location("inside", sys.argv[1]); '
    'sys.modules["inside"] = inside = module_from_spec(spec); '
    'spec.loader.exec_module(inside); inside.main()'
)
_DROPPED: Final = ('PYTHONPATH', 'PYTHONINSPECT', 'PYTHONSTARTUP')
_NO_LIMIT: Final = 1 << 30


@dataclass(frozen=True, slots=True)
class Plan:
    """What the processes of a workshop are to do.

    Attributes:
        title: what messages call it.
        load: a module, or a file, and the function in it that gives the handler of requests
            and a greeting.
        arguments: those of that function, as JSON can hold them.
        preload: load once for all connections; else each loads for itself, as must what
            starts threads when it is imported.
        at_once: how many connections are served at any time; the others wait.
        memory_bytes: the address space of each.
        python: another interpreter, in which nothing of ours can be imported.
        fork: whether connections are served by forks of one process; None where the system
            can.
    """

    title: str
    load: tuple[str, str]
    arguments: tuple[Any, ...] = ()
    preload: bool = True
    at_once: int | None = None
    memory_bytes: int | None = None
    python: str | None = None
    fork: bool | None = None


def command(plan: Plan) -> list[str]:
    """Return the words that start a process; the last one is for whoever lists processes."""
    return [plan.python or sys.executable, '-c', _BOOT, str(inside.__file__), plan.load[0]]


def environment(plan: Plan) -> dict[str, str]:
    """Return the environment without what changes how Python starts, in a fixed order.

    The order of sets of text decides which way sympy goes.
    """
    if plan.python:  # our packages are of another Python, and must not be found by that one
        kept = {name: value for name, value in os.environ.items() if name[:6] != 'PYTHON'}
    else:
        kept = {name: value for name, value in os.environ.items() if name not in _DROPPED}
    return {**kept, 'PYTHONHASHSEED': '0', 'PYTHONSAFEPATH': '1'}


def search_path() -> list[str]:
    """Return where this process imports from, without the working folder and its script's.

    What holds this package is a folder of packages, but the last one to look in if it is the
    working folder as well.
    """
    unwanted = {_real('.')}
    script = getattr(sys.modules.get('__main__'), '__file__', None)
    if script:
        unwanted.add(_real(os.path.dirname(script)))  # noqa: PTH120 - may be ''
    entries = [entry for entry in sys.path if isinstance(entry, str) and entry]
    kept = [entry for entry in entries if _real(entry) not in unwanted]
    return list(dict.fromkeys([*kept, str(_PACKAGE.parent)]))


def _real(entry: str) -> str | None:
    try:
        return os.path.realpath(entry)
    except OSError:  # the working folder was removed
        return None


def setup_of(plan: Plan, connection: int | str | None = None) -> bytes:
    """Return the first message to a process.

    Args:
        plan: what it is to do.
        connection: the one that it is to serve; None for a keeper, who is given many.
    """
    message: Mapping[str, Any] = {
        'path': None if plan.python else search_path(),
        'package': None if plan.python else str(_PACKAGE),
        'load': plan.load,
        'arguments': plan.arguments,
        'preload': plan.preload,
        'at_once': plan.at_once or _NO_LIMIT,
        'memory_bytes': plan.memory_bytes,
        'connection': connection,
    }
    return _framed(message)


def _framed(message: Mapping[str, Any]) -> bytes:
    """A message with its length, so that nothing after it is read with it."""
    data = json.dumps(message).encode('ascii')
    return b'%08x' % len(data) + data
