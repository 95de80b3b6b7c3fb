"""Outputs of NeMo-Skills: seeds, thoughts, judges, chunks, and what is damaged."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from documented_commands import NEMO_SKILLS

from opencompass_math500.cli import main
from opencompass_math500.errors import Math500Error
from opencompass_math500.response import Response
from opencompass_math500.runs import read_responses
from opencompass_math500.runs.places import find_place

LOGS = Path(__file__).resolve().parents[1] / 'logs' / 'nemo_skills' / 'my-model'
ROW = {'generation': 'so \\boxed{7}', 'expected_answer': '7', 'problem': 'What is it?'}


def read(place: Path) -> tuple[list[Response], list[str]]:
    notes: list[str] = []
    return list(read_responses(place, note=notes.append)), notes


def save(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(''.join(json.dumps(row) + '\n' for row in rows), encoding='utf-8')
    return path


@pytest.mark.parametrize('place', ['', 'eval-results', 'eval-results/math-500'])
def test_seeds_are_samples_of_one_run(place: str) -> None:
    assert find_place(LOGS / place).source.name == 'NeMo-Skills'
    found, notes = read(LOGS / place)
    assert notes == []
    assert {(one.model, one.dataset) for one in found} == {('my-model', 'math-500')}
    assert [(one.position, one.sample) for one in found] == [
        (n, s) for s in (0, 1) for n in range(8)
    ]
    assert [one.outcome for one in found[:8]] == [
        'correct', 'correct', 'incorrect', 'empty_response', 'empty_response', 'truncated',
        'content_filter', 'failed_request',
    ]  # fmt: skip
    first = found[0]
    assert (first.unique_id, first.gold, first.tokens) == ('sample/algebra/1.json', '5', 5)
    assert (first.level, first.subject, first.finish_reason) == (1, 'Algebra', 'stop')
    # It looks into boxes alone, and takes one in a thought.
    there = [(one.other_verdict, one.other_answer) for one in found[:5]]
    assert there == [(True, '5'), (False, ''), (False, '13'), (False, ''), (True, '24')]


def test_what_it_has_emptied_is_read_from_the_whole() -> None:
    found, _ = read(LOGS)
    plain, parsed = found[:8], found[8:]
    # What its parse_reasoning took for a thought, because there was none: the reply is whole.
    assert [one.outcome for one in parsed] == [one.outcome for one in plain]
    assert parsed[0].response == plain[0].response == 'So the value is $\\boxed{5}$.'
    assert (parsed[0].other_verdict, parsed[0].other_answer) == (False, '')
    # Cut, and no sign of a thought but its flag.
    assert (parsed[5].response, parsed[5].reasoning) == ('', plain[5].response)


@pytest.mark.parametrize(
    ('fields', 'response', 'reasoning', 'outcome'),
    [
        ({'generation': '', '_full_generation': '<think>\\boxed{7}', 'finish_reason': 'length'},
         '<think>\\boxed{7}', '', 'truncated'),
        ({'generation': '', '_full_generation': '\\boxed{7}', 'finish_reason': 'length',
          '_generation_finished_thinking': False}, '', '\\boxed{7}', 'truncated'),
        ({'generation': '', '_full_generation': '\\boxed{7}', 'reasoning_content': 'a '},
         '', 'a \\boxed{7}', 'empty_response'),
        ({'generation': '\\boxed{7}', '_full_generation': 'Hm.</think>\\boxed{7}'},
         'Hm.</think>\\boxed{7}', '', 'correct'),
        ({'generation': '\\boxed{7}', 'reasoning_content': 'Hm.'}, '\\boxed{7}', 'Hm.', 'correct'),
        ({'generation': '', 'error': 'context_window_exceeded'}, '', '', 'failed_request'),
    ],
    ids=['open', 'cut', 'unknown end', 'closed', 'apart', 'refused'],
)  # fmt: skip
def test_where_the_thought_stands(
    fields: dict[str, Any], response: str, reasoning: str, outcome: str, tmp_path: Path
) -> None:
    (one,), _ = read(save(tmp_path / 'output.jsonl', [{**ROW, **fields}]))
    assert (one.response, one.reasoning, one.outcome) == (response, reasoning, outcome)


@pytest.mark.parametrize(
    ('fields', 'other', 'said'),
    [
        ({'judgement': 'Reasoning: x\nJudgement: Yes'}, True, ''),
        ({'judgement': 'Judgement: Yes\nJudgement: **No**'}, False, ''),
        ({'judgement': 'Judgement: cannot say'}, None, 'said neither yes nor no'),
        ({'judgement': 'Yes'}, None, 'said neither yes nor no'),
        ({'judgement': 'Judgement: No', 'symbolic_correct': True}, True, 'says otherwise'),
        ({'judgement': 'Judgement: Yes', 'symbolic_correct': True}, True, ''),
        ({'is_correct': False}, False, ''),
        ({'predicted_answer': None}, None, ''),
    ],
    ids=lambda value: str(value)[:60],
)
def test_whose_verdict_is_taken(
    fields: dict[str, Any], other: bool | None, said: str, tmp_path: Path
) -> None:
    (one,), notes = read(save(tmp_path / 'output.jsonl', [{**ROW, **fields}]))
    assert one.other_verdict is other
    assert len(notes) == bool(said) and all(said in note for note in notes)
    assert one.other_answer == ('' if 'predicted_answer' in fields else None)


def test_chunks_stand_for_the_whole_until_they_are_merged(tmp_path: Path) -> None:
    folder = tmp_path / 'm' / 'eval-results' / 'math-500'
    for number in (0, 2):
        save(folder / f'output-rs0_chunk_{number}.jsonl', [{**ROW, 'problem': f'{number}'}])
    found, notes = read(tmp_path / 'm')
    assert [one.problem for one in found] == ['0', '2']
    assert 'chunks are missing: 1' in notes[0]
    save(folder / 'output-rs0.jsonl', [{**ROW, 'problem': 'whole'}])
    assert [one.problem for one in read(tmp_path / 'm')[0]] == ['whole']


def test_a_file_in_the_making_is_left_out_or_read_where_it_is_named(tmp_path: Path) -> None:
    folder = tmp_path / 'm' / 'eval-results' / 'math-500'
    rows = [{**ROW, 'problem': text, '_async_position': n} for n, text in enumerate('ab')]
    path = save(folder / 'output-rs1.jsonl-async', rows)
    with pytest.raises(Math500Error, match='no finished output'):
        read(tmp_path / 'm')
    assert [one.problem for one in read(path)[0]] == ['a', 'b']
    save(folder / 'output-rs0.jsonl', [ROW])
    found, notes = read(tmp_path / 'm')
    assert len(found) == 1 and 'an unfinished run' in notes[0]


def test_a_run_without_seeds_stands_apart(tmp_path: Path) -> None:
    folder = tmp_path / 'm' / 'eval-results' / 'math-500'
    for name in ('output', 'output-rs0', 'output-rs10', 'output-rs2'):
        save(folder / f'{name}.jsonl', [{**ROW, 'generation': name}])
    found, _ = read(tmp_path / 'm')
    assert [(one.dataset, one.response, one.sample) for one in found] == [
        ('math-500', 'output-rs0', 0), ('math-500', 'output-rs2', 1),
        ('math-500', 'output-rs10', 2),
        ('math-500-without-seed', 'output', 0),
    ]  # fmt: skip


def test_damaged_rows_are_named_and_seeds_that_lack_some(tmp_path: Path) -> None:
    save(tmp_path / 'output-rs0.jsonl', [ROW, {**ROW, 'problem': 'other'}])
    path = save(tmp_path / 'output-rs1.jsonl', [ROW, {'generation': 'x', 'symbolic_correct': True}])
    path.write_bytes(path.read_bytes() + b'{"generation": "so')
    found, notes = read(tmp_path)
    assert len(found) == 3
    assert notes[0] == 'output-rs1.jsonl:2: no "expected_answer" that is text; the row is left out'
    assert notes[1].startswith('output-rs1.jsonl:3: not JSON')
    assert 'its seeds hold 2, 1 rows' in notes[2]


def test_a_file_of_that_name_by_another_tool_is_not_taken(tmp_path: Path) -> None:
    path = save(tmp_path / 'output.jsonl', [{'response': 'so \\boxed{7}', 'gold': '7'}])
    assert find_place(path).source.name == 'rows of responses'


def test_the_command_of_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(LOGS, tmp_path / 'outputs' / 'my-model')
    monkeypatch.chdir(tmp_path)
    (command,) = NEMO_SKILLS
    assert main(command.split()[1:]) == 1  # a request failed
    out, err = capsys.readouterr()
    assert 'my-model on math-500' in out and 'run NeMo-Skills again' in err
