"""500 problems over a failing endpoint, from the prompt to the verdict; then mended and resumed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from faulty_api import ANSWERS, FaultyAPI, random_faults, right_text
from prompt_building import built, dataset_config

from opencompass_math500.compass import MATH500Evaluator, MATH500OpenAI
from opencompass_math500.compass.reopening import reopen
from opencompass_math500.dataset import load_problems

pytestmark = pytest.mark.slow

ITEMS, ATTEMPTS, MODEL = 500, 2, 'm'
INSTRUCTION = '\nPlease reason step by step, and put your final answer within \\boxed{}.'
# What a reply that came whole is to be graded as.
VERDICTS = {
    'ok': 'correct',
    'empty-stop': 'empty_response',
    'reasoning-only': 'empty_response',
    'empty-length': 'truncated',
    'truncated': 'truncated',
    'filtered-text': 'content_filter',
    '400-filter': 'content_filter',
    '400-context': 'failed_request',
    'refusal': 'no_answer',
}
PASSING = ('429', '500', '503', 'reset', 'reset-midway', 'short-body', 'cut-json', 'no-choices')


def problems_file(folder: Path) -> Path:
    """Problems whose right answer is what the server will box."""
    path = folder / 'problems.jsonl'
    texts = [f'What is my number, {n}?' for n in range(ITEMS)]
    rows = [
        {
            'problem': text,
            'solution': 'Add up the bytes.',
            'answer': str(sum((text + INSTRUCTION).encode())),
            'subject': 'Algebra',
            'level': 1,
            'unique_id': f'q/{n}',
        }
        for n, text in enumerate(texts)
    ]
    path.write_text(''.join(json.dumps(row) + '\n' for row in rows), encoding='utf-8')
    return path


def expected(item: str, schedule: Any) -> str:
    """The verdict that the schedule of faults leads to."""
    for nth in range(ATTEMPTS):
        name = schedule(item, nth)
        if name in VERDICTS:
            return VERDICTS[name]
    return 'failed_request'


def test_every_item_ends_with_its_verdict_and_only_failures_are_asked_again(
    tmp_path: Path,
) -> None:
    file = problems_file(tmp_path)
    abbr = load_problems(str(file), custom=True).slug
    config = dataset_config('math500_0shot_cot', source=str(file), custom=True, abbr=abbr)
    folder = tmp_path / 'predictions' / MODEL
    schedule = random_faults(7, [*VERDICTS, *PASSING], share=0.4)
    assert {*VERDICTS, *PASSING} <= set(ANSWERS)

    with FaultyAPI(schedule) as api:
        model = MATH500OpenAI(
            MODEL, base_url=api.url, attempts=ATTEMPTS, first_wait=0.01, concurrency=16
        )

        def verdicts() -> tuple[list[dict[str, Any]], list[str]]:
            found, retriever, templates = built(config, model, output_json_filepath=str(folder))
            found.inference(
                retriever,
                output_json_filepath=str(folder),
                output_json_filename=f'{abbr}.json',
                **templates,
            )
            loaded = json.loads((folder / f'{abbr}.json').read_text('utf-8'))
            rows = [loaded[str(number)] for number in range(len(loaded))]
            evaluator = MATH500Evaluator()
            evaluator._out_dir = str(tmp_path / 'results' / MODEL / abbr)
            scored = evaluator.score(
                [row['prediction'] for row in rows],
                [row['gold'] for row in rows],
                retriever.test_ds,
            )
            return rows, [detail['verdict'] for detail in scored['details']]

        rows, outcomes = verdicts()
        prompts = [row['origin_prompt'][0]['prompt'] for row in rows]
        assert [row['unique_id'] for row in rows] == [f'q/{n}' for n in range(ITEMS)]
        assert outcomes == [expected(prompt, schedule) for prompt in prompts]
        assert set(outcomes) == {*VERDICTS.values()}
        assert sum(row['reply']['attempts'] for row in rows) == api.total
        assert all(right_text(p) == r['prediction'] for p, r, o in
                   zip(prompts, rows, outcomes, strict=True) if o == 'correct')  # fmt: skip

        before = dict(api.counts)
        api.mended = True
        reopen(tmp_path, MODEL, abbr)
        _, after = verdicts()
        for prompt, then, now in zip(prompts, outcomes, after, strict=True):
            asked_again = api.counts[prompt] - before[prompt]
            assert asked_again == (then == 'failed_request'), prompt
            assert now == ('correct' if then == 'failed_request' else then), prompt
