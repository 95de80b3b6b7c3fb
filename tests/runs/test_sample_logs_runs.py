"""Real runs of lm-evaluation-harness, saved as its command saves them, and read."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from twin_record import RECORD

pytest.importorskip('lm_eval', reason='lm-eval is not installed (extra lm-eval)')

from lm_eval.tasks import TaskManager
from record_runs import read
from sample_log_runs import logged
from work_dirs import detail, prediction, save_predictions, save_results

from opencompass_math500 import grade, load_problems
from opencompass_math500.cli import main
from opencompass_math500.comparison import compare_pair, pairs_of_runs
from opencompass_math500.graders.regrade import regrade_run
from opencompass_math500.grading import grader_version
from opencompass_math500.prompts import template_named
from opencompass_math500.response import Turn
from opencompass_math500.runs.fingerprint import fingerprint_of
from opencompass_math500.runs.graded import comparable_runs, graded_runs
from opencompass_math500.runs.places import find_place

SAMPLE = load_problems('sample')
ROLES = {'user': 'HUMAN', 'assistant': 'BOT', 'system': 'SYSTEM'}


def answer(messages: Any) -> str:
    """Right for Algebra, no answer for Geometry, 5 for the rest."""
    asked = str(messages)
    problem = max((p for p in SAMPLE if p.problem in asked), key=lambda p: len(p.problem))
    if problem.subject == 'Geometry':
        return 'I cannot tell.'
    return f'So it is $\\boxed{{{problem.answer if problem.subject == "Algebra" else "5"}}}$.'


@pytest.fixture(scope='module')
def both(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both tasks on the whole sample."""
    return logged(tmp_path_factory.mktemp('both'), answer, 'math500_prompts', limit=None)


def scores(output: Path, task: str) -> dict[str, Any]:
    (path,) = output.glob('*/results_*.json')
    found = json.loads(path.read_text(encoding='utf-8'))['results'][task]
    assert isinstance(found, dict)
    return found


def test_records_say_what_the_log_says(both: Path) -> None:
    records, notes = read(both, datasets=[f'{SAMPLE.slug}_0shot-cot'])
    assert notes == []
    assert [record.unique_id for record in records] == [problem.unique_id for problem in SAMPLE]
    for record, problem in zip(records, SAMPLE, strict=True):
        expected = grade(
            response=record.response, gold=problem.answer, problem=problem.problem,
            finish_reason='stop',
        )  # fmt: skip
        assert (record.outcome, record.reason) == (expected.outcome, expected.reason)
        assert (record.problem, record.gold) == (problem.problem, problem.answer)
        assert (record.subject, record.level) == (problem.subject, problem.level)
        assert (record.graded, record.finish_reason) == ('results', 'stop')
        assert record.tokens is not None
    assert {'correct', 'incorrect', 'no_answer'} == {record.outcome for record in records}
    right = sum(record.outcome == 'correct' for record in records)
    assert scores(both, 'math500')['accuracy,none'] == pytest.approx(right / len(SAMPLE))


def test_messages_are_turns(both: Path) -> None:
    records, _ = read(both)
    for record in records:
        name = '4shot_chat' if record.dataset.endswith('_4shot-chat') else '0shot_cot'
        sent = template_named(name).render(record.problem)
        assert isinstance(sent, list)
        assert record.prompt == tuple(Turn(ROLES[m['role']], m['content']) for m in sent)


def test_the_settings_are_those_of_the_opencompass_config(both: Path) -> None:
    zero, four = graded_runs(both, lambda text: None)
    assert [zero.dataset, four.dataset] == [
        f'{SAMPLE.slug}_0shot-cot', f'{SAMPLE.slug}_4shot-chat',
    ]  # fmt: skip
    mine, other = fingerprint_of(zero), fingerprint_of(four)
    assert (mine.prompt_name, mine.shots) == ('0shot_cot', 0)
    assert (other.prompt_name, other.shots) == ('4shot_chat', 4)
    assert (mine.benchmark, mine.checksum, mine.subset) == ('sample', SAMPLE.checksum[:8], '')
    assert (mine.temperature, mine.max_tokens, mine.model) == (0.0, 4096, 'm')
    assert mine.grader == f'MATH500Evaluator {grader_version()}'
    assert (mine.engine, mine.batch_size) == ('local-chat-completions', None)
    assert zero.why_not_comparable is None


def opencompass_run(work_dir: Path, right: set[str]) -> Path:
    """The sample's problems, those of these subjects answered right, by another model's name."""
    names = {'model': 'm-api'}
    rows, details = [], []
    for problem in SAMPLE:
        is_right = problem.subject in right
        given = problem.answer if is_right else '5'
        fields = {'unique_id': problem.unique_id, 'finish_reason': 'stop'}
        rows.append(prediction(prediction=f'\\boxed{{{given}}}', gold=problem.answer, **fields))
        kind = grade(response=f'\\boxed{{{given}}}', gold=problem.answer).outcome
        about = {'subject': problem.subject, 'level': problem.level, 'pred': given}
        details.append(detail(0, kind, answer=problem.answer, **fields, **about))
    dataset = f'{SAMPLE.slug}_0shot-cot'
    save_predictions(work_dir, rows, name=dataset, **names)
    save_results(work_dir, details, dataset=dataset, record=RECORD, **names)
    return work_dir


def test_a_run_of_opencompass_is_paired_with_its_like(both: Path, tmp_path: Path) -> None:
    first = opencompass_run(tmp_path, {'Algebra', 'Geometry'})
    (pair,) = pairs_of_runs(comparable_runs(first), comparable_runs(both))
    assert pair[1].dataset == f'{SAMPLE.slug}_0shot-cot'  # by the problems and the prompt
    found = compare_pair(*pair)
    assert found.outcome != 'not comparable'
    geometry = {problem.unique_id for problem in SAMPLE if problem.subject == 'Geometry'}
    assert {flip.unique_id for flip in found.flips} == geometry
    assert found.difference is not None and found.difference.points < 0
    names = {name for name, _, _ in found.settings}
    assert {'engine', 'engine inferencer', 'version of opencompass'} <= names
    assert all(name.startswith(('engine', 'version of ')) for name in names)


def test_compare_says_which_engines(
    both: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(['compare', str(opencompass_run(tmp_path, {'Algebra'})), str(both)]) == 0
    said = ' '.join(capsys.readouterr().out.split())
    assert 'x engine: MATH500OpenAI against local-chat-completions' in said
    assert '? version of opencompass: 0.5.4 against ?' in said
    assert ' 0 problems flipped' in said


@pytest.mark.parametrize(
    ('options', 'metadata', 'places'),
    [
        ({'limit': 3}, {}, [0, 1, 2]),
        ({'limit': None, 'samples': {'math500': [30, 4]}}, {}, [4, 30]),
        ({'limit': 2}, {'ids': [SAMPLE[n].unique_id for n in (3, 7, 9)]}, [3, 7]),
    ],
    ids=['limit', 'samples', 'limit-of-ids'],
)
def test_a_part_goes_by_the_name_of_the_part(
    options: dict[str, Any], metadata: dict[str, Any], places: list[int], tmp_path: Path
) -> None:
    output = logged(tmp_path, answer, metadata=metadata, **options)
    ids = [SAMPLE[place].unique_id for place in places]
    records, notes = read(output)
    assert notes == []
    assert sorted(record.unique_id for record in records) == sorted(ids)
    part = load_problems('sample', ids=ids)
    assert {record.dataset for record in records} == {f'{part.slug}_0shot-cot'}
    (run,) = graded_runs(output, lambda text: None)
    assert fingerprint_of(run).subset == f'ids{len(ids)}'


def test_several_samples(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replies = iter(['\\boxed{5}', 'I cannot tell.'] * 2)
    output = logged(
        tmp_path, lambda messages: next(replies), metadata={'n': 2}, limit=2,
        gen_kwargs='seed=None,temperature=0.7,do_sample=True', arguments='num_concurrent=1',
    )  # fmt: skip
    records, _ = read(output)
    assert [(one.position, one.sample) for one in records] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert Counter(record.outcome for record in records)['no_answer'] == 2
    (run,) = graded_runs(output, lambda text: None)
    assert (run.score.problems, run.score.samples) == (2, 2)
    assert fingerprint_of(run).temperature == 0.7
    assert main(['table', str(output)]) == 0
    assert 'pass@k' in capsys.readouterr().out


def test_of_several_runs_the_latest_is_read(tmp_path: Path) -> None:
    output = logged(tmp_path, 'I cannot tell.', limit=1)
    (earlier,) = output.glob('*/samples_*.jsonl')
    logged(tmp_path, '$\\boxed{5}$', limit=1)
    (record,), notes = read(output)
    assert record.outcome == 'correct'
    (note,) = notes
    assert 'holds 2 runs of math500: ' in note
    assert f'left out: {earlier.name} (name a file to read it)' in note
    (record,), notes = read(earlier)
    assert (record.outcome, notes) == ('no_answer', [])


def test_cut_replies_are_counted_by_every_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = logged(tmp_path, 'We begin with', finish='length', limit=2)
    assert main(['table', str(output)]) == 0
    assert '2 (2 cut)' in capsys.readouterr().out
    assert main(['table', '--fail-on', 'truncated', str(output)]) == 1
    assert '2 of 2 responses are truncated' in capsys.readouterr().err
    assert main(['export', str(output), '--verdict', 'truncated']) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_every_level_of_the_output_is_read_alike(both: Path, tmp_path: Path) -> None:
    shutil.copytree(both, tmp_path / 'out')
    (log,) = (tmp_path / 'out').glob('*/samples_math500_2*.jsonl')
    keys = [
        [record.key for record in read(place)[0] if '_0shot' in record.dataset]
        for place in (tmp_path / 'out', log.parent, log)
    ]
    assert keys[0] == keys[1] == keys[2]
    assert len(keys[0]) == len(SAMPLE)


def test_a_log_is_graded_again(both: Path) -> None:
    place = find_place(both)
    report = regrade_run(place, place.runs()[0], [])
    (score,) = report.scores
    right = scores(both, 'math500')['accuracy,none'] * len(SAMPLE)
    assert (score.share.right, report.responses) == (round(right), len(SAMPLE))


def test_failed_requests_are_asked_again_by_lm_eval(
    both: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is no -r to go on with."""
    (log,) = both.glob('*/samples_math500_2*.jsonl')
    failed = {'verdict': 'failed_request', 'finish_reason': 'failed_request'}
    lines = [json.loads(line) for line in log.read_text(encoding='utf-8').splitlines()]
    lines[0]['doc']['math500'][0] |= failed
    folder = tmp_path / 'm'
    shutil.copytree(log.parent, folder, ignore=shutil.ignore_patterns('samples_*'))
    (folder / log.name).write_text(''.join(f'{json.dumps(line)}\n' for line in lines), 'utf-8')
    assert main(['table', str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert '(incomplete: 1 of 35 requests failed; run lm_eval again)' in said.out
    assert '1 of 35 requests failed' in said.err
    assert 'run lm_eval again; with its --use_cache only what failed is asked again' in said.err
    assert '-r' not in said.err.split()


FOREIGN = """
task: somebodys_math
dataset_path: json
dataset_kwargs: {{data_files: {{test: {data}}}}}
test_split: test
output_type: generate_until
doc_to_text: "Problem: {{{{problem}}}}\\nAnswer:"
doc_to_target: "{{{{solution}}}}"
generation_kwargs: {{until: ["Problem:"], do_sample: false}}
metric_list: [{{metric: exact_match, aggregation: mean, higher_is_better: true}}]
metadata: {{version: 1.0}}
"""


def test_a_task_of_another_maker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its target is the whole solution and nothing is extracted: 0 there, and not here."""
    monkeypatch.setattr('datasets.config.HF_DATASETS_CACHE', tmp_path / 'cache')
    rows = [{**asdict(problem), 'answer': ''} for problem in SAMPLE[:3]]
    data = tmp_path / 'data.jsonl'
    data.write_text(''.join(f'{json.dumps(each)}\n' for each in rows), 'utf-8')
    (tmp_path / 'somebodys_math.yaml').write_text(FOREIGN.format(data=data), 'utf-8')
    manager = TaskManager(include_path=str(tmp_path), include_defaults=False)
    output = logged(
        tmp_path / 'out', answer, 'somebodys_math', manager=manager, limit=None,
        apply_chat_template=True,
    )  # fmt: skip
    assert scores(output, 'somebodys_math')['exact_match,none'] == 0
    records, notes = read(output)
    assert [record.gold for record in records] == [problem.answer for problem in SAMPLE[:3]]
    assert {record.outcome for record in records} == {'correct'}
    assert {(record.other_verdict, record.graded) for record in records} == {(False, 'now')}
    assert any('is not graded by this package: its 3 responses are graded now' in n for n in notes)
    assert any('3 golds are whole solutions' in note for note in notes)
    (run,) = graded_runs(output, lambda text: None)
    mine = fingerprint_of(run)
    assert (mine.prompt, mine.shots, mine.max_tokens) == ('Problem: {problem}\nAnswer:', 0, None)
