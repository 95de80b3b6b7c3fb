"""An ablation as a table for a terminal."""

from __future__ import annotations

from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from opencompass_math500.comparison.ablation import Ablation, Change

__all__ = ['print_ablation']

_READING: Final = (
    'Difference from the baseline and its 95 % interval in percentage points, paired by '
    "problem; p: McNemar's exact test. An interval that holds 0 shows no effect; of twenty "
    'changes without one, about one misses it by chance.'
)


def print_ablation(ablation: Ablation, console: Console | None = None) -> None:
    """Print what each change is worth, in percentage points, and what was refused."""
    console = console or Console()
    score = ablation.baseline.score
    baseline = f'Ablation: baseline {ablation.baseline.name}, {score.accuracy:.2f} %'
    console.print(Text(baseline), soft_wrap=True)
    for number, change in enumerate(ablation.changes, start=1):
        line = f'{number}  {change.setting}: {change.before} → {change.after}'
        console.print(Text(line), soft_wrap=True)
    if ablation.changes:
        console.print(_table(ablation))
        console.print(Text(_READING), soft_wrap=True)
    for line in ablation.refused:
        console.print(Text(f'refused: {line}'), soft_wrap=True)


def _table(ablation: Ablation) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column('')
    table.add_column('changed alone', no_wrap=True)
    for name in ('acc. %', 'diff.', '95 % interval', 'flips', 'p', 'cut'):
        table.add_column(name, justify='right', no_wrap=True)
    for number, change in enumerate(ablation.changes, start=1):
        table.add_row(str(number), *_cells(change))
    return table


def _cells(change: Change) -> tuple[str, ...]:
    score, worth = change.run.score, change.difference
    return (
        change.setting,
        f'{score.accuracy:.2f}',
        f'{worth.points:+.2f}',
        f'{worth.low:+.1f} – {worth.high:+.1f}',
        f'+{len(worth.gained)} -{len(worth.lost)}',
        '< 0.001' if worth.p < 0.001 else f'{worth.p:.3f}',
        str(score.cut),
    )
