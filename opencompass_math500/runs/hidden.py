"""What of a harness' settings must not be shown: keys decide nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

__all__ = ['is_secret', 'without_secrets']

_SECRET: Final = re.compile(r'key|secret|password|auth|header|(^|_)token$', re.IGNORECASE)


def is_secret(name: str) -> bool:
    """Tell whether a setting of this name may hold a key.

    >>> is_secret('api_key'), is_secret('extra_headers'), is_secret('max_tokens')
    (True, True, False)
    """
    return _SECRET.search(name) is not None


def without_secrets(value: Any) -> Any:
    """Return settings without what may hold a key, at any depth."""
    if isinstance(value, Mapping):
        return {
            str(name): without_secrets(inner)
            for name, inner in value.items()
            if not is_secret(str(name))
        }
    if isinstance(value, list):
        return [without_secrets(one) for one in value]
    return value
