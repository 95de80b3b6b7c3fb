"""Scores as tables for a terminal, with the settings without which they mean nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from opencompass_math500.grading import NOT_THE_MODELS_MISTAKE, OUTCOMES, Outcome
from opencompass_math500.response import Response
from opencompass_math500.runs.mark import mark_of
from opencompass_math500.runs.run import Run
from opencompass_math500.runs.settings_line import settings_line
from opencompass_math500.statistics.pass_at_k import sampling_scores
from opencompass_math500.statistics.score import Score, right_by

__all__ = ['print_tables']

# What nobody would look for among wrong answers; shown where one occurs.
_ENDINGS: Final[frozenset[Outcome]] = NOT_THE_MODELS_MISTAKE | {'empty_response'}
_SECOND_LINE: Final = 'Second line: over all responses but failed_request and content_filter.'
_INCOMPLETE: Final = '* Not final: a failed request counts as wrong until it is asked again.'
_UNDECIDED: Final = 'Of the votes, {} comparisons ran into the clock: counted as different.'


def print_tables(runs: Sequence[Run], console: Console | None = None) -> None:
    """Print the scores, their breakdown by level and subject, and their settings.

    A run whose settings are not on record is listed as such, without a score: a
    number without its settings compares with nothing. One with failed requests is marked
    as incomplete wherever its numbers stand.
    """
    console = console or Console()
    shown = [run for run in runs if run.settings.recorded]
    marks = {id(run): mark_of(number) for number, run in enumerate(shown)}
    for run in shown:
        note = f'  (incomplete: {run.incomplete}; {run.remedy})' if run.incomplete else ''
        console.print(Text(f'{marks[id(run)]}  {run.name}{note}'), soft_wrap=True)
    if shown:
        _print_scores(shown, marks, console)
        _print_sampling(shown, marks, console)
        console.print(_breakdown('level', shown, marks, lambda item: str(item.level)))
        console.print(_breakdown('subject', shown, marks, lambda item: item.subject))
    for run in shown:
        console.print(Text(f'{marks[id(run)]}: {settings_line(run)}'), soft_wrap=True)
    for run in runs:
        if not run.settings.recorded:
            console.print(
                Text(
                    f'{run.name}: graded, but its settings were not recorded; '
                    'run it through MATH500Partitioner to show its score, or put the '
                    'results_*.json of lm_eval beside its log'
                ),
                soft_wrap=True,
            )


def _print_scores(runs: Sequence[Run], marks: Mapping[int, str], console: Console) -> None:
    """The scores, how to read their second lines and marks, and what kept items from one."""
    scores = [(marks[id(run)], run.score) for run in runs]
    console.print(_score_table(scores))
    if any(score.answered < score.responses for _, score in scores):
        console.print(_SECOND_LINE)
    if not all(score.complete for _, score in scores):
        console.print(_INCOMPLETE)
    if any(score.outcomes.get(kind, 0) for _, score in scores for kind in _ENDINGS):
        console.print(_endings_table(scores))


def _score_table(scores: Sequence[tuple[str, Score]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column('')
    for name in ('items', 'accuracy %', '95 % interval', 'no answer', 'truncated', 'failed'):
        table.add_column(name, justify='right', no_wrap=True)
    unmarked = '' if all(score.complete for _, score in scores) else '  '
    for mark, score in scores:
        note = unmarked if score.complete else ' *'
        table.add_row(
            mark,
            f'{score.problems}' + (f' × {score.samples}' if score.samples > 1 else ''),
            f'{score.accuracy:.2f}{note}',
            f'{score.low:.1f} – {score.high:.1f}',
            str(score.outcomes.get('no_answer', 0)),
            _truncated(score),
            str(sum(score.outcomes.get(kind, 0) for kind in NOT_THE_MODELS_MISTAKE)),
        )
        if score.answered < score.responses:
            table.add_row('', str(score.answered), *_second(score, note))
    return table


def _second(score: Score, note: str) -> tuple[str, str]:
    """Accuracy and interval over what was answered, where anything was."""
    if score.accuracy_answered is None:
        return f'–{note}', '–'
    return (
        f'{score.accuracy_answered:.2f}{note}',
        f'{score.low_answered:.1f} – {score.high_answered:.1f}',
    )


def _print_sampling(runs: Sequence[Run], marks: Mapping[int, str], console: Console) -> None:
    """pass@k and maj@k, where there are several samples a problem."""
    several = [run for run in runs if len(run.items) > len({i.unique_id for i in run.items})]
    if not several:
        return
    table = Table(box=box.SIMPLE_HEAD)
    for name in ('', 'k', 'pass@k %', '95 % interval', 'maj@k %', '95 % interval'):
        table.add_column(name, justify='right' if name else 'left', no_wrap=True)
    undecided = 0
    for run in several:
        sampling = sampling_scores(run.items, policy=run.policy)
        undecided += sampling.undecided
        note = ' *' if run.incomplete else ''
        for passed, won in zip(sampling.scores[::2], sampling.scores[1::2], strict=True):
            cells = [str(passed.k)]
            for score in (passed, won):
                cells += [f'{score.value:.2f}{note}', f'{score.low:.1f} – {score.high:.1f}']
            table.add_row(marks[id(run)], *cells)
    console.print(table)
    if undecided:
        console.print(_UNDECIDED.format(undecided))


def _endings_table(scores: Sequence[tuple[str, Score]]) -> Table:
    """How many items ended in each way that is no wrong answer, as far as any did."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column('outcome', min_width=22)
    for mark, _ in scores:
        table.add_column(mark, justify='right')
    for kind in OUTCOMES:
        counts = [score.outcomes.get(kind, 0) for _, score in scores]
        if kind in _ENDINGS and any(counts):
            table.add_row(kind, *map(str, counts))
    return table


def _truncated(score: Score) -> str:
    """Cut before an answer, and in brackets all that were cut or may have been."""
    if score.unknown_ending and score.unknown_ending == score.responses - score.failed:
        return 'unknown'
    return f'{score.outcomes.get("truncated", 0)} ({score.cut} cut)'


def _breakdown(
    title: str, runs: Sequence[Run], marks: Mapping[int, str], key: Callable[[Response], str]
) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column(title, min_width=22)
    for run in runs:
        table.add_column(marks[id(run)] + (' *' if run.incomplete else ''), justify='right')
    by_run = [right_by(run.items, key) for run in runs]
    for group in sorted({group for shares in by_run for group in shares}):
        cells = []
        for shares in by_run:
            right, count = shares.get(group, (0, 0))
            cells.append(f'{100 * right / count:.1f} ({right}/{count})' if count else '')
        table.add_row(Text(group), *cells)  # a custom set may name a subject '[red]'
    return table
