"""The items of a report: every record as it was read, whatever is in it."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hostile_run import hostile_run
from report_pages import page_of, unpacked
from report_runs import mixed, sampled, save_graded
from work_dirs import detail, prediction, replied, save_predictions, save_results

from opencompass_math500.grading import OUTCOMES, rulebook
from opencompass_math500.report.bundle import (
    LONGEST,
    LONGEST_IN_INDEX,
    Bundle,
    packed,
    shortened,
)
from opencompass_math500.response import Response
from opencompass_math500.runs.read import read_responses


def records_of(work_dir: Path) -> list[Response]:
    records = read_responses(work_dir, note=lambda text: None)
    return sorted(records, key=lambda r: (r.model, r.dataset, r.position, r.sample))


def assert_all_there(*work_dirs: Path, output: Path) -> list[dict[str, Any]]:
    """Every record of the folders is an item of their report, and nothing else is."""
    page, _ = page_of(*work_dirs, output=output)
    index, blocks, items = page.index, page.blocks, page.items
    records = [record for work_dir in work_dirs for record in records_of(work_dir)]
    assert len(items) == len(records) > 0
    for item, record in zip(items, records, strict=True):
        assert said(item, index) == expected(record)
        texts = [record.prompt_text, record.response, record.reasoning]
        assert blocks[item['block']][item['row']] == [shortened(text) for text in texts]
    assert index['texts']['chars'] == sum(len(t) for b in blocks for row in b for t in row)
    assert sum(map(len, blocks)) == len(items)
    return items


def said(item: dict[str, Any], index: dict[str, Any]) -> dict[str, Any]:
    """An item with its numbers replaced by what they stand for."""
    problem, run = index['problems'][item['problem']], index['runs'][item['run']]

    def named(column: str, names: list[Any]) -> Any:
        return names[item[column]] if item[column] >= 0 else None

    return {
        'model': run['model'],
        'dataset': run['dataset'],
        'unique_id': problem['id'],
        'problem': problem['text'],
        'subject': problem['subject'],
        'level': problem['level'],
        'gold': problem['gold'],
        'sample': item['sample'],
        'verdict': index['verdicts'][item['verdict']],
        'answer': item['answer'],
        'reason': item['reason'],
        'rule': (named('rule', index['rules']) or {'name': ''})['name'],
        'extraction': (named('extraction', index['extractions']) or {'name': ''})['name'],
        'was_cut': bool(item['cut']),
        'finish_reason': named('finish', index['finishes']),
        'tokens': None if item['tokens'] < 0 else item['tokens'],
        'chars': item['chars'],
        'graded': ('results', 'now')[item['graded']],
        'other_verdict': None if item['other'] < 0 else bool(item['other']),
        'reasoning': bool(item['reasoning']),
        'long': bool(item['long']),
        'place': item['place'],
    }


def expected(record: Response) -> dict[str, Any]:
    plain = (
        'model', 'dataset', 'unique_id', 'subject', 'level', 'sample', 'rule',
        'extraction', 'was_cut', 'tokens', 'graded', 'other_verdict', 'place',
    )  # fmt: skip
    cut = ('problem', 'gold', 'answer', 'reason')
    return {
        **{name: getattr(record, name) for name in plain},
        **{name: shortened(getattr(record, name), LONGEST_IN_INDEX) for name in cut},
        'verdict': record.outcome,
        'finish_reason': record.finish_reason or None,
        'chars': len(record.response),
        'reasoning': bool(record.reasoning),
        'long': max(map(len, (record.prompt_text, record.response, record.reasoning))) > LONGEST,
    }


def test_every_real_response_is_there_as_it_was(shared: Path, tmp_path: Path) -> None:
    for number in (0, 1):
        save_graded(tmp_path / 'run', mixed(shared, number)[:120], f'mixed-{number}')
    items = assert_all_there(tmp_path / 'run', output=tmp_path / 'x.html')
    assert len({item['key'] for item in items}) == 240
    assert len({item['problem'] for item in items}) == 120  # one card for both runs


def test_samples_stand_together(shared: Path, tmp_path: Path) -> None:
    save_graded(tmp_path / 'run', sampled(shared, 4), 'qwen2')
    items = assert_all_there(tmp_path / 'run', output=tmp_path / 'x.html')
    assert [item['sample'] for item in items] == [0, 1, 2, 3] * 20
    assert [item['problem'] for item in items] == [n for n in range(20) for _ in range(4)]


def test_hostile_texts_come_back_as_they_were(tmp_path: Path) -> None:
    items = assert_all_there(hostile_run(tmp_path / 'run'), output=tmp_path / 'x.html')
    assert max(item['chars'] for item in items) == 1_000_000


def test_two_folders_with_the_same_run(tmp_path: Path) -> None:
    for name in ('a', 'b'):
        save_predictions(tmp_path / name, [replied(n, reasoning='hm') for n in range(3)])
        save_results(tmp_path / name, [detail(n, reason=name) for n in range(3)])
    items = assert_all_there(tmp_path / 'a', tmp_path / 'b', output=tmp_path / 'x.html')
    first, second = items[:3], items[3:]
    assert [item['run'] for item in items] == [0, 0, 0, 1, 1, 1]
    assert [item['key'] for item in second] == [f'{item["key"]}-2' for item in first]
    assert [item['problem'] for item in first] == [item['problem'] for item in second]


@pytest.mark.parametrize(
    ('changes', 'problems'),
    [
        ({}, 1),
        ({'gold': '8'}, 2),
        ({'gold': ' 7 '}, 1),
        ({'unique_id': None, 'problem': 'What?'}, 2),
    ],
    ids=['the same id', 'another gold', 'spaces around the gold', 'no id'],
)
def test_a_problem_of_two_runs_is_one(
    changes: dict[str, Any], problems: int, tmp_path: Path
) -> None:
    save_predictions(tmp_path / 'run', [prediction(0, problem='Why?')], model='a')
    save_predictions(tmp_path / 'run', [prediction(0, **{'problem': 'Why?', **changes})], model='b')
    page, _ = page_of(tmp_path / 'run')
    assert len(page.index['problems']) == problems


def test_problems_without_ids_are_told_by_place_and_text(tmp_path: Path) -> None:
    for model in ('a', 'b'):
        rows = [prediction(n, unique_id=None, problem=f'Why {n}?') for n in range(2)]
        save_predictions(tmp_path / 'run', rows, model=model)
    page, _ = page_of(tmp_path / 'run')
    assert len(page.index['problems']) == 2 and len(page.items) == 4


def test_rules_and_answers_are_explained(tmp_path: Path) -> None:
    rows = [prediction(n, prediction=f'So \\boxed{{\\frac{{{n}}}2}}.') for n in range(1, 3)]
    save_predictions(tmp_path / 'run', rows)
    page, _ = page_of(tmp_path / 'run')
    index = page.index
    assert index['verdicts'] == list(OUTCOMES)
    for rule in (*index['rules'], *index['extractions']):
        assert rule['text'] == rulebook()[rule['name']].english
    assert all('<math' in index['math'][item['answerMath']] for item in page.items)
    assert index['problems'][0]['goldMath'] == index['problems'][1]['goldMath'] >= 0


# What is too long ------------------------------------------------------------------------


@pytest.mark.parametrize('length', [0, LONGEST, LONGEST + 1, 3 * LONGEST])
def test_a_text_over_the_limit_is_cut_and_says_so(length: int, tmp_path: Path) -> None:
    text = ''.join(chr(97 + n % 26) for n in range(length))
    save_predictions(tmp_path / 'run', [prediction(0, prediction=text), prediction(1)])
    page, written = page_of(tmp_path / 'run')
    (one, other), kept = page.items, page.blocks[0][0][1]
    is_long = length > LONGEST
    assert (one['long'], other['long'], written.sheet.cut_texts) == (is_long, 0, int(is_long))
    assert one['chars'] == length
    if not is_long:
        assert kept == text
        return
    head, remark, tail = kept.split('\n\n')
    assert text.startswith(head) and text.endswith(tail) and len(head) == len(tail) == LONGEST // 2
    assert f'{length - LONGEST:,} characters are left out' in remark
    assert 'math500 export --all' in remark
    assert 'too long to be kept whole' in page.text


def test_prompts_and_reasoning_have_the_same_limit(tmp_path: Path) -> None:
    long = 'x' * (LONGEST + 10)
    save_predictions(
        tmp_path / 'run', [replied(0, reasoning=long), replied(1) | {'origin_prompt': long}]
    )
    page, _ = page_of(tmp_path / 'run')
    rows = page.blocks[0]
    assert [item['long'] for item in page.items] == [1, 1]
    assert '10 characters are left out' in rows[0][2] and '10 characters' in rows[1][0]


def test_blocks_are_small_enough_to_be_unpacked_one_by_one(tmp_path: Path) -> None:
    rows = [prediction(n, prediction='ab' * 100_000) for n in range(12)]
    save_predictions(tmp_path / 'run', rows)
    page, _ = page_of(tmp_path / 'run')
    sizes = [sum(len(text) for row in block for text in row) for block in page.blocks]
    assert len(sizes) > 1 and max(sizes) < (1 << 20) + 3 * LONGEST


def test_an_empty_bundle_has_every_column() -> None:
    with closing(Bundle()) as bundle:
        index = unpacked(bundle.index([]))
        assert list(bundle.blocks()) == [] and index['problems'] == []
    assert index['items'] and all(column == [] for column in index['items'].values())


def test_lone_surrogates_are_packed_as_they_are() -> None:
    texts = ['\ud800', '\\\ud800', '\udfff\ud800', 'a\x00b', '\u2028', '\\u0000', '😀']
    assert unpacked(packed(texts)) == texts
    assert json.loads(json.dumps(unpacked(packed(texts)))) == texts
