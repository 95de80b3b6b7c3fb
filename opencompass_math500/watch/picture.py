"""A look at a run as tables, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from opencompass_math500.watch.state import Standing, State
from opencompass_math500.watch.words import (
    SO_FAR,
    counts,
    duration,
    ending,
    facts,
    inert,
    progress,
    speeds,
    wrong_line,
)

__all__ = ['picture']

_WRONG: Final = 5
_NOTES: Final = 5
_FIXED_LINES: Final = 12  # what stands around the pairs
_LINES_A_PAIR: Final = 4
_WIDE: Final = 100  # columns; in fewer, a full table leaves no room for the names


def picture(state: State, height: int | None = None) -> RenderableType:
    """Return the look as it stands on a terminal.

    Every text that is not ours goes through :func:`inert` and is no markup.

    Args:
        state: the look.
        height: lines that there are while it is watched; None to show everything.
    """
    parts: list[RenderableType] = []
    if state.run:
        parts.append(Text(inert(str(state.run), 400), style='bold'))
    if state.waiting_for:
        parts.append(Text(f'nothing to show yet: waiting for {inert(state.waiting_for, 400)}'))
    shown, rest = _fitting(state.standings, height)
    if shown:
        parts.append(_Overview(shown))
    if rest:
        parts.append(Text(f'and {_summary(rest)}', style='dim'))
    for standing in shown:
        parts += _details(standing, with_name=len(shown) > 1)
    if any(one.tally.graded and not one.official for one in state.standings):
        parts.append(Text(SO_FAR, style='dim'))
    parts += [Text(f'note: {inert(note, 300)}', style='yellow') for note in state.notes[:_NOTES]]
    if len(state.notes) > _NOTES:
        parts.append(Text(f'and {len(state.notes) - _NOTES} more notes', style='yellow'))
    last = [ending(state)] if state.standings else []
    last += ['q ends the watching, not the run'] if height is not None and not state.over else []
    parts.append(Text('; '.join(last), style='dim'))
    return Group(*parts)


def _fitting(
    standings: Iterable[Standing], height: int | None
) -> tuple[list[Standing], list[Standing]]:
    """Those that find room, and the others: first what is running counts."""
    everything = list(standings)
    room = len(everything)
    if height is not None:
        room = max(1, (height - _FIXED_LINES) // _LINES_A_PAIR)
    order = ('answering', 'answered', 'graded', 'waiting')
    first = sorted(everything, key=lambda one: order.index(one.stage))[:room]
    return [one for one in everything if one in first], [o for o in everything if o not in first]


def _summary(rest: list[Standing]) -> str:
    """How many others there are, by stage."""
    words = {
        'answering': 'running', 'answered': 'waiting for results', 'graded': 'finished',
        'waiting': 'not begun',
    }  # fmt: skip
    found = [
        f'{count} {word}'
        for stage, word in words.items()
        if (count := sum(one.stage == stage for one in rest))
    ]
    return f'{len(rest)} more: {", ".join(found)}'


class _Overview:
    """How far each pair is: a table where there is room for one, else a paragraph a pair."""

    def __init__(self, standings: list[Standing]) -> None:
        self._standings = standings

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if options.max_width >= _WIDE:
            yield _table(self._standings)
            return
        yield Text()
        for one in self._standings:
            yield Text(inert(one.name, 200), overflow='fold')
            yield Padding(Text(facts(one)), (0, 0, 0, 2))
        yield Text()


def _table(standings: list[Standing]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column('model, dataset', overflow='fold')
    table.add_column('items')
    for name in ('right %', '95 % interval', 'speed', 'left'):
        table.add_column(name, justify='right', no_wrap=True)
    for one in standings:
        tally = one.tally
        accuracy = interval = ''
        if tally.accuracy is not None:
            accuracy = f'{tally.accuracy:.2f}' + ('' if one.official else ' so far')
            interval = f'{tally.low:.1f} – {tally.high:.1f}'
        left = '' if one.seconds_left is None else duration(one.seconds_left)
        table.add_row(
            Text(f'{inert(one.model)}\n{inert(one.dataset)}'),
            progress(one).replace(', ', '\n'),
            accuracy,
            interval,
            '\n'.join(speeds(one)),
            left,
        )
    return table


def _details(standing: Standing, *, with_name: bool) -> list[RenderableType]:
    """Verdicts and last wrong answers of one pair."""
    found = counts(standing)
    if not found:
        return []
    parts: list[RenderableType] = []
    if with_name:
        parts.append(Text(inert(standing.name, 200), style='bold'))
    parts += [Text(line) for line in found]
    several = 2 if with_name else _WRONG
    for wrong in standing.wrong[-several:]:
        parts.append(Text(wrong_line(wrong), style='red', overflow='ellipsis', no_wrap=True))
    return parts
