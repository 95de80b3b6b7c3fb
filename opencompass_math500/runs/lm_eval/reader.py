"""Read what lm-evaluation-harness writes with ``--log_samples``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from opencompass_math500.response import Response
from opencompass_math500.runs.lm_eval.files import (
    holds_logs,
    is_of_harness,
    refuse_scores_alone,
)
from opencompass_math500.runs.lm_eval.read import Count, read_log
from opencompass_math500.runs.lm_eval.run import LoggedRun, logged_runs
from opencompass_math500.runs.settings import parse_settings
from opencompass_math500.runs.source import Note, Source, StoredRun

__all__ = ['LmEval']


class LmEval(Source):
    """A reader of sample logs."""

    name = 'lm-evaluation-harness'
    leaves = 'samples_*.jsonl'

    def handles(self, place: Path) -> bool:
        """Tell whether a path is a sample log, or a folder with some."""
        return holds_logs(place)

    def runs(self, place: Path, note: Note) -> list[StoredRun]:
        """Return the latest log of each model and task of mathematics."""
        return [
            StoredRun(place, run.model, run.dataset, parse_settings(run.record), files=run)
            for run in logged_runs(place, note)
        ]

    def responses(self, run: StoredRun, note: Note) -> Iterator[Response]:
        """Yield the responses of a log, in its order."""
        logged: LoggedRun = run.files
        path = logged.log.path
        name = run.name_of(path)
        count = Count()
        for one in read_log(path, name, note, count):
            yield replace(one, model=run.model, dataset=run.dataset)
        for text in count.remarks(name, logged.responses):
            note(text)

    def is_own_file(self, path: Path, root: Path) -> bool:
        """Tell whether a file is named as those of the harness are, and lies among them."""
        within = (root.parent if root.is_file() else root).resolve()
        return is_of_harness(path.resolve()) and within in path.resolve().parents

    def refuse(self, place: Path) -> None:
        """Say what to give instead of scores without responses, or a log of another name."""
        refuse_scores_alone(place)
