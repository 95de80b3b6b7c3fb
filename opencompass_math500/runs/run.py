"""Graded runs, each one model on one dataset: are they whole, may they be compared?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from opencompass_math500.errors import ConfigError, IncompleteRunError
from opencompass_math500.grading import OUTCOMES, Outcome, Policy, as_policy
from opencompass_math500.response import Response
from opencompass_math500.runs.settings import Settings
from opencompass_math500.statistics.score import Score, score_items

__all__ = ['FAIL_ON', 'Run', 'checked_outcomes', 'refuse_outcomes']

FAIL_ON: Final[tuple[Outcome, ...]] = ('failed_request',)
"""The outcomes with which a run ends in status 1 unless told otherwise."""

# What asks only failed requests again, where a harness has such a thing.
_RESUMES: Final = {
    'lm_eval': '; with its --use_cache only what failed is asked again',
    'evalscope': ' without --use-cache, which keeps the texts of errors as replies',
    'inspect': '; inspect eval-retry LOG asks only what failed',
    'lighteval': '; where litellm asks, and in the same folder, only what failed is asked again',
}


@dataclass(frozen=True, slots=True)
class Run:
    """One model on one dataset: its items, and the settings that they were made under."""

    model: str
    dataset: str
    items: Sequence[Response]
    settings: Settings

    @property
    def name(self) -> str:
        """Model and dataset, for people."""
        return f'{self.model} on {self.dataset}'

    @property
    def score(self) -> Score:
        """The score of the items; counted anew each time."""
        return score_items(self.items)

    @property
    def policy(self) -> Policy:
        """How the run's evaluator decided disputed forms.

        Raises:
            ConfigError: the record names a setting that this version does not know.
        """
        return as_policy(self.settings.policy)

    @property
    def incomplete(self) -> str | None:
        """How many requests failed, in words; None where none did."""
        score = self.score
        if score.complete:
            return None
        return f'{score.failed} of {score.responses} requests failed'

    @property
    def remedy(self) -> str:
        """What asks failed requests again."""
        made_by = self.settings.made_by
        return f'run {made_by} again' if made_by else 'run again with -r'

    @property
    def why_not_comparable(self) -> str | None:
        """Why the score must not be set beside others; None where it may."""
        if self.incomplete:
            return f'incomplete: {self.incomplete}'
        if not self.settings.recorded:
            return 'its settings were not recorded'
        if self.settings.older_predictions:
            return 'its predictions were made before their settings were recorded'
        return None


def checked_outcomes(names: Iterable[str]) -> tuple[Outcome, ...]:
    """Return names of outcomes as such.

    Raises:
        ConfigError: one is unknown, or a text stands where a list of them should.
    """
    is_list = isinstance(names, Iterable) and not isinstance(names, str)
    given = list(names) if is_list else []
    unknown = [repr(name) for name in given if name not in OUTCOMES]
    if unknown or not is_list:
        raise ConfigError(
            f'fail_on={given if is_list else names!r} is no list of outcomes'
            + (f' ({", ".join(unknown)} is unknown)' if unknown else ''),
            f'give some of {", ".join(OUTCOMES)}, e.g. fail_on=[{", ".join(map(repr, FAIL_ON))}]',
        )
    return tuple(outcome for outcome in OUTCOMES if outcome in given)


def refuse_outcomes(
    runs: Sequence[Run], outcomes: Iterable[Outcome] = FAIL_ON, resume: str = '-r'
) -> None:
    """Say so if any of the outcomes occurs.

    Args:
        runs: what to look at.
        outcomes: what must not occur.
        resume: the option with which to run again.

    Raises:
        IncompleteRunError: one does; how often in which run, and the remedy.
    """
    found: list[str] = []
    remedies: dict[str, None] = {}
    # First what running again mends.
    ordered = sorted(set(outcomes), key=lambda outcome: (outcome not in FAIL_ON, outcome))
    for run in runs:
        score = run.score
        for outcome in ordered:
            count = score.outcomes.get(outcome, 0)
            if not count:
                continue
            what = 'requests failed' if outcome == 'failed_request' else f'responses are {outcome}'
            found.append(f'{count} of {score.responses} {what} ({run.name})')
            again = f'run again with {resume}: only what failed is asked again'
            look = 'see their reasons under results/'
            if made_by := run.settings.made_by:  # which has no results/
                again = f'{run.remedy}{_RESUMES.get(made_by, "")}'
                look = 'math500 export shows them'
            remedies[again if outcome == 'failed_request' else look] = None
    if found:
        raise IncompleteRunError('; '.join(found), '; '.join(remedies))
