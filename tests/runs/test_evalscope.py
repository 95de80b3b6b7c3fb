"""Work directories of evalscope, made by evalscope itself: whole, damaged, in part.

The logs come from ``tests/logs/make_evalscope.py``.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from record_runs import read

from opencompass_math500 import load_problems
from opencompass_math500.cli import main
from opencompass_math500.errors import MalformedData
from opencompass_math500.runs.fingerprint import fingerprint_of
from opencompass_math500.runs.graded import graded_runs
from opencompass_math500.runs.places import find_place

LOGS = Path(__file__).parents[1] / 'logs' / 'evalscope'
LEVEL_1 = 'math_500_Level 1.jsonl'
GONE = (
    'canned/math_500: 1 of 8 requests failed and are in no file; evalscope left them out of its '
    'denominator, so that its score is over 7'
)


@pytest.fixture
def log(tmp_path: Path) -> Callable[[str], Path]:
    """A copy of a log, to be damaged."""

    def copied(name: str) -> Path:
        return Path(shutil.copytree(LOGS / name, tmp_path / name))

    return copied


def change(path: Path, by: Callable[[dict[str, Any]], object]) -> None:
    """Change every row of a file."""
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    for row in rows:
        by(row)
    path.write_text(''.join(json.dumps(row) + '\n' for row in rows))


def test_each_canned_reply_is_read_with_all_that_evalscope_says_of_it() -> None:
    records, notes = read(LOGS / 'greedy')
    assert notes == [GONE]
    found = {
        one.unique_id: (
            one.outcome, one.other_verdict, one.other_answer, one.finish_reason, one.tokens,
        )
        for one in records
    }  # fmt: skip
    assert found == {
        'sample/algebra/1.json': ('correct', True, '5', 'stop', 5),
        'sample/algebra/2.json': ('correct', True, '13', 'stop', 5),
        'sample/counting_and_probability/1.json': ('incorrect', False, '13', 'stop', 5),
        'sample/counting_and_probability/3.json': ('empty_response', False, '', 'stop', 0),
        'sample/geometry/1.json': ('empty_response', False, '', 'stop', 6),
        # The last number of a cut reply: here it is no answer.
        'sample/intermediate_algebra/1.json': ('truncated', True, '10', 'length', 10),
        'sample/number_theory/4.json': ('content_filter', False, '', 'content_filter', 0),
    }


def test_texts_stand_apart_and_the_problem_is_the_datasets() -> None:
    problems = {problem.unique_id: problem for problem in load_problems('sample')}
    for one in read(LOGS / 'greedy')[0]:
        mine = problems[one.unique_id]
        assert (one.problem, one.gold) == (mine.problem, mine.answer)
        assert (one.level, one.subject) == (mine.level, mine.subject)
        (turn,) = one.prompt
        assert (turn.role, turn.text.startswith(mine.problem)) == ('HUMAN', True)
    thought = next(one for one in read(LOGS / 'greedy')[0] if 'geometry' in one.unique_id)
    assert (thought.response.strip(), thought.reasoning) == ('', 'It must be $\\boxed{24}$.')


def test_repeats_are_the_samples_of_a_problem_and_reasoning_is_apart() -> None:
    records, notes = read(LOGS / 'repeats')
    assert notes == []
    assert [(one.unique_id[-6:], one.position, one.sample, one.outcome) for one in records] == [
        ('1.json', 0, 0, 'correct'),
        ('1.json', 0, 1, 'truncated'),
        ('2.json', 1, 0, 'correct'),
        ('2.json', 1, 1, 'correct'),
    ]
    assert [one.reasoning for one in records] == ['', '', 'It is 6.', 'It is 6.']
    assert records[3].response == 'It is $\\boxed{6}$.'


def test_the_text_of_an_error_is_no_reply() -> None:
    """evalscope grades it: of a gold of 5000 it would be right."""
    records, notes = read(LOGS / 'refused')
    refused = records[1]
    assert (refused.outcome, refused.response, refused.tokens) == ('failed_request', '', None)
    assert (refused.other_verdict, refused.other_answer) == (False, '5432')
    assert refused.reply is not None
    assert refused.reply['error'].startswith("This model's maximum context length is 5000")
    assert notes == [
        'canned/math_500: of 1 of 3 replies the text is an error (the endpoint refused the '
        'request); evalscope graded it as the words of the model, here it is a failed request'
    ]
    # A word that evalscope does not know is kept beside, and is on our list.
    assert [one.finish_reason for one in records] == ['stop', 'failed_request', 'stop']


def test_settings_are_those_of_the_task() -> None:
    (run,) = graded_runs(LOGS / 'repeats', lambda text: None)
    mine = fingerprint_of(run)
    assert (run.model, run.dataset, mine.model) == ('canned', 'math_500', 'canned')
    assert mine.prompt_name == '0shot_cot'
    assert (mine.shots, mine.system) == (0, '')
    assert (mine.temperature, mine.top_p, mine.seed, mine.max_tokens) == (0.7, 0.95, 7, 64)
    assert (mine.samples, mine.problems, mine.benchmark) == (2, 2, 'sample')
    assert (mine.engine, mine.versions) == ('evalscope openai_api', {'evalscope': '1.14.1'})
    assert (mine.revision, mine.checksum, mine.batch_size) == (None, None, None)
    assert run.remedy == 'run evalscope again'


@pytest.mark.parametrize(
    ('old', 'new', 'name', 'expected'),
    [
        ('few_shot_num: 0', 'few_shot_num: 4', 'prompt', None),
        ('few_shot_num: 0', 'few_shot_num: 4', 'shots', 4),
        ('system_prompt: null', 'system_prompt: Be brief.', 'system', 'Be brief.'),
        ('seed: 7', 'seed: 7\n  extra_headers: {Authorization: me}', 'other_sampling', ''),
        ('eval_type: openai_api', 'eval_type: null', 'engine', None),
        ('  max_tokens: 64\n', '', 'max_tokens', None),
        ('evalscope_version: 1.14.1', 'evalscope_version: null', 'versions', {}),
        ('{question}\n', '{question} {question}\n', 'prompt', None),
    ],
)  # fmt: skip
def test_what_the_task_does_not_say_is_unknown(
    log: Callable[[str], Path], old: str, new: str, name: str, expected: Any
) -> None:
    path = log('repeats') / 'configs' / 'task_config.yaml'
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    (run,) = graded_runs(path.parents[1], lambda text: None)
    assert getattr(fingerprint_of(run), name) == expected


@pytest.mark.parametrize(
    ('file', 'text', 'said'),
    [
        ('configs/task_config.yaml', None, 'its settings are unknown: there is no'),
        ('configs/task_config.yaml', 'a: [', 'is damaged'),
        ('reports/canned/math_500.json', '{', 'what evalscope counted is unknown'),
    ],
)
def test_without_settings_or_scores_the_replies_are_read(
    log: Callable[[str], Path], file: str, text: str | None, said: str
) -> None:
    root = log('repeats')
    if text is None:
        (root / file).unlink()
    else:
        (root / file).write_text(text)
    records, notes = read(root)
    assert [one.outcome for one in records] == ['correct', 'truncated', 'correct', 'correct']
    assert any(said in note for note in notes)
    assert {one.problem for one in records} == {one.problem for one in read(LOGS / 'repeats')[0]}


def test_half_a_row_is_named_and_its_review_read(log: Callable[[str], Path]) -> None:
    root = log('greedy')
    path = root / 'predictions' / 'canned' / LEVEL_1
    lines = path.read_text().splitlines(keepends=True)
    path.write_text(''.join(lines[:-1]) + lines[-1][:200])
    records, notes = read(root)
    assert len(records) == 7
    assert f'predictions/canned/{LEVEL_1}:{len(lines)}: not JSON' in notes[0]
    assert notes[0].endswith('the row is left out')
    assert notes[1:] == [
        GONE,
        'canned/math_500: read from the reviews alone: 1 of 7 replies; how they ended is unknown',
    ]
    cut = json.loads(lines[-1])['metadata']['question_id']
    (one,) = [one for one in records if one.unique_id == cut]
    (whole,) = [one for one in read(LOGS / 'greedy')[0] if one.unique_id == cut]
    assert (one.response, one.other_verdict, one.gold) == (
        whole.response, whole.other_verdict, whole.gold,
    )  # fmt: skip
    assert (one.finish_reason, one.tokens) == (None, None)


def test_replies_without_reviews_have_the_golds_of_their_solutions(
    log: Callable[[str], Path],
) -> None:
    root = log('greedy')
    shutil.rmtree(root / 'reviews')
    records, notes = read(root)
    mine = {one.unique_id: one.gold for one in read(LOGS / 'greedy')[0]}
    assert {one.unique_id: one.gold for one in records} == mine
    assert {one.other_verdict for one in records} == {None}
    assert notes[1].startswith('canned/math_500: without a review: 7 of 7 replies; their golds')


def test_reviews_alone_hold_the_replies(log: Callable[[str], Path]) -> None:
    root = log('repeats')
    shutil.rmtree(root / 'predictions')
    records, _ = read(root)
    whole, _ = read(LOGS / 'repeats')
    for name in ('unique_id', 'response', 'reasoning', 'gold', 'prompt', 'sample', 'problem'):
        assert [getattr(one, name) for one in records] == [getattr(one, name) for one in whole]
    assert {one.finish_reason for one in records} == {None}


def test_a_reply_without_any_gold_is_named(log: Callable[[str], Path]) -> None:
    root = log('repeats')
    shutil.rmtree(root / 'reviews')
    change(root / 'predictions/canned' / LEVEL_1, lambda row: row.pop('metadata'))
    records, notes = read(root)
    assert len(records) == 2
    assert f'{LEVEL_1}:1: no gold answer' in notes[0]


def test_a_row_that_stands_there_twice_counts_once_and_last(log: Callable[[str], Path]) -> None:
    root = log('greedy')
    path = root / 'predictions' / 'canned' / LEVEL_1
    first, *rest = path.read_text().splitlines(keepends=True)
    path.write_text(''.join([first.replace('"stop_reason": "stop"', '"stop_reason": "max_tokens"'),
                             *rest, first]))  # fmt: skip
    records, notes = read(root)
    assert len(records) == 7
    asked = json.loads(first)['metadata']['question_id']
    assert [one.finish_reason for one in records if one.unique_id == asked] == ['stop']
    assert any('rows that stand there for a second time: 1;' in note for note in notes)


def test_damage_beyond_the_third_row_is_counted(log: Callable[[str], Path]) -> None:
    root = log('repeats')
    path = root / 'predictions' / 'canned' / LEVEL_1
    path.write_text(path.read_text() + '{"index": 7}\n' + '{\n' * 4)
    records, notes = read(root)
    assert len(records) == 4
    assert sum('the row is left out' in note for note in notes) == 3
    assert f'predictions/canned/{LEVEL_1}: 2 more rows like these are left out' in notes


@pytest.mark.parametrize('name', ['predictions', 'reviews'])
def test_one_of_its_files_stands_for_its_run(name: str, tmp_path: Path) -> None:
    path = LOGS / 'greedy' / name / 'canned' / LEVEL_1
    assert find_place(path).source.name == 'evalscope'
    assert len(read(path)[0]) == 7


def test_of_several_runs_the_newest_is_taken(tmp_path: Path) -> None:
    for name, log_name in (('20260101_000000', 'greedy'), ('20260102_000000', 'repeats')):
        shutil.copytree(LOGS / log_name, tmp_path / name)
    records, notes = read(tmp_path)
    assert len(records) == 4
    assert notes == [f'{tmp_path / "20260102_000000"} is taken, the newest of 2 runs in {tmp_path}']


def test_what_is_not_of_math_is_left_out(log: Callable[[str], Path]) -> None:
    root = log('repeats')
    for kind in ('predictions', 'reviews'):
        folder = root / kind / 'canned'
        shutil.copy(folder / LEVEL_1, folder / 'gsm8k_main.jsonl')
    for kind in ('predictions', 'reviews'):
        change(root / kind / 'canned' / 'gsm8k_main.jsonl', _as_another_problem)
    shutil.copy(root / 'reports/canned/math_500.json', root / 'reports/canned/gsm8k.json')
    records, notes = read(root)
    assert len(records) == 4
    assert notes == [
        'canned on gsm8k is left out: its problems have no levels, as those of MATH have'
    ]


def _as_another_problem(row: dict[str, Any]) -> None:
    row['messages'][0]['content'] = 'How many apples?'
    for about in (row.get('metadata'), row.get('sample_score', {}).get('sample_metadata')):
        if about:
            about['question_id'] = '1'


def test_scores_without_replies_are_no_run(log: Callable[[str], Path]) -> None:
    root = log('greedy')
    shutil.rmtree(root / 'predictions')
    shutil.rmtree(root / 'reviews')
    with pytest.raises(MalformedData, match='there are scores of it, but no replies'):
        read(root)


def test_no_key_and_no_path_of_a_machine_is_in_the_logs() -> None:
    texts = [path.read_text() for path in LOGS.rglob('*') if path.is_file()]
    assert len(texts) > 20
    for word in ('/tmp', '/root', 'sk-', 'Bearer'):
        assert not any(word in text for text in texts)


def test_without_pyyaml_one_line_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, 'yaml', None)
    assert main(['table', str(LOGS / 'greedy')]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(
        'PyYAML is not installed, which reads the settings of evalscope: pip install PyYAML'
    )


def test_the_log_itself_is_not_overwritten(
    log: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    own = log('greedy') / 'reviews' / 'canned' / LEVEL_1
    before = own.read_bytes()
    assert main(['export', str(own.parents[2]), '--output', str(own)]) == 1
    assert 'is where the run itself lies' in capsys.readouterr().err
    assert own.read_bytes() == before
