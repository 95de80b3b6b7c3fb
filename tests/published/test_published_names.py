"""Whose a published score is: names of models, and figures that go around."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from doc_pages import Page
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from opencompass_math500.published import (
    PublishedScore,
    QuotedFigure,
    find_published,
    load_published,
    load_quoted,
    published_for,
)
from opencompass_math500.published.names import likeness, parse_name
from opencompass_math500.published.score import Verified

ROOT = Path(__file__).resolve().parents[2]
CASES = [
    json.loads(line)
    for line in (ROOT / 'tests/cases/model_names.jsonl').read_text(encoding='utf-8').splitlines()
]


@pytest.mark.parametrize('case', CASES, ids=[case['query'] or 'empty' for case in CASES])
def test_a_name_finds_its_own_scores_only(case: dict[str, Any]) -> None:
    exact, near = published_for(case['query'])
    assert {row.model for row in exact} == set(case['finds'])
    names = {row.model for row in near}
    assert set(case.get('near', [])) <= names
    assert not set(case.get('not_near', [])) & names
    assert not [row for row in near if row in exact]


def test_every_row_is_found_by_each_of_its_names() -> None:
    for row in load_published():
        names = [row.model, *row.aliases, *([row.hf_id] if row.hf_id else [])]
        for name in names:
            found = find_published(name)
            disowned = row in _disowned() and name == row.model
            assert (row in found.exact) != disowned, (name, row.model)


def _disowned() -> list[PublishedScore]:
    """Rows that give a model the figure of another."""
    return [row for row in load_published() if (row.model, row.score) == ('OpenAI o1', 94.8)]


def test_different_repositories_are_different_models() -> None:
    """No two hub ids of the table mean the same model."""
    ids = sorted({row.hf_id for row in load_published() if row.hf_id})
    clashes = [
        (one, other)
        for one in ids
        for other in ids
        if one < other and parse_name(one).means(parse_name(other))
    ]
    assert clashes == []


def test_no_model_has_rows_of_two_repositories() -> None:
    for row in load_published():
        if row.hf_id:
            others = {found.hf_id for found in find_published(row.hf_id).exact}
            assert others <= {row.hf_id, None}, others


NAMES = st.sampled_from([row.model for row in load_published() if '(' not in row.model])


@examples(50)
@given(NAMES, st.sampled_from(['{}', '{}-hf', '{}_vllm', 'hf_{}', '/a/b/{}', 'x/{}', '{}/']))
def test_writing_a_name_otherwise_changes_nothing(name: str, form: str) -> None:
    written = form.format(name.swapcase().replace(' ', '_').replace('.', '_').replace('-', '_'))
    plain = find_published(name).exact
    assert find_published(written).exact == plain


@examples(50)
@given(NAMES, st.sampled_from(['Instruct', 'Base', 'AWQ', 'Math', 'Distill', '1M', 'v9']))
def test_another_part_is_another_model(name: str, part: str) -> None:
    assert not parse_name(name).means(parse_name(f'{name}-{part}'))
    assert likeness(parse_name(name), parse_name(f'{name}-{part}')) > 0


@examples(50)
@given(st.text(max_size=40))
def test_any_text_is_a_query(text: str) -> None:
    found = find_published(text)
    assert not set(found.exact) & set(found.near)


# -- figures that go around -------------------------------------------------------------

# Under which name each goes around, whose it is, and what the named model has instead.
QUOTED = {
    ('OpenAI o1', 94.8): ('o1 (work in progress, Sept 2024)', 96.4),
    ('o1-mini', 90.0): ('o1-mini', None),
    ('GPT-4o', 74.6): ('GPT-4o-0513', 76.6),
    ('DeepSeek-R1', 97.3): ('DeepSeek-R1', None),
    ('DeepSeek-R1-32B', 94.3): ('DeepSeek-R1-Distill-Qwen-32B', None),
    ('DeepSeek-R1-V3', 90.2): ('DeepSeek-V3', None),
    ('DeepSeek-R1-Zero', 95.9): ('DeepSeek-R1-Zero', None),
    ('deepseek-v2-lite-chat-hf', 43.6): ('DeepSeek-V2 (base, 236B)', 27.9),
    ('Kimi k1.5 long-CoT', 96.2): ('Kimi k1.5 long-CoT', None),
    ('Kimi k1.5 short-CoT', 94.6): ('Kimi k1.5 short-CoT', None),
    ('Claude-3.5-Sonnet-1022', 78.3): ('Claude-3.5-Sonnet-1022', None),
    ('QVQ-72B-Preview', 90.6): ('QwQ-32B-Preview', None),
    ('Qwen2.5-72B-Instruct', 90.6): ('QwQ-32B-Preview', 83.1),
}


def test_every_figure_that_goes_around_is_there() -> None:
    there = {(q.quoted_model, q.quoted_score): (q.model, q.instead_score) for q in load_quoted()}
    assert there == QUOTED
    assert [q.holds for q in load_quoted()] == [q.quoted_model == q.model for q in load_quoted()]


@pytest.mark.parametrize('quoted', load_quoted(), ids=lambda quoted: quoted.quoted_model)
def test_a_quoted_figure_is_explained_from_the_table(quoted: QuotedFigure) -> None:
    rows = {(row.model, row.benchmark, row.score) for row in load_published()}
    assert (quoted.model, quoted.benchmark, quoted.quoted_score) in rows
    if quoted.instead_model is not None:
        assert (quoted.instead_model, quoted.instead_benchmark, quoted.instead_score) in rows
    assert find_published(quoted.quoted_model).quoted == (quoted,)
    exact, _ = published_for(quoted.quoted_model)
    if not quoted.holds:
        on = [r for r in exact if (r.score, r.benchmark) == (quoted.quoted_score, 'MATH-500')]
        assert on == [], 'the figure of another model'


def test_the_config_is_said_to_be_0shot() -> None:
    exact, _ = published_for('Qwen/Qwen2.5-72B-Instruct')
    (row,) = [row for row in exact if row.score == 75.16]
    assert (row.benchmark, row.shots, row.max_tokens) == ('MATH-5000', 0, 1024)
    assert row.verified == 'unconfirmed'


@pytest.mark.parametrize('folder', ['en', 'zh_cn'])
def test_the_page_explains_and_corrects_as_the_data_do(folder: str) -> None:
    tables = Page(ROOT / 'docs' / folder / 'scores.md').tables
    at = next(n for n, table in enumerate(tables) if table[0][0] == '`verified`')
    kinds, figures = tables[at : at + 2]
    assert tuple(row[0].strip('`') for row in kinds[1:]) == get_args(Verified)
    shown = {(row[0], float(row[1])): row[2:] for row in figures[1:]}
    assert len(shown) == len(load_quoted())
    for quoted in load_quoted():
        whose, instead = shown[quoted.quoted_model, quoted.quoted_score]
        assert (whose == f'{quoted.model}, {quoted.benchmark}') != quoted.holds
        wanted = f'{quoted.instead_model}: {quoted.instead_score}, {quoted.instead_benchmark}'
        assert instead == (wanted if quoted.instead_model else '')
