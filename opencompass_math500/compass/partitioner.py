"""The partitioner: OpenCompass's naive one, which looks before it reuses."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Literal

from opencompass.partitioners import NaivePartitioner
from opencompass.registry import PARTITIONERS
from opencompass.utils import dataset_abbr_from_cfg, model_abbr_from_cfg

from opencompass_math500.compass.pairs import pairs_of
from opencompass_math500.compass.reopening import must_reopen, reopen
from opencompass_math500.compass.run_record import record_of
from opencompass_math500.errors import Math500Error
from opencompass_math500.notes import note
from opencompass_math500.runs.record import (
    class_name,
    read_record,
    record_path,
    refuse_other,
    write_record,
)

__all__ = ['MATH500Partitioner']


@PARTITIONERS.register_module()
class MATH500Partitioner(NaivePartitioner):
    """One task a model and dataset; refuses results made under other settings.

    OpenCompass's ``-r`` skips what exists by file name. This partitioner, which
    sees the whole config before anything is skipped, keeps a record of the settings
    beside the results and ends the run with the difference where they changed. Requests
    that failed in the earlier run are opened again, so that ``-r`` asks them, and them alone.

    Args:
        stage: ``inference`` or ``grading``: the stage whose tasks it makes.
        out_dir, n, keep_keys: NaivePartitioner's.
    """

    def __init__(
        self,
        stage: Literal['inference', 'grading'],
        out_dir: str = '',
        n: int = 1,
        keep_keys: list[str] | None = None,
    ) -> None:
        super().__init__(out_dir=out_dir, n=n, keep_keys=keep_keys)
        self.stage = stage

    def partition(
        self,
        model_dataset_combinations: list[dict[str, Any]],
        work_dir: str,
        out_dir: str,
        add_cfg: dict[str, Any] | None = None,
    ) -> list[dict[str, Any]]:
        """Check and record the settings, then partition as NaivePartitioner does."""
        pairs = pairs_of(model_dataset_combinations)
        try:
            asks = self.stage == 'inference' and not _is_dry_run()
            opening = [asks and _opens(Path(work_dir), *pair) for pair in pairs]
            for pair, opens in zip(pairs, opening, strict=True):
                _check(Path(work_dir), *pair, self.stage, results_go=opens)
            for pair, opens in zip(pairs, opening, strict=True):
                if opens:
                    _reopen(Path(work_dir), *pair)
        except Math500Error as error:
            # OpenCompass's main would print a traceback; a user's error is one line.
            raise SystemExit(f'math500: {error}') from error
        tasks: list[dict[str, Any]] = super().partition(
            model_dataset_combinations, work_dir, out_dir, add_cfg or {}
        )
        return tasks


def _check(
    work_dir: Path, model: Any, dataset: Any, stage: str, *, results_go: bool = False
) -> None:
    """Refuse stale reuse for one pair, then record its settings.

    Results that go are made anew, under whatever grading.
    """
    model_abbr, dataset_abbr = model_abbr_from_cfg(model), dataset_abbr_from_cfg(dataset)
    path = record_path(work_dir, model_abbr, dataset_abbr)
    before, now = read_record(path), record_of(model, dataset)
    predictions = _existing(work_dir / 'predictions' / model_abbr, dataset_abbr)
    results = _existing(work_dir / 'results' / model_abbr, dataset_abbr)
    if predictions or results:
        # Results alone count too: of deleted predictions, new ones under other settings
        # would be made, and the old results shown as theirs.
        refuse_other(
            path,
            'inference',
            before,
            now,
            str(predictions or results),
            'run without -r, or restore the setting',
        )
    if results and not results_go:
        refuse_other(
            path,
            'grading',
            before,
            now,
            str(results),
            f'delete {results} to grade its predictions again',
        )
    unrecorded = bool(predictions) and (
        'inference' not in before or bool(before.get('context', {}).get('unrecorded'))
    )
    record = {
        'inference': now['inference'],
        'grading': now['grading'] if stage == 'grading' or results else before.get('grading'),
        'context': {**now['context'], **({'unrecorded': True} if unrecorded else {})},
    }
    if predictions and before:
        # The predictions were made under the earlier context, whatever is installed now.
        record['context']['versions'] = before['context']['versions']
        # Before its first download a model has no revision yet; later ones are not its own.
        record['context']['model'] = before['context'].get('model') or now['context']['model']
    write_record(path, {part: value for part, value in record.items() if value is not None})


def _opens(work_dir: Path, model: Any, dataset: Any) -> bool:
    """Whether this run asks again what failed in the last one."""
    inferencer = dataset.get('infer_cfg', {}).get('inferencer', {})
    if class_name(inferencer) != 'MATH500GenInferencer':
        return False  # the files of other inferencers hold no failures, and may have any shape
    return must_reopen(work_dir, model_abbr_from_cfg(model), dataset_abbr_from_cfg(dataset))


def _reopen(work_dir: Path, model: Any, dataset: Any) -> None:
    """Open failed requests again, and say so."""
    abbrs = model_abbr_from_cfg(model), dataset_abbr_from_cfg(dataset)
    failed, total = reopen(work_dir, *abbrs)
    note(
        f'{" on ".join(abbrs)}: {failed} of {total} requests had failed and are asked '
        f'again; {total - failed} replies are kept'
    )


def _is_dry_run() -> bool:
    """Whether OpenCompass was started with --dry-run, which it tells no partitioner."""
    return any(argument.startswith('--dry') for argument in sys.argv[1:])


def _existing(folder: Path, abbr: str) -> Path | None:
    """What there is of a model's output: the file, its first part, or its journal."""
    candidates = (f'{abbr}.json', f'{abbr}_0.json', f'tmp_{abbr}.jsonl')
    return next((folder / name for name in candidates if (folder / name).exists()), None)
