"""How many examples a property is tried on."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import settings

__all__ = ['count_of', 'examples']


def count_of(count: int) -> int:
    """Return all of them under ``MATH500_EXAMPLES=all``, as in ``make test``; else a quarter."""
    return count if os.environ.get('MATH500_EXAMPLES') == 'all' else max(count // 4, 4)


def examples(count: int, **options: Any) -> settings:
    """Return the settings of a property that is tried on so many examples."""
    return settings(max_examples=count_of(count), deadline=None, **options)
