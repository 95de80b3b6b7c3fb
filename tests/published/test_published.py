"""The lines of the table of published scores."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from opencompass_math500.errors import MalformedData
from opencompass_math500.published import PublishedScore, load_published
from opencompass_math500.published.rows import parse_scores

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / 'opencompass_math500' / 'data'
LINES = (DATA / 'published_scores.jsonl').read_text(encoding='utf-8').split('\n')[:-1]


def test_every_line_is_a_score_of_the_schema() -> None:
    rows = load_published()
    assert len(rows) == len(LINES) >= 297
    names = [field.name for field in fields(PublishedScore)]
    assert all(list(json.loads(line)) == names for line in LINES), 'the order of the fields'
    assert all(line == json.dumps(json.loads(line), ensure_ascii=False) for line in LINES)


def test_lines_are_sorted() -> None:
    keys = [
        (row.model.casefold(), row.benchmark, row.reported_by.casefold())
        for row in load_published()
    ]
    assert keys == sorted(keys), 'by model, benchmark and reporter, without regard to case'


def test_lines_are_unique() -> None:
    once = Counter(
        (row.model, row.benchmark, row.reported_by, row.metric, row.source)
        for row in load_published()
    )
    assert [key for key, count in once.items() if count > 1] == []


def test_a_source_can_be_looked_up() -> None:
    for row in load_published():
        assert row.source.document or (
            row.source.repository
            and row.source.repository.count('/') == 1
            and row.source.commit
            and set(row.source.commit) <= set('0123456789abcdef')
        ), row
        assert row.source.url is None or row.source.url.startswith('https://')


def test_what_is_unknown_is_null_and_nothing_else() -> None:
    unsaid = {'', 'unknown', 'unclear', 'not stated', 'n/a', 'none', 'null', '-', '?'}
    for line in LINES:
        row = json.loads(line)
        said = {key: value for key, value in row.items() if isinstance(value, str)}
        # 'unclear' is a benchmark, and '' a system prompt: that there was none is known.
        wrong = {key for key, value in said.items() if value.strip().lower() in unsaid}
        assert wrong <= {'benchmark', 'system'}, line
        assert said.get('system', '').strip().lower() not in unsaid - {''}, line


def test_notes_are_short() -> None:
    assert max(len(row.notes or '') for row in load_published()) <= 180


def test_settings_agree_with_each_other() -> None:
    for row in load_published():
        assert row.metric not in ('maj@k', 'RM@k') or (row.n_samples or 0) > 1, row
        assert not row.model.endswith('(base)') or row.hf_id, f'{row.model}: which repository?'
        assert row.origin != 'second_hand' or row.verified == 'second_hand', row
        assert (row.mode is None) == (
            not any(word in row.model for word in ('thinking', 'reasoning)', 'reasoning o'))
        ), row


def test_figures_are_those_that_were_collected(shared: Path) -> None:
    path = shared / 'published' / 'scores.jsonl'
    collected = [json.loads(line) for line in path.read_text(encoding='utf-8').splitlines()]
    known = {'MATH-500': 'MATH-500', 'MATH-5000': 'MATH-5000'}
    theirs = Counter(
        (r['model'], known.get(r['benchmark'], 'unclear'), r['score']) for r in collected
    )
    ours = Counter((r.model, r.benchmark, r.score) for r in load_published())
    assert not theirs - ours


@pytest.mark.parametrize(
    'name', ['shots', 'temperature', 'top_p', 'top_k', 'max_tokens', 'n_samples', 'hf_id']
)
def test_plain_settings_are_those_that_were_collected(name: str, shared: Path) -> None:
    path = shared / 'published' / 'scores.jsonl'
    known = {'MATH-500': 'MATH-500', 'MATH-5000': 'MATH-5000'}

    def key(model: str, benchmark: str, score: float, commit: str, section: str) -> tuple[Any, ...]:
        return model, benchmark, score, commit, section

    ours = {
        key(r.model, r.benchmark, r.score, r.source.commit, r.source.section): getattr(r, name)
        for r in load_published()
    }
    compared = 0
    for line in path.read_text(encoding='utf-8').splitlines():
        row = json.loads(line)
        plain = isinstance(row.get(name), str if name == 'hf_id' else (int, float))
        source = row['source']
        at = key(
            row['model'],
            known.get(row['benchmark'], 'unclear'),
            row['score'],
            source['commit'],
            source['section'],
        )
        copied = name == 'n_samples' and row['reported_by'].startswith('Agentica')
        if plain and not copied and at in ours:
            assert ours[at] == row[name], at
            compared += 1
    assert compared > 20


GOOD = json.loads(LINES[0])
FAULTS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    'a score as text': (lambda row: row.update(score='97.3'), 'score is "97.3", not float or'),
    'a share': (lambda row: row.update(score=973.0), 'score is 973.0, not 0 to 100'),
    'a benchmark': (lambda row: row.update(benchmark='MATH'), 'benchmark is "MATH", not MATH-500'),
    'true as a number': (lambda row: row.update(shots=True), 'shots is true, not int or null'),
    'a cap as text': (lambda row: row.update(max_tokens='32k'), 'max_tokens is "32k"'),
    'a cap of none': (lambda row: row.update(max_tokens=0), 'max_tokens is 0'),
    'a prompt': (lambda row: row.update(prompt='boxed'), 'prompt is "boxed"'),
    'aliases as text': (lambda row: row.update(aliases='o1'), 'aliases is "o1"'),
    'an unknown field': (lambda row: row.update(seed=1), "unknown field 'seed'"),
    'a missing field': (lambda row: row.pop('grader'), "no field 'grader' (null where"),
    'no source': (lambda row: row['source'].update(commit=None), 'a source is repository'),
    'a short commit': (lambda row: row['source'].update(commit='e3ad6c9'), 'has not 40 digits'),
    'no score, no word': (lambda row: row.update(score=None, notes=None), 'notes must say why'),
}


@pytest.mark.parametrize('fault', FAULTS)
def test_a_faulty_line_is_named(fault: str) -> None:
    change, said = FAULTS[fault]
    row = json.loads(LINES[0])
    change(row)
    text = f'{LINES[0]}\n{json.dumps(row)}\n'
    with pytest.raises(MalformedData) as raised:
        parse_scores(text, 'scores.jsonl')
    assert str(raised.value).startswith('scores.jsonl, line 2: ')
    assert said in str(raised.value)
    assert '\n' not in str(raised.value)


@pytest.mark.parametrize('line', ['', '[]', '{"model"', 'null'])
def test_a_line_that_is_no_object_is_named(line: str) -> None:
    with pytest.raises(MalformedData, match=r'^scores\.jsonl, line 1: '):
        parse_scores(line, 'scores.jsonl')
