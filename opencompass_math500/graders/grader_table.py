"""A report of graders for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from opencompass_math500.graders.anatomy import Loss, LossName
from opencompass_math500.graders.matrix import GRADERS, Judged, Share
from opencompass_math500.graders.report import Report

__all__ = ['print_report']

_LOSSES: Final[dict[LossName, str]] = {
    'cut': 'cut by the token cap',
    'truncated': 'of these before an answer',
    'no_answer': 'no answer found',
    'unparsed_answer': 'unreadable answer',
    'empty_response': 'empty response',
    'content_filter': 'filtered by the endpoint',
    'failed_request': 'failed request',
    'unparsed_gold': 'unreadable gold',
    'timeout': 'clock of this judge',
}
# Where nothing was lost in these, there is nothing to say about them.
_RARE: Final = frozenset({'unparsed_answer', 'unparsed_gold', 'timeout'})


def print_report(report: Report, console: Console, shown: int | None = None) -> None:
    """Print the matrix, the pairs, the anatomy, and the items on which graders differ.

    Args:
        report: what to print.
        console: where to.
        shown: of the items so many; all by default.
    """
    samples = f' to {report.problems} problems' if report.responses > report.problems else ''
    console.print(Text(f'{report.name}: {report.responses} responses{samples}'), soft_wrap=True)
    console.print(_matrix(report))
    if report.pairs:
        console.print(_pairs(report))
    console.print(_anatomy(report))
    if report.anatomy.unknown_ending:
        console.print(
            Text(
                f'Of {report.anatomy.unknown_ending} responses the file does not say how they '
                'ended: they may have been cut as well.'
            )
        )
    kept = sorted(report.items, key=_is_plain)[:shown]
    if report.items:
        console.print(Text(f'\nGraders differ on {len(report.items)} responses:'))
    for item in kept:
        _print_item(item, report.responses > report.problems, console)
    if len(kept) < len(report.items):
        console.print(Text(f'... and {len(report.items) - len(kept)} more: --output FILE'))
    versions = ', '.join(dict.fromkeys(report.versions.values()))
    policy = ''.join(f', {name}={value}' for name, value in sorted(report.policy.items()))
    console.print(Text(f'\nGraders: this judge {report.grader}{policy}; {versions}'))


def _is_plain(item: Judged) -> bool:
    """Whether v1 is alone with its verdict, as it mostly is: such items are shown last."""
    return len({w.is_correct for g, w in item.words.items() if g != 'opencompass_v1'}) == 1


def _percent(share: Share) -> tuple[str, str]:
    if share.accuracy is None or share.low is None or share.high is None:
        return '–', '–'
    return f'{share.accuracy:.2f}', f'{share.low:.1f} – {share.high:.1f}'


def _matrix(report: Report) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column('grader', min_width=26)
    for name in ('score %', '95 % interval', 'right', 'no verdict'):
        table.add_column(name, justify='right', no_wrap=True)
    for score in report.scores:
        right = f'{score.share.right}/{score.share.total}'
        table.add_row(GRADERS[score.grader], *_percent(score.share), right, str(score.undecided))
    return table


def _pairs(report: Report) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column('first', min_width=16)
    table.add_column('second', min_width=16)
    for name in ('only first', 'only second', 'agree'):
        table.add_column(name, justify='right', no_wrap=True)
    for pair in report.pairs:
        counts = (pair.only_first, pair.only_second, pair.both + pair.neither)
        table.add_row(GRADERS[pair.first], GRADERS[pair.second], *map(str, counts))
    return table


def _anatomy(report: Report) -> Table:
    """The ways in which responses were lost, and our score without each."""
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column('lost', min_width=26)
    for name in ('responses', 'score % without', '95 % interval'):
        table.add_column(name, justify='right', no_wrap=True)
    for loss in report.anatomy.losses:
        if loss.count or loss.name not in _RARE:
            table.add_row(*_loss(loss, report))
    return table


def _loss(loss: Loss, report: Report) -> Sequence[str]:
    count = str(loss.count)
    if loss.name in ('cut', 'truncated') and not loss.count and report.anatomy.unknown_ending:
        count = 'unknown'
    return (_LOSSES[loss.name], count, *(_percent(loss.without) if loss.count else ('', '')))


def _print_item(item: Judged, with_sample: bool, console: Console) -> None:
    sample = f', sample {item.sample + 1}' if with_sample else ''
    console.print()
    _print_line(f'{_flat(item.name)}{sample}  gold {_flat(item.gold)}', console)
    for grader, word in item.words.items():
        verdict = 'right' if word.is_correct else 'wrong'
        _print_line(f'  {GRADERS[grader]:16} {verdict}  {_flat(word.said)}', console)
    _print_line(f'  {"":16} {_flat(item.reason)}', console)


def _print_line(text: str, console: Console) -> None:
    line = Text(text)
    line.truncate(console.width, overflow='ellipsis')
    console.print(line, soft_wrap=True)


def _flat(text: str) -> str:
    """A text on one line, without what would move the cursor."""
    # A surrogate has no place in UTF-8, a control character none in a terminal.
    shown = ''.join(c if c.isprintable() else ' ' for c in text)
    return ' '.join(shown.split()) or "''"
