"""The problem of a logged row, and which of its texts is the gold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from opencompass_math500.dataset.problem import parse_level
from opencompass_math500.errors import MalformedData
from opencompass_math500.runs.known import digest, known_problem, subject_of
from opencompass_math500.runs.prediction import gold_answer
from opencompass_math500.runs.rows import Row

__all__ = ['Reference', 'reference_of']


@dataclass(frozen=True, slots=True)
class Reference:
    """A problem and its gold, as a task has them; '' and 0 are unknown.

    Attributes:
        unique_id, problem, subject, level: the problem's.
        gold: the reference answer.
        from_solution: whether the task gives a whole solution, and the gold is its box.
    """

    unique_id: str
    problem: str
    subject: str
    level: int
    gold: str
    from_solution: bool


def reference_of(row: Row, doc: Mapping[str, Any]) -> Reference:
    """Return the problem of a row.

    A task may have normalised its golds, or may have no ids. A problem that is one of
    MATH-500, by its text, has id, subject and level from there, and of several texts that
    may be the gold the one that is MATH-500's.

    Raises:
        MalformedData: nothing in the row is a gold answer; names it.
    """
    golds = list(_golds(row, doc))
    problem = _text(doc, 'problem')
    if not problem and any(from_solution for _, from_solution in golds):
        # Half of all benchmarks have questions; one with boxes is of mathematics.
        problem = _text(doc, 'question')
    unique_id, known = known_problem(_text(doc, 'unique_id'), problem, sample=False)
    if not problem or not golds:
        what = 'no gold answer' if problem else 'no problem'
        raise MalformedData(f'{row.place}: {what} in it', 'give the log of a task on MATH')
    right = [one for one in golds if known and digest(one[0]) == known.answer_hash]
    gold, from_solution = (right or golds)[0]
    level = parse_level(doc.get('level')) or (known.level if known else 0)
    subject = _text(doc, 'subject') or _text(doc, 'type') or subject_of(unique_id if known else '')
    return Reference(unique_id, problem, subject, level, gold, from_solution)


def _golds(row: Row, doc: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """What may be the gold, the likeliest first, and whether it is the box of a solution."""
    for text in (_text(doc, 'answer'), _text(doc, 'solution'), _text(row.fields, 'target')):
        boxed = '\\boxed' in text
        # Several lines without a box are a solution from which nobody knows the answer, as
        # gsm8k has it.
        if text.strip() and (boxed or (text != _text(doc, 'solution') and '\n' not in text)):
            yield gold_answer(text), boxed


def _text(fields: Mapping[str, Any], name: str) -> str:
    """A text, or a number as it was written; '' for anything else."""
    value = fields.get(name)
    return str(value) if isinstance(value, str) else ''
