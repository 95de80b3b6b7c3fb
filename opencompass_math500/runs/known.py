"""Which problem a log is about: of MATH-500, or of the sample that comes with this package.

A harness may keep no ids, and no problems but within its prompts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import combinations
from types import MappingProxyType
from typing import Final

from opencompass_math500.dataset import load_problems
from opencompass_math500.dataset.index import IndexRow, math500_index
from opencompass_math500.dataset.problem import SUBJECTS
from opencompass_math500.dataset.problem_set import short_hash

__all__ = ['digest', 'known_problem', 'problem_within', 'subject_of']

# Prompts of 0-shot tasks have less than twenty lines; a hash a pair of them costs a microsecond.
_MAX_LINES: Final = 40


@cache
def _rows() -> Mapping[str, IndexRow]:
    sample = {
        problem.unique_id: IndexRow(
            place, problem.level, short_hash(problem.answer), short_hash(problem.problem)
        )
        for place, problem in enumerate(load_problems('sample'))
    }
    return MappingProxyType({**sample, **math500_index()})


@cache
def _ids_by_text() -> Mapping[str, str]:
    return {row.problem_hash: unique_id for unique_id, row in _rows().items()}


def known_problem(
    unique_id: str, problem: str, *, sample: bool = True
) -> tuple[str, IndexRow | None]:
    """Return the id of a problem, and its row where it is a known one by id and text.

    Args:
        unique_id: '' where a log has none: then the text tells.
        problem: the text.
        sample: whether those of the sample count. A task that keeps golds of its own beside
            its problems says what it was asked.
    """
    text = digest(problem)
    found = unique_id or _ids_by_text().get(text, '')
    known = _rows().get(found) if sample else math500_index().get(found)
    if known is None or known.problem_hash != text:
        return unique_id, None
    return found, known


def problem_within(prompt: str) -> tuple[str, str, str] | None:
    """Split a prompt at the known problem in it: what stands before it, the problem, the rest.

    The problem takes whole lines; the longest such text counts, and of several the last.
    None where there is none.
    """
    ids = _ids_by_text()
    for start, end in _spans(prompt):
        if digest(prompt[start:end]) in ids:
            return prompt[:start], prompt[start:end], prompt[end:]
    return None


def _spans(prompt: str) -> Iterator[tuple[int, int]]:
    """Every run of whole lines, the longest first."""
    lines = prompt.split('\n')
    if len(lines) > _MAX_LINES:
        return
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    for first, last in sorted(
        combinations(range(len(starts)), 2), key=lambda pair: (pair[0] - pair[1], -pair[0])
    ):
        yield starts[first], starts[last] - 1


def digest(text: str) -> str:
    """Return the hash by which texts are known; '' of what has none."""
    try:
        return short_hash(text)
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can spell
        return ''


def subject_of(unique_id: str) -> str:
    """Return ``Counting & Probability`` of ``test/counting_and_probability/1.json``."""
    names = {name.lower().replace('&', 'and').replace(' ', '_'): name for name in SUBJECTS}
    folders = unique_id.split('/')
    return names.get(folders[1], '') if len(folders) == 3 else ''
