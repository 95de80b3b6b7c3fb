"""Problems that belong together, and the name under which a score on them may go."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, overload

from opencompass_math500.dataset.problem import Problem

__all__ = ['SOURCES', 'Kind', 'ProblemSet', 'SourceName', 'checksum', 'short_hash']

SourceName = Literal['hub', 'modelscope', 'file', 'sample']
Kind = Literal['math500', 'sample', 'custom']

SOURCES: Final[tuple[SourceName, ...]] = ('hub', 'modelscope', 'sample')
"""Those that are called by their name, the default first; a file by its path."""

_TITLES: dict[Kind, str] = {'math500': 'MATH-500', 'sample': 'sample', 'custom': 'custom set'}


def short_hash(text: str) -> str:
    """Return the first 12 hexadecimal digits of the text's SHA-256."""
    return hashlib.sha256(text.encode('utf-8')).hexdigest()[:12]


def fingerprint(problem: Problem) -> str:
    """Return what identifies a row: its id, level, gold and statement.

    The solution is left out: it reaches neither the prompt nor the judge.
    """
    return '\t'.join(
        (
            problem.unique_id,
            str(problem.level),
            short_hash(problem.answer),
            short_hash(problem.problem),
        )
    )


def checksum(problems: Iterable[Problem]) -> str:
    """Return the SHA-256 (64 hexadecimal digits) of ids, levels, golds and statements, in order.

    The order counts, because OpenCompass stores and resumes results by position. The real
    MATH-500 is put into the hub's order whatever the source, so it has one checksum.
    """
    return hashlib.sha256('\n'.join(map(fingerprint, problems)).encode('utf-8')).hexdigest()


@dataclass(frozen=True, slots=True)
class ProblemSet(Sequence[Problem]):
    """An immutable sequence of problems that knows what it is.

    Attributes:
        problems: the problems, in order.
        kind: ``math500`` (every row is MATH-500's own), ``sample`` or ``custom``.
        source: ``hub``, ``modelscope``, ``file`` or ``sample``.
        location: repository and revision, or path.
        subset: what was selected, e.g. ``level 5``; empty when nothing was left out.
        subset_slug: the same for an abbr, e.g. ``level5``; empty when nothing was left out.
        total: number of problems before the selection.
        checksum: :func:`checksum` of ``problems``.
    """

    problems: tuple[Problem, ...]
    kind: Kind
    source: SourceName
    location: str
    subset: str
    subset_slug: str
    total: int
    checksum: str

    @property
    def is_math500(self) -> bool:
        """Whether this is the real MATH-500, all 500 of it; False for a subset."""
        return self.kind == 'math500' and not self.subset

    @property
    def name(self) -> str:
        """The name for reports: ``MATH-500`` for nothing but the real set, whole.

        Otherwise ``MATH-500 subset (level 5, 134 of 500)``, ``sample``,
        ``custom set (499 problems, checksum 1a2b3c4d)`` and the like.
        """
        title = _TITLES[self.kind]
        facts = []
        if self.subset:
            title += ' subset'
            facts.append(f'{self.subset}, {len(self.problems)} of {self.total}')
        elif self.kind == 'custom':
            count = len(self.problems)
            facts.append(f'{count} problem{"" if count == 1 else "s"}')
        if self.kind == 'custom':
            facts.append(f'checksum {self.checksum[:8]}')
        return f'{title} ({", ".join(facts)})' if facts else title

    @property
    def slug(self) -> str:
        """The abbr part for OpenCompass: lower case ``[a-z0-9_-]``, e.g. ``math500-hub-1a2b3c4d``.

        Ends in eight digits of the checksum, because OpenCompass caches sizes and reuses
        predictions by abbr alone: other data must never go by the same one.
        """
        head = 'sample' if self.kind == 'sample' else f'{self.kind}-{self.source}'
        parts = (head, self.subset_slug, self.checksum[:8])
        return '-'.join(part for part in parts if part)

    @overload
    def __getitem__(self, index: int) -> Problem: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Problem, ...]: ...
    def __getitem__(self, index: int | slice) -> Problem | tuple[Problem, ...]:
        return self.problems[index]

    def __len__(self) -> int:
        return len(self.problems)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.problems)

    def __repr__(self) -> str:
        return f'<ProblemSet {self.name}, {len(self)} problems from {self.location}>'
