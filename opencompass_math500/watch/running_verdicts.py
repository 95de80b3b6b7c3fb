"""The verdicts on the rows of one model on one dataset, row by row as they come."""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from opencompass_math500.errors import MalformedData
from opencompass_math500.grading import Outcome, Policy, Verdict, grade_beside
from opencompass_math500.response import Response
from opencompass_math500.runs.growing import Batch
from opencompass_math500.runs.opencompass.live import LiveRows
from opencompass_math500.runs.rows import Row
from opencompass_math500.statistics.score import share_interval
from opencompass_math500.watch.state import Tally, Wrong

__all__ = ['RunningVerdicts', 'last_wrong', 'tally_of_items']

_Key: TypeAlias = tuple[int, int, int]
"""Part of the file, row, and sample in the row."""

_WRONG: Final = 20
_MANY: Final = 10**11  # tokens of one response: a number above is no count
_APART: Final = frozenset({'correct', 'failed_request'})


@dataclass(frozen=True, slots=True)
class _Entry:
    """One response without its texts; ``digest`` tells whether it is still the same."""

    digest: bytes
    problem: int
    outcome: Outcome | None
    tokens: int | None
    attempts: int
    error: str


@dataclass(frozen=True, slots=True)
class _Pending:
    key: _Key
    entry: _Entry
    name: str


class RunningVerdicts:
    """Grades rows as they come; of a response nothing is kept but its verdict.

    Args:
        rows: reads rows as responses.
        policy: how disputed forms are decided.
        workers: processes that grade, as for :func:`~opencompass_math500.grade_many`.
    """

    def __init__(self, rows: LiveRows, policy: Policy, workers: int | None) -> None:
        self._rows, self.policy, self._workers = rows, policy, workers
        self._entries: dict[_Key, _Entry] = {}
        self._earlier: dict[_Key, _Entry] = {}
        self._wrong: deque[tuple[_Key, bytes, Wrong]] = deque(maxlen=_WRONG)
        self.malformed, self.first = 0, ''

    def take(self, part: int, batch: Batch) -> int:
        """Grade what a look at one part brought, but for what is known from before.

        Returns:
            How many responses had to be graded.
        """
        if batch.anew:
            self._set_aside(part)
        pending: dict[_Key, tuple[_Pending, dict[str, Any]]] = {}
        for row in batch.rows:
            for found, arguments in self._responses(part, row):
                before = self._earlier.get(found.key) or self._entries.get(found.key)
                pending.pop(found.key, None)
                if before is not None and before.digest == found.entry.digest:
                    self._entries[found.key] = before
                elif arguments['gold'] is None:
                    self._entries[found.key] = found.entry
                else:
                    pending[found.key] = (found, arguments)
        for owner, verdict in grade_beside(pending.values(), self._workers, self.policy):
            self._enter(owner, verdict)
        if not batch.more:
            self._earlier = {k: e for k, e in self._earlier.items() if k[0] != part}
        return len(pending)

    def keep(self, parts: Iterable[int]) -> None:
        """Forget the rows of all other parts: their files are gone."""
        kept = set(parts)
        self._entries = {key: e for key, e in self._entries.items() if key[0] in kept}

    def rows_of(self, part: int) -> int:
        """Return how many responses a part has."""
        return sum(key[0] == part for key in self._entries)

    @property
    def size(self) -> int:
        """How many responses there are."""
        return len(self._entries)

    @property
    def samples(self) -> int:
        """The most responses in one row."""
        return 1 + max((key[2] for key in self._entries), default=0)

    @property
    def ungraded(self) -> int:
        """How many responses have no gold."""
        return sum(entry.outcome is None for entry in self._entries.values())

    def tally(self, *, with_failed: bool) -> Tally:
        """Return the count of all responses.

        Args:
            with_failed: whether failed requests count as done; else they will be asked again.
        """
        entries = list(self._entries.values())
        failed = [entry for entry in entries if entry.outcome == 'failed_request']
        counted = entries if with_failed else [e for e in entries if e.outcome != 'failed_request']
        known = [entry.tokens for entry in counted if entry.tokens is not None]
        graded = [(e.problem, e.outcome) for e in counted if e.outcome is not None]
        return _tally(
            graded,
            done=len(counted),
            failed=len(failed),
            repeated=sum(entry.attempts > 1 for entry in entries),
            error=next((entry.error for entry in reversed(failed) if entry.error), ''),
            tokens=sum(known),
            counted=len(known),
        )

    @property
    def wrong(self) -> tuple[Wrong, ...]:
        """The last responses that are not correct, oldest first."""
        now = self._entries
        return tuple(
            wrong
            for key, digest, wrong in self._wrong
            if (entry := now.get(key)) is not None and entry.digest == digest
        )

    def _set_aside(self, part: int) -> None:
        """Void the rows of a part; what comes again unchanged needs no second verdict."""
        mine = {key: entry for key, entry in self._entries.items() if key[0] == part}
        self._earlier.update(mine)
        for key in mine:
            del self._entries[key]

    def _responses(self, part: int, row: Row) -> Iterator[tuple[_Pending, dict[str, Any]]]:
        """The responses of a row, each with what is to be graded; their gold may be None."""
        try:
            found = self._rows.responses_in(row)
        except MalformedData as error:
            self.malformed += 1
            self.first = self.first or error.what
            return
        for one in found:
            arguments, tokens = one.to_grade, one.response.tokens
            entry = _Entry(
                digest=_digest(arguments),
                problem=one.same_problem,
                outcome=None,
                tokens=tokens if tokens is not None and 0 <= tokens < _MANY else None,
                attempts=one.response.attempts or 1,
                error=_error(one.response),
            )
            yield _Pending((part, one.row, one.response.sample), entry, one.name), arguments

    def _enter(self, owner: _Pending, verdict: Verdict) -> None:
        entry = owner.entry
        self._entries[owner.key] = replace(entry, outcome=verdict.outcome)
        if verdict.outcome not in _APART:
            wrong = Wrong(
                owner.name, verdict.outcome, verdict.answer or '', verdict.gold, verdict.reason
            )
            self._wrong.append((owner.key, entry.digest, wrong))


def tally_of_items(items: Iterable[Response]) -> Tally:
    """Return the count of a run's own results."""
    found = list(items)
    known = [item.tokens for item in found if item.tokens is not None]
    failed = [item for item in found if item.outcome == 'failed_request']
    return _tally(
        [(hash(item.unique_id), item.outcome) for item in found],
        done=len(found),
        failed=len(failed),
        repeated=sum((item.attempts or 1) > 1 for item in found),
        error=failed[-1].reason if failed else '',
        tokens=sum(known),
        counted=len(known),
    )


def last_wrong(items: Iterable[Response]) -> tuple[Wrong, ...]:
    """Return the last ones of a run's own results that are not correct."""
    found = deque((item for item in items if item.outcome not in _APART), maxlen=_WRONG)
    return tuple(Wrong(i.unique_id, i.outcome, i.answer, i.gold, i.reason) for i in found)


def _tally(graded: list[tuple[int, Outcome]], **counts: Any) -> Tally:
    groups: dict[int, list[bool]] = {}
    for problem, outcome in graded:
        groups.setdefault(problem, []).append(outcome == 'correct')
    right = sum(map(sum, groups.values()))
    low = high = None
    if groups:
        low, high = share_interval([(sum(group), len(group)) for group in groups.values()])
    return Tally(
        graded=len(graded),
        right=right,
        problems=len(groups),
        low=low,
        high=high,
        outcomes=Counter(outcome for _, outcome in graded),
        **counts,
    )


def _digest(arguments: dict[str, Any]) -> bytes:
    text = repr(sorted(arguments.items()))
    return hashlib.blake2b(text.encode('utf-8', 'surrogatepass'), digest_size=16).digest()


def _error(one: Response) -> str:
    said = one.reply.get('error') if one.reply else None
    return said[:400] if isinstance(said, str) else ''
