"""The summarizer of an ablation: the tables of the runs, then what each change is worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from opencompass.utils import dataset_abbr_from_cfg, model_abbr_from_cfg
from rich.console import Console

from opencompass_math500.comparison.ablation import Ablation, ablation_of
from opencompass_math500.comparison.ablation_table import print_ablation
from opencompass_math500.compass.pairs import wanted_pairs
from opencompass_math500.compass.summarizer import MATH500Summarizer
from opencompass_math500.errors import ConfigError, Math500Error
from opencompass_math500.runs.run import Run

__all__ = ['MATH500AblationSummarizer']


class MATH500AblationSummarizer(MATH500Summarizer):
    """MATH500Summarizer, and the difference that each single change of a setting makes.

    The baseline is the first pair of ``model_dataset_combinations``. A variant that
    differs from it in no setting or in more than one is refused, and the process ends
    with status 1. The table also goes to ``summary/math500_<time>.txt``.

    Args:
        config, rest: MATH500Summarizer's.
    """

    def __init__(self, config: Any, **rest: Any) -> None:
        super().__init__(config, **rest)
        model, dataset = wanted_pairs(config)[0]
        self._baseline = model_abbr_from_cfg(model), dataset_abbr_from_cfg(dataset)

    def _print(self, runs: Sequence[Run], console: Console | None = None) -> None:
        super()._print(runs, console)
        ablation = self._ablation(runs)
        if ablation is not None:
            print_ablation(ablation, console)

    def _errors(
        self, runs: list[Run], problems: list[str], work_dir: Path
    ) -> Iterator[Math500Error]:
        yield from super()._errors(runs, problems, work_dir)
        ablation = self._ablation(runs)
        if ablation is not None and ablation.refused:
            yield ConfigError(
                f'{len(ablation.refused)} of {len(runs) - 1} variants are no single change of '
                f'the baseline: {"; ".join(ablation.refused)}'
            )

    def _ablation(self, runs: Sequence[Run]) -> Ablation | None:
        """The runs set against the baseline; None where that is missing."""
        baseline = [run for run in runs if (run.model, run.dataset) == self._baseline]
        others = [run for run in runs if (run.model, run.dataset) != self._baseline]
        return ablation_of(baseline[0], others) if baseline else None
