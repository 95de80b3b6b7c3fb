"""Two runs on the same problems: paired, with the items that flipped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from opencompass_math500.response import Response
from opencompass_math500.runs.fingerprint import Fingerprint, fingerprint_of
from opencompass_math500.runs.run import Run
from opencompass_math500.statistics.difference import Difference
from opencompass_math500.statistics.paired import paired_difference

__all__ = ['Flip', 'PairOutcome', 'RunPair', 'compare_pair', 'pairs_of_runs']

PairOutcome = Literal['within error', 'differs', 'not comparable']


@dataclass(frozen=True, slots=True)
class Flip:
    """A problem that the two runs do not get right equally often.

    Attributes:
        unique_id, gold: the problem's.
        right: how many responses are right in the first run, and in the second.
        answers: the answer of each run, '' for none; of its first response that is right
            in the one and wrong in the other.
    """

    unique_id: str
    gold: str
    right: tuple[int, int]
    answers: tuple[str, str]


@dataclass(frozen=True, slots=True)
class RunPair:
    """Two runs against each other.

    Attributes:
        first, second: the runs.
        settings: every setting that is not the same, with both values; None is unknown.
        outcome: one of three.
        reasons: why they are not comparable; empty otherwise.
        difference: second less first; None where they are not comparable.
        flips: the problems on which they part, in the order of the first run.
    """

    first: Run
    second: Run
    settings: tuple[tuple[str, Any, Any], ...]
    outcome: PairOutcome
    reasons: tuple[str, ...]
    difference: Difference | None
    flips: tuple[Flip, ...]

    @property
    def line(self) -> str:
        """The outcome in one line: with why, or with both scores and the difference."""
        if self.difference is None:
            return f'{self.outcome}: {"; ".join(self.reasons)}'
        unknown = [name.replace('_', ' ') for name, *both in self.settings if None in both]
        note = f'; {", ".join(unknown)} unknown on one side' if unknown else ''
        both = (self.first, self.second)
        scores = ' against '.join(f'{run.score.accuracy:.2f} %' for run in both)
        return f'{self.outcome}{note}: {scores}; second less first {self.difference}'


def pairs_of_runs(runs: Sequence[Run], others: Sequence[Run] = ()) -> Iterator[tuple[Run, Run]]:
    """Choose which runs to set against each other.

    Within one work directory all of them; across two, those of the same model and dataset;
    where there is none, of the same dataset, for a model may go by several names; where
    there is none either, each of the one against each of the other.
    """
    if not others:
        for number, run in enumerate(runs):
            yield from ((run, other) for other in runs[number + 1 :])
        return
    across = [(run, other) for run in runs for other in others]
    same = [(a, b) for a, b in across if (a.model, a.dataset) == (b.model, b.dataset)]
    yield from same or [(a, b) for a, b in across if a.dataset == b.dataset] or across


def compare_pair(first: Run, second: Run) -> RunPair:
    """Compare two runs, paired by problem.

    See :func:`~opencompass_math500.statistics.paired.paired_difference`.
    """
    prints = fingerprint_of(first), fingerprint_of(second)
    settings = tuple(_settings(*prints))
    reasons = tuple(_reasons(first, second, *prints))
    if reasons:
        return RunPair(first, second, settings, 'not comparable', reasons, None, ())
    paired = paired_difference(first.items, second.items)
    found = Difference(paired.points, paired.low, paired.high, paired.p)
    flips = tuple(_flips(first.items, second.items, {*paired.gained, *paired.lost}))
    outcome: PairOutcome = 'within error' if found.within_error else 'differs'
    return RunPair(first, second, settings, outcome, (), found, flips)


def _settings(first: Fingerprint, second: Fingerprint) -> Iterator[tuple[str, Any, Any]]:
    found = first.against(second)
    names = {name for name, _, _ in found}
    for name, one, other in found:
        # The whole template differs wherever its question, system prompt or examples do.
        if name == 'engine_settings' and one and other:
            yield from _of_engines(json.loads(one), json.loads(other))
        elif name not in _WITHIN or not names & _WITHIN[name]:
            yield name, one, other


def _of_engines(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Those of the engines' settings that differ, one by one: all together nobody reads."""
    for name in sorted({*one, *other}):
        if one.get(name) != other.get(name):
            shown = (
                json.dumps(side[name], sort_keys=True, ensure_ascii=False)
                if name in side
                else 'not set'
                for side in (one, other)
            )
            mine, theirs = shown
            yield f'engine {name}', mine, theirs


_WITHIN: Final[dict[str, set[str]]] = {
    'template': {'prompt', 'system', 'shots'},
    'examples': {'shots'},
    'prompt_names': {'prompt', 'system', 'shots'},
}


def _reasons(first: Run, second: Run, mine: Fingerprint, theirs: Fingerprint) -> Iterator[str]:
    for run in (first, second):
        # Unrecorded settings are unknown, not a reason: the problems are the same, and so
        # the pairing holds.
        if run.incomplete:
            yield f'{run.name} is incomplete: {run.incomplete}'
    golds = [{item.unique_id: item.gold for item in run.items} for run in (first, second)]
    lone = [len(golds[0].keys() - golds[1].keys()), len(golds[1].keys() - golds[0].keys())]
    if any(lone):
        yield f'different problems: {lone[0]} in the first run alone, {lone[1]} in the second'
        return
    other = [key for key in golds[0] if golds[0][key] != golds[1][key]]
    if other:
        yield f'different golds of {len(other)} problems, {other[0]} first'
    sums = mine.checksum, theirs.checksum
    if None not in sums and sums[0] != sums[1]:
        yield f'different data: checksums {sums[0]} and {sums[1]}'


def _flips(
    first: Sequence[Response], second: Sequence[Response], flipped: set[str]
) -> Iterator[Flip]:
    one, other = _by_problem(first), _by_problem(second)
    for key, mine in one.items():
        if key not in flipped:
            continue
        theirs = other[key]
        shares = [sum(i.is_correct for i in side) / len(side) for side in (mine, theirs)]
        better = shares[0] > shares[1]
        yield Flip(
            unique_id=key,
            gold=mine[0].gold,
            right=(sum(i.is_correct for i in mine), sum(i.is_correct for i in theirs)),
            answers=(
                next(i.answer for i in mine if i.is_correct == better),
                next(i.answer for i in theirs if i.is_correct != better),
            ),
        )


def _by_problem(items: Sequence[Response]) -> dict[str, list[Response]]:
    groups: dict[str, list[Response]] = {}
    for item in items:
        groups.setdefault(item.unique_id, []).append(item)
    return groups
