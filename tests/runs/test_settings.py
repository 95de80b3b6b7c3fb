"""The record of the settings behind a score, and what differs between two."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from opencompass_math500.errors import MalformedData, StaleRunError
from opencompass_math500.runs.fingerprint import fingerprint_of
from opencompass_math500.runs.record import (
    differences,
    read_record,
    record_path,
    refuse_other,
    write_record,
)
from opencompass_math500.runs.run import Run
from opencompass_math500.runs.settings import parse_settings
from opencompass_math500.runs.settings_line import known_settings, settings_line

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=['Cs'])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('ab.'), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ['model', 'prompt', 'template', 'round', 'retriever', 'fix_id_list', 'evaluator', 'type',
     'rule_evaluator', 'policy', 'versions', 'sampling', 'generation_kwargs', 'temperature',
     'top_k', 'seed', 'thinking', 'meta_template', 'llm_evaluator', 'judge_cfg', 'data'],
)  # fmt: skip
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(10**400) | st.floats() | st.text('a{}'),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
)
NAMES = st.sampled_from(['inference', 'grading', 'context'])
RECORDS = st.dictionaries(NAMES, VALUES)


@settings(deadline=None)
@given(RECORDS)
def test_nothing_differs_from_itself(record: dict[str, Any]) -> None:
    assert list(differences(record, json.loads(json.dumps(record)))) == []


@settings(deadline=None)
@given(RECORDS, RECORDS)
def test_two_records_differ_both_ways_or_neither(one: Any, other: Any) -> None:
    there, back = list(differences(one, other)), list(differences(other, one))
    assert len(there) == len(back)
    assert all('\n' not in line for line in there)


@pytest.mark.parametrize(
    ('before', 'now', 'shown'),
    [
        ({'a': 1}, {'a': 2}, ['a: then 1, now 2']),
        ({'a': {'b': {'c': 'x'}}}, {'a': {'b': {'c': 'y'}}}, ['a.b.c: then "x", now "y"']),
        ({'a': 1}, {}, ['a: then 1, now null']),
        ({}, {'a': [1]}, ['a: then null, now [1]']),
        ({'a': None}, {}, []),
        ({'a': 1, 'b': 2}, {'a': 2, 'b': 3}, ['a: then 1, now 2', 'b: then 2, now 3']),
        ({'a': {'b': 1}}, {'a': 'b'}, ['a: then {"b": 1}, now "b"']),
        ({'a': 'one\nline'}, {'a': 'ß'}, ['a: then "one\\nline", now "ß"']),
    ],
    ids=['value', 'deep', 'gone', 'new', 'null is absent', 'two', 'another kind', 'newline'],
)
def test_each_difference_is_one_line(before: Any, now: Any, shown: list[str]) -> None:
    assert list(differences(before, now)) == shown


def test_a_long_value_is_cut_and_said_to_be() -> None:
    (line,) = differences({'prompt': 'x' * 500}, {'prompt': 'y'})
    assert len(line) < 120
    assert '...' in line


@examples(30)
@given(st.dictionaries(NAMES, st.dictionaries(st.text('ab.'), VALUES, max_size=3)))
def test_a_record_comes_back_as_written(record: dict[str, Any]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = record_path(Path(folder), 'model', 'data')
        write_record(path, record)
        assert read_record(path) == record
        assert [file.name for file in path.parent.iterdir()] == ['data.json']


@pytest.mark.parametrize(
    ('record', 'part'),
    [
        ({'inference': 'x'}, 'inference'),
        ({'inference': {}, 'grading': None}, 'grading'),
        ({'context': [1]}, 'context'),
        ({'grading': {'evaluator': 'x'}}, 'grading.evaluator'),
        ({'grading': {'evaluator': {'rule_evaluator': 5}}}, 'grading.evaluator.rule_evaluator'),
        ({'context': {'versions': 5}}, 'context.versions'),
        (
            {'inference': {'model': {'generation_kwargs': 'abc'}}},
            'inference.model.generation_kwargs',
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else '',
)
def test_json_that_is_no_record_is_damaged(record: Any, part: str, tmp_path: Path) -> None:
    path = record_path(tmp_path, 'model', 'data')
    write_record(path, record)
    with pytest.raises(MalformedData, match=f'{path} is damaged .{part} is no object'):
        read_record(path)


def test_records_of_a_work_dir_lie_by_model_and_dataset(tmp_path: Path) -> None:
    assert record_path(tmp_path, 'm', 'd') == tmp_path / 'math500' / 'm' / 'd.json'


def test_no_record_is_empty_and_a_damaged_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / 'd.json'
    assert read_record(path) == {}
    path.write_text('{"inference": ')
    with pytest.raises(MalformedData, match='is damaged') as caught:
        read_record(path)
    assert str(path) in caught.value.what
    assert caught.value.remedy == 'run without -r'


def test_the_same_part_is_reused_and_another_refused(tmp_path: Path) -> None:
    before = {'inference': {'max_out_len': 256}, 'grading': {'grader': 'a'}}
    now = {'inference': {'max_out_len': 256}, 'grading': {'grader': 'b'}}
    refuse_other(tmp_path, 'inference', before, now, 'x.json', 'run without -r')
    with pytest.raises(StaleRunError) as caught:
        refuse_other(tmp_path, 'grading', before, now, 'x.json', 'run without -r')
    assert str(caught.value) == (
        'x.json was made under other settings (grader: then "a", now "b"): run without -r'
    )


def test_without_a_record_nothing_can_be_refused(tmp_path: Path) -> None:
    refuse_other(tmp_path, 'inference', {}, {'inference': {'a': 1}}, 'x.json', 'run without -r')


@settings(deadline=None)
@given(st.dictionaries(NAMES, JUNK))
def test_whatever_stands_in_a_record_is_parsed_and_shown(record: dict[str, Any]) -> None:
    found = parse_settings(record)
    assert found.recorded == bool(record)
    assert '\n' not in known_settings(Run('m', 'd', [], found)).replace('\\n', '')


def test_every_view_of_the_settings_says_the_same(tmp_path: Path) -> None:
    """transformers ignores a temperature without do_sample; examples may stand in the prompt."""
    record = {
        'inference': {
            'data': 'd',
            'model': {
                'type': 'opencompass.models.HuggingFaceCausalLM',
                'generation_kwargs': {'temperature': 0.6},
            },
            'prompt': {
                'template': {'round': [
                    {'role': 'HUMAN', 'prompt': 'One?'}, {'role': 'BOT', 'prompt': '1'},
                    {'role': 'HUMAN', 'prompt': '{problem}'},
                ]},
            },
            'retriever': {'type': 'x.ZeroRetriever'},
        },
    }  # fmt: skip
    run = Run('m', 'd', [], parse_settings(record))
    mine = fingerprint_of(run)
    assert (mine.shots, mine.temperature) == (None, 0.0)
    assert "prompt '{problem}'; shots unknown; sampling greedy;" in settings_line(run)
