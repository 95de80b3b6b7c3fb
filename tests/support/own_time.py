"""The processor's time of a piece of code, and of nothing else."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ['OwnTime', 'own_time']


class OwnTime:
    """Attributes: seconds of this process; known when the piece has ended."""

    seconds = float('inf')


@contextmanager
def own_time() -> Iterator[OwnTime]:
    """Measure, without collecting what other tests have left.

    Where these have loaded hundreds of megabytes of libraries, one collection takes longer
    than what is measured here may.
    """
    found = OwnTime()
    gc.disable()
    start = time.process_time()
    try:
        yield found
    finally:
        found.seconds = time.process_time() - start
        gc.enable()
