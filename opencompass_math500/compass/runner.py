"""The local runner: OpenCompass's, with progress in sight and failures explained."""

from __future__ import annotations

import json
import re
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opencompass.registry import RUNNERS
from opencompass.runners import LocalRunner
from opencompass.utils import dataset_abbr_from_cfg, get_infer_output_path, model_abbr_from_cfg
from tqdm import tqdm

from opencompass_math500.compass.openai_model import api_model
from opencompass_math500.compass.replies import account, money, several_models
from opencompass_math500.runs.opencompass.progress import Snapshot, read_progress

__all__ = ['MATH500LocalRunner']

_LOOK_EVERY = 0.5  # seconds


@RUNNERS.register_module()
class MATH500LocalRunner(LocalRunner):
    """LocalRunner whose tasks can be watched.

    OpenCompass sends a task's output to a log file, so that a half-hour run shows
    nothing. This runner draws a bar for each dataset of a running task, prints the last
    line of a failed task's log, and says what an endpoint answered and what it cost.
    """

    def _launch(self, task: Any, gpu_ids: Any, index: int) -> tuple[str, int]:
        watches = _watches(task.cfg)
        to_make = [watch for watch in watches if not watch.path.exists()]
        began = time.time()
        with _watched(watches):
            name, status = super()._launch(task, gpu_ids, index)
        for watch in to_make:
            _report(watch, began)
        if status:
            log = Path(task.get_log_path(file_extension='out'))
            cause = _signal(status) or _last_line(log)
            tqdm.write(f'math500: {name} failed: {cause} (log: {log})', file=sys.stderr)
        return name, status


@dataclass(frozen=True, slots=True)
class _Watch:
    """A prediction file in the making.

    Attributes:
        label: what to call it.
        path: where it will be.
        model: the config of the model.
    """

    label: str
    path: Path
    model: Any


@contextmanager
def _watched(watches: list[_Watch]) -> Iterator[None]:
    """Draw the progress of the task's prediction files until the context is left."""
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(watches, over), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _watches(cfg: Any) -> list[_Watch]:
    """Each prediction file of a task."""
    predictions = str(Path(cfg['work_dir'], 'predictions'))
    return [
        _Watch(
            f'{model_abbr_from_cfg(model)} {dataset_abbr_from_cfg(dataset)}',
            Path(get_infer_output_path(model, dataset, predictions)),
            model,
        )
        for model, datasets in zip(cfg['models'], cfg['datasets'], strict=True)
        for dataset in datasets
    ]


def _watch(watches: list[_Watch], over: threading.Event) -> None:
    """Draw a bar a prediction file, and keep its clock going between two batches."""
    bars: dict[Path, tqdm[Any]] = {}
    # A log file wants a line now and then, a terminal a clock that ticks.
    draw_every = 1.0 if sys.stderr.isatty() else 20.0
    drawn = time.monotonic()
    began = time.time()
    while not over.wait(_LOOK_EVERY):
        due = time.monotonic() - drawn >= draw_every
        for watch in watches:
            path = watch.path
            shot = read_progress(path)
            # A killed attempt leaves its last snapshot behind.
            if shot is None or shot.updated < began:
                continue
            if path not in bars:
                bars[path] = tqdm(
                    total=shot.total, initial=shot.done, desc=watch.label, unit='item', miniters=1
                )
            bar = bars[path]
            bar.set_postfix_str(_postfix(shot), refresh=False)
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


def _postfix(shot: Snapshot) -> str:
    """Speed, failures and cost, each where there is any."""
    facts = [f'{shot.tokens / shot.seconds:.0f} tokens/s'] if shot.seconds else []
    if shot.failed:
        facts.append(f'{shot.failed} failed')
    if shot.cost is not None:
        facts.append(money(shot.cost, shot.currency))
    return ', '.join(facts)


def _report(watch: _Watch, began: float) -> None:
    """What an endpoint answered, in the prediction file or, after a stop, until then."""
    shot = read_progress(watch.path)
    stopped = shot is not None and shot.updated >= began
    endpoint = api_model(watch.model) if stopped or watch.path.exists() else None
    if endpoint is None:
        return
    if shot is not None and stopped:
        facts = [f'{shot.done - shot.failed} of {shot.total} answered so far']
        if shot.cost is not None:
            facts.append(money(shot.cost, shot.currency))
        tqdm.write(f'math500: {watch.label}: {"; ".join(facts)}', file=sys.stderr)
        return
    rows = list(json.loads(watch.path.read_text(encoding='utf-8')).values())
    for line in (account(rows, endpoint.prices), several_models(rows)):
        if line:
            tqdm.write(f'math500: {watch.label}: {line}', file=sys.stderr)


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
    found = next((line.strip() for line in reversed(lines) if line.strip()), 'its log is empty')
    # Python puts the name of the class before an error's own text, which says it all.
    return re.sub(r'^opencompass_math500\.errors\.\w+: ', '', found)
