"""What a process is told when it starts, and what it loads."""

from __future__ import annotations

import importlib
import os
import socket
import sys
from collections.abc import Callable, Mapping
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

__all__ = ['Handler', 'end_with_caller', 'exactly', 'given_socket', 'load', 'order_path', 'quiet']

Handler = Callable[[Any], Any]


def exactly(size: int) -> bytes:
    """Read so many bytes from standard input, which may be a socket."""
    found = b''
    while len(found) < size:
        part = os.read(0, size - len(found))
        if not part:  # the caller was interrupted, or ended
            os._exit(0)
        found += part
    return found


def order_path(given: list[str] | None) -> None:
    """Put the standard library first, whatever lies in other folders; then what the caller has."""
    library = str(Path(os.__file__).parent)
    own = list(sys.path)
    standard = [entry for entry in own if entry.startswith(library) and '-packages' not in entry]
    sys.path[:] = list(dict.fromkeys([*standard, *(given or ()), *own]))


def end_with_caller() -> None:
    """Wait for the end of standard input, and end this process."""
    while os.read(0, 1024):
        pass
    os._exit(0)


def given_socket(given: int | str) -> socket.socket:
    """Take the connection that was handed down; on Windows its description."""
    if isinstance(given, int):
        return socket.socket(fileno=given)
    return socket.fromshare(bytes.fromhex(given))  # type: ignore[attr-defined,no-any-return]


def load(setup: Mapping[str, Any]) -> tuple[Handler, Any]:
    """Load the handler and its greeting, from the function that the setup names."""
    if setup['package']:
        import_file(Path(setup['package']).name, setup['package'])
    where, function = setup['load']
    if where.endswith('.py'):
        module = import_file('loaded', where)
    else:
        module = importlib.import_module(where)
    found: tuple[Handler, Any] = getattr(module, function)(*setup['arguments'])
    return found


def import_file(name: str, path: str) -> Any:
    """Import from exactly there: the caller's own package, not another copy on the path."""
    folder = None
    if not path.endswith('.py'):
        folder, path = [path], str(Path(path) / '__init__.py')
    spec = spec_from_file_location(name, path, submodule_search_locations=folder)
    assert spec is not None and spec.loader is not None
    sys.modules[name] = module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def quiet(*streams: int) -> None:
    """Silence the process: after the start nobody reads what it prints, and a file would grow."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in streams:
        os.dup2(null, stream)
    os.close(null)
