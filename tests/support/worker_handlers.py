"""What the processes of tests/workers load: handlers that behave, and that do not."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

__all__ = ['load', 'load_badly', 'load_by_exit']

_SEEN: list[Any] = []


def load(*arguments: Any) -> tuple[Any, Any]:
    """Return a handler that does as a request says, and the arguments as greeting."""
    return _answer, list(arguments)


def load_badly() -> None:
    """Say a lot, and fail."""
    print('noise\n' * 100_000, file=sys.stderr)
    raise ImportError('no such grader')


def load_by_exit() -> None:
    """End without a word."""
    os._exit(7)


def _answer(request: Any) -> Any:
    what, *rest = request
    if what == 'state':
        _SEEN.append(rest)
        return len(_SEEN)
    if what == 'where':
        order = list({'a', 'b', 'c', 'd', 'e'})
        return {'random': random.__file__, 'path': sys.path, 'set order': order}
    if what == 'C code':  # no thread and no handler of a signal runs meanwhile
        return 7 ** (10**9)
    if what == 'die':
        os.kill(os.getpid(), rest[0])
    if what == 'exit':
        os._exit(rest[0])
    if what == 'raise':
        raise ValueError(*rest)
    if what == 'wait':
        time.sleep(rest[0])
    if what == 'print':
        print('x' * rest[0])
        print('x' * rest[0], file=sys.stderr)
    if what == 'meet':
        _meet(Path(rest[0]), rest[1])
    if what == 'start another':
        return _another(rest[0])
    return rest


def _meet(folder: Path, count: int) -> None:
    """Wait until so many of us are here at one time."""
    (folder / str(os.getpid())).touch()
    while len(list(folder.iterdir())) < count:
        time.sleep(0.01)


def _another(seconds: float) -> int:
    pid = os.fork()
    if not pid:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        time.sleep(seconds)
        os._exit(0)
    return pid
