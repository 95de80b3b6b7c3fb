"""Runs of OpenCompass' own newer MATH-500 configs: LLM judges, cascades, several runs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from opencompass_math500.cli import main
from opencompass_math500.errors import Math500Error
from opencompass_math500.response import Response
from opencompass_math500.runs import comparable_runs, graded_runs, read_responses
from opencompass_math500.runs.opencompass.judged import judge_says, others_in
from opencompass_math500.runs.opencompass.results import items_of

RUN = Path(__file__).resolve().parents[1] / 'logs' / 'opencompass_judges' / '20260101_120000'
# What is said of the replies that make_opencompass_judges.py has the judge give.
TURNED, UNCLEAR = 'count in OpenCompass as the opposite', 'said neither CORRECT nor INCORRECT'


def read(dataset: str) -> tuple[list[Response], list[str]]:
    notes: list[str] = []
    found = list(read_responses(RUN, datasets=[f'math_500-{dataset}'], note=notes.append))
    said = [note for note in notes if f'-{dataset}.json' in note and 'graded now' not in note]
    return found, said


def counted(dataset: str) -> float:
    """The accuracy, as OpenCompass has it."""
    results = json.loads((RUN / 'results' / 'their-model' / f'math_500-{dataset}.json').read_text())
    return next(value for name, value in results.items() if name.startswith('accuracy'))


# Of each response by the rules, or by the first A or B in its judge's reply; the fifth reply says
# "The Answer does not match: INCORRECT", the sixth "I do not know.", the last "A.".
CASCADE = [True, False, True, False, False, None, False]
JUDGED = [True, False, False, False, True, None, True]
VERIFY = [True, *[False] * 6]
LATER = [True] * 7  # the second run is right throughout, so that the cascade leaves its flags out


@pytest.mark.parametrize(
    ('dataset', 'right', 'said', 'turned'),
    [
        ('cascade', CASCADE, [UNCLEAR, TURNED], 1),
        ('cascade-n2', [*CASCADE, *LATER], [UNCLEAR, TURNED], 1),
        ('llmjudge', JUDGED, [UNCLEAR, TURNED], 2),
        ('llmjudge-n2', [*JUDGED, *LATER], [UNCLEAR, TURNED], 2),
        ('verify-n2', [*VERIFY, *LATER], [], 0),
    ],
)
def test_its_word_on_each_response(
    dataset: str, right: list[bool | None], said: list[str], turned: int
) -> None:
    found, notes = read(dataset)
    assert [one.other_verdict for one in found] == right
    samples = len(right) // 7
    places = [(n, sample) for sample in range(samples) for n in range(7)]
    assert [(one.position, one.sample) for one in found] == places
    assert len(notes) == len(said) and all(map(str.__contains__, notes, said))
    assert not said or f': {turned} replies' in notes[1]
    assert 100 * right.count(True) / len(right) == pytest.approx(counted(dataset))


def test_problems_are_known_by_their_text() -> None:
    found, _ = read('cascade')
    assert found[0].unique_id == 'sample/algebra/1.json'
    assert (found[0].subject, found[0].level) == ('Algebra', 1)


def test_what_rests_on_an_llm_judge_is_graded_now() -> None:
    notes: list[str] = []
    tables = {run.dataset: run for run in graded_runs(RUN, notes.append)}
    compared = {run.dataset: run for run in comparable_runs(RUN, notes.append)}
    for name in ('math_500-cascade', 'math_500-llmjudge'):
        for run in (tables[name], compared[name]):
            assert [item.outcome for item in run.items[:3]] == ['correct', 'incorrect', 'no_answer']
            assert run.settings.recorded and str(run.settings.grader).startswith('MATH500Evaluator')
            assert (run.settings.question.shots, run.settings.max_tokens) == (0, 64)
    # Its own grader of MATH is taken at its word where runs are compared.
    assert compared['math_500-verify-n2'].settings.grader == 'OpenCompass MATHVerifyEvaluator'
    assert tables['math_500-verify-n2'].score.accuracy == pytest.approx(100 * 8 / 14)


def test_a_table_of_a_plain_run_has_scores(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(['table', str(RUN)]) == 0
    out, err = capsys.readouterr()
    assert 'their-model on math_500-cascade' in out and '14.29' in out
    assert 'KeyError' not in err


@pytest.mark.parametrize(
    ('reply', 'says'),
    [
        ('A', True), ('B', False), (' **A**\n', True), ('A: CORRECT', True), ('(B)', False),
        ('CORRECT', True), ('incorrect.', False), ('The Answer is INCORRECT', False),
        ('<think>Is it INCORRECT?</think>CORRECT', True), ('It is not correct.', False),
        ('A or B', None), ('Either CORRECT or INCORRECT', None), ('I do not know.', None),
        ('Answer', None), ('', None), (None, None), ("A's value", None),
    ],
    ids=str,
)  # fmt: skip
def test_what_a_judge_says(reply: Any, says: bool | None) -> None:
    assert judge_says(reply) is says


@pytest.mark.parametrize(
    ('detail', 'right'),
    [
        ({'correct': [True, False]}, [True, False]),
        ({'is_correct': True}, [True]),
        ({'correct': ['yes']}, [None]),
        ({'rule_evaluation': [{'correct': False}, {'correct': True}], 'cascade_correct': [True],
          'llm_evaluation': [{'prediction': 'A', 'llm_correct': True, 'dataset_replica_idx': 0}]},
         [True, True]),
        ({'rule_evaluation': [{'correct': True}, {'correct': False}],
          'llm_evaluation': [{'prediction': 'B', 'llm_correct': False, 'dataset_replica_idx': 1}]},
         [True, False]),
        ({'rule_evaluation': [7]}, [None]),
        ({'prediction': ['A', 'B', 'none']}, [True, False, None]),
        ({}, [None]),
    ],
    ids=str,
)  # fmt: skip
def test_which_details_are_understood(detail: dict[str, Any], right: list[bool | None]) -> None:
    assert [one.right for one in others_in(detail)] == right


def test_our_own_cascade_says_that_its_judge_said_neither(tmp_path: Path) -> None:
    rules = {
        'unique_id': 'a', 'subject': '', 'level': 0, 'answer': '7', 'pred': '8', 'was_cut': False,
        'reason': '8 is not 7', 'verdict': 'incorrect', 'finish_reason': 'stop',
        'response_tokens': None, 'correct': False,
    }  # fmt: skip
    for reply, reason in (
        ('B', '8 is not 7'),
        ('Hm.', 'the LLM judge said neither CORRECT nor INCORRECT; rules: 8 is not 7'),
    ):
        judged = {'prediction': reply, 'llm_correct': False, 'dataset_replica_idx': 0}
        detail = {'rule_evaluation': [rules], 'llm_evaluation': [judged]}
        (item,) = items_of([detail], tmp_path / 'results.json')
        assert (item.outcome, item.reason) == ('incorrect', reason)


def test_results_of_another_benchmark_are_not_graded_as_mathematics(tmp_path: Path) -> None:
    """By the dumped config: GenericLLMEvaluator judges anything."""
    shutil.copytree(RUN, tmp_path / 'run')
    for path in (tmp_path / 'run' / 'configs').glob('*.py'):
        text = path.read_text().replace('opencompass.datasets.MATHDataset', 'their.GPQADataset')
        path.write_text(text.replace('MATHVerifyEvaluator', 'GPQAEvaluator'))
    with pytest.raises(Math500Error, match='no results'):
        comparable_runs(tmp_path / 'run', lambda text: None)
