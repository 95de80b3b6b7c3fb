"""Whether two snippets of a response say the same value twice: exactly, or not at all."""

from __future__ import annotations

from typing import Final

from opencompass_math500.grading.equality.equivalence import same
from opencompass_math500.grading.parsing.latex import parse
from opencompass_math500.grading.work import within_bounds

__all__ = ['is_same_value']

MAX_REPEATED: Final = 200  # characters; a longer box is no other spelling of its neighbour


def is_same_value(one: str, other: str) -> bool:
    """Tell whether both are read, and are one value for everyone.

    >>> is_same_value('0.25', '\\\\frac14'), is_same_value('3', '-3')
    (True, False)
    """
    if max(len(one), len(other)) > MAX_REPEATED:
        return False
    left, right = parse(one).values, parse(other).values
    if not left or not right:
        return False
    return within_bounds(lambda: same(left[0], right[0]).is_plain, False)
