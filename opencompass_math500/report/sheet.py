"""Everything that the report shows without JavaScript, as plain values for its template.

Percentages are 0-100, intervals are of 95 %. What is '' or None is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

from opencompass_math500.comparison.like_for_like import Setting
from opencompass_math500.comparison.outcome import Outcome as AgainstOutcome
from opencompass_math500.comparison.run_pair import PairOutcome
from opencompass_math500.grading import Outcome
from opencompass_math500.report.graders_sheet import GradersSheet
from opencompass_math500.report.heat import Heat
from opencompass_math500.report.lengths import Lengths
from opencompass_math500.statistics.difference import Difference
from opencompass_math500.statistics.pass_at_k import SampledScore
from opencompass_math500.statistics.score import Score

__all__ = [
    'AgainstSheet',
    'OtherScore',
    'PairSheet',
    'PublishedSheet',
    'RunSheet',
    'SampledLine',
    'SettingPair',
    'Sheet',
    'VerdictCount',
]


@dataclass(frozen=True, slots=True)
class VerdictCount:
    """Responses with one verdict.

    Attributes:
        verdict: which.
        count: how many.
        percent: of all responses of the run.
        start: percent of those before it, for a bar.
    """

    verdict: Outcome
    count: int
    percent: float
    start: float


@dataclass(frozen=True, slots=True)
class SampledLine:
    """pass@k and maj@k for one k.

    Attributes:
        k: samples.
        passed, won: the two figures, with ``value``, ``low`` and ``high``.
    """

    k: int
    passed: SampledScore
    won: SampledScore


@dataclass(frozen=True, slots=True)
class OtherScore:
    """What the run's own evaluator says, where it is another one.

    Attributes:
        right, responses: how many it takes for right, of how many it speaks.
        percent: the share.
        apart: responses on which it and this judge differ.
    """

    right: int
    responses: int
    percent: float
    apart: int


@dataclass(frozen=True, slots=True)
class AgainstSheet:
    """A run against one published score.

    Attributes:
        model, benchmark, reported_by: as published.
        score: the published percentage.
        source: where it stands, in words.
        link: an ``https:`` address of it; '' where there is none.
        outcome: one of three.
        line: the outcome with its reasons and what is unknown.
        reasons: why it is not comparable.
        difference: measured less published, in points; prints itself.
        regraded: the measured percentage under the score's own grader.
        settings: all, with ``name``, ``run``, ``published``, ``relation`` (equal, different,
            unknown) and ``why``.
    """

    model: str
    benchmark: str
    reported_by: str
    score: float
    source: str
    link: str
    outcome: AgainstOutcome
    line: str
    reasons: tuple[str, ...]
    difference: Difference | None
    regraded: float | None
    settings: tuple[Setting, ...]


@dataclass(frozen=True, slots=True)
class PublishedSheet:
    """What is published of the model of a run.

    Attributes:
        name: under which it was looked up.
        rows: the scores.
        remarks: what to say besides: that nothing is published, near names, figures that
            are often quoted, why the run compares with nothing.
    """

    name: str
    rows: tuple[AgainstSheet, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunSheet:
    """One model on one dataset of one work directory.

    Attributes:
        number: from 0: the ``run`` of items and filters.
        mark: A, B, ...
        name: for people, unlike every other's.
        model, dataset, folder: as the run calls them; the folder's bare name.
        responses, problems: how many.
        score: with ``accuracy``, ``low``, ``high``, ``right``, ``responses``, ``answered``,
            ``accuracy_answered``, ``low_answered``, ``high_answered``, ``cut``, ``complete``,
            ``samples``, ...; None where there is none.
        no_score: why there is none; '' where there is one.
        warnings: what keeps the score from being final or comparable.
        sampled: pass@k and maj@k, one line a k; empty for one sample a problem.
        undecided: comparisons between answers that ran into the clock.
        verdicts: counts of those that occur.
        settings: on one line; '' where they were not recorded.
        graded_now: responses graded for the report, not in the run.
        other: the run's own evaluator, where it is another one.
        heat: None where the run says nothing of subjects and levels.
        lengths: None where no length is known.
        published: None where there is no score.
        graders: the grader matrix.
    """

    number: int
    mark: str
    name: str
    model: str
    dataset: str
    folder: str
    responses: int
    problems: int
    score: Score | None
    no_score: str
    warnings: tuple[str, ...]
    sampled: tuple[SampledLine, ...]
    undecided: int
    verdicts: tuple[VerdictCount, ...]
    settings: str
    graded_now: int
    other: OtherScore | None
    heat: Heat | None
    lengths: Lengths | None
    published: PublishedSheet | None
    graders: GradersSheet


@dataclass(frozen=True, slots=True)
class SettingPair:
    """A setting that is not the same in two runs; '?' is unknown."""

    name: str
    first: str
    second: str

    @property
    def known(self) -> bool:
        """Whether both sides are known."""
        return '?' not in (self.first, self.second)


@dataclass(frozen=True, slots=True)
class PairSheet:
    """Two runs against each other.

    Attributes:
        first, second: the runs' sheets.
        outcome: one of three.
        line: the outcome with reasons or figures, in words.
        reasons: why they are not comparable.
        difference: second less first, in points; prints itself.
        gained, lost: problems that the second, or the first, gets right more often.
        settings: those that are not the same.
    """

    first: RunSheet
    second: RunSheet
    outcome: PairOutcome
    line: str
    reasons: tuple[str, ...]
    difference: Difference | None
    gained: int
    lost: int
    settings: tuple[SettingPair, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The report but for its items.

    Attributes:
        title: of the page.
        runs: in the order of the work directories as given, then by model and dataset.
        pairs: of every two runs.
        problems, responses: in all; a problem of several runs counts once.
        cut_texts: responses too long to be kept whole.
        notes: what the reading of the runs had to say.
        versions: of what made the report, on one line.
        command: makes it again.
        export_command: writes the same items as a file.
    """

    title: str
    runs: tuple[RunSheet, ...]
    pairs: tuple[PairSheet, ...]
    problems: int
    responses: int
    cut_texts: int
    notes: tuple[str, ...]
    versions: str
    command: str
    export_command: str
