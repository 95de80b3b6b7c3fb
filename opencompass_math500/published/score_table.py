"""Published scores for a terminal and as JSON; unknown is shown as ``?``."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from opencompass_math500.errors import SelectionError
from opencompass_math500.published.lookup import (
    Found,
    find_published,
    nearest_names,
    nothing_published,
)
from opencompass_math500.published.rows import load_published, load_quoted
from opencompass_math500.published.score import Benchmark, PublishedScore, QuotedFigure, Verified

__all__ = ['print_published', 'published_json']

_WIDE: Final = 120  # columns from which the table of all scores has its further ones
_BENCHMARKS: Final[dict[Benchmark, str]] = {
    'MATH-500': '500',
    'MATH-5000': '5000',
    'unclear': '?',
}
_SEEN: Final[dict[Verified, str]] = {
    'primary': "the maker's own document",
    'other_vendor': "another maker's document",
    'third_party': 'the document of those who measured it',
    'excerpt': 'an excerpt of the document',
    'second_hand': 'a copy or compilation, not the document itself',
    'unconfirmed': 'nothing: quoted, and not confirmed',
}


def print_published(
    query: str | None, benchmark: Benchmark | None, console: Console | None = None
) -> None:
    """Print the published scores: all in one table, or those of one model with settings.

    Args:
        query: the model; None for the table of all.
        benchmark: keep this one only.
        console: where to; stdout by default.

    Raises:
        SelectionError: nothing is published under that name, or not on that benchmark.
    """
    console = console or Console()
    found = _select(query, benchmark)
    if query is None:
        console.print(_table(found.exact, console.width >= _WIDE))
        console.print(_counts(found.exact))
        console.print('? is unknown. Settings and sources: math500 published --model NAME')
        return
    owned = found.exact or _owners(found.quoted)
    for row in owned:
        _print_row(row, console)
    for quoted in found.quoted:
        _print_wrapped(str(quoted), console)
    quoted_rows = _owners(found.quoted, as_quoted=True)
    if nearest := nearest_names([r for r in found.near if r not in [*owned, *quoted_rows]]):
        _print_wrapped(f'Not the same model: {nearest}.', console)


def published_json(query: str | None, benchmark: Benchmark | None) -> str:
    """Return them as JSON: ``scores``, ``near`` (names only) and ``quoted``; unknown is null.

    Raises:
        SelectionError: as :func:`print_published`.
    """
    found = _select(query, benchmark)
    content: dict[str, Any] = {
        'scores': [asdict(row) for row in found.exact],
        'near': list(dict.fromkeys(row.model for row in found.near)),
        'quoted': [asdict(quoted) for quoted in found.quoted],
    }
    return json.dumps(content, indent=2, ensure_ascii=False)


def _select(query: str | None, benchmark: Benchmark | None) -> Found:
    """What was asked for; there is at least a score or a quoted figure in it."""
    if query is None:
        kept = [row for row in load_published() if benchmark in (None, row.benchmark)]
        return Found(tuple(kept), (), load_quoted())
    found = find_published(query)
    if not found.exact and not found.quoted:
        raise nothing_published(query, found.near)
    if benchmark is None:
        return found
    exact = tuple(row for row in found.exact if row.benchmark == benchmark)
    if not exact:
        others = sorted({row.benchmark for row in found.exact})
        raise SelectionError(
            f'no published score of {query!r} on {benchmark}',
            f'there are some on {" and ".join(others)}' if others else 'leave --benchmark out',
        )
    near = tuple(row for row in found.near if row.benchmark == benchmark)
    return Found(exact, near, found.quoted)


def _owners(quoted: Sequence[QuotedFigure], as_quoted: bool = False) -> list[PublishedScore]:
    """The rows from which quoted figures come; or those that give them to the wrong model."""
    wanted = {
        (each.quoted_model if as_quoted else each.model, each.benchmark, each.quoted_score)
        for each in quoted
    }
    return [row for row in load_published() if (row.model, row.benchmark, row.score) in wanted]


def _known(value: object) -> str:
    """A setting as text: ``?`` if it is unknown, ``none`` if it is known to be empty."""
    if value is None:
        return '?'
    if isinstance(value, bool):
        return 'yes' if value else 'no'
    if isinstance(value, float):
        return f'{value:g}'
    return str(value) or 'none'


def _percent(row: PublishedScore) -> str:
    return 'none' if row.score is None else str(row.score)


def _table(rows: Sequence[PublishedScore], wide: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column('model', overflow='fold')
    for name in ('MATH-', 'score %', 'shots', 'cap', 'n'):
        table.add_column(name, justify='right', no_wrap=True)
    if wide:
        for name in ('temp.', 'prompt', 'seen'):
            table.add_column(name, no_wrap=True)
    table.add_column('reported by', overflow='fold', max_width=None if wide else 13)
    for row in rows:
        cells = [_BENCHMARKS[row.benchmark], _percent(row)]
        cells += [_known(value) for value in (row.shots, row.max_tokens, row.n_samples)]
        if wide:
            cells += [_known(row.temperature), _known(row.prompt), row.verified]
        table.add_row(Text(row.model), *cells, Text(row.reported_by))
    return table


def _counts(rows: Sequence[PublishedScore]) -> Text:
    names = [row.verified for row in rows]
    kinds = ', '.join(f'{names.count(kind)} {kind}' for kind in _SEEN if kind in names)
    return Text(f'Scores: {len(rows)} ({kinds}).')


def _print_row(row: PublishedScore, console: Console) -> None:
    """One score: what it is, its settings, where it stands and how it was seen."""
    score = 'no score' if row.score is None else f'{row.score} %'
    lines = {
        'settings': _settings(row),
        'source': str(row.source),
        'seen in': _SEEN[row.verified],
        'notes': row.notes or '',
    }
    head = f'{row.model}: {score} on {row.benchmark}, reported by {row.reported_by}'
    _print_wrapped(head, console)
    for name, text in lines.items():
        if text:
            _print_wrapped(f'  {name:8}  {text}', console, indent=12)
    console.print()


def _print_wrapped(text: str, console: Console, indent: int = 0) -> None:
    # textwrap and not rich, which fills lines up with spaces and cuts paths: this is copied.
    lines = textwrap.wrap(
        text,
        max(console.width, 40),
        subsequent_indent=' ' * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    for line in lines:
        console.print(Text(line), soft_wrap=True)


def _settings(row: PublishedScore) -> str:
    settings: dict[str, object] = {
        'metric': row.metric,
        'shots': row.shots,
        'chain of thought': row.cot,
        'prompt': row.prompt,
        'system prompt': row.system,
        'temperature': row.temperature,
        'top-p': row.top_p,
        'top-k': row.top_k,
        'token cap': row.max_tokens,
        'samples': row.n_samples,
        'grader': row.grader,
    }
    if row.mode:
        settings['mode'] = row.mode
    return ', '.join(f'{name} {_known(value)}' for name, value in settings.items())
