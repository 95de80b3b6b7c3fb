"""Comparisons for a terminal; a difference only ever with its interval and its outcome."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from opencompass_math500.comparison.like_for_like import Setting
from opencompass_math500.comparison.outcome import Against, RunComparison
from opencompass_math500.comparison.run_pair import Flip, RunPair

__all__ = ['print_comparisons', 'print_in_short', 'print_pairs']

_FLIPS: Final = 10
_MARKS: Final = {'different': 'x', 'unknown': '?'}


def print_comparisons(comparisons: Sequence[RunComparison], console: Console | None = None) -> None:
    """Print each run against what is published of its model, setting by setting."""
    console = console or Console()
    for one in comparisons:
        _print_head(one, console)
        for against in one.against:
            _print_against(against, console)
        _print_tail(one, console)


def print_in_short(comparisons: Sequence[RunComparison], console: Console | None = None) -> None:
    """Print one outcome for each published MATH-500 score; nothing where there is none."""
    console = console or Console()
    for one in comparisons:
        shown = [a for a in one.against if a.row.benchmark == 'MATH-500']
        if not shown:
            continue
        _print_head(one, console)
        for against in shown:
            _wrapped(f'  {_published(against)}: {_outcome(against)}', console, 4)
        for quoted in one.identity.found.quoted:
            _wrapped(f'  {quoted}', console, 4)
        console.print()


def print_pairs(pairs: Sequence[RunPair], console: Console | None = None) -> None:
    """Print runs against each other: the outcome, what differs, and what flipped."""
    console = console or Console()
    for pair in pairs:
        same = pair.first.name == pair.second.name
        second = 'the other work directory' if same else pair.second.name
        _wrapped(f'{pair.first.name} against {second}', console, 2)
        _wrapped(f'  {pair.line}', console, 4)
        for name, one, other in pair.settings:
            shown = f'{_value(one)} against {_value(other)}'
            mark = '?' if None in (one, other) else 'x'
            _wrapped(f'  {mark} {name.replace("_", " ")}: {shown}', console, 6)
        if pair.difference:
            _print_flips(pair.flips, console)
        console.print()


def _print_head(one: RunComparison, console: Console) -> None:
    score, mine = one.run.score, one.fingerprint
    _wrapped(f'{one.run.name}', console, 2)
    count = f'{score.problems} problems' + (f' × {score.samples}' if score.samples > 1 else '')
    _wrapped(
        f'  measured {score.accuracy:.2f} %, 95 % interval {score.low:.1f} to {score.high:.1f}; '
        f'{mine.benchmark or "unknown benchmark"}, {count}',
        console,
        4,
    )
    if one.run.why_not_comparable:
        _wrapped(f'  not comparable with anything: {one.run.why_not_comparable}', console, 4)


def _print_against(against: Against, console: Console) -> None:
    console.print()
    _wrapped(f'  {_published(against)}', console, 4)
    # What is in the way of a comparison stands below, line by line.
    _wrapped(f'    {against.outcome if against.reasons else against.line}', console, 6)
    if against.regraded is not None:
        _wrapped(f'    measured {against.regraded:.2f} % under its grader', console, 6)
    if against.difference:
        _wrapped(f'    measured less published: {against.difference}', console, 6)
    for reason in against.reasons:
        if not _is_shown(reason, against.settings):
            _wrapped(f'    x {reason}', console, 6)
    for setting in against.settings:
        if setting.relation != 'equal':
            _wrapped(f'    {_MARKS[setting.relation]} {setting}', console, 6)
    equal = [_equal(setting) for setting in against.settings if setting.relation == 'equal']
    if equal:
        _wrapped(f'    = {"; ".join(equal)}', console, 6)


def _is_shown(reason: str, settings: Sequence[Setting]) -> bool:
    """Whether a reason stands among the settings anyway."""
    return reason.startswith('benchmark unknown') or reason in map(str, settings)


def _equal(setting: Setting) -> str:
    shown = setting.run if setting.run == setting.published else setting.published
    return f'{setting.name} {shown}' + (f' ({setting.why})' if setting.why else '')


def _published(against: Against) -> str:
    row = against.row
    where = row.source.repository or row.source.document
    return f'published {row.score} % on {row.benchmark} by {row.reported_by} ({where})'


def _outcome(against: Against) -> str:
    """The outcome's line, with the difference behind it where there is one."""
    if against.difference is None:
        return against.line
    return f'{against.line}; measured less published: {against.difference}'


def _print_tail(one: RunComparison, console: Console) -> None:
    for remark in one.nothing:
        _wrapped(f'  {remark}', console, 4)
    for quoted in one.identity.found.quoted:
        console.print()
        _wrapped(f'  {quoted}', console, 4)
    console.print()


def _print_flips(flips: Sequence[Flip], console: Console) -> None:
    gained = [flip for flip in flips if flip.right[0] > flip.right[1]]
    counts = f'{len(gained)} right in the first alone, {len(flips) - len(gained)} in the second'
    more = f'; the first {_FLIPS}, --json has all' if len(flips) > _FLIPS else ''
    _wrapped(f'  {len(flips)} problems flipped: {counts}{more}', console, 4)
    for flip in flips[:_FLIPS]:
        answers = ' against '.join(_quoted(answer) for answer in flip.answers)
        side = 'first' if flip.right[0] > flip.right[1] else 'second'
        _wrapped(
            f'    {flip.unique_id}, gold {_quoted(flip.gold)}: {answers}; {side} right', console, 6
        )


def _quoted(answer: str) -> str:
    """An answer on one line; a model's may be long, or full of control characters."""
    if not answer:
        return 'no answer'
    line = ''.join(c if c.isprintable() else ' ' for c in answer)
    return line if len(line) <= 60 else f'{line[:57]}...'


def _value(value: Any) -> str:
    if value is None:
        return '?'
    shown = ', '.join(map(str, value)) if isinstance(value, tuple) else str(value)
    return _quoted(shown.replace('\n', '\\n')) if shown else 'none'


def _wrapped(text: str, console: Console, indent: int) -> None:
    for line in _lines(text, max(console.width, 40), indent):
        console.print(Text(line), soft_wrap=True)


def _lines(text: str, width: int, indent: int) -> Iterator[str]:
    # textwrap and not rich, which fills lines up with spaces: this is copied. It drops
    # leading blanks of continued lines alone.
    yield from textwrap.wrap(
        text,
        width,
        subsequent_indent=' ' * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
