"""Files of responses: read in every shape, whatever is wrong named."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from work_dirs import prediction, save_json, save_predictions

from opencompass_math500.errors import Math500Error
from opencompass_math500.prompts import TEMPLATES
from opencompass_math500.runs import json_text
from opencompass_math500.runs import rows as rows_room
from opencompass_math500.runs.files import PredictionSet
from opencompass_math500.runs.prediction import PredictionRow, _problem_in, read_set


def read(path: Path) -> list[PredictionRow]:
    return list(read_set(PredictionSet(str(path), (path,))))


def brief(found: Iterable[PredictionRow]) -> list[tuple[Any, ...]]:
    return [(p.row, p.sample, p.response, p.gold) for p in found]


# JSON Lines ------------------------------------------------------------------------------

FINE = {
    'plain': (b'{"response": "r", "gold": "7"}\n', [(1, 0, 'r', '7')]),
    'no last line end': (b'{"response": "r", "gold": "7"}', [(1, 0, 'r', '7')]),
    'blank lines': (b'\n \n{"response": "r", "gold": "7"}\n\n\n', [(3, 0, 'r', '7')]),
    'byte order mark': (b'\xef\xbb\xbf{"response": "r", "gold": "7"}\n', [(1, 0, 'r', '7')]),
    'Windows line ends': (
        b'{"response": "a", "gold": "7"}\r\n\r\n{"response": "b", "gold": "8"}\r\n',
        [(1, 0, 'a', '7'), (3, 0, 'b', '8')],
    ),
    'lone surrogate': (b'{"response": "\\udc80", "gold": "7"}\n', [(1, 0, '\udc80', '7')]),
    'line separator in a text': (
        '{"response": "a\u2028b", "gold": "7"}\n'.encode(),
        [(1, 0, 'a\u2028b', '7')],
    ),
    'other names': (b'{"prediction": "r", "answer": "7"}\n', [(1, 0, 'r', '7')]),
    'our names first': (
        b'{"response": "r", "prediction": "x", "gold": "7", "answer": "x", "label": "x"}\n',
        [(1, 0, 'r', '7')],
    ),
    'rows of MATH-500': (
        b'{"response": "r", "answer": "7", "solution": "so 7", "level": 2}\n', [(1, 0, 'r', '7')]
    ),
    'journal of an inference': (
        b'{"idx": 4, "origin_prompt": "p", "prediction": "r", "gold": "7"}\n', [(1, 0, 'r', '7')]
    ),
    'a gold that is a number': (
        b'{"response": "a", "gold": 0.10}\n{"response": "b", "gold": 1e400}\n'
        b'{"response": "c", "gold": ' + b'9' * 5000 + b'}\n',
        [(1, 0, 'a', '0.10'), (2, 0, 'b', '1e400'), (3, 0, 'c', '9' * 5000)],
    ),
    'a worked solution as the gold': (
        b'{"response": "r", "gold": "Twice two, so $\\\\boxed{4}$."}\n', [(1, 0, 'r', '4')]
    ),
    'no reply': (b'{"response": null, "gold": "7"}\n', [(1, 0, '', '7')]),
    'several responses': (
        b'{"response": ["a", "b"], "gold": "7"}\n', [(1, 0, 'a', '7'), (1, 1, 'b', '7')]
    ),
}  # fmt: skip


@pytest.mark.parametrize('name', FINE)
def test_a_file_that_is_fine(name: str, tmp_path: Path) -> None:
    data, expected = FINE[name]
    path = tmp_path / 'p.jsonl'
    path.write_bytes(data)
    assert brief(read(path)) == expected


def test_what_else_a_row_may_say(tmp_path: Path) -> None:
    row = {
        'response': ['a', 'b'], 'gold': '7', 'problem': 'P', 'unique_id': 12,
        'finish_reason': ['stop', 'length'],
    }  # fmt: skip
    first, second = read(save_json(tmp_path / 'p.jsonl', row))
    assert (first.problem, first.unique_id, first.finish_reason) == ('P', '12', 'stop')
    assert (second.problem, second.unique_id, second.finish_reason) == ('P', '12', 'length')
    assert first.same_problem == second.same_problem


def test_an_empty_list_of_finish_reasons_says_nothing(tmp_path: Path) -> None:
    row = {'response': ['a', 'b'], 'gold': '7', 'finish_reason': []}
    assert [one.finish_reason for one in read(save_json(tmp_path / 'p.jsonl', row))] == [None] * 2


GOOD = b'{"response": "r", "gold": "7"}\n'
BAD: dict[str, tuple[bytes, tuple[str, ...]]] = {
    'empty': (b'', ('holds no rows', 'give each row')),
    'blank': (b'\n \r\n', ('holds no rows',)),
    'broken': (GOOD + b'{"response": }\n', ('p.jsonl:2: not JSON (Expecting value, column 14)',)),
    'cut': (GOOD + GOOD[:-8], ('p.jsonl:2: not JSON', 'is cut off', 'remove the broken end')),
    'not UTF-8': (GOOD + b'{"response": "\xff", "gold": "7"}\n', (':2: not UTF-8', 'save the')),
    'UTF-16': (GOOD.decode().encode('utf-16'), ('p.jsonl:1: not UTF-8',)),
    'list': (b'[\n{"response": "r", "gold": "7"}]\n', ('is a JSON list', 'one to a line')),
    'number': (GOOD + b'7\n', ('p.jsonl:2: not a JSON object',)),
    'deep': (GOOD + b'[' * 100_000 + b'\n', ('p.jsonl:2: not usable JSON',)),
    'two of a key': (b'{"gold": "1", "gold": "2"}\n', (":1: not usable JSON (key 'gold' occurs",)),
    'no gold': (b'{"response": "r", "id": 1}\n', (":1: no 'gold' (its columns: response, id)",)),
    'no response': (b'{"gold": "7"}\n', (":1: no 'response'",)),
    'no keys': (GOOD + b'\n{}\n', (":3: no 'response'", 'which the first row has')),
    # The model's answer must not be taken for the gold where one row lacks its gold.
    'gold lost': (GOOD + b'{"response": "r", "answer": "7"}\n', (":2: no 'gold', which the",)),
    'which is the gold': (
        b'{"response": "r", "answer": "7", "label": "8"}\n',
        ("either 'answer' or 'label' may be the gold", 'name it "gold"'),
    ),
    'which is the response': (
        b'{"prediction": "7", "output": "so 7", "gold": "8"}\n',
        ("either 'prediction' or 'output' may be the response",),
    ),
    'null gold': (b'{"response": "r", "gold": null}\n', (":1: 'gold' is null",)),
    'gold list': (b'{"response": "r", "gold": ["7"]}\n', (":1: 'gold' is a list", 'as text')),
    'gold truth': (b'{"response": "r", "gold": true}\n', ("'gold' is true or false",)),
    'gold NaN': (b'{"response": "r", "gold": NaN}\n', ("'gold' is no text",)),
    'response object': (b'{"response": {}, "gold": "7"}\n', ("'response' is an object",)),
    'no responses': (b'{"response": [], "gold": "7"}\n', ("'response' is an empty list",)),
    'reasons': (
        b'{"response": ["a"], "gold": "7", "finish_reason": ["stop", "stop"]}\n',
        ('1 responses, but 2 finish reasons',),
    ),
    'results': (b'{\n  "accuracy": 1.2,\n  "details": []\n}\n', ("no prediction file: it has the "
                                                                  "key 'accuracy'",)),
    'object, row lacks': (b'{"0": {}, "2": {}}', ("row 0: no 'response'",)),
    'object, cut in a row': (b'{"0": {"response": "r", "gold": "7"}, "1": {"resp', ('row 1 is not',
                                                                                'cut off')),
    'object, cut between': (b'{"0": {"response": "r", "gold": "7"}', ('ends after row 0',)),
    'object, gap': (
        b'{"0": {"response": "r", "gold": "7"}, "2": {}}',
        ('row 2 stands where row 1 is expected', 'run again with -r'),
    ),
    'object, broken': (
        b'{"0": {"response": "r", "gold": "7"}, "1": {"response" 7' + b' ' * 300_000 + b'}}',
        ('row 1 is not JSON',),
    ),
    'object, no object': (b'{"0": {"response": "r", "gold": "7"}, "1": []}', ('row 1 is not an',)),
    'object, more behind': (b'{"0": {"response": "r", "gold": "7"}} {}', ("'{' after row 0",)),
    'object, not UTF-8': (b'{"0": {"response": "\xff", "gold": "7"}}', ('is not UTF-8',)),
}  # fmt: skip


@pytest.mark.parametrize('name', BAD)
def test_a_bad_row_is_named_in_one_line(name: str, tmp_path: Path) -> None:
    data, facts = BAD[name]
    path = tmp_path / 'p.jsonl'
    path.write_bytes(data)
    with pytest.raises(Math500Error) as caught:
        read(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert '\n' not in message
    assert not [fact for fact in facts if fact not in message], message


def test_a_row_that_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for room in (rows_room, json_text):
        monkeypatch.setattr(room, 'MAX_ROW_BYTES', 1 << 20)
    row = {'response': 'x' * (2 << 20), 'gold': '7'}
    for content in (row, {'0': row}):
        with pytest.raises(Math500Error, match='longer than 1 MiB'):
            read(save_json(tmp_path / 'p.jsonl', content))


# OpenCompass's prediction files ------------------------------------------------------------


def test_ours_and_opencompasss_own(tmp_path: Path) -> None:
    ours = save_predictions(tmp_path, [prediction(0), prediction(1, finish_reason='length')])
    assert brief(read(ours)) == [(0, 0, 'reply 0', '7'), (1, 0, 'reply 1', '7')]
    assert [(p.unique_id, p.finish_reason) for p in read(ours)] == [
        ('mine/0', 'stop'), ('mine/1', 'length'),
    ]  # fmt: skip


def test_a_file_that_opencompass_wrote(tmp_path: Path) -> None:
    base = pytest.importorskip('opencompass.openicl.icl_inferencer.icl_base_inferencer')
    handler = base.GenInferencerOutputHandler()
    prompt = [
        {'role': 'HUMAN', 'prompt': TEMPLATES['0shot_cot'].question.replace('{problem}', 'P?')}
    ]
    handler.save_results(prompt, ['a', '\u2028b'], 0, gold='7')
    handler.save_results(prompt, ['数', 'd'], 1, gold='8', res_length=[1, 2])
    handler.write_to_json(str(tmp_path), 'p.json')
    found = read(tmp_path / 'p.json')
    assert brief(found) == [(0, 0, 'a', '7'), (0, 1, '\u2028b', '7'), (1, 0, '数', '8'),
                            (1, 1, 'd', '8')]  # fmt: skip
    assert {p.problem for p in found} == {'P?'}
    assert len({p.same_problem for p in found}) == 1


# The problem alone, and no system prompt by which to know it.
BARE = [one for one in TEMPLATES.values() if (one.question, one.system) == ('{problem}', '')]


@pytest.mark.parametrize(
    'template',
    [one for one in TEMPLATES.values() if one not in BARE],
    ids=lambda template: template.name,
)
def test_the_problem_is_found_in_our_prompts(template: Any) -> None:
    problem = 'What is $2+2$?\n\nProblems: none.'
    asked = template.render(problem)
    forms = [asked]
    if template.as_chat:
        roles = {'system': 'SYSTEM', 'user': 'HUMAN', 'assistant': 'BOT'}
        forms.append([{'role': roles[t['role']], 'prompt': t['content'] + '\n'} for t in asked])
    assert [_problem_in(form) for form in forms] == [problem] * len(forms)


@pytest.mark.parametrize(
    'prompt',
    ['another wording', [], [{'role': 'BOT', 'prompt': 'x'}], [{'role': 'HUMAN', 'prompt': ['x']}],
     7, 'A' + TEMPLATES['0shot_cot'].question + 'B' + TEMPLATES['0shot_cot'].question],
    ids=['wording', 'no turn', 'no question', 'parts', 'number', 'several'],
)  # fmt: skip
def test_no_problem_is_guessed(prompt: Any) -> None:
    assert _problem_in(prompt) is None


FIELDS = st.dictionaries(
    st.text(max_size=5),
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=30),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=5,
    ),
    max_size=4,
)


@given(
    fields=st.lists(FIELDS, min_size=1, max_size=6),
    indent=st.sampled_from([None, 0, 4]),
    ascii_only=st.booleans(),
    block=st.integers(1, 64),
)
def test_rows_are_what_json_says(
    fields: list[dict[str, Any]], indent: int | None, ascii_only: bool, block: int
) -> None:
    """One object or lines, however they are laid out and wherever the blocks end."""
    with pytest.MonkeyPatch.context() as patch:
        for room in (rows_room, json_text):
            patch.setattr(room, '_BLOCK', block)
        for whole in (True, False):
            number = (lambda n: n) if whole else (lambda n: n + 1)
            numbered = {str(n): row for n, row in enumerate(fields)}
            texts = (
                [json.dumps(numbered, indent=indent, ensure_ascii=ascii_only)]
                if whole
                else [json.dumps(row, ensure_ascii=ascii_only) for row in fields]
            )
            data = '\n'.join(texts).encode('utf-8', 'backslashreplace')
            if whole and not rows_room._OBJECT_OF_ROWS.match(data[:block]):
                continue  # the first block must show what it is; 256 KiB do
            if not whole and rows_room._OBJECT_OF_ROWS.match(data[:block]):
                continue
            counted: list[int] = []
            rows = list(rows_room.read_rows(io.BytesIO(data), 'f', counted.append))
            assert [(row.number, row.fields) for row in rows] == [
                (number(n), row) for n, row in enumerate(fields)
            ]
            assert sum(counted) == len(data)


@pytest.mark.parametrize('whole', [True, False], ids=['object', 'lines'])
def test_no_more_is_read_than_is_needed(whole: bool, tmp_path: Path) -> None:
    row = {'response': 'x' * 1000, 'gold': '7'}
    path = tmp_path / 'p.json'
    if whole:
        save_json(path, {str(n): row for n in range(5000)})
    else:
        path.write_text((json.dumps(row) + '\n') * 5000)
    counted: list[int] = []
    rows = read_set(PredictionSet('p', (path,)), counted.append)
    assert len(list(islice(rows, 100))) == 100
    assert sum(counted) < path.stat().st_size / 5
