"""The evaluator in OpenCompass's hands: its keys, its rows, its place in a cascade."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest
from datasets import Dataset
from opencompass.datasets import MATHEvaluator
from opencompass.evaluator import CascadeEvaluator
from opencompass.openicl.icl_evaluator import BaseEvaluator
from opencompass.openicl.icl_prompt_template import PromptTemplate
from opencompass.registry import ICL_EVALUATORS, TEXT_POSTPROCESSORS
from work_dirs import prediction, save_json, save_predictions

from opencompass_math500.compass import (
    MATH500CascadeEvaluator,
    MATH500Evaluator,
    MATH500JudgeTemplate,
    math500_postprocess,
)
from opencompass_math500.dataset import load_problems
from opencompass_math500.errors import ConfigError

KEYS = {
    'pred', 'answer', 'correct', 'subject', 'level', 'unique_id', 'verdict', 'reason', 'rule',
    'extraction', 'was_cut', 'finish_reason', 'response_tokens', 'attempts', 'served_model',
    'sampling',
}  # fmt: skip
MODEL, DATA = 'tiny', 'sample_v1.5'


def test_set(runs: int = 1) -> Dataset:
    """The sample as OpenCompass's dataset classes shape it."""
    rows = [
        {
            'problem': problem.problem,
            'answer': problem.answer,
            'subject': problem.subject,
            'level': problem.level,
            'unique_id': problem.unique_id,
            'subdivision': 'sample_test',
            'idx': number,
        }
        for number, problem in enumerate(load_problems('sample'))
    ]
    return Dataset.from_list(rows * runs)


test_set.__test__ = False  # type: ignore[attr-defined]


def boxed(answer: str) -> str:
    return f'Therefore the final answer is $\\boxed{{{answer}}}$.'


def reply(number: int, **changes: Any) -> dict[str, Any]:
    """The prediction row of a position in the test set, which may go round several times."""
    ids = list(test_set()['unique_id'])
    return prediction(number, unique_id=ids[number % len(ids)], **changes)


def evaluated(replies: list[str], work_dir: Path, runs: int = 1) -> dict[str, Any]:
    """What OpenICLEvalTask does with the evaluator."""
    rows = test_set(runs)
    evaluator = MATH500Evaluator()
    evaluator._out_dir = str(work_dir / 'results' / MODEL / DATA)
    found: dict[str, Any] = evaluator.evaluate(
        1, runs, rows, predictions=replies, references=list(rows['answer']), test_set=rows
    )
    return found


# The score ----------------------------------------------------------------------------


def test_every_gold_in_a_box_is_right(math500_rows: list[dict[str, Any]]) -> None:
    golds = [row['answer'] for row in math500_rows]
    result = MATH500Evaluator().score([boxed(gold) for gold in golds], golds, math500_rows)
    wrong = [one for one in result['details'] if not one['correct']]
    assert wrong == []
    assert result['accuracy'] == 100.0
    assert [one['unique_id'] for one in result['details']] == [
        row['unique_id'] for row in math500_rows
    ]


def test_a_worked_solution_stands_for_its_answer(math500_rows: list[dict[str, Any]]) -> None:
    """OpenCompass's own math_500_gen names the solution as the output column."""
    golds = [row['answer'] for row in math500_rows]
    solutions = [row['solution'] for row in math500_rows]
    result = MATH500Evaluator().score([boxed(gold) for gold in golds], solutions, math500_rows)
    assert result['accuracy'] == 100.0


def test_the_keys_of_a_detail() -> None:
    result = MATH500Evaluator().score([boxed('0.5')], [r'\frac{1}{2}'])
    assert set(result) == {'accuracy', 'details'}
    (one,) = result['details']
    assert set(one) == KEYS
    assert (one['pred'], one['answer'], one['correct']) == ('0.5', r'\frac{1}{2}', True)
    assert one['verdict'] == 'correct'


REPLIES = {
    'right': (boxed('7'), 'correct'),
    'wrong': (boxed('8'), 'incorrect'),
    'empty': ('', 'empty_response'),
    'no answer': ('I do not know what to do here', 'no_answer'),
    'unclosed thought': ('<think> so it is \\boxed{7}, or', 'truncated'),
    'null and surrogate': ('\x00\ud800', 'no_answer'),
    'ten thousand brackets': ('\\boxed{' + '(' * 10_000, None),
    'a hundred kilobytes': ('x^' * 50_000, None),
}


def test_one_detail_per_row_whatever_the_reply() -> None:
    texts = [text for text, _ in REPLIES.values()]
    result = MATH500Evaluator().score(texts, ['7'] * len(texts))
    details = result['details']
    assert len(details) == len(texts)
    for (name, (_, outcome)), one in zip(REPLIES.items(), details, strict=True):
        assert set(one) == KEYS
        assert isinstance(one['pred'], str)
        assert one['reason']
        assert outcome in (None, one['verdict']), name
    assert result['accuracy'] == pytest.approx(100 / len(texts))


def test_no_rows_have_no_accuracy_to_divide() -> None:
    assert MATH500Evaluator().score([], []) == {'accuracy': 0.0, 'details': []}


def test_a_prediction_of_several_samples_is_refused() -> None:
    with pytest.raises(ConfigError, match=r'mine/3 is a list, not one text: .*set n') as caught:
        MATH500Evaluator().score([['a', 'b']], ['7'], [{'unique_id': 'mine/3'}])  # type: ignore[list-item]
    assert '\n' not in str(caught.value)


# In the host's hands ------------------------------------------------------------------


def test_opencompass_finds_them_by_dotted_and_by_short_name() -> None:
    assert ICL_EVALUATORS.get('MATH500Evaluator') is MATH500Evaluator
    assert ICL_EVALUATORS.get('opencompass_math500.compass.MATH500Evaluator') is MATH500Evaluator
    for name in ('math500_postprocess', 'opencompass_math500.compass.math500_postprocess'):
        assert TEXT_POSTPROCESSORS.get(name) is math500_postprocess


def test_endings_come_from_the_prediction_file(tmp_path: Path) -> None:
    golds = list(test_set()['answer'])
    rows = [reply(number) for number in range(len(golds))]
    rows[2] = reply(2, finish_reason='length')
    save_predictions(tmp_path, rows, DATA, MODEL)
    result = evaluated([boxed(gold) for gold in golds], tmp_path)
    assert result['accuracy'] == 100
    found = [(one['finish_reason'], one['response_tokens']) for one in result['details']]
    assert found[:4] == [
        (['stop'], [10]), (['stop'], [11]), (['length'], [12]), (['stop'], [13]),
    ]  # fmt: skip
    assert [one['was_cut'] for one in result['details']][:4] == [[False], [False], [True], [False]]


def test_each_of_several_runs_has_its_own_endings(tmp_path: Path) -> None:
    golds = list(test_set()['answer'])
    size = len(golds)
    rows = [reply(number) for number in range(3 * size)]
    for part in range(3):  # and the file is split, elsewhere than between runs
        save_predictions(tmp_path, rows[50 * part : 50 * (part + 1)], f'{DATA}_{part}', MODEL)
    replies = [boxed(gold) for gold in golds] + [''] * size + [boxed(gold) for gold in golds]
    result = evaluated(replies, tmp_path, runs=3)
    assert result['accuracy (3 runs average)'] == pytest.approx(200 / 3)
    for number, one in enumerate(result['details']):
        assert one['response_tokens'] == [10 + number + run * size for run in range(3)]
        assert one['verdict'] == ['correct', 'empty_response', 'correct']
        assert len(set(one['unique_id'])) == 1


@pytest.mark.parametrize('right', [2, 0], ids=['two right', 'none right'])
def test_several_runs_have_pass_and_majority(right: int, tmp_path: Path) -> None:
    """The keys hang on n and k alone: two models on one dataset must have the same."""
    rows = test_set(4)
    golds = list(test_set()['answer'])
    size = len(golds)
    replies = [boxed(gold) for gold in golds * right]
    replies += [boxed(f'{900 + number // size}') for number in range(len(rows) - len(replies))]
    evaluator = MATH500Evaluator()
    evaluator._out_dir = str(tmp_path / 'results' / MODEL / DATA)
    result = evaluator.evaluate(
        [3], 4, rows, predictions=replies, references=list(rows['answer']), test_set=rows
    )
    own = {name: value for name, value in result.items() if name.startswith(('pass@', 'maj@'))}
    assert list(own) == [f'{metric}@{k}' for k in (2, 3, 4) for metric in ('pass', 'maj')]
    # Two of four alike, and two that differ: of three, the two win or all three tie.
    shares = {'pass@2': 5 / 6, 'maj@2': 1 / 2, 'pass@3': 1, 'maj@3': 2 / 3, 'pass@4': 1, 'maj@4': 1}
    expected = {name: 100 * share if right else 0 for name, share in shares.items()}
    assert own == pytest.approx(expected)
    assert f'G-Pass@3_{0.5}' in result


def test_one_run_has_the_accuracy_alone(tmp_path: Path) -> None:
    golds = list(test_set()['answer'])
    assert set(evaluated([boxed(gold) for gold in golds], tmp_path)) == {'accuracy', 'details'}


@pytest.mark.parametrize('left', ['nothing', 'damaged', 'other problems', 'another inferencer'])
def test_without_endings_the_score_is_the_same(left: str, tmp_path: Path) -> None:
    golds = list(test_set()['answer'])
    if left == 'damaged':
        save_json(tmp_path / 'predictions' / MODEL / f'{DATA}.json', '{"0": ')
    if left == 'other problems':
        rows = [prediction(number) for number in range(len(golds))]
        save_predictions(tmp_path, rows, DATA, MODEL)
    if left == 'another inferencer':
        rows = [{'origin_prompt': '', 'prediction': '', 'gold': gold} for gold in golds]
        save_predictions(tmp_path, rows, DATA, MODEL)
    result = evaluated([boxed(gold) for gold in golds], tmp_path)
    assert result['accuracy'] == 100
    assert all(one['finish_reason'] == [None] for one in result['details'])


def test_a_filtered_or_failed_reply_is_told_apart(tmp_path: Path) -> None:
    golds = list(test_set()['answer'])
    rows = [reply(number) for number in range(len(golds))]
    rows[0] = reply(0, finish_reason='content_filter')
    rows[1] = reply(1, finish_reason='failed_request')
    save_predictions(tmp_path, rows, DATA, MODEL)
    result = evaluated([''] * len(golds), tmp_path)
    outcomes = [one['verdict'][0] for one in result['details'][:3]]
    assert outcomes == ['content_filter', 'failed_request', 'empty_response']


# Before and beside the host's own evaluators -------------------------------------------


class Judge(BaseEvaluator):  # type: ignore[misc]
    """The cascade's second stage, with a fixed word; counts what it is shown."""

    shown: ClassVar[list[list[str]]] = []

    def score(self, predictions: list[str], references: list[str], test_set: Any) -> Any:
        Judge.shown.append(list(test_set['prediction']))
        return {'details': [{'prediction': 'CORRECT'} for _ in predictions]}


def test_rules_come_first_in_a_cascade(tmp_path: Path) -> None:
    """CascadeEvaluator calls score() row by row and gives its rule stage no folder."""
    rows = test_set()
    replies = [boxed(gold) for gold in rows['answer']]
    replies[3], replies[7] = boxed('not it'), 'no idea'
    cascade = CascadeEvaluator(
        rule_evaluator={'type': MATH500Evaluator},
        llm_evaluator={'type': Judge},
        parallel=False,
    )
    cascade._out_dir = str(tmp_path / 'results' / MODEL / DATA)
    Judge.shown.clear()
    result = cascade.score(replies, list(rows['answer']), rows)
    assert Judge.shown == [[replies[3], replies[7]]]
    assert result['accuracy'] == 100
    assert result['cascade_stats']['rule_correct'] == len(replies) - 2
    rules = [one['rule_evaluation'] for one in result['details']]
    assert [number for number, rule in enumerate(rules) if not rule['correct']] == [3, 7]
    assert all(set(rule) == KEYS | {'evaluation_method'} for rule in rules)


def test_our_cascade_knows_how_replies_ended(tmp_path: Path) -> None:
    rows = test_set()
    saved = [reply(number) for number in range(len(rows))]
    saved[3] = reply(3, finish_reason='length')
    save_predictions(tmp_path, saved, DATA, MODEL)
    replies = [boxed(gold) for gold in rows['answer']]
    replies[3] = 'First we add the two sides of the'
    cascade = MATH500CascadeEvaluator(
        rule_evaluator={'type': MATH500Evaluator},
        llm_evaluator={'type': Judge},
        parallel=False,
    )
    cascade._out_dir = str(tmp_path / 'results' / MODEL / DATA)
    result = cascade.score(replies, list(rows['answer']), rows)
    rules = [one['rule_evaluation'] for one in result['details']]
    assert [rule['verdict'] for rule in rules][2:5] == ['correct', 'truncated', 'correct']
    assert rules[3]['response_tokens'] == 13


def test_the_judge_reads_the_response_as_it_is() -> None:
    """OpenCompass's template would put the gold where a response says {reference}."""
    template = {'round': [{'role': 'HUMAN', 'prompt': '{prediction} against {reference}'}]}
    entry = {'prediction': 'I say {reference}', 'reference': '42'}
    prompt = MATH500JudgeTemplate(template).generate_item(entry)
    assert 'I say {reference} against 42' in str(prompt)
    assert 'I say {reference}' not in str(PromptTemplate(template).generate_item(entry))


@pytest.mark.parametrize('version', ['v1', 'v2'])
def test_the_postprocessor_serves_the_hosts_evaluators(
    version: str, math500_rows: list[dict[str, Any]]
) -> None:
    golds = [row['answer'] for row in math500_rows]
    extracted = [math500_postprocess(boxed(gold)) for gold in golds]
    assert extracted == golds
    score = MATHEvaluator(version=version).score(extracted, golds)
    assert score['accuracy'] == 100
    wrong = [math500_postprocess(boxed(gold + '9')) for gold in golds]
    assert MATHEvaluator(version=version).score(wrong, golds)['accuracy'] < 5


@pytest.mark.parametrize(
    ('text', 'answer'),
    [
        ('The final answer is $\\frac{3}{4}$.', '\\frac{3}{4}'),
        ('nothing to see', ''),
        ('', ''),
        ('<think>\\boxed{1}</think> So \\boxed{2}.', '2'),
    ],
    ids=['words', 'none', 'empty', 'thought'],
)
def test_the_postprocessor_gives_text_always(text: str, answer: str) -> None:
    assert math500_postprocess(text) == answer
