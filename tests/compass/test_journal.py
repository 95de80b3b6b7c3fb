"""The rows of a run on disk: nothing answered is lost or asked again."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from hypothesis import example, given
from hypothesis import strategies as st

from opencompass_math500.compass.journal import Journal

TEXT = st.text(st.characters(exclude_categories=['Cs']), max_size=40)
ROWS = st.dictionaries(
    st.integers(0, 999),
    st.fixed_dictionaries(
        {
            'prediction': TEXT | st.lists(TEXT, max_size=3),
            'unique_id': TEXT,
            'response_tokens': st.none() | st.integers(0, 10**6),
        }
    ),
    max_size=6,
)
# What str.splitlines() takes for the end of a line, and JSON leaves as it is.
BREAKS = {0: {'prediction': 'a\u2028b\u2029c\x85d\x0be\x1cf\r\ng', 'unique_id': 'x'}}


def journal(folder: Path) -> Journal:
    return Journal(folder / 'predictions' / 'tiny' / 'data_v1.5.json')


def published(made: Journal) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(made.predictions.read_text('utf-8'))
    return loaded


def names(folder: Path) -> set[str]:
    return {path.name for path in (folder / 'predictions' / 'tiny').iterdir()}


@examples(60)
@given(batches=st.lists(ROWS, max_size=4))
@example(batches=[BREAKS])
def test_what_was_appended_is_restored_and_published(batches: list[dict[int, Any]]) -> None:
    expected: dict[int, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for batch in batches:
            # Every batch by another process: restore, go on.
            attempt = journal(folder)
            assert attempt.restore() == expected
            attempt.append(batch)
            expected |= batch
        last = journal(folder)
        assert last.restore() == expected
        assert last.rows() == [expected[number] for number in sorted(expected)]
        last.publish()
        assert published(last) == {str(number): row for number, row in expected.items()}
        assert list(published(last)) == [str(number) for number in sorted(expected)]
        assert names(folder) == {'data_v1.5.json'}


@examples(60)
@given(rows=ROWS, cut=st.integers(1, 400))
def test_a_line_that_a_crash_cut_is_dropped_and_asked_again(rows: dict[int, Any], cut: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first = journal(folder)
        first.append(rows)
        whole = first.path.read_bytes() if rows else b''
        first.path.write_bytes(whole[: max(0, len(whole) - cut)])
        kept = whole[: max(0, len(whole) - cut)].count(b'\n')

        resumed = journal(folder)
        restored = resumed.restore()
        # The last line may lack its newline alone, and then counts.
        assert len(restored) in (kept, kept + 1)
        assert all(restored[number] == rows[number] for number in restored)
        resumed.append({number: rows[number] for number in rows if number not in restored})
        assert journal(folder).restore() == rows


def test_a_fresh_journal_is_empty_and_leaves_nothing_behind(tmp_path: Path) -> None:
    made = journal(tmp_path)
    assert made.restore() == {}
    assert made.rows() == []
    assert list(tmp_path.iterdir()) == []


def test_it_lies_where_opencompass_puts_its_own(tmp_path: Path) -> None:
    assert journal(tmp_path).path.name == 'tmp_data_v1.5.jsonl'


@pytest.mark.parametrize('text', ['\ud800', 'a\udfffb', '\\\ud800', '\udc80\udc80'], ids=ascii)
def test_a_lone_surrogate_survives(text: str, tmp_path: Path) -> None:
    """A byte-level tokenizer cut in mid-character gives such text; UTF-8 has no place for it."""
    journal(tmp_path).append({0: {'prediction': text}})
    again = journal(tmp_path)
    assert again.restore() == {0: {'prediction': text}}
    again.publish()
    assert published(again) == {'0': {'prediction': text}}


@pytest.mark.parametrize(
    'line',
    ['', 'null', '5', '[]', '{}', '{"prediction": "x"}', '{"idx": null}', '{"idx": "x"}',
     '{"idx": 1', '\x00\x00'],
)  # fmt: skip
def test_a_damaged_line_costs_itself_alone(line: str, tmp_path: Path) -> None:
    first = journal(tmp_path)
    first.append({0: {'prediction': 'a'}})
    with first.path.open('a') as stream:
        stream.write(line + '\n')
    first.append({2: {'prediction': 'c'}})
    again = journal(tmp_path)
    assert again.restore() == {0: {'prediction': 'a'}, 2: {'prediction': 'c'}}
    again.append({1: {'prediction': 'b'}})
    assert sorted(journal(tmp_path).restore()) == [0, 1, 2]


def test_bytes_that_are_no_utf8_cost_their_line_at_most(tmp_path: Path) -> None:
    first = journal(tmp_path)
    first.append({0: {'prediction': 'a'}})
    with first.path.open('ab') as stream:
        stream.write(b'{"idx": 1, "prediction": "\xff')
    assert journal(tmp_path).restore() == {0: {'prediction': 'a'}}


def test_a_failed_publish_leaves_the_old_file_and_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = journal(tmp_path)
    made.append({0: {'prediction': 'old'}})
    made.publish()
    other = journal(tmp_path)
    other.append({0: {'prediction': 'new'}})

    def full(self: Path, target: Any) -> Path:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, 'replace', full)
    with pytest.raises(OSError, match='No space left'):
        other.publish()
    monkeypatch.undo()
    assert published(other) == {'0': {'prediction': 'old'}}
    assert journal(tmp_path).restore() == {0: {'prediction': 'new'}}


def test_a_later_reply_to_the_same_row_wins(tmp_path: Path) -> None:
    made = journal(tmp_path)
    made.append({0: {'prediction': 'first'}})
    made.append({0: {'prediction': 'second'}})
    assert journal(tmp_path).restore() == {0: {'prediction': 'second'}}
