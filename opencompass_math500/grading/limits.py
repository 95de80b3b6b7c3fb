"""Named bounds: what is refused before any work is done on it.

Model output is hostile. Each bound is far above every gold of MATH-500 and every
real answer seen, and low enough that the worst input costs milliseconds.
"""

from __future__ import annotations

from typing import Final

__all__ = [
    'MAX_CHARS',
    'MAX_COPIES',
    'MAX_DEPTH',
    'MAX_EXACT_BITS',
    'MAX_HEIGHT',
    'MAX_ITEMS',
    'MAX_OPERATORS',
    'MAX_REMEMBERED',
    'MAX_SHOWN',
    'MAX_SIGNS',
    'MAX_SYMBOLS',
    'MAX_TOKENS',
    'MAX_WORK',
]

MAX_CHARS: Final = 4_000
"""Characters of an answer; the longest gold has 60, the longest real answer about 900."""

MAX_TOKENS: Final = 1_200
"""Tokens of an answer, after which it is no final answer any more."""

MAX_COPIES: Final = 5_000
"""Nodes of a matrix or tuple whose factor is written into each element: ``A/2/2/2/...`` with a
column of 290 made a tree of 84,000."""

MAX_DEPTH: Final = 48
"""Nested groups; each costs about five Python frames."""

MAX_EXACT_BITS: Final = 1 << 16
"""Size of an exact integer: ``2024^{4046}`` has 44,437 bits, ``10^{10^{10}}`` is never expanded."""

MAX_HEIGHT: Final = 120
"""Depth of a value's tree: ``2!!!!...`` nests without any bracket."""

MAX_ITEMS: Final = 48
"""Elements of a list or set that are matched without regard to order (quadratic work)."""

MAX_OPERATORS: Final = 8
"""Sums, integrals and limits of one pair that sympy is asked to carry out."""

MAX_REMEMBERED: Final = 200
"""Characters of a text whose reading is kept for the next time: 2,048 such readings of the worst
kind hold about 100 MB, readings of 4,000 characters would hold a gigabyte."""

MAX_SHOWN: Final = 300
"""Characters of a value shown to a person."""

MAX_SIGNS: Final = 3
"""Independent plus-minus signs in one expression; each doubles the number of values."""

MAX_SYMBOLS: Final = 24
"""Free symbols of an expression."""

MAX_WORK: Final = 10_000
"""Units of work, of about a microsecond, of one comparison: two lists of 48 polynomials of the
fifth degree, or ``\\binom{x}{100} + \\binom{x}{101} + ...``, which took seconds. A real pair
takes about 12, the hardest of 2,700 took 645."""
