"""A run against what is published of its model: reproduced, differs, or not comparable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from opencompass_math500.comparison.identity import Identity, identify
from opencompass_math500.comparison.like_for_like import Setting, compare_settings
from opencompass_math500.comparison.regraded import grader_of, items_under
from opencompass_math500.graders import Report
from opencompass_math500.published import PublishedScore
from opencompass_math500.published.lookup import nearest_names
from opencompass_math500.runs.fingerprint import Fingerprint, fingerprint_of
from opencompass_math500.runs.run import Run
from opencompass_math500.statistics.difference import (
    Difference,
    Estimate,
    difference,
    measured,
)

__all__ = ['Against', 'Outcome', 'RunComparison', 'compare_run', 'published_estimate']

Outcome = Literal[
    'reproduced',  # like for like, as far as settings are known, and within error
    'differs',  # like for like, as far as settings are known, and outside error
    'not comparable',  # and why
]
_PROBLEMS: Final = {'MATH-500': 500, 'MATH-5000': 5000}


@dataclass(frozen=True, slots=True)
class Against:
    """One run against one published score.

    Attributes:
        row: the published score.
        settings: every setting on both sides.
        outcome: one of three.
        reasons: why it is not comparable; empty otherwise.
        difference: measured less published; None where the two are not comparable, for
            a difference between unlike things is no difference.
        regraded: the measured score under the published score's grader, in percent, where
            ``math500 regrade`` has found it; None where the run's own verdicts stand.
    """

    row: PublishedScore
    settings: tuple[Setting, ...]
    outcome: Outcome
    reasons: tuple[str, ...]
    difference: Difference | None
    regraded: float | None = None

    @property
    def unknown(self) -> tuple[str, ...]:
        """The names of the settings that one side does not tell."""
        return tuple(s.name for s in self.settings if s.relation == 'unknown')

    @property
    def line(self) -> str:
        """The outcome in one line, with why, and with what is unknown."""
        why = f': {"; ".join(self.reasons)}' if self.reasons else ''
        if not self.unknown:
            return f'{self.outcome}{why}'
        *most, last = self.unknown
        names = f'{", ".join(most)} and {last}' if most else last
        return f'{self.outcome}{why}; {names} unknown'


@dataclass(frozen=True, slots=True)
class RunComparison:
    """One run against everything that is published of its model.

    Attributes:
        run: the run.
        fingerprint: its settings.
        identity: its model.
        against: one for each published score, those of the run's benchmark first.
    """

    run: Run
    fingerprint: Fingerprint
    identity: Identity
    against: tuple[Against, ...]

    @property
    def nothing(self) -> tuple[str, ...]:
        """What to say where nothing is published of the model; empty where something is."""
        if self.against:
            return ()
        nearest = nearest_names(self.identity.found.near)
        near = (f'Not the same model: {nearest}.',) if nearest else ()
        return (f'Nothing is published of {self.identity.name}.', *near)


def compare_run(run: Run, query: str | None = None, report: Report | None = None) -> RunComparison:
    """Compare a run with what is published of its model, or of ``query``.

    Args:
        run: the run.
        query: the published model, where its names do not say.
        report: what other graders say about its responses; where a published score is by
            one of them, their verdicts are compared.

    Raises:
        SelectionError: nothing is published under ``query``.
    """
    mine = fingerprint_of(run)
    identity = identify(run.model, mine, query)
    against = [
        _regraded(run, mine, row, identity.setting, report)
        for row in identity.found.exact
        if row.score is not None
    ]
    against.sort(key=lambda one: one.row.benchmark != (mine.benchmark or 'MATH-500'))
    return RunComparison(run, mine, identity, tuple(against))


def _regraded(
    run: Run, mine: Fingerprint, row: PublishedScore, model: Setting, report: Report | None
) -> Against:
    """A run against a score, under the score's own grader where that has been run."""
    found = grader_of(row, report)
    if report is None or found is None:
        return _against(run, row, compare_settings(mine, run.items, row, model))
    grader, name = found
    seen = replace(run, items=items_under(run, report, grader))
    theirs = replace(mine, grader=name, policy='{}', llm_judge='')
    against = _against(seen, row, compare_settings(theirs, seen.items, row, model))
    return replace(against, regraded=measured(seen.items).percent)


def _against(run: Run, row: PublishedScore, settings: tuple[Setting, ...]) -> Against:
    reasons = _reasons(run.why_not_comparable, settings)
    if reasons:
        return Against(row, settings, 'not comparable', reasons, None)
    mine, theirs = measured(run.items), published_estimate(row)
    found = difference(mine, theirs)
    if found.within_error:
        return Against(row, settings, 'reproduced', (), found)
    cap = next(setting for setting in settings if setting.name == 'token cap')
    if cap.relation == 'unknown' and found.points < 0:
        reason = _cap_may_explain(run, cap, mine, theirs)
        if reason:
            return Against(row, settings, 'not comparable', (reason,), None)
    return Against(row, settings, 'differs', (), found)


def _cap_may_explain(run: Run, cap: Setting, mine: Estimate, theirs: Estimate) -> str:
    """How a cap that the score does not state may make the whole difference; '' if not.

    75.16 of all of MATH under a cap of 1,024 tokens lies 8 points below a score of unknown
    cap; and that many responses may have been cut. Such a gap says nothing of the model.
    """
    wrong = [item for item in run.items if not item.is_correct]
    cut = sum(item.was_cut for item in wrong)
    unsure = sum(not item.was_cut and item.finish_reason is None for item in wrong)
    best = Estimate(min(100.0, mine.percent + 100 * (cut + unsure) / len(run.items)), mine.size)
    if not cut + unsure or difference(best, theirs).high < 0:
        return ''
    what = f'{cut} wrong responses were cut' if cut else 'how responses ended is not recorded'
    return f'token cap {cap.run} against {cap.published}: {what}, which may explain a lower score'


def _reasons(fault: str | None, settings: Sequence[Setting]) -> tuple[str, ...]:
    """Why a run and a score must not be set beside each other; empty where they may.

    A setting that is not known is no reason, but for the problems: of an unknown set of
    problems nobody can say that a score is reproduced. (And see :func:`_cap_may_explain`.)
    """
    reasons = [fault] if fault else []
    for setting in settings:
        if setting.relation == 'different':
            reasons.append(str(setting))
        elif setting.name == 'benchmark' and setting.relation == 'unknown':
            reasons.append(f'benchmark unknown ({setting.run} against {setting.published})')
    return tuple(reasons)


def published_estimate(row: PublishedScore) -> Estimate:
    """Return a published score with its own sampling error.

    Binomial over its problems, times its responses a problem; one where that is unknown.
    For several, the problems being the same in run and score, this is at least the error
    that sampling adds.

    Raises:
        ValueError: the row has no score, or is of an unclear benchmark.
    """
    if row.score is None or row.benchmark not in _PROBLEMS:
        raise ValueError(f'no score of a known benchmark: {row.model}')
    samples = 1 if row.metric in ('maj@k', 'RM@k') else row.n_samples or 1
    return Estimate(row.score, _PROBLEMS[row.benchmark] * samples)
