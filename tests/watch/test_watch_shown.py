"""What is shown of a run that is watched: speed, words, pictures, and nothing active."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from watched_runs import Made, looked, only, row

from opencompass_math500.watch import Standing, State, Tally, Watcher, Wrong
from opencompass_math500.watch.picture import picture
from opencompass_math500.watch.speed import Window
from opencompass_math500.watch.words import duration, inert, lines

# -- speed ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ('sights', 'items', 'tokens'),
    [
        ([], None, None),
        ([(0, 10, 100)], None, None),
        ([(0, 10, 100), (5, 11, 200)], None, None),  # too short a time to tell
        ([(0, 10, 100), (30, 15, 1600)], 10, 50),
        ([(0, 10, 100), (30, 10, 100)], None, None),
        ([(0, 10, 0), (30, 15, 0)], 10, None),
        # The last five minutes alone: 40 responses in 400 s, but 10 in the last 300.
        ([(0, 0, 0), (100, 30, 30), (400, 40, 330), (401, 40, 330)], 60 * 10 / 301, 300 / 301),
        # A run that begins anew has another pace.
        ([(0, 50, 0), (10, 0, 0), (30, 10, 0)], 30, None),
    ],
)
def test_speed_is_that_of_the_last_minutes(
    sights: list[tuple[float, int, int]], items: float | None, tokens: float | None
) -> None:
    window = Window()
    for sight in sights:
        window.see(*sight)
    rate = window.rate
    assert rate.items_a_minute == (None if items is None else pytest.approx(items))
    assert rate.tokens_a_second == (None if tokens is None else pytest.approx(tokens))


def test_one_look_takes_the_speed_from_the_progress(tmp_path: Path) -> None:
    """2000 tokens in 50 s, at 10 tokens a response: 240 responses a minute, 8 are left."""
    made = Made(tmp_path)
    progress = {'done': 2, 'total': 10, 'tokens': 2000, 'seconds': 50.0, 'updated': 1.0}
    made.do({'append': {'journal': [{'idx': 0}, {'idx': 1}]}, 'write': {'progress': progress}})
    standing = only(Watcher(tmp_path).look())
    assert (standing.tokens_a_second, standing.items_a_minute) == (40.0, 240.0)
    assert standing.seconds_left == 2.0


@pytest.mark.parametrize(
    ('seconds', 'words'),
    [(0, '0 s'), (59.4, '59 s'), (60, '1 min'), (3570, '1 h 00 min'), (11_130, '3 h 06 min')],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


# -- what is shown ----------------------------------------------------------------------

HOSTILE = (
    '\x1b]0;owned\x07\x1b[2J\x1b[31m[bold red]x[/bold red]\r\x08\x9b1m\u202eabc\u2028\u200b'
    '[link=file:///etc/passwd]y[/link] :smile: \ud800 \x00'
)


def drawn(state: State, height: int | None = None, width: int = 200) -> str:
    """The picture as a terminal gets it."""
    out = io.StringIO()
    console = Console(
        file=out, force_terminal=True, width=width, color_system='truecolor',
        markup=False, emoji=False, highlight=False,
    )  # fmt: skip
    console.print(picture(state, height))
    return out.getvalue()


def active(text: str) -> list[str]:
    kinds = ('Cc', 'Cf', 'Cs', 'Co', 'Cn', 'Zl', 'Zp')
    return [one for one in text if unicodedata.category(one) in kinds]


@given(st.text(st.characters()), st.integers(2, 80))
def test_no_text_is_active_or_too_long(text: str, limit: int) -> None:
    said = inert(text, limit)
    assert not active(said)
    assert len(said) <= limit
    if said != text and not said.endswith('…') and text == ' '.join(text.split()):
        assert '\\u' in said


def test_a_model_cannot_steer_the_terminal(tmp_path: Path) -> None:
    """Nor can the names of files, an endpoint's errors or damaged lines."""
    name = HOSTILE.replace('/', '|').replace('\0', '').replace('\ud800', '')
    made = Made(tmp_path)
    bad = row(0, HOSTILE, unique_id=HOSTILE, gold=HOSTILE + '7')
    failed = row(1, finish_reason='failed_request', reply={'error': HOSTILE})
    text = ''.join(json.dumps(one) + '\n' for one in (bad, failed))
    made.do({'append': {f'journal/{name}': [text, f'{{"idx": 3, "{HOSTILE!r}": {HOSTILE!r}\n']}})
    state = looked(Watcher(tmp_path))
    assert only(state).tally.done == 2 and only(state).wrong and state.notes
    assert not active(''.join(lines(state)))
    picture_drawn = drawn(state)
    # What is left when the colours are taken away is text.
    assert not active(re.sub(r'\x1b\[[0-9;]*m', '', picture_drawn).replace('\n', ''))
    assert '[bold red]x' in picture_drawn and ':smile:' in picture_drawn


def test_a_long_answer_does_not_fill_the_screen() -> None:
    wrong = Wrong('a', 'incorrect', '9' * 1_000_000, '7' * 1_000_000, 'so ' * 1_000_000)
    standing = Standing('m', 'd', 'answering', Tally(1, 1, 0, 1, 0.0, 79.3, {'incorrect': 1}),
                        wrong=(wrong,) * 20)  # fmt: skip
    said = lines(State(Path('run'), standings=(standing,)))
    assert max(map(len, said)) < 400 and len(said) < 10
    assert len(drawn(State(Path('run'), standings=(standing,)), 40).splitlines()) < 20


def test_many_pairs_are_fitted_to_the_height() -> None:
    tally = Tally(5, 5, 4, 5, 37.6, 96.4, {'correct': 4, 'incorrect': 1})
    standings = [Standing(f'm{n}', 'd', 'graded', tally, 5, official=True) for n in range(30)]
    standings[20] = Standing('busy', 'd', 'answering', tally, 9)
    said = drawn(State(Path('run'), standings=tuple(standings)), 40, 120)
    assert len(said.splitlines()) <= 40
    assert 'busy' in said and '23 more: 23 finished' in said
    assert 'm29' in drawn(State(Path('run'), standings=tuple(standings)), None, 120)


@pytest.mark.parametrize('width', [24, 40, 80, 99, 100, 140])
def test_a_narrow_terminal_shows_as_much(width: int) -> None:
    """At 40 columns a table had neither names nor items in it, nothing but its frame."""
    tally = Tally(12, 12, 1, 12, 1.5, 35.4, {'correct': 1, 'incorrect': 11})
    names = ('smollm2-135m-instruct', 'sample-d672d809_0shot-cot')
    standing = Standing(*names, 'answering', tally, 35, items_a_minute=29.4, tokens_a_second=93,
                        seconds_left=4800)  # fmt: skip
    said = drawn(State(Path('run'), standings=(standing,)), 40, width)
    assert max(len(line) for line in re.sub(r'\x1b\[[\d;]*m', '', said).splitlines()) <= width
    whole = re.sub(r'\x1b\[[\d;]*m|\s', '', said)
    for word in (*names, '12of35items', '8.33', '29.4items/min', '93tokens/s', '1h20min'):
        # In a table a name may stand in two lines of its column.
        assert word in whole or (width >= 100 and word[:20] in whole), word
    assert ('95%interval1.5-35.4' in whole) == (width < 100)


def test_requests_that_failed_are_no_end_without_a_word() -> None:
    for failed, words in ((1, ', but 1 request failed; run'), (2, ', but 2 requests failed; run')):
        tally = Tally(5, 5, 4, 5, 37.6, 96.4, {'correct': 4}, failed=failed)
        standing = Standing('m', 'd', 'graded', tally, 5, official=True)
        state = State(Path('run'), standings=(standing,), over=True)
        for said in ('\n'.join(lines(state)), drawn(state)):
            assert f'over: all results are there{words} again with -r' in said


def test_what_is_unfinished_is_called_so(tmp_path: Path) -> None:
    made = Made(tmp_path)
    made.do({'append': {'journal': [{'idx': 0}]}})
    said = '\n'.join(lines(looked(Watcher(tmp_path))))
    assert 'so far 100.00 % (1 of 1 right; 95 % interval 20.7 - 100.0)' in said
    assert 'Not a score.' in said and 'score 1' not in said
    assert 'not over: 1 of 1 without results' in said
    made.do({'write': {'results': [['correct'], ['incorrect']]}, 'remove': ['journal']})
    said = '\n'.join(lines(looked(Watcher(tmp_path))))
    assert 'score 50.00 % (1 of 2 right;' in said and 'so far' not in said.lower()
    assert said.endswith('over: all results are there')


def test_a_silent_run_is_told(tmp_path: Path) -> None:
    made = Made(tmp_path)
    made.do({'append': {'journal': [{'idx': 0}]}})  # of long ago, by its date
    said = '\n'.join(lines(looked(Watcher(tmp_path))))
    assert re.search(
        r'nothing new for \d+ h \d\d min: a slow model, or a run that was stopped', said
    )
    made.do({'write': {'predictions': [{'idx': 0}]}, 'remove': ['journal']})
    said = '\n'.join(lines(looked(Watcher(tmp_path))))
    assert 'where only inference was asked for, none will come' in said
