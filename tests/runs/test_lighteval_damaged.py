"""Details of lighteval that are damaged, changed, or of other tasks and engines."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lighteval_logs import LOGS, change, copied, details
from record_runs import read

from opencompass_math500.cli import main
from opencompass_math500.errors import MalformedData
from opencompass_math500.runs.fingerprint import fingerprint_of
from opencompass_math500.runs.graded import graded_runs

Log = Callable[[str], Path]


@pytest.fixture
def log(tmp_path: Path) -> Log:
    """Copies a log."""
    return lambda name: copied(name, tmp_path)


@pytest.mark.parametrize(
    ('text', 'said'),
    [
        (None, 'its settings are unknown: results_2026-12-01T03-11-48.390543.json is not in'),
        ('{', 'is damaged'),
        ('{"results": {}}', 'no results of lighteval'),
    ],
)
def test_without_results_the_replies_are_read(log: Log, text: str | None, said: str) -> None:
    root = log('greedy')
    (path,) = root.rglob('results_*.json')
    if text is None:
        path.unlink()
    else:
        path.write_text(text)
    records, notes = read(root)
    assert len(records) == 8
    assert said in notes[0]
    (run,) = graded_runs(root, lambda text: None)
    assert (run.model, run.settings.recorded) == ('canned', False)
    assert fingerprint_of(run).prompt is not None  # the details hold it


@pytest.mark.parametrize('size', [0, 40, 4000])
def test_half_a_file_is_named_and_other_details_read(log: Log, size: int) -> None:
    root, other = log('greedy'), log('twice')
    path = details(root)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(MalformedData, match='no details of a task on MATH') as error:
        read(root)
    assert path.name in str(error.value)
    shutil.copytree(other / 'details', root / 'details', dirs_exist_ok=True)
    records, notes = read(root)
    assert {one.dataset for one in records} == {'math_500_twice'}
    assert any(f'{path} is left out' in note for note in notes)


@pytest.mark.parametrize(
    ('by', 'what'),
    [
        (lambda row: row['doc'].update(choices=['ANSWER: ']), 'no gold answer in it'),
        (lambda row: row['doc'].update(gold_index=7), 'no gold answer in it'),
        (lambda row: row['model_response'].update(text=[]), 'no reply in it'),
    ],
)
def test_a_row_that_is_no_reply_is_named(
    log: Log, by: Callable[[dict[str, Any]], object], what: str
) -> None:
    root = log('greedy')
    change(details(root), lambda row: by(row) if row['doc']['id'] in ('1', '2') else None)
    records, notes = read(root)
    assert sorted(one.position for one in records) == [0, 3, 4, 5, 6, 7]
    assert sum(note.endswith(f': {what}; the row is left out') for note in notes) == 2


@pytest.mark.parametrize(
    ('metric', 'expected'),
    [
        ({'pass@k:k=1&n=4': 0.0}, False),
        ({'pass@k:k=1&n=4': 1.0}, True),
        ({'pass@k:k=1&n=4': 0.25}, None),
        ({'pass@k:k=2&n=4': 1.0}, None),  # one of them may be wrong
        ({'pass@k:k=2&n=4': 0.0}, False),
        ({'avg@n:n=2': 1.0}, True),
        ({'extractive_match': 1.0}, True),
        ({'maj@n:n=4': 1.0}, None),
        ({'em': 1.0}, None),
        ({}, None),
    ],
)
def test_a_score_is_a_verdict_only_where_it_tells_of_each(
    log: Log, metric: dict[str, float], expected: bool | None
) -> None:
    root = log('greedy')
    change(details(root), lambda row: row.update(metric=metric or {'x': None}))
    assert {one.other_verdict for one in read(root)[0]} == {expected}


def test_tokens_are_counted_where_the_engine_gives_them(log: Log) -> None:
    root = log('greedy')
    change(details(root), lambda row: row['model_response'].update(output_tokens=[[1, 2, 3]]))
    assert {one.tokens for one in read(root)[0]} == {3}


def test_a_prompt_as_one_text_is_no_chat(log: Log) -> None:
    root = log('greedy')
    change(details(root), lambda row: row['model_response'].update(input=row['doc']['query']))
    records, _ = read(root)
    assert {turn.role for one in records for turn in one.prompt} == {''}
    (run,) = graded_runs(root, lambda text: None)
    assert run.settings.question.as_chat is False


def test_problems_that_nobody_knows_are_read_by_their_place(log: Log) -> None:
    root = log('greedy')

    def another(row: dict[str, Any]) -> None:
        before = row['doc']['query'].partition('\n\n')[0]
        row['doc']['query'] = f'{before}\n\nProblem {row["doc"]["id"]} of mine?'

    change(details(root), another)
    records, _ = read(root)
    assert {(one.unique_id, one.problem) for one in records} == {
        ('', f'Problem {number} of mine?') for number in range(8)
    }
    assert sorted(one.position for one in records) == list(range(8))


def test_what_is_not_of_math_is_left_out(log: Log) -> None:
    root = log('greedy')

    def another(row: dict[str, Any]) -> None:
        row['doc'] |= {'query': 'How many apples?', 'choices': ['18']}

    change(details(root), another)
    with pytest.raises(MalformedData, match='its golds are no solutions with a box'):
        read(root)


def test_without_pyarrow_one_line_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, 'pyarrow', None)
    assert main(['table', str(LOGS / 'greedy')]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert 'pyarrow is not installed' in line
