"""The summarizer: the closing table, and an exit status that tells the truth."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from opencompass.summarizers import DefaultSummarizer
from opencompass.utils import dataset_abbr_from_cfg, model_abbr_from_cfg
from rich.console import Console

from opencompass_math500.comparison.in_short import compare_in_short
from opencompass_math500.comparison.table import print_tables
from opencompass_math500.compass.pairs import wanted_pairs
from opencompass_math500.errors import IncompleteRunError, Math500Error
from opencompass_math500.exports import export_wrong_answers
from opencompass_math500.notes import note
from opencompass_math500.runs.opencompass.results import read_items, results_path
from opencompass_math500.runs.record import graded_here, record_path
from opencompass_math500.runs.run import (
    FAIL_ON,
    Run,
    checked_outcomes,
    refuse_outcomes,
)
from opencompass_math500.runs.settings import read_settings

__all__ = ['MATH500Summarizer']


class MATH500Summarizer(DefaultSummarizer):
    """OpenCompass's own summary files, then the MATH-500 table.

    Below it, for each model of which something is published on MATH-500, whether that is
    reproduced, differs or is not comparable, and why. All of it also goes to
    ``summary/math500_<time>.txt``, and all that is not correct, with prompt and response, to
    ``summary/math500_<time>_wrong_answers.jsonl``. The last line is the command that makes
    the report of the run. Where OpenCompass would end with status 0 over a failed task (it
    prints ``-``), this ends the process with 1. In OpenCompass's summary an accuracy over
    failed requests is marked ``(incomplete)``.

    Args:
        config: the whole config, from OpenCompass.
        fail_on: outcomes that must not occur, or the process ends with 1: by default
            ``failed_request``; others may be added, such as ``content_filter``,
            ``empty_response`` or ``truncated``.
        rest: DefaultSummarizer's.

    Raises:
        ConfigError: an outcome in ``fail_on`` is unknown.
    """

    def __init__(self, config: Any, fail_on: Iterable[str] = FAIL_ON, **rest: Any) -> None:
        self._fail_on = checked_outcomes(fail_on)
        self._incomplete: set[tuple[str, str]] = set()
        super().__init__(config, **rest)

    def summarize(self, output_path: str | None = None, time_str: str = '') -> None:
        """Summarize; exits with status 1 when a result is missing or unreadable.

        Also when an outcome in ``fail_on`` occurs, and always after the tables.
        """
        work_dir = Path(self.work_dir)
        runs, problems = self._runs(work_dir)
        self._incomplete = {(run.model, run.dataset) for run in runs if run.incomplete}
        super().summarize(output_path=output_path, time_str=time_str)
        if runs:
            self._print(runs)
            copy = work_dir / 'summary' / f'math500_{time_str}.txt'
            with copy.open('w', encoding='utf-8') as stream:
                self._print(runs, Console(file=stream, width=160))
            _export(runs, work_dir, copy.with_name(f'math500_{time_str}_wrong_answers.jsonl'))
            print(f'to see why: math500 report {shlex.quote(self.work_dir)}')
        lines = [f'math500: {error}' for error in self._errors(runs, problems, work_dir)]
        if lines:
            raise SystemExit('\n'.join(lines))

    def _print(self, runs: Sequence[Run], console: Console | None = None) -> None:
        """What is shown of the runs: on the terminal, and once more in a file."""
        print_tables(runs, console)
        try:
            compare_in_short(runs, console)
        except Math500Error as error:  # an extra: the run and its status stand
            note(f'no comparison with published scores ({error})')

    def _errors(
        self, runs: list[Run], problems: list[str], work_dir: Path
    ) -> Iterator[Math500Error]:
        resume = f'-r {work_dir.name}'
        if problems:
            yield IncompleteRunError(
                f'{len(problems)} of {len(runs) + len(problems)} results are missing: '
                + '; '.join(problems),
                f'see the logs under {work_dir / "logs"}, then run again with {resume}',
            )
        try:
            refuse_outcomes(runs, self._fail_on, resume)
        except IncompleteRunError as error:
            yield error

    def _format_table(self, *args: Any, **kwargs: Any) -> list[list[str]]:
        """OpenCompass's table; a number over failed requests does not stand there bare."""
        table: list[list[str]] = super()._format_table(*args, **kwargs)
        for model in self.model_cfgs:
            abbr = model_abbr_from_cfg(model)
            column = 4 + self.model_abbrs.index(model.get('summarizer_abbr') or abbr)
            for row in table[1:]:
                if (abbr, row[0]) in self._incomplete and row[column] != '-':
                    row[column] += ' (incomplete)'
        return table

    def _runs(self, work_dir: Path) -> tuple[list[Run], list[str]]:
        """What can be shown of this run, and what is missing of it."""
        runs, problems = [], []
        for model, dataset in wanted_pairs(self.cfg):
            names = model_abbr_from_cfg(model), dataset_abbr_from_cfg(dataset)
            if not results_path(work_dir, *names).exists():
                problems.append(' on '.join(names))
                continue
            if not graded_here(dataset.get('eval_cfg', {}).get('evaluator', {})):
                # A config may hold other benchmarks; OpenCompass's own table shows them.
                continue
            try:
                items = read_items(work_dir, *names)
            except Math500Error as error:
                problems.append(str(error))
                continue
            runs.append(Run(*names, items, read_settings(record_path(work_dir, *names))))
        return runs, problems


def _export(runs: Sequence[Run], work_dir: Path, output: Path) -> None:
    """What was not correct, with prompt and response; an extra that fails no run."""
    models, datasets = ({getattr(run, kind) for run in runs} for kind in ('model', 'dataset'))
    try:
        exported = export_wrong_answers(work_dir, output, models, datasets, note)
    except (Math500Error, OSError) as error:
        note(f'no export of wrong answers ({error})')
    else:
        print(f'wrong answers: {output} ({exported})')
