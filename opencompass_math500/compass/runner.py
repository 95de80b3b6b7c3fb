"""The local runner: OpenCompass's, with progress in sight and failures explained."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from opencompass.registry import RUNNERS
from opencompass.runners import LocalRunner
from opencompass.utils import dataset_abbr_from_cfg, get_infer_output_path, model_abbr_from_cfg
from tqdm import tqdm

from opencompass_math500.compass.progress import read_progress

__all__ = ['MATH500LocalRunner']

_LOOK_EVERY = 0.5  # seconds


@RUNNERS.register_module()
class MATH500LocalRunner(LocalRunner):
    """LocalRunner whose tasks can be watched.

    OpenCompass sends a task's output to a log file, so that a half-hour run shows
    nothing. This runner draws a bar for each dataset of a running task, and prints
    the last line of a failed task's log.
    """

    def _launch(self, task: Any, gpu_ids: Any, index: int) -> tuple[str, int]:
        with _watched(task.cfg):
            name, status = super()._launch(task, gpu_ids, index)
        if status:
            log = Path(task.get_log_path(file_extension='out'))
            cause = _signal(status) or _last_line(log)
            tqdm.write(f'math500: {name} failed: {cause} (log: {log})', file=sys.stderr)
        return name, status


@contextmanager
def _watched(cfg: Any) -> Iterator[None]:
    """Draw the progress of the task's prediction files until the context is left."""
    watches = [
        (
            f'{model_abbr_from_cfg(model)} {dataset_abbr_from_cfg(dataset)}',
            Path(get_infer_output_path(model, dataset, str(Path(cfg['work_dir'], 'predictions')))),
        )
        for model, datasets in zip(cfg['models'], cfg['datasets'], strict=True)
        for dataset in datasets
    ]
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(watches, over), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _watch(watches: list[tuple[str, Path]], over: threading.Event) -> None:
    """Draw a bar a prediction file, and keep its clock going between two batches."""
    bars: dict[Path, tqdm[Any]] = {}
    # A log file wants a line now and then, a terminal a clock that ticks.
    draw_every = 1.0 if sys.stderr.isatty() else 20.0
    drawn = time.monotonic()
    began = time.time()
    while not over.wait(_LOOK_EVERY):
        due = time.monotonic() - drawn >= draw_every
        for label, path in watches:
            shot = read_progress(path)
            # A killed attempt leaves its last snapshot behind.
            if shot is None or shot.updated < began:
                continue
            if path not in bars:
                bars[path] = tqdm(
                    total=shot.total, initial=shot.done, desc=label, unit='item', miniters=1
                )
            bar = bars[path]
            if shot.seconds:
                bar.set_postfix_str(f'{shot.tokens / shot.seconds:.0f} tokens/s', refresh=False)
            moved = shot.done - bar.n
            bar.update(moved)
            if due and not moved:
                bar.refresh()
        if due:
            drawn = time.monotonic()
    for path, bar in bars.items():
        if path.exists():
            bar.update(bar.total - bar.n)
        bar.close()


def _signal(status: int) -> str:
    """Which signal ended a task; '' if none did. A shell adds 128 to its number."""
    number = -status if status < 0 else status - 128
    if number not in signal.valid_signals():
        return ''
    likely = ', perhaps for want of memory' if number == signal.SIGKILL else ''
    return f'killed by signal {number}{likely}'


def _last_line(log: Path) -> str:
    """The error a log ends with."""
    try:
        lines = log.read_text(encoding='utf-8', errors='replace').splitlines()
    except OSError:
        return 'no log was written'
    return next((line.strip() for line in reversed(lines) if line.strip()), 'its log is empty')
