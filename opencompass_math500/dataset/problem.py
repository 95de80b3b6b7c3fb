"""One problem, and how a row of any source becomes one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from opencompass_math500.errors import MalformedData

__all__ = ['FIELDS', 'LEVELS', 'SUBJECTS', 'Problem', 'parse_level', 'parse_problem']

FIELDS = ('problem', 'solution', 'answer', 'subject', 'level', 'unique_id')
"""The fields of a row, as MATH-500 has them."""

SUBJECTS = (
    'Algebra',
    'Counting & Probability',
    'Geometry',
    'Intermediate Algebra',
    'Number Theory',
    'Prealgebra',
    'Precalculus',
)
"""The seven subjects of MATH.

Source: Hendrycks et al., Measuring Mathematical Problem Solving With the MATH Dataset (2021).
"""

LEVELS = (1, 2, 3, 4, 5)
"""The difficulty levels of MATH, 1 the easiest."""

_LEVEL = re.compile(r'(?:level\s*)?([1-5])', re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem with its gold answer.

    Attributes:
        problem: the statement, LaTeX.
        solution: the worked solution, LaTeX; its last box holds the answer. May be empty.
        answer: the gold, LaTeX without delimiters.
        subject: e.g. ``Algebra``; one of :data:`SUBJECTS` in MATH-500 and in the sample.
        level: 1 (easiest) to 5.
        unique_id: e.g. ``test/algebra/2584.json``.
    """

    problem: str
    solution: str
    answer: str
    subject: str
    level: int
    unique_id: str


def parse_level(value: object) -> int | None:
    """Return the level that ``5``, ``'5'`` or ``'Level 5'`` names, or None if it names none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if value in LEVELS else None
    if isinstance(value, str) and (found := _LEVEL.fullmatch(value.strip())):
        return int(found.group(1))
    return None


def parse_problem(row: object, where: str) -> Problem:
    """Return a checked :class:`Problem` from one row.

    Args:
        row: what the source holds; anything but a mapping with the six fields is refused.
        where: file and line, or repository and row, for the message.

    Raises:
        MalformedData: naming ``where`` and the field.
    """
    if not isinstance(row, Mapping):
        raise MalformedData(
            f'{where}: expected an object, found {_kind(row)}',
            f'give each row the fields {", ".join(FIELDS)}',
        )
    missing = [name for name in FIELDS if name not in row]
    if missing:
        plural = 's' if len(missing) > 1 else ''
        raise MalformedData(
            f'{where}: field{plural} {", ".join(missing)} missing',
            f'each row needs {", ".join(FIELDS)}',
        )
    level = parse_level(row['level'])
    if level is None:
        raise MalformedData(
            f'{where}: field level is {_show(row["level"])}',
            "write 1 to 5, or 'Level 1' to 'Level 5'",
        )
    return Problem(
        problem=_text(row, 'problem', where),
        solution=_text(row, 'solution', where, may_be_empty=True),
        answer=_text(row, 'answer', where),
        subject=_text(row, 'subject', where),
        level=level,
        unique_id=_text(row, 'unique_id', where),
    )


def _text(row: Mapping[str, object], name: str, where: str, *, may_be_empty: bool = False) -> str:
    value = row[name]
    if not isinstance(value, str):
        # A gold written as the number 5 would be hashed, shown and compared as another type.
        raise MalformedData(
            f'{where}: field {name} is {_kind(value)}, not text', 'put the value in quotes'
        )
    if not value.strip() and not may_be_empty:
        raise MalformedData(f'{where}: field {name} is empty', 'fill it in or drop the row')
    try:
        value.encode('utf-8')
    except UnicodeEncodeError:
        # JSON may spell half a surrogate pair ("\ud800"): no tokenizer or file could take it.
        raise MalformedData(
            f'{where}: field {name} holds half a surrogate pair', 'write the character whole'
        ) from None
    return value


def _kind(value: object) -> str:
    if value is None:
        return 'null'
    if isinstance(value, bool):
        return 'a boolean'
    if isinstance(value, (int, float)):
        return 'a number'
    if isinstance(value, str):
        return 'text'
    return 'an object' if isinstance(value, Mapping) else 'a list'


def _show(value: object) -> str:
    return repr(value) if len(repr(value)) <= 40 else repr(value)[:37] + '...'
