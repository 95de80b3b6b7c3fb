"""Grading predictions that are there already: an LLM judge behind our rules, and OpenCompass's
own evaluator behind our postprocessor."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from loopback_api import LoopbackAPI
from opencompass_runs import Finished, Workplace, details, sample_slug

from opencompass_math500.dataset import load_problems
from opencompass_math500.embedded import embedded_model_dir
from opencompass_math500.grading import extract_answer

pytestmark = pytest.mark.slow

MODEL = 'smollm2-135m-instruct'
IDS = [f'sample/algebra/{number}.json' for number in range(1, 6)]
PROBLEMS = load_problems('sample', ids=IDS)
ABBR = f'{sample_slug(IDS)}_0shot-cot-cascade'
HOSTS = {version: f'{sample_slug(IDS)}_0shot-cot-host-{version}' for version in ('v1', 'v2')}
OWN = {version: f'{sample_slug(IDS)}_0shot-cot-own-{version}' for version in ('v1', 'v2')}
SAMPLED = f'{sample_slug(IDS)}_0shot-cot-n4'
RUN = '20260101_120000'

# The response to each problem, how it ended, and what the judge says if it is asked.
RESPONSES: list[tuple[str, str, str | None]] = [
    ('Subtracting, \\boxed{x = 5}.', 'stop', None),
    ('It must be \\boxed{999}.', 'stop', 'INCORRECT'),
    ('All numbers above minus two, up to and including four.', 'stop', 'CORRECT'),
    ('So \\boxed{2+\\sqrt{7}, 2-\\sqrt{7}}.', 'stop', None),
    ('Let us first', 'length', 'INCORRECT'),
]

CONFIG = f"""
from mmengine.config import read_base
from opencompass.datasets import MATHEvaluator, math_postprocess, math_postprocess_v2
from opencompass_math500.compass import math500_postprocess

with read_base():
    from .datasets.math500.math500_0shot_cot import math500_datasets as _zero_shot
    from .datasets.math500.math500_0shot_cot_cascade import math500_datasets as _cascade
    from .guarded import eval, infer, summarizer
    from .models.embedded_smollm2_135m import models

datasets = [dict(_cascade[0], source='sample', ids={IDS}, abbr='{ABBR}')] + [
    dict(
        _zero_shot[0],
        source='sample',
        ids={IDS},
        abbr=abbr,
        eval_cfg=dict(
            evaluator=dict(type=MATHEvaluator, version=version),
            pred_postprocessor=dict(type=math500_postprocess),
        ),
    )
    for version, abbr in {HOSTS}.items()
] + [
    dict(
        _zero_shot[0],
        source='sample',
        ids={IDS},
        abbr=abbr,
        eval_cfg=dict(
            evaluator=dict(type=MATHEvaluator, version=abbr[-2:]),
            pred_postprocessor=dict(type=postprocess),
        ),
    )
    for abbr, postprocess in zip({list(OWN.values())}, [math_postprocess, math_postprocess_v2])
] + [dict(_zero_shot[0], source='sample', ids={IDS}, abbr='{SAMPLED}', n=4, k=[3])]
work_dir = 'outputs'
"""


# Four samples of each problem, as the box holds them; {0} is the gold.
SAMPLES = [
    ('{0}', '{0}', '{0}', '{0}'),
    ('{0}', ' {{{0}}}', '1001', ''),  # two votes, written differently, for the gold
    ('1001', '1002', '1003', '1003'),
    ('{0}', '1001', '1002', '1003'),  # a tie of four
    ('{0}', '1001', '1001.0', '1002'),  # two votes against the gold
]


def verdict(prompt: str) -> str:
    """What the judge says to the one response that the prompt holds."""
    (said,) = [verdict for text, _, verdict in RESPONSES if text in prompt]
    return said or 'asked about what the rules accept'


@dataclass(frozen=True, slots=True)
class Run:
    """The finished grading and the judge that took part."""

    place: Workplace
    judge: LoopbackAPI
    finished: Finished
    settings: dict[str, str]


@pytest.fixture(scope='module')
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    place = Workplace.at(tmp_path_factory.mktemp('cascade'))
    rows: dict[str, Any] = {
        str(number): {
            'origin_prompt': [{'role': 'HUMAN', 'prompt': problem.problem}],
            'prediction': text,
            'gold': problem.answer,
            'unique_id': problem.unique_id,
            'finish_reason': ending,
            'response_tokens': 12,
        }
        for number, (problem, (text, ending, _)) in enumerate(zip(PROBLEMS, RESPONSES, strict=True))
    }
    folder = place.folder / 'outputs' / RUN / 'predictions' / MODEL
    folder.mkdir(parents=True)
    for abbr in (ABBR, *HOSTS.values(), *OWN.values()):
        (folder / f'{abbr}.json').write_text(json.dumps(rows), encoding='utf-8')
    sampled: list[dict[str, Any]] = [
        {
            'origin_prompt': [{'role': 'HUMAN', 'prompt': problem.problem}],
            'prediction': f'So it is $\\boxed{{{answers[n].format(problem.answer)}}}$.'
            if answers[n]
            else 'I do not know.',
            'gold': problem.answer,
            'unique_id': problem.unique_id,
            'finish_reason': 'stop',
            'response_tokens': 12,
        }
        for n in range(4)  # OpenCompass takes the whole set n times, one after the other
        for problem, answers in zip(PROBLEMS, SAMPLES, strict=True)
    ]
    numbered = {str(number): row for number, row in enumerate(sampled)}
    (folder / f'{SAMPLED}.json').write_text(json.dumps(numbered), encoding='utf-8')
    with LoopbackAPI(verdict) as judge:
        settings = {
            'OPENAI_API_KEY': 'any',
            'OPENAI_BASE_URL': judge.url,
            # A local folder, so that its tokenizer needs no network.
            'MATH500_JUDGE_MODEL': str(embedded_model_dir()),
        }
        finished = place.opencompass(place.config(CONFIG), '-m', 'eval', '-r', RUN, **settings)
        assert finished.status == 0, finished.text
        yield Run(place, judge, finished, settings)


def test_the_judge_is_asked_about_what_the_rules_reject_and_nothing_else(run: Run) -> None:
    rejected = [text for text, _, said in RESPONSES if said]
    assert len(run.judge.prompts) == len(rejected) == 3
    assert all(sum(text in prompt for prompt in run.judge.prompts) == 1 for text in rejected)


def test_the_judge_sees_problem_answer_and_response(run: Run) -> None:
    for problem, (text, _, said) in zip(PROBLEMS, RESPONSES, strict=True):
        if said:
            (prompt,) = [prompt for prompt in run.judge.prompts if text in prompt]
            assert problem.problem in prompt and problem.answer in prompt
            assert '{' + 'prediction' + '}' not in prompt


def test_the_accuracy_is_what_rules_and_judge_accept(run: Run) -> None:
    path = run.place.run_dir / 'results' / MODEL / f'{ABBR}.json'
    assert json.loads(path.read_text(encoding='utf-8'))['accuracy'] == pytest.approx(60)
    accepted = [row['cascade_correct'] for row in details(run.place.run_dir, MODEL, ABBR)]
    assert accepted == [True, False, True, True, False]


@pytest.mark.parametrize('version', list(HOSTS))
def test_the_postprocessor_works_in_front_of_the_hosts_own_evaluator(
    run: Run, version: str
) -> None:
    rows = details(run.place.run_dir, MODEL, HOSTS[version])
    assert [row['pred'] for row in rows] == [extract_answer(text) or '' for text, _, _ in RESPONSES]
    assert [row['answer'] for row in rows] == [problem.answer for problem in PROBLEMS]
    path = run.place.run_dir / 'results' / MODEL / f'{HOSTS[version]}.json'
    accuracy = json.loads(path.read_text(encoding='utf-8'))['accuracy']
    assert accuracy == pytest.approx(20 * sum(row['correct'] for row in rows))


def test_several_samples_are_voted_on(run: Run) -> None:
    path = run.place.run_dir / 'results' / MODEL / f'{SAMPLED}.json'
    result = json.loads(path.read_text(encoding='utf-8'))
    assert result['accuracy (4 runs average)'] == pytest.approx(100 * 8 / 20)
    assert result['pass@2'] == pytest.approx(100 * (1 + 5 / 6 + 0 + 1 / 2 + 1 / 2) / 5)
    assert result['pass@4'] == pytest.approx(80)
    assert result['maj@4'] == pytest.approx(100 * (1 + 1 + 0 + 1 / 4 + 0) / 5)
    assert {'pass@3', 'maj@3', 'G-Pass@3_0.5'} <= set(result)
    (line,) = [line.split() for line in run.finished.out.splitlines()
               if line.split()[:3] == ['B', '4', '80.00']]  # fmt: skip
    assert '45.00' in line


def test_regrade_finds_what_opencompass_found(run: Run) -> None:
    """Its own evaluators in its own task against the same in our process."""
    done = run.place.math500('regrade', str(run.place.run_dir), '--json')
    assert done.status == 0, done.text
    reports = {report['dataset']: report for report in json.loads(done.out)}
    assert set(reports) == {ABBR, SAMPLED, *HOSTS.values(), *OWN.values()}
    for version, abbr in OWN.items():
        rows = details(run.place.run_dir, MODEL, abbr)
        report = reports[abbr]
        (score,) = [s for s in report['scores'] if s['grader'] == f'opencompass_{version}']
        assert score['share']['right'] == sum(row['correct'] for row in rows)
        answers = {row['answer']: row['pred'] for row in rows}
        for item in report['items']:
            assert item['words'][f'opencompass_{version}']['answer'] == answers[item['gold']]
    assert (reports[SAMPLED]['problems'], reports[SAMPLED]['responses']) == (5, 20)
    path = run.place.run_dir / 'results' / MODEL / f'{SAMPLED}.json'
    accuracy = json.loads(path.read_text(encoding='utf-8'))['accuracy (4 runs average)']
    assert reports[SAMPLED]['scores'][0]['share']['accuracy'] == pytest.approx(accuracy)


def test_the_table_names_the_judge_and_can_be_printed_again(run: Run) -> None:
    (line,) = [line for line in run.finished.out.splitlines() if line.startswith('A: ')]
    assert f'; LLM judge {run.settings["MATH500_JUDGE_MODEL"]};' in line
    again = run.place.math500('table', str(run.place.run_dir))
    assert again.status == 0, again.text
    assert line in again.out.splitlines()
    printed = run.finished.out[run.finished.out.index(f'A  {MODEL}') :]
    tables, _, exported = printed.partition('wrong answers: ')
    # The others' results are graded there as well, and have lines of their own.
    ours = {word for word in tables.split() if word.startswith('sample-ids')}
    assert ours and ours <= set(again.out.split())
    assert '_wrong_answers.jsonl' in exported


def test_the_last_line_is_the_command_that_makes_the_report(run: Run) -> None:
    (line,) = [line for line in run.finished.out.splitlines() if 'math500 report ' in line]
    written = run.place.math500('report', shlex.split(line)[-1])
    assert written.status == 0, written.text
    page = run.place.run_dir / 'summary' / 'math500_report.html'
    assert written.out.startswith(f'{page.relative_to(run.place.folder)} (')
    assert MODEL in page.read_text(encoding='utf-8')
