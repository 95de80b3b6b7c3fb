"""Work directories read as records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from work_dirs import DATASET, MODEL, detail, prediction, save_json, save_predictions, save_results

from opencompass_math500.errors import MalformedData
from opencompass_math500.runs.opencompass.results import read_items, read_predictions


def test_every_field_of_a_detail_arrives(tmp_path: Path) -> None:
    one = detail(3, 'truncated', pred='', reason='cut', was_cut=True, finish_reason='length',
                 response_tokens=256, subject='Geometry', level=5)  # fmt: skip
    save_results(tmp_path, [one])
    (item,) = read_items(tmp_path, MODEL, DATASET)
    assert (item.unique_id, item.subject, item.level) == ('mine/3', 'Geometry', 5)
    assert (item.sample, item.gold, item.answer) == (0, '7', '')
    assert (item.outcome, item.reason, item.is_correct) == ('truncated', 'cut', False)
    assert (item.was_cut, item.finish_reason, item.tokens) == (True, 'length', 256)
    assert (item.attempts, item.served_model, item.sampling) == (None, None, None)


def test_what_the_endpoint_said_arrives(tmp_path: Path) -> None:
    one = detail(0, attempts=3, served_model='m-1', sampling={'temperature': 0})
    save_results(tmp_path, [one])
    (item,) = read_items(tmp_path, MODEL, DATASET)
    assert (item.attempts, item.served_model, item.sampling) == (3, 'm-1', {'temperature': 0})


def test_results_graded_before_that_was_kept_can_be_read(tmp_path: Path) -> None:
    one = detail(0)
    for name in ('attempts', 'served_model', 'sampling'):
        del one[name]
    save_results(tmp_path, [one])
    (item,) = read_items(tmp_path, MODEL, DATASET)
    assert (item.is_correct, item.attempts, item.served_model) == (True, None, None)


def test_several_samples_stand_problem_by_problem(tmp_path: Path) -> None:
    save_results(tmp_path, [detail(0, 'correct', 'incorrect'), detail(1, 'no_answer', 'correct')])
    items = read_items(tmp_path, MODEL, DATASET)
    assert [(item.unique_id, item.sample, item.outcome) for item in items] == [
        ('mine/0', 0, 'correct'),
        ('mine/0', 1, 'incorrect'),
        ('mine/1', 0, 'no_answer'),
        ('mine/1', 1, 'correct'),
    ]


def test_a_row_without_an_id_goes_by_its_number(tmp_path: Path) -> None:
    save_results(tmp_path, [detail(unique_id=''), detail(unique_id='')])
    assert [item.unique_id for item in read_items(tmp_path, MODEL, DATASET)] == ['0', '1']


def cascade(number: int, *outcomes: str, accepted: tuple[int, ...]) -> dict[str, Any]:
    """A detail of OpenCompass's CascadeEvaluator: the judge saw what the rules rejected."""
    whole = detail(number, *outcomes)
    rules = [
        {name: whole[name][sample] for name in whole if name != 'example_abbr'}
        for sample in range(len(outcomes))
    ]
    return {
        'example_abbr': whole['example_abbr'],
        'rule_evaluation': rules,
        'llm_evaluation': [
            {'llm_correct': sample in accepted, 'dataset_replica_idx': sample}
            for sample, outcome in enumerate(outcomes)
            if outcome != 'correct'
        ],
    }


def test_the_word_of_an_llm_judge_counts(tmp_path: Path) -> None:
    details = [
        cascade(0, 'correct', 'incorrect', 'incorrect', accepted=(2,)),
        cascade(1, 'no_answer', 'correct', 'correct', accepted=()),
    ]
    save_results(tmp_path, details)
    items = read_items(tmp_path, MODEL, DATASET)
    assert [item.outcome for item in items] == [
        'correct', 'incorrect', 'correct', 'no_answer', 'correct', 'correct',
    ]  # fmt: skip
    assert items[2].reason == 'accepted by the LLM judge; rules: written the same'


def test_a_judge_cannot_accept_what_is_no_reply(tmp_path: Path) -> None:
    outcomes = ('failed_request', 'content_filter', 'empty_response', 'truncated')
    save_results(tmp_path, [cascade(0, *outcomes, accepted=(0, 1, 2, 3))])
    items = read_items(tmp_path, MODEL, DATASET)
    assert [item.outcome for item in items] == [*outcomes[:3], 'correct']


DAMAGED: dict[str, Any] = {
    'cut short': '{"accuracy": 1.0, "det',
    'not an object': '[1, 2]',
    'no details': {'accuracy': 12.0},
    'empty details': {'accuracy': 0.0, 'details': []},
    'another evaluator': {'accuracy': 1.0, 'details': [{'pred': ['1'], 'correct': [True]}]},
    'unknown verdict': {'details': [detail(0, 'splendid')]},
    'a short list': {'details': [{**detail(0, 'correct', 'correct'), 'level': [1]}]},
    'a detail that is no object': {'details': [5]},
    'a level that is no number': {'details': [detail(0, level='hard')]},
    'tokens that are no number': {'details': [detail(0, response_tokens='many')]},
    'an answer that is no text': {'details': [detail(0, pred=['7'])]},
    'a gold that is no text': {'details': [detail(0, answer=None)]},
    'a reason that is no text': {'details': [detail(0, reason=4)]},
}


@pytest.mark.parametrize('content', DAMAGED.values(), ids=DAMAGED.keys())
def test_damaged_results_are_named(content: Any, tmp_path: Path) -> None:
    path = save_json(tmp_path / 'results' / MODEL / f'{DATASET}.json', content)
    with pytest.raises(MalformedData) as caught:
        read_items(tmp_path, MODEL, DATASET)
    assert str(path) in caught.value.what
    assert caught.value.remedy
    assert '\n' not in str(caught.value)


def test_the_damaged_item_is_named(tmp_path: Path) -> None:
    save_results(tmp_path, [detail(0), detail(1), {'pred': ['1']}])
    with pytest.raises(MalformedData, match='item 2 is not a detail'):
        read_items(tmp_path, MODEL, DATASET)


def test_predictions_come_in_order_of_their_number(tmp_path: Path) -> None:
    rows = [prediction(number) for number in range(12)]
    numbered = {str(number): rows[number] for number in reversed(range(12))}
    save_json(tmp_path / 'predictions' / MODEL / f'{DATASET}.json', numbered)
    assert read_predictions(tmp_path, MODEL, DATASET) == rows


def test_parts_of_predictions_are_joined(tmp_path: Path) -> None:
    rows = [prediction(number) for number in range(23)]
    for part in range(12):
        save_predictions(tmp_path, rows[2 * part : 2 * part + 2], f'{DATASET}_{part}')
    assert read_predictions(tmp_path, MODEL, DATASET) == rows


def test_a_whole_file_wins_over_parts_of_an_earlier_run(tmp_path: Path) -> None:
    save_predictions(tmp_path, [prediction(1)], f'{DATASET}_0')
    save_predictions(tmp_path, [prediction(0)])
    assert read_predictions(tmp_path, MODEL, DATASET) == [prediction(0)]


def test_missing_predictions_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(MalformedData, match='does not exist: run the inference first'):
        read_predictions(tmp_path, MODEL, DATASET)


@pytest.mark.parametrize(
    ('content', 'message'),
    [
        ('{"0": {"prediction"', 'is damaged'),
        ('"text"', 'is not a JSON object'),
        ({'0': prediction(0), '2': prediction(2)}, "lacks row '1'"),
    ],
    ids=['cut short', 'not an object', 'a gap'],
)
def test_damaged_predictions_are_named(content: Any, message: str, tmp_path: Path) -> None:
    path = save_json(tmp_path / 'predictions' / MODEL / f'{DATASET}.json', content)
    with pytest.raises(MalformedData, match=message) as caught:
        read_predictions(tmp_path, MODEL, DATASET)
    assert str(path) in caught.value.what


def test_a_file_that_is_not_utf8_is_damaged(tmp_path: Path) -> None:
    path = save_results(tmp_path, [detail()])
    path.write_bytes(b'\xff\xfe{}')
    with pytest.raises(MalformedData, match='is damaged'):
        read_items(tmp_path, MODEL, DATASET)
