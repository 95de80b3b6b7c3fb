"""``math500 run``: preflight, OpenCompass itself, an honest exit status."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import opencompass.cli.main as host
from opencompass.tasks import OpenICLEvalTask, OpenICLInferTask
from opencompass.utils import dataset_abbr_from_cfg, model_abbr_from_cfg

from opencompass_math500.compass.pairs import wanted_pairs
from opencompass_math500.compass.partitioner import MATH500Partitioner
from opencompass_math500.compass.preflight import inspect_config
from opencompass_math500.compass.reopening import failed_rows
from opencompass_math500.compass.runner import MATH500LocalRunner
from opencompass_math500.compass.summarizer import MATH500Summarizer
from opencompass_math500.errors import ConfigError, IncompleteRunError
from opencompass_math500.notes import note
from opencompass_math500.runs.opencompass.results import prediction_files

__all__ = ['run']


def run(arguments: Sequence[str]) -> int:
    """Run OpenCompass on its own arguments, after a preflight.

    Where the config does not say otherwise, stale reuse is guarded against and the
    MATH-500 table ends the run, as in ``configs/eval_math500.py``.

    Args:
        arguments: what one would give to ``opencompass``.

    Returns:
        The exit status: 0 when every result is there, 1 when not.

    Raises:
        ConfigError: the preflight found errors.
        IncompleteRunError: predictions are missing after an inference-only run, or
            requests of it failed.
    """
    with _arguments(arguments):
        parsed = host.parse_args()
        _require_reuse(parsed)
        cfg = _config(parsed)
        _preflight(cfg)
        _guard(cfg, parsed)
        with _instead_of_reading(cfg):
            status = _host_main()
    if status == 0 and parsed.mode == 'infer' and not parsed.dry_run:
        _require_predictions(cfg)
    return status


@contextmanager
def _arguments(arguments: Sequence[str]) -> Iterator[None]:
    """OpenCompass reads ``sys.argv``."""
    before = sys.argv
    sys.argv = ['opencompass', *arguments]
    try:
        yield
    finally:
        sys.argv = before


def _require_reuse(parsed: Any) -> None:
    """Grading or summing up alone needs an earlier run; OpenCompass ends in a traceback."""
    if parsed.mode in ('eval', 'viz') and not (parsed.reuse or parsed.read_from_station):
        raise ConfigError(
            f'-m {parsed.mode} without -r: there is no run to look at',
            'add -r latest, or -r and the name of the run folder',
        )


def _config(parsed: Any) -> Any:
    """The config that OpenCompass would run.

    Raises:
        ConfigError: it cannot be read.
    """
    if parsed.config and not Path(parsed.config).is_file():
        raise ConfigError(
            f'no config file at {parsed.config}',
            'ls "$(math500 config-dir)" shows those of this package',
        )
    try:
        return host.get_config_from_arg(parsed)
    except Exception as error:
        shown = parsed.config or 'the given models and datasets'
        text = ' '.join(str(error).split()) or type(error).__name__
        raise ConfigError(f'cannot read {shown} ({text})', 'mend the config') from error


def _preflight(cfg: Any) -> None:
    findings = inspect_config(cfg)
    for finding in findings:
        note(finding)
    errors = sum(finding.level == 'error' for finding in findings)
    if errors:
        raise ConfigError(f'nothing was run: {errors} error(s) in the config, listed above')


def _guard(cfg: Any, parsed: Any) -> None:
    """Fill in what the config leaves to OpenCompass's defaults."""
    runner = {'type': _name(MATH500LocalRunner), 'max_num_workers': parsed.max_num_workers}
    if not (parsed.slurm or parsed.dlc):
        for key, stage, task in (
            ('infer', 'inference', OpenICLInferTask),
            ('eval', 'grading', OpenICLEvalTask),
        ):
            if cfg.get(key) is None:
                cfg[key] = {
                    'partitioner': {'type': _name(MATH500Partitioner), 'stage': stage},
                    'runner': {**runner, 'task': {'type': _name(task)}},
                }
    # For --models and --datasets OpenCompass itself fills in its example summarizer.
    if parsed.summarizer is None and (not parsed.config or cfg.get('summarizer') is None):
        cfg['summarizer'] = {'type': _name(MATH500Summarizer)}


def _name(kind: type) -> str:
    return f'{kind.__module__}.{kind.__qualname__}'


@contextmanager
def _instead_of_reading(cfg: Any) -> Iterator[None]:
    """Let OpenCompass's main take the config that was looked at, not read another."""
    before = host.get_config_from_arg
    host.get_config_from_arg = lambda _: cfg
    try:
        yield
    finally:
        host.get_config_from_arg = before


def _host_main() -> int:
    try:
        host.main()
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
            return 1
        return int(end.code or 0)
    return 0


def _require_predictions(cfg: Any) -> None:
    """An inference-only run has no summarizer to say what is missing."""
    work_dir = Path(cfg['work_dir'])
    pairs = [
        (model_abbr_from_cfg(model), dataset_abbr_from_cfg(dataset))
        for model, dataset in wanted_pairs(cfg)
    ]
    missing = [
        f'{model} on {dataset}'
        for model, dataset in pairs
        if not prediction_files(work_dir, model, dataset)[1]
    ]
    if missing:
        raise IncompleteRunError(
            f'{len(missing)} of {len(pairs)} predictions are missing: {"; ".join(missing)}',
            f'see the logs under {work_dir / "logs"}, then run again with -r',
        )
    failed = [
        f'{count} of {total} of {model} on {dataset}'
        for model, dataset in pairs
        for count, total in [failed_rows(work_dir, model, dataset)]
        if count
    ]
    if failed:
        raise IncompleteRunError(
            f'requests failed: {"; ".join(failed)}', 'run again with -r: they alone are asked again'
        )
