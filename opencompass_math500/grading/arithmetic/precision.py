"""The working precision of ball arithmetic, set for a block of code at a time."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from opencompass_math500.grading.work import current

__all__ = ['precision']

# The precision of flint is a global of the process. A thread that changes it meanwhile
# can make a ball wider, never wrong; the lock keeps it from being restored wrongly.
_lock = threading.Lock()


def _renew_lock() -> None:
    global _lock
    _lock = threading.Lock()


if hasattr(os, 'register_at_fork'):
    # A child forked while another thread computed would inherit a lock held for ever.
    os.register_at_fork(after_in_child=_renew_lock)


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Compute with ``bits`` binary digits inside the block."""
    from flint import ctx

    work = current()
    if work is not None:
        work.bits = bits
    with _lock:
        before = ctx.prec
        ctx.prec = bits
        try:
            yield
        finally:
            ctx.prec = before
