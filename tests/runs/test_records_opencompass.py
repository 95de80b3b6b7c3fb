"""Records and exports of what OpenCompass itself leaves behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import mmengine
import pytest
from datasets import Dataset
from opencompass.datasets import MATHEvaluator
from opencompass.datasets.math import math_postprocess_v2
from record_runs import read, whole
from summarized_runs import TINY, ended, save
from work_dirs import save_predictions

TEXTS = ['\\boxed{0}', '\\boxed{9}', 'It is \\boxed{\\frac{4}{2}}', 'So \\boxed{1}', 'no', '2']


def evaluated(work_dir: Path, texts: list[str], n: int) -> list[bool]:
    """A run as OpenCompass's tasks write it, evaluated by its own MATHEvaluator."""
    count = len(texts) // n
    golds = [str(number % count) for number in range(len(texts))]
    rows = [
        {'origin_prompt': f'What is {gold}?', 'prediction': text, 'gold': gold}
        for text, gold in zip(texts, golds, strict=True)
    ]
    save_predictions(work_dir, rows, name='math-500', model='their')
    examples = [{'subdivision': 'math_test', 'idx': number} for number in range(count)] * n
    predictions = [math_postprocess_v2(text) for text in texts]
    result = MATHEvaluator(version='v2').evaluate(
        1, n, Dataset.from_list(examples), predictions=predictions, references=golds
    )
    path = work_dir / 'results' / 'their' / 'math-500.json'
    path.parent.mkdir(parents=True)
    mmengine.dump(result, str(path), ensure_ascii=False, indent=4)
    single = MATHEvaluator(version='v2')
    return [single.is_equiv(*pair) for pair in zip(predictions, golds, strict=True)]


@pytest.mark.parametrize('n', [1, 2])
def test_its_own_evaluators_word_reaches_the_right_response(n: int, tmp_path: Path) -> None:
    said = evaluated(tmp_path, TEXTS, n)
    records, notes = read(tmp_path)
    assert [f'the {len(TEXTS)} responses are graded now' in note for note in notes] == [True]
    assert [record.other_verdict for record in records] == said
    assert True in said and False in said
    assert [record.response for record in records] == TEXTS
    assert {record.graded for record in records} == {'now'}
    # Its string rules do not know that 4/2 is 2.
    differing = {record.response for record in records if record.other_verdict is False} & {
        record.response for record in records if record.outcome == 'correct'
    }
    assert (TEXTS[2] in differing) is True


def exported(work_dir: Path) -> list[dict[str, Any]]:
    path = work_dir / 'summary' / 'math500_now_wrong_answers.jsonl'
    return [json.loads(line) for line in path.read_text(encoding='utf-8').splitlines()]


def test_a_run_leaves_its_wrong_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole(tmp_path, 'correct', 'incorrect', 'no_answer')
    assert ended(tmp_path, TINY) == ''
    assert [row['response'] for row in exported(tmp_path)] == ['reply 1', 'reply 2']
    (line,) = [text for text in capsys.readouterr().out.splitlines() if 'wrong answers: ' in text]
    assert 'math500_now_wrong_answers.jsonl (2 of 3 responses exported)' in line


def test_an_export_that_fails_fails_no_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path, 'correct', 'incorrect')
    (tmp_path / 'summary' / 'math500_now_wrong_answers.jsonl').mkdir(parents=True)
    assert ended(tmp_path, TINY) == ''
    said = capsys.readouterr()
    assert 'no export of wrong answers' in said.err
    assert '50.00' in said.out
