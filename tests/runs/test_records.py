"""Work directories of every maker and in every state, read as records."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from record_runs import read, whole
from response_runs import OURS, THEIRS, responses_of, save_responses
from work_dirs import (
    DATASET,
    MODEL,
    RECORD,
    detail,
    prediction,
    save_json,
    save_predictions,
    save_results,
)

from opencompass_math500 import Problem, load_problems
from opencompass_math500.errors import MalformedData, SelectionError, SourceUnavailable
from opencompass_math500.grading import Verdict
from opencompass_math500.response import Response, Turn

ASKED = '\nPlease reason step by step, and put your final answer within \\boxed{}.'


def theirs(
    work_dir: Path, texts: list[str], details: Any = None, dataset: str = 'math-500', n: int = 1
) -> Path:
    """A run of OpenCompass's own config: golds are solutions, no ids."""
    count = len(texts) // n
    rows = [
        {
            'origin_prompt': [{'role': 'HUMAN', 'prompt': f'Problem {i % count}?{ASKED}'}],
            'prediction': text,
            'gold': f'So it is $\\boxed{{{i % count}}}$.',
        }
        for i, text in enumerate(texts)
    ]
    save_predictions(work_dir, rows, name=dataset, model='their')
    if details is not None:
        save_json(
            work_dir / 'results' / 'their' / f'{dataset}.json',
            {'accuracy': 1.0, 'details': details},
        )
    return work_dir


def test_a_record_holds_all_that_is_known(tmp_path: Path) -> None:
    records, notes = read(whole(tmp_path, 'correct', 'no_answer'))
    assert notes == []
    assert records[1] == Response(
        model=MODEL,
        dataset=DATASET,
        position=1,
        sample=0,
        unique_id='mine/1',
        problem='',
        subject='Geometry',
        level=2,
        prompt=(Turn('', 'prompt 1'),),
        response='reply 1',
        reasoning='hm',
        gold='7',
        verdict=Verdict('no_answer', '7', '7', 'written the same', 'r.x', 'extract.box'),
        graded='results',
        other_verdict=None,
        finish_reason='stop',
        tokens=11,
        reply={
            'latency': 0.5,
            'attempts': 1,
            'request_id': 'req-1',
            'model': 'tiny-2026-01-01',
            'sampling': {'temperature': 0, 'max_tokens': 256},
            'prompt_tokens': 100,
            'reasoning_tokens': None,
            'cached_tokens': None,
            'error': '',
        },
        place=f'predictions/{MODEL}/{DATASET}.json: row 1',
    )
    assert records[1].served_model == 'tiny-2026-01-01'
    assert len({record.key for record in records}) == 2


def test_both_makers_runs_give_the_same_verdicts(
    shared: Path, math500_file: Path, tmp_path: Path
) -> None:
    rows = responses_of(shared, 'Llama-3.1-8B-Instruct')[::10]
    save_responses(tmp_path / 'a', rows, 'llama')
    save_responses(tmp_path / 'b', rows, 'llama', maker='opencompass')
    problems = load_problems(math500_file)
    ours, notes = read(tmp_path / 'a', data=problems)
    others, more = read(tmp_path / 'b', data=problems)
    assert notes == more == []
    assert {record.dataset for record in [*ours, *others]} == {OURS, THEIRS}
    same = [replace(r, dataset='', place='', finish_reason=None) for r in ours]
    assert same == [replace(r, dataset='', place='', finish_reason=None) for r in others]
    by_id = {problem.unique_id: problem for problem in problems}
    for record, row in zip(others, rows, strict=True):
        known = by_id[row['unique_id']]
        assert (record.unique_id, record.gold) == (known.unique_id, known.answer)
        assert (record.subject, record.level) == (known.subject, known.level)
        assert (record.problem, record.response) == (known.problem.strip(), row['response'])
    assert 10 < sum(record.outcome == 'correct' for record in ours) < 40


@pytest.mark.parametrize(
    ('details', 'said'),
    [
        ([{'pred': ['0'], 'answer': ['0'], 'correct': [i == 0]} for i in range(3)], [1, 0, 0]),
        ([{'pred': '0', 'answer': '0', 'correct': i == 2} for i in range(3)], [0, 0, 1]),
        ({'type': 'GEN', **{str(i): {'correct': True} for i in range(3)}}, [1, 1, 1]),
        ([{'is_correct': [False]}, {'cascade_correct': [True]}, {'pred': ['0']}], [0, 1, None]),
        # MATHVerifyEvaluator leaves out what it cannot read, and all later ones shift.
        ([{'pred': ['0'], 'answer': ['0'], 'correct': [True]}] * 2, [None] * 3),
        ([], [None] * 3),
        (None, [None] * 3),
    ],
    ids=['lists', 'values', 'numbered', 'other-keys', 'shifted', 'no-details', 'no-results'],
)
def test_another_evaluators_word_stands_beside_ours(
    details: Any, said: list[int | None], tmp_path: Path
) -> None:
    records, notes = read(
        theirs(tmp_path, ['\\boxed{0}', 'it is \\boxed{9}', 'who knows'], details)
    )
    assert [record.outcome for record in records] == ['correct', 'incorrect', 'no_answer']
    assert [record.graded for record in records] == ['now'] * 3
    assert [record.other_verdict for record in records] == [
        None if s is None else bool(s) for s in said
    ]
    assert [record.problem for record in records] == [f'Problem {n}?' for n in range(3)]
    unused = details is not None and len(details) == 2
    told = ['its verdicts are not used'] * unused + ['graded now'] * (details is not None)
    assert all(text in note for text, note in zip(told, notes, strict=True))
    beside = any(s is not None for s in said)
    assert any('stand beside' in note for note in notes) == beside


def test_samples_without_ids_are_found_by_their_number(tmp_path: Path) -> None:
    """OpenCompass stores all first samples, then all second ones; details by problem."""
    details = [{'correct': [True, False]}, {'correct': [False, True]}]
    texts = ['\\boxed{0}', '\\boxed{5}', '\\boxed{4}', '\\boxed{1}']
    records, notes = read(theirs(tmp_path, texts, details, n=2))
    assert ['the 4 responses are graded now' in note for note in notes] == [True]
    assert [(r.position, r.sample) for r in records] == [(0, 0), (1, 0), (0, 1), (1, 1)]
    assert [r.other_verdict for r in records] == [r.outcome == 'correct' for r in records]


def test_samples_of_ours_are_matched_by_id(tmp_path: Path) -> None:
    save_predictions(tmp_path, [prediction(0), prediction(1), prediction(0), prediction(1)])
    save_results(tmp_path, [detail(0, 'correct', 'no_answer'), detail(1, 'timeout', 'incorrect')])
    records, notes = read(tmp_path)
    assert notes == []
    assert [(r.unique_id, r.sample, r.outcome) for r in records] == [
        ('mine/0', 0, 'correct'),
        ('mine/1', 0, 'timeout'),
        ('mine/0', 1, 'no_answer'),
        ('mine/1', 1, 'incorrect'),
    ]


def test_several_samples_in_a_row_are_records_each(tmp_path: Path) -> None:
    save_predictions(
        tmp_path,
        [prediction(0, prediction=['\\boxed{7}', '\\boxed{8}'], response_tokens=[3, 4])],
    )
    records, _ = read(tmp_path)
    assert [(r.sample, r.outcome, r.tokens) for r in records] == [
        (0, 'correct', 3),
        (1, 'incorrect', 4),
    ]


def test_parts_are_one_dataset_and_names_may_end_in_a_number(tmp_path: Path) -> None:
    for part in (0, 1, 10):
        save_predictions(tmp_path, [prediction(part)], name=f'{DATASET}_{part}', model='split')
    for number in range(2, 10):
        save_predictions(tmp_path, [prediction(number)], name=f'{DATASET}_{number}', model='split')
    save_predictions(tmp_path, [prediction(0)], name='level_5', model='one')
    save_results(tmp_path, [detail(0)], model='one', dataset='level_5')
    save_predictions(tmp_path, [prediction(0)], name='a_0', model='deep/er')
    records, notes = read(tmp_path)
    assert notes == []
    split = [record for record in records if record.model == 'split']
    assert [record.unique_id for record in split] == [f'mine/{number}' for number in range(11)]
    assert {record.dataset for record in split} == {DATASET}
    rest = [(r.model, r.dataset, r.graded) for r in records if r.model != 'split']
    assert rest == [('deep/er', 'a_0', 'now'), ('one', 'level_5', 'results')]


def test_verdicts_of_other_golds_are_not_taken(tmp_path: Path) -> None:
    save_predictions(tmp_path, [prediction(0, gold='8', prediction='\\boxed{8}')])
    save_results(tmp_path, [detail(0, 'incorrect')])
    (record,), notes = read(tmp_path)
    assert (record.outcome, record.graded) == ('correct', 'now')
    assert '1 of 1 responses' in notes[0]


def test_the_runs_own_policy_grades_what_it_did_not(tmp_path: Path) -> None:
    rows = [prediction(0, gold='1,-2', prediction='\\boxed{(1,-2)}')]
    save_predictions(tmp_path, rows)
    assert read(tmp_path)[0][0].outcome == 'incorrect'
    policy = {'grading': {**RECORD['grading'], 'policy': {'list_against_tuple': 'accept'}}}
    save_json(tmp_path / f'math500/{MODEL}/{DATASET}.json', {**RECORD, **policy})
    assert read(tmp_path)[0][0].outcome == 'correct'


def test_a_parent_of_runs_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match='no folder'):
        read(tmp_path / 'none')
    with pytest.raises(MalformedData, match='holds neither predictions/ nor results/'):
        read(tmp_path)
    whole(tmp_path / 'default' / '20260101_120000', 'correct')
    records, (note,) = read(tmp_path)
    assert len(records) == 1 and '20260101_120000' in note
    whole(tmp_path / 'default' / '20260102_120000', 'correct')
    records, (note,) = read(tmp_path)
    assert len(records) == 1
    assert '20260102_120000 is taken, the newest of 2 runs in' in note


def test_a_name_that_does_not_occur_is_refused(tmp_path: Path) -> None:
    whole(tmp_path, 'correct')
    assert len(read(tmp_path, models=[MODEL], datasets=[DATASET])[0]) == 1
    with pytest.raises(SelectionError, match=f"no model 'tny': give one of {MODEL}"):
        read(tmp_path, models=['tny'])


@pytest.mark.parametrize(
    ('prompt', 'turns'),
    [
        ('plain', (('', 'plain'),)),
        ([{'role': 'SYSTEM', 'prompt': 's'}, 'x', {'role': 'HUMAN', 'prompt': 'h'}],
         (('SYSTEM', 's'), ('', 'x'), ('HUMAN', 'h'))),
        ([{'role': 'user', 'content': [{'type': 'text'}]}], (('user', '[{"type": "text"}]'),)),
        ([{'section': 'round'}, 5], (('', '{"section": "round"}'), ('', '5'))),
        (None, ()),
    ],
    ids=['text', 'turns', 'parts', 'odd', 'none'],
)  # fmt: skip
def test_prompts_keep_their_turns(prompt: Any, turns: Any, tmp_path: Path) -> None:
    save_predictions(tmp_path, [prediction(0, origin_prompt=prompt)])
    (record,), _ = read(tmp_path)
    assert record.prompt == tuple(Turn(*turn) for turn in turns)


TEMPLATES: dict[str, tuple[Any, Any, str]] = {
    'turn': (
        'Now: {problem} Go.',
        [{'role': 'HUMAN', 'prompt': 'Now: What is 1? Go.'}],
        'What is 1?',
    ),
    'bare': ('{problem}', [{'role': 'HUMAN', 'prompt': 'What is 1?'}], 'What is 1?'),
    'examples': (None, 'Q: a\nA: b\nQ: What is 1?\nA:', 'What is 1?'),
    'another': ('Now: {problem} Go.', [{'role': 'HUMAN', 'prompt': 'Then: What is 1? Go.'}], ''),
    'no-turn': ('{problem}', [{'role': 'BOT', 'prompt': 'What is 1?'}], ''),
}


@pytest.mark.parametrize('name', TEMPLATES)
def test_a_prompt_of_the_users_own_gives_the_problem(name: str, tmp_path: Path) -> None:
    template, prompt, problem = TEMPLATES[name]
    turns = {'round': [{'role': 'HUMAN', 'prompt': template}, {'role': 'BOT', 'prompt': ''}]}
    asked = {'template': turns if template else 'Q: {problem}\nA:'}
    record = {**RECORD, 'inference': {**RECORD['inference'], 'prompt': asked}}
    save_predictions(tmp_path, [prediction(0, origin_prompt=prompt)])
    save_json(tmp_path / f'math500/{MODEL}/{DATASET}.json', record)
    (found,), _ = read(tmp_path)
    assert found.problem == problem


def test_the_last_problem_in_an_unknown_prompt_is_the_one_that_was_asked(tmp_path: Path) -> None:
    problems = [
        Problem('What is 1?', '', '1', 'Algebra', 1, 'a'),
        Problem('What is   2 - 1?', '', '1', 'Geometry', 2, 'b'),
    ]
    row = {'origin_prompt': 'Q: What is 1? A: 1\nQ: What is 2\n- 1? A:', 'prediction': '1'}
    save_predictions(tmp_path, [{**row, 'gold': '1'}, {**row, 'gold': '3'}])
    (found, unknown), _ = read(tmp_path, data=problems)
    assert (found.unique_id, found.subject, found.level) == ('b', 'Geometry', 2)
    assert (unknown.unique_id, unknown.subject, unknown.level) == ('', '', 0)
