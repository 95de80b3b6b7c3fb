"""Several graders on the same responses: counts, the peers' processes, the report."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from opencompass_math500 import grade
from opencompass_math500.errors import ConfigError, MalformedData
from opencompass_math500.graders import (
    GRADERS,
    Grader,
    GraderVerdict,
    Judged,
    Report,
    anatomy,
    differing,
    load_report,
    matrix,
    pairs,
    report_path,
    save_report,
)
from opencompass_math500.graders.grader_table import print_report
from opencompass_math500.graders.peer import Peer, PeerCommand
from opencompass_math500.grading import OUTCOMES, Outcome
from opencompass_math500.statistics.score import clustered_interval, wilson_interval

ROOT = Path(__file__).resolve().parents[2]


def judged(name: str = 'a', *right: bool, outcome: Outcome = 'correct', **changes: Any) -> Judged:
    """One response; ``right`` is what each grader says, in the order of tables."""
    words: dict[Grader, GraderVerdict] = {
        grader: GraderVerdict('7', is_right)
        for grader, is_right in zip(GRADERS, right, strict=False)
    }
    fields: dict[str, Any] = {
        'name': name, 'sample': 0, 'gold': '7', 'outcome': outcome, 'reason': 'written the same',
        'rule': 'judge.identical', 'was_cut': False, 'ending_known': True, 'words': words,
        **changes,
    }  # fmt: skip
    return Judged(**fields)


# Counts ---------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=30))
def test_the_counts_fit_together(words: list[tuple[bool, bool, bool]]) -> None:
    rows = [judged(str(number), *word) for number, word in enumerate(words)]
    scores = {score.grader: score.share for score in matrix(rows)}
    assert list(scores) == ['math500', 'opencompass_v1', 'opencompass_v2']
    for pair in pairs(rows):
        assert pair.only_first + pair.only_second + pair.both + pair.neither == len(rows)
        assert pair.both + pair.only_first == scores[pair.first].right
        assert pair.both + pair.only_second == scores[pair.second].right
    assert differing(rows) == [row for row, word in zip(rows, words, strict=True) if
                               len(set(word)) > 1]  # fmt: skip


def test_intervals_are_wilsons_or_clustered() -> None:
    rows = [judged(str(number), number < 7) for number in range(10)]
    share = matrix(rows)[0].share
    assert (share.accuracy, (share.low, share.high)) == (70, wilson_interval(7, 10))
    four = [replace(row, sample=n) for row in rows for n in range(4)]
    share = matrix(four)[0].share
    assert (share.low, share.high) == clustered_interval([(4, 4)] * 7 + [(0, 4)] * 3)


def test_no_verdict_counts_as_wrong_and_is_shown() -> None:
    row = judged('a', True, True)
    row = replace(
        row, words={**row.words, 'opencompass_v1': GraderVerdict(None, False, 'no verdict')}
    )
    ours, theirs = matrix([row])
    assert (ours.undecided, theirs.undecided, theirs.share.right) == (0, 1, 0)


@given(st.lists(st.tuples(st.sampled_from(OUTCOMES), st.booleans()), max_size=20))
def test_every_loss_is_counted_apart(kinds: list[tuple[Outcome, bool]]) -> None:
    rows = [
        judged(str(n), kind == 'correct', outcome=kind, was_cut=cut or kind == 'truncated')
        for n, (kind, cut) in enumerate(kinds)
    ]
    found = anatomy(rows)
    for loss in found.losses:
        lost = [row for row in rows if
                (row.was_cut if loss.name == 'cut' else row.outcome == loss.name)]  # fmt: skip
        kept = [row for row in rows if row not in lost]
        assert loss.count == len(lost)
        assert loss.without.total == len(kept)
        assert loss.without.right == sum(row.outcome == 'correct' for row in kept)
        assert (loss.without.accuracy is None) == (not kept)
    named = {loss.name for loss in found.losses}
    assert named == {'cut', *OUTCOMES} - {'correct', 'incorrect'}


def test_unknown_endings_are_counted() -> None:
    rows = [judged(str(n), True, ending_known=n > 2) for n in range(5)]
    assert anatomy(rows).unknown_ending == 3


# Peers ----------------------------------------------------------------------------------

PEER = f"""
import os, sys, time
sys.path.insert(0, {str(ROOT)!r})
from opencompass_math500.graders.worker import served

def grade(name, response, gold):
    print('a grader may print')
    if response == 'hang':
        time.sleep(60)
    if response == 'die':
        os._exit(3)
    return (None if response == 'none' else response), response.strip() == gold + str(1 / len(gold))

def load():
    return served(grade, {{'math_verify': 'test 1.0'}})
"""


@pytest.fixture
def command(tmp_path: Path) -> Callable[..., PeerCommand]:
    """A peer of some code, in an interpreter that has nothing of ours."""

    def made(code: str, seconds: float = 20.0) -> PeerCommand:
        path = tmp_path / 'peer.py'
        path.write_text(code)
        return PeerCommand(
            title='the peer', graders=('math_verify',), load=(str(path), 'load'),
            remedy='install it', item_seconds=seconds, start_seconds=20.0, python=sys.executable,
        )  # fmt: skip

    return made


def test_a_peer_says_what_it_finds(command: Callable[..., PeerCommand]) -> None:
    with Peer(command(PEER)) as peer:
        assert peer.ask('math_verify', '71.0', '7') == GraderVerdict('71.0', True)
        assert peer.ask('math_verify', '8', '7') == GraderVerdict('8', False)
        assert peer.ask('math_verify', 'none', '7') == GraderVerdict(None, False)
        assert peer.ask('math_verify', 'ü\ud800\x00\n', '7') == GraderVerdict(
            'ü\ud800\x00\n', False
        )
        assert peer.ask('math_verify', '8', '').note == 'ZeroDivisionError: division by zero'
        assert len(peer.ask('math_verify', 'x' * 200_000, '7').answer or '') == 2_000
        assert peer.versions == {'math_verify': 'test 1.0'}


@pytest.mark.slow
def test_a_peer_that_hangs_or_dies_is_started_again(
    command: Callable[..., PeerCommand],
) -> None:
    with Peer(command(PEER, seconds=3.0)) as peer:
        started = time.perf_counter()
        assert peer.ask('math_verify', 'hang', '7').note == 'no verdict within 3 s'
        assert peer.ask('math_verify', '71.0', '7').is_correct
        assert peer.ask('math_verify', 'die', '7').note == 'its process ended (status 3)'
        assert peer.ask('math_verify', '71.0', '7').is_correct
        assert time.perf_counter() - started < 50  # it would hang for 60


@pytest.mark.parametrize(
    ('code', 'why'),
    [
        ('import a_grader_that_is_not_there', "No module named 'a_grader_that_is_not_there'"),
        ('print("no load")', "has no attribute 'load'"),
        ('import os; os._exit(3)', 'status 3'),
    ],
)
def test_a_peer_that_does_not_start(
    code: str, why: str, command: Callable[..., PeerCommand]
) -> None:
    with (
        Peer(command(code)) as peer,
        pytest.raises(ConfigError, match=f'the peer does not start .*{why}.*: install it'),
    ):
        peer.ask('math_verify', '7', '7')


def test_opencompasss_own_graders_on_real_responses(shared: Path) -> None:
    """Every 25th real response: both versions as OpenCompass would grade them."""
    from opencompass.datasets.math import MATHEvaluator, math_postprocess, math_postprocess_v2
    from response_runs import responses_of

    from opencompass_math500.compass.peers import opencompass_graders

    rows = responses_of(shared, 'Llama-3.1-8B-Instruct')[::25]
    assert len(rows) == 20
    ask, versions = opencompass_graders()
    assert set(versions) == {'opencompass_v1', 'opencompass_v2'}
    golds = [row['gold'] for row in rows]
    accepted = {}
    for version, post in (('v1', math_postprocess), ('v2', math_postprocess_v2)):
        answers = [post(row['response']) for row in rows]
        found = [ask(f'opencompass_{version}', row['response'], row['gold']) for row in rows]
        assert [answer for answer, _ in found] == answers
        accuracy = MATHEvaluator(version=version).score(answers, golds)['accuracy']
        accepted[version] = sum(is_correct for _, is_correct in found)
        assert 100 * accepted[version] / len(rows) == pytest.approx(accuracy)
    ours = sum(grade(response=row['response'], gold=row['gold']).is_correct for row in rows)
    assert accepted['v1'] <= accepted['v2'] <= ours


# The report -----------------------------------------------------------------------------


def report(rows: list[Judged], **changes: Any) -> Report:
    fields: dict[str, Any] = {
        'model': 'tiny', 'dataset': 'math500', 'problems': len({row.name for row in rows}),
        'responses': len(rows), 'grader': '0123456789ab', 'policy': {},
        'versions': {'math500': 'opencompass-math500 0.1.0', 'opencompass_v1': 'opencompass 0.5.4'},
        'scores': tuple(matrix(rows)), 'pairs': tuple(pairs(rows)), 'anatomy': anatomy(rows),
        'items': tuple(differing(rows)), **changes,
    }  # fmt: skip
    return Report(**fields)


ROWS = [
    judged('test/a', True, True, True, True),
    judged('test/plain', True, False, True, True),
    judged('test/telling', True, False, False, True, gold='\\frac{1}{2}'),
    judged('test/cut', False, False, False, False, outcome='truncated', was_cut=True),
]


def printed(one: Report, shown: int | None = None, width: int = 80) -> str:
    stream = io.StringIO()
    print_report(one, Console(file=stream, width=width), shown)
    return stream.getvalue()


def test_a_report_comes_back_as_it_was(tmp_path: Path) -> None:
    path = report_path(tmp_path, 'tiny', 'math500')
    assert path == tmp_path / 'math500' / 'tiny' / 'math500.graders.json'
    odd = replace(ROWS[2], reason='a lone \ud800 and a \x00')
    one = report([*ROWS, odd], policy={'restated': 'accept'})
    save_report(path, one)
    assert asdict(load_report(path)) == asdict(one)
    assert [child.name for child in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize('text', ['{', '[]', '{"model": "x"}', 'null'])
def test_a_damaged_report_is_named(text: str, tmp_path: Path) -> None:
    path = tmp_path / 'a.graders.json'
    path.write_text(text)
    with pytest.raises(MalformedData, match=r'a\.graders\.json is no report of graders'):
        load_report(path)


def test_a_report_in_eighty_columns() -> None:
    text = printed(report(ROWS))
    assert max(map(len, text.splitlines())) <= 80
    assert 'tiny on math500: 4 responses\n' in text
    for line in (
        'this judge 75.00 30.1 – 95.4 3/4 0',
        'MATHEvaluator v1 25.00 4.6 – 69.9 1/4 0',
        'this judge MATHEvaluator v2 1 0 3',
        'cut by the token cap 1 100.00 43.9 – 100.0',
        'no answer found 0',
    ):
        assert line in [' '.join(one.split()) for one in text.splitlines()]
    assert 'Graders differ on 2 responses:' in text
    assert text.index('test/telling  gold \\frac{1}{2}') < text.index('test/plain')
    assert 'this judge       right  7' in text


def test_only_so_many_items_are_shown() -> None:
    text = printed(report(ROWS), shown=1)
    assert 'test/plain' not in text
    assert '... and 1 more: --output FILE' in text


def test_unknown_endings_are_not_called_none() -> None:
    text = printed(report([replace(ROWS[1], ending_known=False)]))
    assert ['cut by the token cap', 'unknown'] in [
        [cell.strip() for cell in line.strip().split('   ') if cell] for line in text.splitlines()
    ]
    assert 'Of 1 responses the file does not say how they ended' in text


def test_hostile_text_stays_on_its_line() -> None:
    bad = 'x\x1b[31m\n\ud800[red]' + 'y' * 300
    row = judged('test/bad', True, False, True, gold=bad, reason=bad)
    row = replace(row, words={**row.words, 'opencompass_v1': GraderVerdict(bad, False)})
    text = printed(report([row]))
    assert '\x1b' not in text
    assert '[red]' in text
    assert max(map(len, text.splitlines())) <= 80
    text.encode('utf-8')
