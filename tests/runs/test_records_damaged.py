"""What is damaged, missing or hostile in a work directory is named, and the rest is read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from record_runs import read, whole
from work_dirs import DATASET, MODEL, prediction, save_json, save_predictions


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


DAMAGES: dict[str, tuple[Any, int, str]] = {
    'results': (lambda d: cut(d / f'results/{MODEL}/{DATASET}.json'), 3, 'damaged'),
    'predictions': (lambda d: cut(d / f'predictions/{MODEL}/{DATASET}.json'), 2, 'is not whole'),
    'record': (lambda d: cut(d / f'math500/{MODEL}/{DATASET}.json'), 3, 'damaged'),
    'no-json': (lambda d: save_json(d / f'results/{MODEL}/{DATASET}.json', '[1]'), 3, 'no'),
    'no-predictions': (lambda d: shutil.rmtree(d / 'predictions'), 3, 'no predictions'),
    'a-row': (
        lambda d: save_predictions(d, [prediction(0), prediction(1, prediction={}), prediction(2)]),
        2,
        "row 1: 'prediction' is an object",
    ),
    'other-benchmark': (
        lambda d: save_predictions(d, [{'label: A': {'PPL': 1}}] * 9, name='mmlu'),
        3,
        "mmlu.json: row 0: no 'response'",
    ),
    'unfinished': (lambda d: save_json(d / f'predictions/{MODEL}/tmp_x.jsonl', '{}'), 3, 'tmp_x'),
    'stray': (lambda d: save_json(d / 'predictions/x.json', '{}'), 3, 'x.json is left out'),
}


@pytest.mark.parametrize('name', DAMAGES)
def test_what_is_damaged_is_named_and_the_rest_is_read(name: str, tmp_path: Path) -> None:
    damage, count, words = DAMAGES[name]
    whole(tmp_path, 'correct', 'incorrect', 'no_answer')
    save_predictions(tmp_path, [prediction(5)], model='zz')
    damage(tmp_path)
    records, notes = read(tmp_path)
    assert sum(record.model == MODEL for record in records) == count
    if name != 'no-predictions':
        assert [r.unique_id for r in records if r.model == 'zz'] == ['mine/5']
    assert any(words in text for text in notes), notes
    assert len(notes) <= 5
    assert not any('\n' in text for text in notes)


def test_a_missing_part_shifts_no_verdict(tmp_path: Path) -> None:
    whole(tmp_path, 'correct', 'incorrect', 'no_answer')
    (tmp_path / f'predictions/{MODEL}/{DATASET}.json').unlink()
    for part in (0, 2):
        save_predictions(tmp_path, [prediction(part)], name=f'{DATASET}_{part}')
    records, notes = read(tmp_path)
    assert [(r.unique_id, r.outcome) for r in records] == [
        ('mine/0', 'correct'),
        ('mine/2', 'no_answer'),
    ]
    assert 'a part of' in notes[0]
    assert '1 of the 3 responses' in notes[1]


def test_hostile_rows_are_read_or_named(tmp_path: Path) -> None:
    deep = json.loads('[' * 300 + ']' * 300)
    rows = [
        prediction(0, prediction='\ud800\x00' + 'x' * 1_000_000, reply=deep, response_tokens=1e400),
        prediction(1, reply={'attempts': deep, 'reasoning': 5}, subject=['x'], level='9' * 9),
        prediction(2, unique_id=None, gold=3, prediction=None, origin_prompt={'a': deep}),
    ]
    save_predictions(tmp_path, rows)
    records, notes = read(tmp_path)
    assert [record.outcome for record in records] == ['no_answer', 'no_answer', 'empty_response']
    assert len(records[0].response) == 1_000_002
    assert (records[0].tokens, records[1].reasoning, records[2].gold) == (None, '', '3')
    assert notes == []
