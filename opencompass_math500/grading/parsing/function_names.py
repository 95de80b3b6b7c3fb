r"""Letters before brackets: functions, or factors.

``f`` and ``g`` are functions; other letters that often are (``h``, ``P``) where a lone letter or
number stands in the brackets, and every letter before ``(0)``.
"""

from __future__ import annotations

import re
from typing import Final

from opencompass_math500.grading.values import CONSTANTS, Apply, Number, Symbol, Value

__all__ = ['FUNCTION_LETTERS', 'INVERSE', 'always_a_function', 'called']

FUNCTION_LETTERS: Final = frozenset('fghFGHpqrPQRTNASV')
"""Letters that often name a function."""

_ALWAYS: Final = frozenset('fg')
_NAME: Final = re.compile(r"([A-Za-z])(?:_\w+)?'*")
INVERSE: Final = '^-1'
"""What the name of an inverse function ends in."""


def called(value: Value) -> str | None:
    r"""Return the name under which ``value`` can be a function.

    ``f``, ``f'``, ``f_1`` and ``f^{-1}`` are such names.
    """
    match value:
        case Symbol(name=name) if name not in CONSTANTS and _NAME.fullmatch(name):
            return name
        case Apply(op='pow', args=(Symbol() as base, Number(value=-1))):
            inner = called(base)
            return None if inner is None else inner + INVERSE
    return None


def always_a_function(name: str) -> bool:
    """Tell whether brackets behind ``name`` are its argument, whatever stands in them."""
    return name[0] in _ALWAYS
