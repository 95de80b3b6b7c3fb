"""A look at a run in words: plain lines, in which nothing can steer a terminal."""

from __future__ import annotations

import unicodedata
from typing import Final

from opencompass_math500.watch.state import Stage, Standing, State, Wrong

__all__ = [
    'SO_FAR', 'counts', 'duration', 'ending', 'facts', 'inert', 'lines', 'progress', 'speeds',
    'wrong_line',
]  # fmt: skip

SO_FAR: Final = (
    '"So far": of the responses that are there now, and often short ones come first. Not a score.'
)
_SILENT: Final = 300.0  # seconds without a new byte that are worth a word
_SHOWN: Final = 3
_NEXT: Final[dict[Stage, str]] = {
    'waiting': '', 'answering': '', 'answered': ', waiting for results', 'graded': ', finished'
}  # fmt: skip
# Controls, format characters (bidirectional ones among them), half surrogate pairs, private
# use, what no version of Unicode knows, and separators of lines.
_ACTIVE: Final = frozenset({'Cc', 'Cf', 'Cs', 'Co', 'Cn', 'Zl', 'Zp'})


def inert(text: str, limit: int = 100) -> str:
    r"""Return a text on one line, no longer than ``limit``, with what is no text as ``\u001b``."""
    # Cut before anything else: an answer may be a megabyte long.
    words = ' '.join(text[: 4 * limit].split())
    shown = ''.join(map(_shown, words))
    cut = len(text) > 4 * limit or len(shown) > limit
    return f'{shown[: limit - 1]}…' if cut else shown


def _shown(character: str) -> str:
    if unicodedata.category(character) in _ACTIVE:
        return f'\\u{ord(character):04x}'
    return character


def lines(state: State) -> list[str]:
    """Return the whole look, for output that is no terminal."""
    found = [f'{inert(str(state.run), 400)}'] if state.run else []
    if state.waiting_for:
        found.append(f'nothing to show yet: waiting for {inert(state.waiting_for, 400)}')
    for standing in state.standings:
        found.append(f'{inert(standing.name, 200)}: {facts(standing)}')
        found += [f'    {line}' for line in counts(standing)]
        found += [f'    {wrong_line(wrong)}' for wrong in standing.wrong[-_SHOWN:]]
    if any(one.tally.graded and not one.official for one in state.standings):
        found.append(SO_FAR)
    found += [f'note: {inert(note, 400)}' for note in state.notes]
    if state.standings:
        found.append(ending(state))
    return found


def facts(standing: Standing) -> str:
    """Return progress, accuracy, speed and time left on one line."""
    tally = standing.tally
    found = [progress(standing)]
    if tally.accuracy is not None:
        label = 'score' if standing.official else 'so far'
        found.append(
            f'{label} {tally.accuracy:.2f} % ({tally.right} of {tally.graded} right; '
            f'95 % interval {tally.low:.1f} - {tally.high:.1f})'
        )
    found += speeds(standing)
    if standing.seconds_left is not None:
        found.append(f'{duration(standing.seconds_left)} left')
    return '; '.join(found)


def progress(standing: Standing) -> str:
    """Say how many responses are there, and what comes next."""
    done, total = standing.tally.done, standing.total
    least = '+' if standing.total_is_least else ''
    of = f' of {total}{least}' if total is not None else ''
    if standing.stage == 'waiting':
        return 'not begun' + (f' (0{of})' if of else '')
    several = 0 < standing.tally.problems < standing.tally.graded
    what = f'responses to {standing.tally.problems} problems' if several else 'items'
    return f'{done}{of} {what}{_NEXT[standing.stage]}'


def speeds(standing: Standing) -> list[str]:
    """Say how fast responses come, as far as it is known."""
    found = []
    if standing.items_a_minute is not None:
        found.append(f'{standing.items_a_minute:.3g} items/min')
    if standing.tokens_a_second is not None:
        found.append(f'{standing.tokens_a_second:.0f} tokens/s')
    return found


def counts(standing: Standing) -> list[str]:
    """Return verdicts; what the endpoint refused; how long nothing has come."""
    tally = standing.tally
    found = []
    if tally.verdicts:
        found.append(', '.join(f'{name} {count}' for name, count in tally.verdicts))
    if tally.failed:
        said = f', the last one: {inert(tally.error, 160)}' if tally.error else ''
        found.append(f'failed requests: {tally.failed}{said}')
    if tally.repeated:
        found.append(f'replies that took more than one request: {tally.repeated}')
    if standing.quiet is not None and standing.quiet > _SILENT:
        found += _why_quiet(standing.stage, duration(standing.quiet))
    return found


def _why_quiet(stage: Stage, since: str) -> list[str]:
    """What it may mean that nothing comes."""
    if stage == 'answering':
        return [f'nothing new for {since}: a slow model, or a run that was stopped']
    if stage == 'answered':
        return [f'no results for {since}: where only inference was asked for, none will come']
    return []


def wrong_line(wrong: Wrong) -> str:
    """Return one line about a response that is not correct."""
    said = inert(wrong.answer, 60) or 'nothing'
    return (
        f'{wrong.outcome} {inert(wrong.name, 60)}: {said} (gold {inert(wrong.gold, 60)}): '
        f'{inert(wrong.reason, 120)}'
    )


def ending(state: State) -> str:
    """Say whether the run is over, and with what missing."""
    missing = [one.name for one in state.standings if one.stage != 'graded']
    if not state.over:
        return f'not over: {len(missing)} of {len(state.standings)} without results'
    if missing:
        return f'over, without results of {inert("; ".join(missing), 400)}: see its logs/'
    failed = sum(one.tally.failed for one in state.standings)
    if failed:
        said = 'request' if failed == 1 else 'requests'
        return f'over: all results are there, but {failed} {said} failed; run again with -r'
    return 'over: all results are there'


def duration(seconds: float) -> str:
    """Return a duration as ``40 s``, ``12 min`` or ``3 h 05 min``."""
    if seconds < 60:
        return f'{seconds:.0f} s'
    minutes = round(seconds / 60)
    return f'{minutes} min' if minutes < 60 else f'{minutes // 60} h {minutes % 60:02} min'
