"""The other end of a workshop: a keeper process that forks a child for every connection.

Started by :mod:`~opencompass_math500.workers.launch`, also in interpreters that have nothing of
ours: this folder is a package of its own there, imports itself relatively, and beside that the
standard library alone.

The keeper loads what the children need, if that is asked for, and then only waits: for
connections (sockets, passed over its standard input), for children that end, and for the end of
its caller, which it notices however that came about: the other end of its standard input is
closed by the system. A child that is lost in C code, where no thread of its own could run, is
ended by the keeper, by the system when the keeper dies (Linux), or by the clock of its own CPU
time. Each child begins as the keeper was when it had loaded: nothing that a request leaves
behind in a library reaches another one.

One line of JSON each way. To a child: number, CPU seconds or null, request. From it: number,
reply, error or null; the number 0 stands before its process id and greeting. From the keeper:
an empty line where another child has ended and one still waits for its turn, and
``{"ended": status}``.
"""

from __future__ import annotations

import json
import threading

from .child import Child
from .keeper import Keeper
from .loading import end_with_caller, exactly, given_socket, order_path

__all__ = ['main']


def main() -> None:
    """Set up as the caller says on standard input, and serve until it goes."""
    setup = json.loads(exactly(int(exactly(8), 16)))
    order_path(setup['path'])
    if setup['connection'] is None:
        Keeper(setup).run()
    else:
        # Without fork there is one process for each connection.
        threading.Thread(target=end_with_caller, daemon=True).start()
        Child(setup, given_socket(setup['connection'])).run(None)
