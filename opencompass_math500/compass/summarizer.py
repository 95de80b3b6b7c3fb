"""The summarizer: the closing table, and an exit status that tells the truth."""

from __future__ import annotations

from pathlib import Path

from opencompass.summarizers import DefaultSummarizer
from opencompass.utils import dataset_abbr_from_cfg, model_abbr_from_cfg
from rich.console import Console

from opencompass_math500.compass.pairs import wanted_pairs
from opencompass_math500.errors import IncompleteRunError, Math500Error
from opencompass_math500.results import read_items, results_path
from opencompass_math500.settings import graded_here, read_record, record_path
from opencompass_math500.table import Run, print_tables

__all__ = ['MATH500Summarizer']


class MATH500Summarizer(DefaultSummarizer):
    """OpenCompass's own summary files, then the MATH-500 table.

    The table also goes to ``summary/math500_<time>.txt``. Where OpenCompass would end
    with status 0 over a failed task (it prints ``-``), this ends the process with 1.
    """

    def summarize(self, output_path: str | None = None, time_str: str = '') -> None:
        """Summarize; exits with status 1 when results are missing or unreadable."""
        super().summarize(output_path=output_path, time_str=time_str)
        work_dir = Path(self.work_dir)
        runs, problems = self._runs(work_dir)
        if runs:
            print_tables(runs)
            copy = work_dir / 'summary' / f'math500_{time_str}.txt'
            with copy.open('w', encoding='utf-8') as stream:
                print_tables(runs, Console(file=stream, width=160))
        if problems:
            error = IncompleteRunError(
                f'{len(problems)} of {len(runs) + len(problems)} results are missing: '
                + '; '.join(problems),
                f'see the logs under {work_dir / "logs"}, then run again with -r {work_dir.name}',
            )
            raise SystemExit(f'math500: {error}')

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
            runs.append(Run(*names, items, read_record(record_path(work_dir, *names))))
        return runs, problems
