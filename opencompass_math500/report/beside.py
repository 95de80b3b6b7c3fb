"""A run beside other things: what is published, other graders, other runs."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import Any, Final

from opencompass_math500.comparison import RunPair, compare_pair, compare_run, pairs_of_runs
from opencompass_math500.comparison.outcome import Against
from opencompass_math500.comparison.regraded import report_of
from opencompass_math500.errors import MalformedData, Math500Error
from opencompass_math500.graders import GRADERS, Report, load_report, report_path
from opencompass_math500.grading import grader_version
from opencompass_math500.published import Source
from opencompass_math500.report.graders_sheet import (
    GraderItemSheet,
    GraderPairSheet,
    GraderScoreSheet,
    GradersSheet,
    GradersState,
)
from opencompass_math500.report.reading import ReadRun
from opencompass_math500.report.sheet import (
    AgainstSheet,
    PairSheet,
    PublishedSheet,
    RunSheet,
    SettingPair,
)
from opencompass_math500.runs.run import Run

__all__ = ['graders_sheet', 'pair_sheets', 'published_sheet']

# What a report of graders that is JSON, but no report, ends in.
_NO_REPORT: Final = (AttributeError, LookupError, TypeError, ValueError)
_MOST_ITEMS: Final = 200  # responses on which graders differ; math500 regrade tells all
_LONGEST: Final = 200  # characters of an answer in their table


def published_sheet(read: ReadRun, run: Run) -> PublishedSheet:
    """Return what is published of the model of a run that has a score."""
    try:
        report = report_of(read.root, run)
    except (Math500Error, OSError):  # is said where the graders stand
        report = None
    found = compare_run(run, report=report)
    fault = (f'not comparable with anything: {run.why_not_comparable}',)
    return PublishedSheet(
        name=found.identity.name,
        rows=tuple(map(_against, found.against)),
        remarks=(
            *(fault if run.why_not_comparable else ()),
            *found.nothing,
            *map(str, found.identity.found.quoted),
        ),
    )


def _against(against: Against) -> AgainstSheet:
    row = against.row
    assert row.score is not None  # a comparison is with a score
    return AgainstSheet(
        model=row.model,
        benchmark=row.benchmark,
        reported_by=row.reported_by,
        score=row.score,
        source=str(row.source),
        link=_link(row.source),
        outcome=against.outcome,
        line=against.line,
        reasons=against.reasons,
        difference=against.difference,
        regraded=against.regraded,
        settings=against.settings,
    )


def _link(source: Source) -> str:
    """The file at its commit, or the page; '' for a document without an address."""
    if source.repository:
        return f'https://github.com/{source.repository}/blob/{source.commit}/{source.file}'
    url = source.url or ''
    return url if url.startswith('https://') else ''


def graders_sheet(read: ReadRun, run: Run) -> GradersSheet:
    """Return what ``math500 regrade`` has left of a run."""
    path = report_path(read.root, run.model, run.dataset)
    command = shlex.join(['math500', 'regrade', str(read.root)])
    again = f'{command} makes it again'
    try:
        report = load_report(path)
    except FileNotFoundError:
        return _no_graders('missing', f'Other graders were not asked; {command} asks them.')
    except (MalformedData, OSError, RecursionError) as error:
        what = error.what if isinstance(error, MalformedData) else f'cannot read {path} ({error})'
        return _no_graders('damaged', f'{what}: {again}.')
    remarks = []
    if report.grader != grader_version():
        remarks.append(
            f'made with version {report.grader} of this judge, not the present {grader_version()}'
        )
    if report_of(read.root, run) is None:
        remarks.append('about other responses or verdicts than those of this run')
    try:
        return _graders(report, f'{"; ".join(remarks)}: {again}.' if remarks else '')
    except _NO_REPORT as error:
        return _no_graders('damaged', f'{path} is no report of graders ({error!r}): {again}.')


def _no_graders(state: GradersState, remark: str) -> GradersSheet:
    return GradersSheet(state, remark[:1].upper() + remark[1:], (), (), 0, (), '')


def _graders(report: Report, remark: str) -> GradersSheet:
    versions = ', '.join(dict.fromkeys(report.versions.values()))
    policy = ''.join(f', {name}={value}' for name, value in sorted(report.policy.items()))
    return GradersSheet(
        state='stale' if remark else 'present',
        remark=remark[:1].upper() + remark[1:],
        scores=tuple(
            GraderScoreSheet(GRADERS[one.grader], one.share, one.undecided) for one in report.scores
        ),
        pairs=tuple(
            GraderPairSheet(
                GRADERS[pair.first],
                GRADERS[pair.second],
                pair.only_first,
                pair.only_second,
                pair.both + pair.neither,
            )
            for pair in report.pairs
        ),
        differing=len(report.items),
        items=tuple(_differing(report)),
        versions=f'this judge {report.grader}{policy}; {versions}',
    )


def _differing(report: Report) -> Iterator[GraderItemSheet]:
    several = report.responses > report.problems
    order = [one.grader for one in report.scores]
    for item in report.items[:_MOST_ITEMS]:
        words = [item.words[grader] for grader in order]
        yield GraderItemSheet(
            name=item.name,
            sample=item.sample + 1 if several else 0,
            gold=_short(item.gold),
            words=tuple((_short(word.said or '(none)'), word.is_correct) for word in words),
        )


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f'{text[:_LONGEST]} …'


def pair_sheets(sheets: Sequence[RunSheet], runs: Sequence[Run]) -> list[PairSheet]:
    """Compare every two runs."""
    number = {id(run): place for place, run in enumerate(runs)}
    return [
        _pair(sheets[number[id(first)]], sheets[number[id(second)]], first, second)
        for first, second in pairs_of_runs(runs)
    ]


def _pair(one: RunSheet, other: RunSheet, first: Run, second: Run) -> PairSheet:
    lacking = [sheet for sheet in (one, other) if sheet.score is None]
    if lacking:
        return _no_pair(one, other, f'{lacking[0].name} has no score')
    pair = compare_pair(first, second)
    gained, lost = _flipped(pair)
    return PairSheet(
        first=one,
        second=other,
        outcome=pair.outcome,
        line=pair.line,
        reasons=pair.reasons,
        difference=pair.difference,
        gained=gained,
        lost=lost,
        settings=tuple(
            SettingPair(name.replace('_', ' '), _value(mine), _value(theirs))
            for name, mine, theirs in pair.settings
        ),
    )


def _no_pair(one: RunSheet, other: RunSheet, why: str) -> PairSheet:
    line = f'not comparable: {why}'
    return PairSheet(one, other, 'not comparable', line, (why,), None, 0, 0, ())


def _flipped(pair: RunPair) -> tuple[int, int]:
    gained = sum(flip.right[1] > flip.right[0] for flip in pair.flips)
    return gained, len(pair.flips) - gained


def _value(value: Any) -> str:
    if value is None:
        return '?'
    shown = ', '.join(map(str, value)) if isinstance(value, tuple) else str(value)
    return shown or 'none'
