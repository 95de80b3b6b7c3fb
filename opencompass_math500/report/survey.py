"""From what was read to the sheet that the template shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from opencompass_math500.errors import ConfigError, MalformedData
from opencompass_math500.grading import OUTCOMES
from opencompass_math500.report.beside import graders_sheet, published_sheet
from opencompass_math500.report.heat import heat_of
from opencompass_math500.report.lengths import Unit, lengths_of
from opencompass_math500.report.reading import ReadRun
from opencompass_math500.report.sheet import OtherScore, RunSheet, SampledLine, VerdictCount
from opencompass_math500.runs.mark import mark_of
from opencompass_math500.runs.run import Run
from opencompass_math500.runs.settings_line import known_settings
from opencompass_math500.statistics.pass_at_k import sampling_scores
from opencompass_math500.statistics.score import Score

__all__ = ['names_of', 'run_sheet']


def names_of(runs: Sequence[ReadRun]) -> list[str]:
    """Name each run unlike every other: with the folder's name where two would be alike.

    Of folders that are called alike, as much of their paths as tells them apart.
    """
    plain = [f'{run.model} on {run.dataset}' for run in runs]
    count = Counter(plain)
    names = []
    for run, name in zip(runs, plain, strict=True):
        if count[name] > 1:
            rivals = [o.root for o, n in zip(runs, plain, strict=True) if n == name]
            name = f'{name} [{_tail(run.root, rivals)}]'
        names.append(name)
    return names


def _tail(root: PurePath, rivals: Sequence[PurePath]) -> str:
    parts = root.parts
    for length in range(1, len(parts)):
        if sum(rival.parts[-length:] == parts[-length:] for rival in rivals) == 1:
            return '/'.join(parts[-length:])
    return str(root)


def run_sheet(
    number: int, name: str, read: ReadRun, run: Run, edges: Mapping[Unit, Sequence[int]]
) -> RunSheet:
    """Return everything of one run that the report shows beside its items."""
    try:
        score, no_score = run.score, ''
    except MalformedData as error:
        score, no_score = None, error.what if run.items else 'nothing of it can be read'
    sampled, undecided = _sampled(run, score)
    return RunSheet(
        number=number,
        mark=mark_of(number),
        name=name,
        model=run.model,
        dataset=run.dataset,
        folder=read.root.resolve().name,
        responses=len(run.items),
        problems=len({item.unique_id for item in run.items}),
        score=score,
        no_score=no_score,
        warnings=tuple(_warnings(read, run, score)),
        sampled=sampled,
        undecided=undecided,
        verdicts=_verdicts(run),
        settings=known_settings(run),
        graded_now=read.graded_now,
        other=_other(read),
        heat=heat_of(run.items),
        lengths=lengths_of(read, edges),
        published=published_sheet(read, run) if score else None,
        graders=graders_sheet(read, run),
    )


def _warnings(read: ReadRun, run: Run, score: Score | None) -> list[str]:
    found = []
    if score is not None and run.incomplete:
        found.append(f'incomplete: {run.incomplete}; {run.remedy}')
    elif score is not None and run.settings.recorded and run.why_not_comparable:
        found.append(f'not comparable: {run.why_not_comparable}')
    if not read.settings.recorded and read.dumped.recorded:
        found.append('its settings were not recorded: those shown are of the configs beside it')
    if read.unread:
        found.append(read.unread)
    return found


def _sampled(run: Run, score: Score | None) -> tuple[tuple[SampledLine, ...], int]:
    """pass@k and maj@k, where there are several samples a problem."""
    if score is None or score.samples < 2:
        return (), 0
    try:
        policy = run.policy
    except (ConfigError, AttributeError, TypeError, ValueError):  # noted as responses were read
        policy = None
    sampling = sampling_scores(run.items, policy=policy)
    pairs = zip(sampling.scores[::2], sampling.scores[1::2], strict=True)
    return tuple(SampledLine(one.k, one, won) for one, won in pairs), sampling.undecided


def _verdicts(run: Run) -> tuple[VerdictCount, ...]:
    counts = Counter(item.outcome for item in run.items)
    found, start = [], 0
    for verdict in OUTCOMES:
        if counts[verdict]:
            percents = (100 * count / len(run.items) for count in (counts[verdict], start))
            found.append(VerdictCount(verdict, counts[verdict], *percents))
            start += counts[verdict]
    return tuple(found)


def _other(read: ReadRun) -> OtherScore | None:
    said = [
        (other, item.is_correct)
        for other, item in zip(read.other, read.items, strict=True)
        if other is not None
    ]
    if not said:
        return None
    right = sum(other for other, _ in said)
    apart = sum(other != ours for other, ours in said)
    return OtherScore(right, len(said), 100 * right / len(said), apart)
