"""A run is followed as it grows: what is new is read once, and what is said is true."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from watched_runs import DATASET, MODEL, Made, looked, only, shown

from opencompass_math500.dataset import load_problems
from opencompass_math500.errors import SelectionError
from opencompass_math500.grading import grade_beside
from opencompass_math500.runs.growing import Tail
from opencompass_math500.runs.opencompass.layout import find_run
from opencompass_math500.runs.rows import MAX_ROW_BYTES
from opencompass_math500.watch import Watcher, running_verdicts

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / 'cases' / 'watch_steps.jsonl').read_text().splitlines()
]


@pytest.fixture
def graded(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Everything that is graded, one entry a response."""
    seen: list[Any] = []

    def counting(pairs: Any, *rest: Any) -> Iterator[Any]:
        for owner, verdict in grade_beside(pairs, *rest):
            seen.append(owner)
            yield owner, verdict

    monkeypatch.setattr(running_verdicts, 'grade_beside', counting)
    return seen


@pytest.mark.parametrize('case', CASES, ids=[case['name'] for case in CASES])
def test_a_run_is_followed_step_by_step(
    case: dict[str, Any], tmp_path: Path, graded: list[Any]
) -> None:
    made, watcher = Made(tmp_path), Watcher(tmp_path)
    for number, step in enumerate(case['steps']):
        made.do(step)
        before = len(graded)
        state = looked(watcher)
        each = {one.model: one for one in state.standings}
        expected = dict(step['see'])
        wanted = {model: dict(facts) for model, facts in step.get('each', {}).items()}
        found: dict[str, Any] = {'over': state.over, 'graded anew': len(graded) - before}
        notes = expected.pop('notes', None)
        if not wanted:
            found |= shown(each[expected.pop('model', MODEL)])
        assert {name: found[name] for name in expected} == expected, f'step {number}'
        for model, facts in wanted.items():
            mine = shown(each[model])
            assert {name: mine[name] for name in facts} == facts, f'step {number}: {model}'
        assert len(each) == max(1, len(wanted))
        if notes is not None:
            assert [words for words in notes if not any(words in x for x in state.notes)] == []
            assert len(state.notes) == len(notes)


@pytest.mark.parametrize('case', CASES, ids=[case['name'] for case in CASES])
def test_who_comes_late_sees_the_same(case: dict[str, Any], tmp_path: Path) -> None:
    """One look at the end knows what a look after every step knows."""
    made, watcher = Made(tmp_path), Watcher(tmp_path)
    for step in case['steps']:
        made.do(step)
        looked(watcher)
    for _ in range(2):  # a damaged file is damaged only when it is so a second time
        early = looked(watcher)
    late = Watcher(tmp_path)
    looked(late)
    assert [shown(one) for one in looked(late).standings] == [shown(x) for x in early.standings]
    assert looked(late).over == early.over


# -- files ------------------------------------------------------------------------------


@given(
    st.lists(st.text(st.characters(codec='utf-8', exclude_characters='\n'), max_size=20)),
    st.lists(st.integers(1, 40)),
)
def test_a_tail_gives_every_line_once(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], sizes: list[int]
) -> None:
    """However the bytes come in."""
    path = tmp_path_factory.mktemp('tail') / 'tmp_d.jsonl'
    path.touch()
    left = ''.join(json.dumps({'says': text}, ensure_ascii=False) + '\n' for text in texts).encode()
    tail = Tail(path)
    found: list[str] = []
    for size in [*sizes, len(left)]:
        with path.open('ab') as stream:
            stream.write(left[:size])
        left = left[size:]
        batch = tail.read()
        assert not batch.anew and not batch.more
        found += [one.fields['says'] for one in batch.rows]
    assert (found, tail.damaged) == (texts, 0)


def test_only_what_was_added_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Made(tmp_path)
    made.do({'append': {'journal': [{'idx': n} for n in range(2000)]}})
    tail = Tail(made.path('journal'))
    assert len(tail.read().rows) == 2000
    made.do({'append': {'journal': [{'idx': 2000}]}})
    read: list[int] = []
    real = Path.open

    def counting(self: Path, *rest: Any, **named: Any) -> Any:
        stream = real(self, *rest, **named)
        inner = stream.read

        class Counted:
            def __enter__(self) -> Counted:
                return self

            def __exit__(self, *error: object) -> None:
                stream.close()

            def __getattr__(self, name: str) -> Any:
                return getattr(stream, name)

            def read(self, size: int) -> Any:
                data = inner(size)
                read.append(len(data))
                return data

        return Counted()

    monkeypatch.setattr(Path, 'open', counting)
    assert len(tail.read().rows) == 1
    assert 0 < sum(read) < 5000 < made.path('journal').stat().st_size / 20


def test_a_long_journal_is_read_in_pieces(tmp_path: Path) -> None:
    made, watcher = Made(tmp_path), Watcher(tmp_path)
    long = 'so ' * 30_000
    made.do({'append': {'journal': [{'idx': n, 'prediction': long} for n in range(60)]}})
    state = watcher.look()
    assert state.more and 0 < only(state).tally.done < 60 and not state.over
    assert only(looked(watcher)).tally.done == 60


def test_an_endless_line_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / 'tmp_d.jsonl'
    with path.open('wb') as stream:
        stream.write(b'{"idx": 0}\n')
        stream.truncate(MAX_ROW_BYTES + 1000)
        stream.seek(0, io.SEEK_END)
        stream.write(b'\n{"idx": 2}\n')
    tail = Tail(path)
    rows = []
    for _ in range(100):
        batch = tail.read()
        rows += [one.fields['idx'] for one in batch.rows]
        if not batch.more:
            break
    assert rows == ['0', '2']
    assert tail.damaged == 1 and 'tmp_d.jsonl:2: longer than 64 MiB' in tail.first


# -- which run --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ('folders', 'newest'),
    [
        (['predictions'], '.'),
        (['results/m'], '.'),
        (['20260101_120000/predictions', '20260102_120000/predictions'], '20260102_120000'),
        (['a/20260101_120000/results', 'b/20251231_235959/results'], 'a/20260101_120000'),
        (['20260101_120000/predictions', 'old/predictions'], '20260101_120000'),
        (['configs', 'logs'], None),
        ([], None),
    ],
)
def test_the_newest_run_is_meant(folders: list[str], newest: str | None, tmp_path: Path) -> None:
    for name in folders:
        (tmp_path / name).mkdir(parents=True)
    assert find_run(tmp_path) == (tmp_path / newest if newest else None)


def test_a_dumped_config_makes_a_run_and_a_users_own_does_not(tmp_path: Path) -> None:
    made = Made(tmp_path / '20260101_120000')
    (tmp_path / 'configs').mkdir()
    (tmp_path / 'configs' / 'eval_math500.py').write_text('models = []')
    assert find_run(tmp_path) is None
    made.do({'write': {'config': 'models = []\ndatasets = []\n'}})
    assert find_run(tmp_path) == made.root


def test_it_waits_for_the_folder_and_for_the_run(tmp_path: Path) -> None:
    made = Made(tmp_path / 'out' / '20260101_120000')
    watcher = Watcher(tmp_path / 'out')
    assert watcher.look().waiting_for == f'the folder {tmp_path / "out"}'
    made.root.parent.mkdir()
    state = watcher.look()
    assert state.waiting_for == f'a run in {tmp_path / "out"}' and not state.over
    made.do({'append': {'journal': [{'idx': 0}]}})
    assert watcher.look().run == made.root
    # One that begins later is another run.
    Made(tmp_path / 'out' / '20260102_120000').do({'append': {'journal': [{'idx': 0}]}})
    assert watcher.look().run == made.root


def test_models_and_datasets_can_be_chosen(tmp_path: Path) -> None:
    made = Made(tmp_path)
    made.do({'append': {'journal': [{'idx': 0}], 'journal/other': [{'idx': 0}]}})
    models = [one.model for one in Watcher(tmp_path, ['other'], [DATASET]).look().standings]
    assert models == ['other']
    assert not Watcher(tmp_path, None, ['e']).look().standings  # it may still come
    made.do({'write': {'config': "models = [dict(abbr='tiny')]\ndatasets = [dict(abbr='d')]\n"}})
    with pytest.raises(SelectionError, match=r"has no dataset 'e': give one of d"):
        Watcher(tmp_path, None, ['e']).look()


def test_golds_come_from_the_data_that_are_named(tmp_path: Path) -> None:
    made, problems = Made(tmp_path), load_problems('sample')[:3]
    boxes = [f'\\boxed{{{problem.answer}}}' for problem in problems]
    asked = [None, f'Q: {problems[1].problem} A:', 'something else']
    ids = [problems[0].unique_id, None, None]
    made.do({'append': {'journal': [
        {'idx': n, 'unique_id': ids[n], 'origin_prompt': asked[n], 'prediction': boxes[n],
         'gold': None} for n in range(3)
    ]}})  # fmt: skip
    state = Watcher(tmp_path, data=problems).look()
    assert shown(only(state)) | {'done': 3, 'graded': 2, 'right': 2} == shown(only(state))
    assert '1 responses have no gold' in state.notes[0]


def test_predictions_take_the_place_of_their_journal_at_once(tmp_path: Path) -> None:
    """However many there are: nobody sees a count that falls."""
    made, watcher = Made(tmp_path), Watcher(tmp_path)
    rows = [{'idx': n} for n in range(300)]
    made.do({'append': {'journal': rows}})
    assert only(looked(watcher)).tally.done == 300
    made.do({'write': {'predictions': rows}, 'remove': ['journal']})
    state = watcher.look()
    assert only(state).tally.done == only(state).total == 300 and not state.more
