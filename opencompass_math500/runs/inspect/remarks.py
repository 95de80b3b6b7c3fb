"""What is to be said of a log when it has been read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from opencompass_math500.grading import grader_version
from opencompass_math500.response import Response
from opencompass_math500.runs.inspect.run import InspectRun

__all__ = ['Count']


@dataclass(slots=True)
class Count:
    """Counts the responses of a log, and what became of their samples.

    Attributes:
        responses: how many there are.
        refused: those whose text was the endpoint's refusal.
        errors: those whose sample ended in an error.
        limits: those that hit a limit, by its name.
    """

    responses: int = 0
    refused: int = 0
    errors: int = 0
    limits: Counter[str] = field(default_factory=Counter)

    def take(self, one: Response) -> None:
        """Count one response."""
        said = one.reply or {}
        self.responses += 1
        self.refused += 'refusal' in said
        self.errors += 'error' in said
        if limit := said.get('limit'):
            self.limits[str(limit)] += 1

    def remarks(self, name: str, run: InspectRun) -> Iterator[str]:
        """Yield what is to be said, one line each.

        Args:
            name: what to call the log.
            run: what it is about.
        """
        scored, *others = run.scorers or ('',)
        beside = f', its own verdicts are those of {scored}' if scored else ''
        beside += f' (not of {", ".join(others)})' if others else ''
        yield (
            f'{name} is not graded by this package: its {self.responses} responses are graded '
            f'now (grader {grader_version()}){beside}'
        )
        if self.errors:
            yield (
                f'{name}: samples that ended in an error: {self.errors}; inspect leaves those '
                'without a score out of its own'
            )
        for limit, count in sorted(self.limits.items()):
            yield f'{name}: samples that hit their {limit} limit: {count}'
        if self.refused:
            yield (
                f'{name}: replies that are texts with which the endpoint refused a request, and '
                f'none of the model: {self.refused}'
            )
        if run.status not in ('success', ''):
            yield f'{name} is of a run with the status {run.status}'
        if run.expected is not None and run.expected != self.responses:
            yield (
                f'{name} holds {self.responses} responses that can be read, the run was to have '
                f'{run.expected}'
            )
