"""Settings side by side: equal, different or unknown; and whose model a run is of."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marked import marked

from opencompass_math500.comparison.identity import identify
from opencompass_math500.comparison.like_for_like import Setting, compare_settings
from opencompass_math500.errors import SelectionError
from opencompass_math500.published import PublishedScore, load_published
from opencompass_math500.response import Response
from opencompass_math500.runs.fingerprint import Fingerprint

FILE = Path(__file__).parents[1] / 'cases' / 'like_for_like.jsonl'
CASES = [json.loads(line) for line in FILE.read_text(encoding='utf-8').splitlines()]
MODEL = Setting('model', 'X-7B', 'X-7B', 'equal')
BARE = replace(
    load_published()[0], score=80.0, metric='accuracy', cot=None, mode=None, shots=None,
    prompt=None, system=None, temperature=None, top_p=None, top_k=None, max_tokens=None,
    n_samples=None, grader=None, benchmark='MATH-500',
)  # fmt: skip


def item(number: int, finish_reason: str | None = 'stop', tokens: int | None = 10) -> Response:
    cut = finish_reason == 'length'
    return marked(str(number), was_cut=cut, finish_reason=finish_reason, tokens=tokens)


def settings_of(run: dict[str, Any], row: dict[str, Any], endings: list[Any]) -> dict[str, Setting]:
    mine = Fingerprint(**{'benchmark': 'MATH-500', 'problems': 500, 'samples': 1, **run})
    items = [item(number, *ending) for number, ending in enumerate(endings)] or [item(0)]
    return {s.name: s for s in compare_settings(mine, items, replace(BARE, **row), MODEL)}


@pytest.mark.parametrize('case', CASES, ids=[case['id'] for case in CASES])
def test_a_setting_is_equal_different_or_unknown(case: dict[str, Any]) -> None:
    found = settings_of(case['run'], case['row'], case['items']).get(case['setting'])
    assert (found.relation if found else 'absent') == case['relation']
    if case['why']:
        assert found is not None and found.why == case['why']


def test_every_setting_has_a_case_for_each_relation() -> None:
    names = {case['setting'] for case in CASES} - {'model'}  # known on both sides, always
    seen = {(case['setting'], case['relation']) for case in CASES}
    relations = ('equal', 'different', 'unknown')
    lacking = {(name, r) for name in names for r in relations} - seen
    assert lacking == {('top-k', 'equal'), ('top-k', 'unknown')}  # as top-p, by one function
    assert names == set(settings_of({'temperature': 0.6, 'top_p': 1.0, 'top_k': 1},
                                    {'mode': 'thinking'}, [])) - {'model'}  # fmt: skip


def test_what_the_score_does_not_tell_is_never_equal_nor_different() -> None:
    full = {'shots': 0, 'prompt': 'x', 'system': '', 'temperature': 0.0, 'max_tokens': 9,
            'grader': 'x'}  # fmt: skip
    found = settings_of(full, {}, [])
    assert {n for n, s in found.items() if s.relation == 'unknown'} == {
        'shots', 'prompt', 'system prompt', 'temperature', 'token cap', 'grader',
    }  # fmt: skip


@given(st.sampled_from(load_published()))
def test_of_a_run_that_tells_nothing_nothing_is_equal(row: PublishedScore) -> None:
    mine = Fingerprint(benchmark=None, problems=500, samples=1)
    found = compare_settings(mine, [item(0, None, None)], row, MODEL)
    assert {s.name for s in found if s.relation == 'equal'} <= {'model', 'metric'}
    assert {s.name for s in found if s.relation == 'different'} <= {'metric'}


def run_of(path: str | None, *served: str) -> Fingerprint:
    return Fingerprint(benchmark='MATH-500', problems=500, samples=1, model=path, served=served)


@pytest.mark.parametrize(
    ('abbr', 'path', 'served', 'name'),
    [
        ('qwen', 'Qwen/Qwen2.5-72B-Instruct', (), 'Qwen/Qwen2.5-72B-Instruct'),
        ('qwen2.5-72b-instruct-hf', '/models/mine', (), 'qwen2.5-72b-instruct-hf'),
        ('qwen2.5-72b-instruct-hf', 'Qwen/QwQ-32B', (), 'Qwen/QwQ-32B'),
        ('api', 'o1', ('o1-2024-12-17',), 'o1-2024-12-17'),
    ],
    ids=['hub id', 'abbreviation', 'the path is nearer the weights', "the endpoint's word"],
)
def test_a_model_is_known_by_its_names(
    abbr: str, path: str, served: tuple[str, ...], name: str
) -> None:
    found = identify(abbr, run_of(path, *served), None)
    assert (found.name, found.setting.relation) == (name, 'equal')
    assert found.found.exact


@pytest.mark.parametrize(
    ('path', 'query', 'relation'),
    [
        ('/models/checkpoint', 'QwQ-32B-Preview', 'equal'),
        ('Qwen/Qwen2.5-72B-Instruct', 'Qwen2.5-72B-Instruct', 'equal'),
        ('Qwen/Qwen2.5-72B-Instruct', 'QwQ-32B-Preview', 'different'),
        ('Qwen/Qwen2.5-72B', 'Qwen2.5-72B-Instruct', 'different'),
        ('Qwen/Qwen2.5-72B-Instruct-AWQ', 'Qwen2.5-72B-Instruct', 'different'),
        ('org/Qwen2.5-Math-72B-Base', 'Qwen2.5-72B-Instruct', 'different'),
        ('Qwen/Qwen3-32B', 'Qwen3-32B (thinking)', 'equal'),
        ('smollm2-135m-instruct-q4_1', 'Qwen2.5-7B-Instruct', 'different'),
        ('mine-7b', 'Qwen2.5-7B-Instruct', 'equal'),
    ],
)
def test_a_user_may_name_a_model_but_not_rename_one(path: str, query: str, relation: str) -> None:
    assert identify('abbr', run_of(path), query).setting.relation == relation


def test_a_model_of_which_nothing_is_published() -> None:
    assert identify('tiny', run_of('org/tiny'), None).found.exact == ()
    with pytest.raises(SelectionError, match='no published score'):
        identify('tiny', run_of('org/tiny'), 'tiny')
