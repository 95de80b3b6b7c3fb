"""Details of lighteval, made by lighteval itself: replies, settings, places."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lighteval_logs import copied, details
from record_runs import read

from opencompass_math500 import load_problems
from opencompass_math500.cli import main
from opencompass_math500.errors import MalformedData
from opencompass_math500.response import Response
from opencompass_math500.runs.fingerprint import fingerprint_of
from opencompass_math500.runs.graded import graded_runs
from opencompass_math500.runs.places import find_place

SECRET = 'sk-nobody-must-see-this'
Log = Callable[[str], Path]


@pytest.fixture
def log(tmp_path: Path) -> Log:
    """Copies a log."""
    return lambda name: copied(name, tmp_path)


def by_id(records: list[Response]) -> dict[str, Response]:
    return {one.unique_id: one for one in records}


def test_each_canned_reply_is_read_with_all_that_lighteval_says_of_it(log: Log) -> None:
    records, notes = read(log('greedy'))
    assert {one.unique_id: (one.outcome, one.other_verdict) for one in records} == {
        'sample/algebra/1.json': ('correct', True),
        'sample/algebra/2.json': ('correct', True),
        'sample/counting_and_probability/1.json': ('incorrect', False),
        'sample/counting_and_probability/3.json': ('empty_response', False),
        'sample/geometry/1.json': ('empty_response', False),
        # That it was cut is not in the log.
        'sample/intermediate_algebra/1.json': ('no_answer', True),
        # Filtered, and failed: the log says neither.
        'sample/number_theory/4.json': ('empty_response', False),
        'sample/prealgebra/1.json': ('empty_response', False),
    }
    for name in ('finish_reason', 'tokens', 'other_answer'):
        assert {getattr(one, name) for one in records} == {None}
    assert len(notes) == 2
    assert notes[1].endswith(
        '|0_2026-12-01T03-11-48.390543.parquet: 3 of 8 replies are empty; lighteval saves a '
        'request that failed as one, and counts it as wrong'
    )


def test_the_problem_and_its_gold_are_the_datasets(log: Log) -> None:
    problems = {problem.unique_id: problem for problem in load_problems('sample')}
    records, _ = read(log('greedy'))
    for one in records:
        mine = problems[one.unique_id]
        assert (one.problem, one.gold) == (mine.problem, mine.answer)
        assert (one.level, one.subject) == (mine.level, mine.subject)
        (turn,) = one.prompt
        assert (turn.role, turn.text.endswith(mine.problem)) == ('HUMAN', True)
    # Rows are in no order; the place in the data is kept.
    assert [one.unique_id for one in sorted(records, key=lambda one: one.position)] == [
        one.unique_id for one in problems.values() if one.unique_id in by_id(records)
    ]
    assert by_id(records)['sample/geometry/1.json'].reasoning == '\nIt must be $\\boxed{24}$.\n'


def test_several_samples_are_told_apart_and_lost_ones_counted(log: Log) -> None:
    records, notes = read(log('twice'))
    assert [
        (one.position, one.sample, one.outcome, one.other_verdict, one.reasoning)
        for one in sorted(records, key=lambda one: (one.position, one.sample))
    ] == [
        (0, 0, 'correct', True, 'It is 5.'),
        (0, 1, 'correct', True, 'It is 5.'),
        (1, 0, 'incorrect', False, 'Hm.'),
        (1, 1, 'incorrect', False, 'Hm.'),
        (2, 0, 'empty_response', False, 'It must be $\\boxed{24}$.'),
        (2, 1, 'failed_request', False, 'It must be $\\boxed{24}$.'),
        (3, 0, 'failed_request', False, ''),
        (3, 1, 'failed_request', False, ''),
    ]
    (note,) = notes
    assert 'of 1 of 8 replies there is no text, which lighteval drops' in note
    assert [turn.role for turn in records[0].prompt] == ['SYSTEM', 'HUMAN']


def test_settings_are_those_of_the_results(log: Log) -> None:
    (run,) = graded_runs(log('twice'), lambda text: None)
    mine = fingerprint_of(run)
    assert (run.model, run.dataset, mine.model) == ('canned', 'math_500_twice', 'canned')
    assert mine.prompt is not None
    assert mine.prompt.startswith('Solve the following problem. The final line of your response')
    assert mine.prompt.endswith('before answering.\n\n{problem}')
    assert (mine.shots, mine.system) == (0, 'You are careful.')
    assert (mine.temperature, mine.top_p, mine.seed) == (0.7, 0.95, 7)
    assert mine.max_tokens == 512  # both caps that were sent
    assert (mine.samples, mine.problems, mine.benchmark) == (2, 4, 'sample')
    assert (mine.engine, mine.versions) == ('lighteval litellm', {})
    assert (mine.revision, mine.checksum, mine.batch_size) == (None, None, None)
    assert run.remedy == 'run lighteval again'


def test_of_two_caps_neither_is_taken_for_the_runs(log: Log) -> None:
    notes: list[str] = []
    (run,) = graded_runs(log('greedy'), notes.append)
    assert fingerprint_of(run).max_tokens is None
    assert notes[0] == (
        "the token cap is unknown: lighteval sent max_tokens=32768, the task's, and "
        "max_completion_tokens=512, the model's, and the endpoint took one of them"
    )


@pytest.mark.parametrize(
    ('config', 'engine', 'cap'),
    [
        ({'gpu_memory_utilization': 0.9, 'dtype': 'bfloat16'}, 'lighteval vllm', 512),
        ({'mem_fraction_static': 0.8}, 'lighteval sglang', 512),
        ({'continuous_batching': False, 'batch_size': 4}, 'lighteval transformers', 512),
        ({'something_new': 1}, 'lighteval', 512),
    ],
)
def test_the_engine_is_told_by_its_config(
    log: Log, config: dict[str, Any], engine: str, cap: int
) -> None:
    root = log('greedy')
    _rewrite(root, {**config, 'model_name': 'org/tiny', 'revision': 'a' * 40})
    (run,) = graded_runs(root, lambda text: None)
    mine = fingerprint_of(run)
    assert (mine.engine, mine.max_tokens, mine.model) == (engine, cap, 'org/tiny')
    assert (run.model, mine.revision) == ('tiny', 'a' * 40)
    assert mine.batch_size == config.get('batch_size')
    assert json.loads(mine.engine_settings or '') == (
        {'dtype': 'bfloat16'} if 'dtype' in config else {}
    )


def _rewrite(root: Path, config: dict[str, Any]) -> None:
    (path,) = root.rglob('results_*.json')
    results = json.loads(path.read_text())
    generation = {'temperature': 0.0, 'max_new_tokens': 512}
    config.setdefault('generation_parameters', generation)
    results['config_general'] |= {'model_config': config, 'model_name': config['model_name']}
    path.write_text(json.dumps(results))


def test_the_key_that_lighteval_writes_down_is_shown_nowhere(
    log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = log('greedy')
    (path,) = root.rglob('results_*.json')
    path.write_text(path.read_text().replace('"api_key": "none"', f'"api_key": "{SECRET}"'))
    assert SECRET in path.read_text()
    page, lines = tmp_path / 'page.html', tmp_path / 'all.jsonl'
    assert main(['table', str(root)]) == 0
    assert main(['compare', str(root), '--json']) == 0
    assert main(['report', str(root), '--output', str(page)]) == 0
    assert main(['export', str(root), '--all', '--output', str(lines)]) == 0
    printed = capsys.readouterr()
    shown = [printed.out, printed.err, page.read_text(), lines.read_text()]
    (run,) = graded_runs(root, lambda text: None)
    assert not any(SECRET in text for text in [*shown, repr(run.settings)])


def test_of_several_runs_the_latest_is_read(log: Log) -> None:
    root = log('greedy')
    first = details(root)
    later = '2026-12-02T00-00-00'
    folder = first.parent.with_name(later)
    folder.mkdir()
    shutil.copy(first, folder / f'details_math_500|0_{later}.parquet')
    records, notes = read(root)
    assert {later in one.place for one in records} == {True}
    assert notes[0].startswith(f'{root} holds 2 runs of math_500|0 by openai/canned: that of')
    assert len(read(first)[0]) == 8


def test_two_models_of_one_name_are_told_apart(log: Log) -> None:
    root = log('greedy')
    for kind in ('details', 'results'):
        shutil.copytree(root / kind / 'openai', root / kind / 'other')
    (path,) = (root / 'results' / 'other').rglob('*.json')
    path.write_text(path.read_text().replace('openai/canned', 'other/canned'))
    runs = graded_runs(root, lambda text: None)
    assert [run.model for run in runs] == ['openai__canned', 'other__canned']


@pytest.mark.parametrize('inner', ['', 'details', 'details/openai', 'details/openai/canned'])
def test_a_folder_within_stands_for_what_lies_in_it(log: Log, inner: str) -> None:
    place = find_place(log('greedy') / inner)
    assert place.source.name == 'lighteval'
    assert len(read(place.path)[0]) == 8


@pytest.mark.parametrize('inner', ['', 'results', 'results/openai', 'results/openai/canned'])
def test_scores_without_replies_are_no_run(log: Log, inner: str) -> None:
    root = log('greedy')
    shutil.rmtree(root / 'details')
    with pytest.raises(MalformedData, match='scores of lighteval, but no responses'):
        find_place(root / inner)


def test_the_log_itself_is_not_overwritten(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    root = log('greedy')
    own = details(root)
    before = own.read_bytes()
    assert main(['export', str(root), '--format', 'jsonl', '--output', str(own)]) == 1
    assert 'is where the run itself lies' in capsys.readouterr().err
    assert own.read_bytes() == before
