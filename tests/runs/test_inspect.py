"""Logs that the real inspect-ai wrote (``tests/logs/make_inspect.py``), as responses and runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from canned import CANNED, canned_problems

from opencompass_math500.response import Response
from opencompass_math500.runs import comparable_runs, find_place, read_responses
from opencompass_math500.runs.fingerprint import fingerprint_of

LOGS = Path(__file__).resolve().parents[1] / 'logs' / 'inspect'


def read(name: str) -> tuple[list[Response], list[str]]:
    notes: list[str] = []
    return list(read_responses(LOGS / name, note=notes.append)), notes


@pytest.fixture(scope='module')
def greedy() -> list[Response]:
    return read('greedy.eval')[0]


def test_the_canned_replies_are_read_as_what_they_are(greedy: list[Response]) -> None:
    """In the order of the data, though the log has them in that of their ends."""
    assert [one.unique_id for one in greedy] == [one.problem for one in CANNED]
    assert [(one.outcome, one.finish_reason) for one in greedy] == [
        ('correct', 'stop'),
        ('correct', 'stop'),
        ('incorrect', 'stop'),
        ('empty_response', 'stop'),
        ('empty_response', 'stop'),
        ('truncated', 'length'),
        ('content_filter', 'content_filter'),
        ('failed_request', 'failed_request'),
    ]


def test_the_word_of_inspects_own_scorer_stands_beside(greedy: list[Response]) -> None:
    """Its math scorer reads a thought and a cut reply; of a failed sample it has no word."""
    assert [one.other_verdict for one in greedy] == [
        True, True, False, False, True, True, False, None,
    ]  # fmt: skip
    assert [one.other_answer for one in greedy] == ['5', '13', '13', '', '24', '10', '', None]


def test_problem_prompt_gold_and_tokens(greedy: list[Response]) -> None:
    problem, one = canned_problems()[1], greedy[1]
    assert (one.problem, one.gold, one.level, one.subject) == (
        problem.problem, '13', 2, 'Algebra',
    )  # fmt: skip
    (turn,) = one.prompt
    assert turn.role == 'HUMAN' and turn.text.startswith(problem.problem + '\nPlease reason')
    assert (one.response, one.reasoning, one.tokens) == ('The final answer is 13.', '', 5)
    assert (one.model, one.dataset, one.position) == ('canned', 'sample_math', 1)
    assert one.place == 'greedy.eval: samples/sample/algebra/2.json_epoch_1.json'
    assert one.reply == {'model': 'canned', 'stop_reason': 'stop'}


def test_a_thought_with_nothing_behind_it_is_not_kept_twice(greedy: list[Response]) -> None:
    assert greedy[4].response.startswith('<think>') and greedy[4].reasoning == ''


def test_an_error_is_kept_with_its_text(greedy: list[Response]) -> None:
    failed = greedy[7]
    assert (failed.response, failed.tokens, failed.sampling) == ('', None, None)
    assert failed.reply is not None
    assert 'Error code: 400' in failed.reply['error'] and 'model' not in failed.reply


def test_what_is_said_of_a_log() -> None:
    _, notes = read('greedy.eval')
    assert len(notes) == 2
    assert 'its own verdicts are those of math (not of match)' in notes[0]
    assert notes[1].startswith('greedy.eval: samples that ended in an error: 1;')


def test_the_json_form_is_the_same(greedy: list[Response]) -> None:
    """Of three of the problems; its places are of its own."""

    def said(one: Response) -> dict[str, Any]:
        fields = {name: getattr(one, name) for name in one.__dataclass_fields__}
        return {k: v for k, v in fields.items() if k not in ('place', 'position', 'reply')}

    found, _ = read('greedy.json')
    assert [said(one) for one in found] == [said(greedy[place]) for place in (1, 6, 7)]
    assert [one.place for one in found] == [f'greedy.json: sample {n}' for n in range(3)]


def test_epochs_are_samples_and_ids_are_known_by_the_texts() -> None:
    found, notes = read('epochs.eval')
    first, second = 'sample/number_theory/1.json', 'sample/number_theory/2.json'
    assert [(one.unique_id, one.sample, one.outcome) for one in found] == [
        (first, 0, 'correct'),
        (second, 0, 'correct'),
        (first, 1, 'correct'),
        (second, 1, 'incorrect'),
        (first, 2, 'correct'),
        (second, 2, 'truncated'),
    ]
    assert [turn.role for turn in found[0].prompt] == ['SYSTEM', 'HUMAN']
    assert found[0].level == 1 and found[0].subject == 'Number Theory'
    assert len(notes) == 1


def test_reasoning_stands_apart() -> None:
    apart, within, alone = read('reasoning.eval')[0]
    assert (apart.response, apart.reasoning) == (r'It is $\boxed{2}$.', '17 is 3 fives and 2.')
    assert (within.response, within.reasoning) == (r'It is $\boxed{6}$.', 'It is 6.')
    assert (alone.response, alone.reasoning) == ('', r'It must be $\boxed{9}$.')
    assert (alone.outcome, alone.other_answer) == ('empty_response', None)


def test_limits_and_refusals_are_no_wrong_answers() -> None:
    over, refused, unknown = read('limits.eval')[0]
    assert (over.outcome, over.finish_reason, over.tokens) == ('truncated', 'length', 5000)
    assert over.reply == {'limit': 'token'}
    # The text of the refusal is what inspect logs as the reply, and scores as wrong.
    assert (refused.outcome, refused.response, refused.other_verdict) == (
        'failed_request', '', False,
    )  # fmt: skip
    assert refused.reply is not None and 'maximum context length' in refused.reply['refusal']
    assert (unknown.outcome, unknown.finish_reason) == ('correct', None)
    notes = read('limits.eval')[1]
    assert 'limits.eval: samples that hit their token limit: 1' in notes
    assert any('none of the model: 1' in text for text in notes)


def test_a_scorer_that_fails_leaves_the_reply() -> None:
    judged, scored = read('scorer.eval')[0]
    assert (judged.outcome, judged.finish_reason, judged.other_verdict) == ('correct', 'stop', None)
    assert judged.reply is not None and 'no such number' in judged.reply['error']
    assert (scored.outcome, scored.other_verdict) == ('correct', None)  # a score of two values


def test_a_stopped_run_says_so() -> None:
    found, notes = read('stopped.eval')
    assert [one.outcome for one in found] == [
        'correct', 'correct', 'incorrect', 'failed_request',
    ]  # fmt: skip
    assert 'stopped.eval is of a run with the status error' in notes


def test_the_settings() -> None:
    (run,) = comparable_runs(LOGS / 'epochs.eval', lambda text: None)
    found = fingerprint_of(run)
    assert (found.model, found.engine, found.served) == ('canned', 'openai-api', ('canned',))
    assert found.prompt is not None and found.prompt.startswith('{problem}\nPlease reason')
    assert (found.prompt_name, found.system, found.shots) == (None, 'You are careful.', 0)
    assert (found.temperature, found.top_p, found.seed, found.max_tokens) == (0.7, 0.95, 7, 64)
    assert (found.problems, found.samples, found.batch_size) == (2, 3, None)
    assert dict(found.versions) == {'inspect_ai': '0.3.285'}
    assert run.settings.made_by == 'inspect'


def test_what_inspect_does_not_say_is_unknown() -> None:
    (run,) = comparable_runs(LOGS / 'limits.eval', lambda text: None)
    found = fingerprint_of(run)
    assert (found.temperature, found.max_tokens, found.revision) == (None, None, None)
    assert found.other_sampling == ''


def test_our_prompt_is_known_by_its_name() -> None:
    (run,) = comparable_runs(LOGS / 'greedy.eval', lambda text: None)
    found = fingerprint_of(run)
    assert (found.prompt_name, found.temperature, found.benchmark) == (
        '0shot_cot', 0.0, 'sample',
    )  # fmt: skip
    assert run.incomplete == '1 of 8 requests failed'


def test_of_several_logs_of_one_model_and_task_the_latest_is_read() -> None:
    notes: list[str] = []
    (run,) = find_place(LOGS).runs(note=notes.append)
    created = {path.name: header(path)['eval']['created'] for path in LOGS.glob('*.json')}
    assert run.files.created >= max(created.values())
    assert 'is read, the latest; left out: ' in notes[-1]


def header(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding='utf-8'))
    return loaded


def test_nothing_of_the_machine_is_in_the_logs() -> None:
    """The logs are made with every path, host and port of the machine replaced."""
    from opencompass_math500.runs.inspect.archive import Archive

    for path in sorted(LOGS.iterdir()):
        texts = [path.read_text(encoding='utf-8')] if path.suffix == '.json' else []
        if path.suffix == '.eval':
            with Archive(path) as archive:
                texts = [archive.read(name).decode('utf-8') for name in archive.names]
        for text in texts:
            assert not [w for w in ('/home/', '/root', '/tmp', 'site-packages') if w in text]
