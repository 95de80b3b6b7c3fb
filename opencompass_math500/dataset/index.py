"""What the real MATH-500 is, as ids, levels and hashes; and what another set lacks of it.

``data/math500_index.tsv`` holds no problem text: for each of the 500 rows, in the
hub's order, its id, its level and twelve hexadecimal digits of the SHA-256 of its
gold and of its statement.

Source: HuggingFaceH4/MATH-500, test.jsonl at revision 6e4ed1a2a79af7d8630a6b768ec859cb5af4d3be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from opencompass_math500.dataset.problem import Problem
from opencompass_math500.dataset.problem_set import short_hash

__all__ = ['IndexRow', 'differences', 'in_hub_order', 'math500_index']

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One row of the real set: its place (0 to 499), level and two hashes."""

    place: int
    level: int
    answer_hash: str
    problem_hash: str


@cache
def math500_index() -> Mapping[str, IndexRow]:
    """Return the real set's rows by unique id."""
    text = files('opencompass_math500').joinpath('data/math500_index.tsv').read_text('utf-8')
    rows = {}
    for place, line in enumerate(text.splitlines()[1:]):
        unique_id, level, answer_hash, problem_hash = line.split('\t')
        rows[unique_id] = IndexRow(place, int(level), answer_hash, problem_hash)
    return MappingProxyType(rows)


def in_hub_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems of the real set in the order of the hub's file."""
    index = math500_index()
    return tuple(sorted(problems, key=lambda problem: index[problem.unique_id].place))


def differences(problems: Sequence[Problem]) -> str:
    """Say how these problems differ from the real MATH-500, in one line; empty if they don't.

    Counts what is missing, extra or changed, and names the first few ids of each.
    Expects unique ids. The order of the rows does not matter, nor do the solutions.
    """
    index = math500_index()
    given = {problem.unique_id: problem for problem in problems}
    shared = [(given[key], row) for key, row in index.items() if key in given]
    findings = (
        ('missing', [key for key in index if key not in given]),
        ('extra', [key for key in given if key not in index]),
        ('with another gold', _ids(p for p, r in shared if short_hash(p.answer) != r.answer_hash)),
        (
            'with another problem text',
            _ids(p for p, r in shared if short_hash(p.problem) != r.problem_hash),
        ),
        ('with another level', _ids(p for p, r in shared if p.level != r.level)),
        (
            'with another subject',
            _ids(p for p, _ in shared if _folder(p.subject) not in p.unique_id),
        ),
    )
    return '; '.join(f'{len(ids)} {what} ({_few(ids)})' for what, ids in findings if ids)


def _ids(problems: Iterable[Problem]) -> list[str]:
    return [problem.unique_id for problem in problems]


def _folder(subject: str) -> str:
    """``/counting_and_probability/`` for ``Counting & Probability``, as in the ids."""
    return '/' + subject.lower().replace('&', 'and').replace(' ', '_') + '/'


def _few(ids: Sequence[str]) -> str:
    return ', '.join(ids[:_SHOWN]) + (', ...' if len(ids) > _SHOWN else '')
