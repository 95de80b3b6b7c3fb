"""Files of rows as runs: dumps that verl and TRL have really written, and files by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet as parquet
import pytest
from table_files import FORMS, read

from opencompass_math500 import load_problems
from opencompass_math500.cli import main
from opencompass_math500.errors import Math500Error
from opencompass_math500.response import Response
from opencompass_math500.runs.columns import NamedColumns

LOGS = Path(__file__).resolve().parents[1] / 'logs' / 'tables'
ROW = {'response': 'so \\boxed{7}', 'gold': '7'}


def brief(found: Iterable[Response]) -> list[tuple[Any, ...]]:
    return [(one.model, one.unique_id, one.sample, one.outcome, one.other_verdict) for one in found]


# What trainers write -----------------------------------------------------------------------

RIGHT = ('sample/algebra/1.json', 'sample/algebra/2.json')


def test_a_dump_of_verl_is_a_run(problems: list[Any]) -> None:
    found, notes = read(LOGS / 'verl', data=problems)
    assert {(one.model, one.dataset) for one in found} == {('verl-step0', 'unnamed-data')}
    assert notes == [
        f"{LOGS / 'verl' / '0.jsonl'}: responses from 'output', golds from 'gts', prompts from "
        "'input', verdicts there from 'score'"
    ]
    assert [(one.position, one.sample) for one in found] == [
        (n, s) for n in range(7) for s in (0, 1)
    ]
    assert sorted({one.unique_id for one in found if one.is_correct}) == [*RIGHT]
    # Its reward function of MATH looks into boxes alone, and takes one in a thought.
    there = {one.unique_id for one in found if one.other_verdict}
    assert there == {'sample/algebra/1.json', 'sample/geometry/1.json'}
    assert found[0].prompt[0].text.startswith('user\nIf $x + 3 = 8$')
    assert found[0].place == '0.jsonl:1'
    assert {one.finish_reason for one in found} == {None}


def test_a_reward_of_minus_one_is_a_wrong_answer() -> None:
    found, notes = read(LOGS / 'verl_dapo')
    assert [one.other_verdict for one in found] == [True, False, False, False, True, False, False]
    assert [one.other_answer for one in found][:3] == ['5', '', '13']
    assert "answers found there from 'pred', verdicts there from 'acc'" in notes[0]


def test_completions_of_trl_are_runs_by_step() -> None:
    found, notes = read(LOGS / 'trl')
    assert len(notes) == 1
    assert {one.model for one in found} == {'trl-step1', 'trl-step2'}
    first = next(one for one in found if one.unique_id == 'sample/algebra/1.json')
    assert (first.gold, first.response) == ('5', 'So the value is $\\boxed{5}$.')
    assert [(turn.role, turn.text) for turn in first.prompt] == [
        ('user', 'If $x + 3 = 8$, what is the value of $x$?')
    ]
    assert (first.level, first.subject, first.other_verdict) == (1, 'Algebra', True)
    words = next(one for one in found if one.unique_id == 'sample/algebra/2.json')
    assert (words.outcome, words.other_verdict, words.other_answer) == ('correct', False, '')


@pytest.fixture
def problems() -> list[Any]:
    return list(load_problems('sample'))


# Every form --------------------------------------------------------------------------------


@pytest.mark.parametrize('form', FORMS)
def test_every_form_says_the_same(form: str, tmp_path: Path) -> None:
    rows = [
        {'response': ['so \\boxed{7}', 'so \\boxed{8}'], 'gold': '7', 'unique_id': 'a',
         'finish_reason': ['eos', 'MAX_TOKENS'], 'response_tokens': [5, 6]},
        {'response': [None, ''], 'gold': '0.10', 'unique_id': 'b',
         'finish_reason': ['failed_request', 'stop'], 'response_tokens': [None, 1]},
    ]  # fmt: skip
    path = tmp_path / f'mine.{form}'
    FORMS[form](path, rows)
    found, _ = read(path)
    assert brief(found) == [
        ('mine', 'a', 0, 'correct', None), ('mine', 'a', 1, 'incorrect', None),
        ('mine', 'b', 0, 'failed_request', None), ('mine', 'b', 1, 'empty_response', None),
    ]  # fmt: skip
    assert [one.tokens for one in found] == [5, 6, None, 1]
    assert [one.finish_reason for one in found] == ['eos', 'MAX_TOKENS', 'failed_request', 'stop']
    assert [one.gold for one in found][2:] == ['0.10'] * 2


@pytest.mark.parametrize('form', FORMS)
def test_grade_reads_every_form(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    FORMS[form](tmp_path / f'mine.{form}', [{'reply': 'so \\boxed{7}', 'truth': '7'}] * 2)
    status = main(['grade', str(tmp_path), '--response-column', 'reply', '--gold-column', 'truth'])
    out, err = capsys.readouterr()
    assert (status, out.count('"outcome": "correct"')) == (0, 2), err


def test_bytes_beside_the_texts_are_not_read(tmp_path: Path) -> None:
    rows = [{**ROW, 'image': b'\xff\x00', 'images': [b'\xff']}]
    parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / 'a.parquet')
    assert [one.outcome for one in read(tmp_path)[0]] == ['correct']


def test_shards_are_one_run_and_a_missing_one_is_named(tmp_path: Path) -> None:
    for number in (0, 2):
        path = tmp_path / f'test-0000{number}-of-00003.parquet'
        FORMS['parquet'](path, [{**ROW, 'unique_id': f'{number}'}])
    found, notes = read(tmp_path)
    assert [(one.model, one.unique_id) for one in found] == [('test', '0'), ('test', '2')]
    assert 'of test these parts are missing: 1' in notes[1]


def test_rows_that_name_models_and_steps_are_runs_of_their_own(tmp_path: Path) -> None:
    rows = [
        {**ROW, 'model': model, 'dataset': 'd', 'step': step}
        for model in ('org/a', 'b') for step in (1, 20)
    ]  # fmt: skip
    FORMS['jsonl'](tmp_path / 'all.jsonl', rows)
    found, _ = read(tmp_path)
    assert [(one.model, one.dataset, one.place) for one in found] == [
        ('b-step1', 'd', 'all.jsonl:3'), ('b-step20', 'd', 'all.jsonl:4'),
        ('org_a-step1', 'd', 'all.jsonl:1'), ('org_a-step20', 'd', 'all.jsonl:2'),
    ]  # fmt: skip


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    FORMS['jsonl'](tmp_path / 'a.jsonl', [ROW])
    FORMS['parquet'](tmp_path / 'a.parquet', [ROW])
    assert {one.model for one in read(tmp_path)[0]} == {'a-a.jsonl', 'a-a.parquet'}


# Columns -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ('row', 'options', 'facts'),
    [
        ({'generation': 'a', 'output': 'b', 'gold': '7'}, {},
         ("either 'generation' or 'output' may be the response", 'its columns: generation, output',
          '--response-column')),
        ({'response': 'a', 'target': '7', 'label': '8'}, {},
         ("either 'target' or 'label' may be the gold", '--gold-column')),
        ({'text': 'a', 'gold': '7'}, {}, ("no 'response'", 'its columns: text, gold')),
        ({'response': 'a', 'question': 'b'}, {}, ("no 'gold'", '--gold-column', '--data')),
        ({'response': 'a', 'gold': '7'}, {'problem': 'q'}, ("no column 'q'", 'response, gold')),
    ],
    ids=['two responses', 'two golds', 'no response', 'no gold', 'no such column'],
)  # fmt: skip
@pytest.mark.parametrize('form', ['jsonl', 'parquet'])
def test_what_the_columns_leave_open_is_one_error(
    row: dict[str, Any], options: dict[str, str], facts: tuple[str, ...], form: str, tmp_path: Path
) -> None:
    path = tmp_path / f'a.{form}'
    FORMS[form](path, [row])
    with pytest.raises(Math500Error) as caught:
        read(path, columns=NamedColumns(**options))
    assert str(caught.value).startswith(str(path)) and '\n' not in str(caught.value)
    assert not [fact for fact in facts if fact not in str(caught.value)], caught.value


def test_named_columns_count(tmp_path: Path) -> None:
    row = {'generation': 'no', 'output': 'so \\boxed{7}', 'label': '8', 'target': '7',
           'text': 'How many?', 'why': 'length'}  # fmt: skip
    FORMS['jsonl'](tmp_path / 'a.jsonl', [row])
    named = NamedColumns('output', 'target', 'text', 'why')
    (one,), notes = read(tmp_path, columns=named)
    assert (one.outcome, one.problem, one.finish_reason) == ('correct', 'How many?', 'length')
    assert notes[0].endswith(
        "responses from 'output', golds from 'target', problems from 'text', stop reasons from "
        "'why'"
    )


def test_columns_of_a_harness_are_not_to_be_named(tmp_path: Path) -> None:
    from sample_log_rows import row, save_log

    save_log(tmp_path, [row(0)])
    with pytest.raises(Math500Error, match='whose columns are known'):
        read(tmp_path, columns=NamedColumns(gold='doc'))


@pytest.mark.parametrize(
    'asked',
    [
        lambda one: {'unique_id': one.unique_id},
        lambda one: {'problem': one.problem},
        lambda one: {'unique_id': '17', 'question': one.problem},
        lambda one: {'prompt': [{'role': 'user', 'content': f'{one.problem} Be brief.'}]},
    ],
    ids=['id', 'text', 'an id of its own', 'prompt'],
)
def test_golds_are_joined_from_the_problems(
    asked: Callable[[Any], dict[str, Any]], problems: list[Any], tmp_path: Path
) -> None:
    one = problems[3]
    rows = [{**asked(one), 'response': f'so \\boxed{{{one.answer}}}'}]
    FORMS['jsonl'](tmp_path / 'a.jsonl', [*rows, {**rows[0], **dict.fromkeys(asked(one), 'no')}])
    (found,), notes = read(tmp_path, data=problems)
    assert (found.gold, found.level, found.outcome) == (one.answer, one.level, 'correct')
    assert 'a.jsonl:2: it has no gold, and no problem of the data has' in notes[1]


@pytest.mark.parametrize(
    ('value', 'right'),
    [(True, True), (1, True), (1.0, True), (0, False), (-1.0, False), (0.5, None), (None, None),
     ('yes', None), (1e400, None)],
    ids=str,
)  # fmt: skip
def test_which_rewards_are_verdicts(value: Any, right: bool | None, tmp_path: Path) -> None:
    FORMS['jsonl'](tmp_path / 'a.jsonl', [{**ROW, 'score': value}])
    assert read(tmp_path)[0][0].other_verdict is right


def test_messages_are_replies_with_reasoning_and_turns(tmp_path: Path) -> None:
    chat = [
        {'role': 'assistant', 'content': 'I ask.'},
        {'role': 'tool', 'content': '7'},
        {'role': 'assistant', 'content': [{'type': 'text', 'text': 'so \\boxed{7}'}],
         'reasoning_content': 'Hm.'},
    ]  # fmt: skip
    rows = [
        {'prompt': 'Q', 'completion': chat, 'gold': '7'},
        {'prompt': 'P', 'completion': ['so \\boxed{7}', chat], 'gold': '7', 'thinking': ['x', '']},
        {'prompt': 'R', 'completion': [{'role': 'user', 'content': 'so \\boxed{7}'}], 'gold': '7'},
    ]
    FORMS['jsonl'](tmp_path / 'a.jsonl', rows)
    one, plain, again, nothing = read(tmp_path)[0]
    assert (one.response, one.reasoning) == ('so \\boxed{7}', 'Hm.')
    assert [turn.text for turn in one.prompt] == ['Q', 'I ask.', '7']
    assert (plain.reasoning, again.reasoning, again.sample) == ('x', 'Hm.', 1)
    assert (nothing.response, nothing.outcome) == ('', 'empty_response')
