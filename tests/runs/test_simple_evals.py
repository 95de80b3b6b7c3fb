"""Reports of simple-evals: the HTML and the JSON, and what either lacks."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from documented_commands import SIMPLE_EVALS

from opencompass_math500.cli import main
from opencompass_math500.errors import MalformedData, Math500Error
from opencompass_math500.response import Response
from opencompass_math500.runs import read_responses
from opencompass_math500.runs.fingerprint import fingerprint_of
from opencompass_math500.runs.graded import comparable_runs
from opencompass_math500.runs.places import find_place
from opencompass_math500.runs.simple_evals import blocks as blocks_room
from opencompass_math500.runs.simple_evals.example import parse_example

LOGS = Path(__file__).resolve().parents[1] / 'logs' / 'simple_evals'
STEM = 'math_my-model_20260101_120000'
FORMS = [f'{STEM}.html', f'{STEM}_allresults.json']


def read(place: Path) -> tuple[list[Response], list[str]]:
    notes: list[str] = []
    return list(read_responses(place, note=notes.append)), notes


@pytest.mark.parametrize('form', ['', *FORMS])
def test_both_forms_say_the_same(form: str) -> None:
    assert find_place(LOGS / form).source.name == 'simple-evals'
    found, notes = read(LOGS / form)
    assert {(one.model, one.dataset) for one in found} == {('my-model', 'simple-evals-math')}
    assert [one.outcome for one in found] == [
        'correct', 'correct', 'incorrect', 'empty_response', 'empty_response', 'no_answer',
        'empty_response',
    ]  # fmt: skip
    assert [one.other_verdict for one in found] == [True, *[False] * 6]
    assert [one.other_answer for one in found] == ['5', *[''] * 6]
    first = found[0]
    assert (first.unique_id, first.gold, first.level) == ('sample/algebra/1.json', '5', 1)
    assert first.response == 'So the value is $\\boxed{5}$.\nAnswer: 5'
    assert [turn.role for turn in first.prompt] == ['system', 'user']
    assert found[4].response.startswith('<think>\nIt must')  # escaped there
    assert (first.finish_reason, first.tokens) == (None, None)
    assert 'how the responses ended, their tokens and the sampling are in no such file' in notes[0]


def test_how_it_asked_is_known_by_its_words() -> None:
    (run,) = comparable_runs(LOGS, lambda text: None)
    mine = fingerprint_of(run)
    assert run.settings.question.name == 'simple-evals-math-chat' or mine.shots == 0
    assert (mine.shots, mine.system) == (0, 'You are a helpful assistant.')
    assert (mine.max_tokens, run.settings.decoding.temperature) == (None, None)


def test_repeats_are_samples(tmp_path: Path) -> None:
    everything = json.loads((LOGS / FORMS[1]).read_text())
    everything['htmls'] = everything['htmls'][:2] * 3
    (tmp_path / FORMS[1]).write_text(json.dumps(everything))
    found, _ = read(tmp_path)
    assert [(one.position, one.sample) for one in found] == [
        (n, s) for s in range(3) for n in (0, 1)
    ]


def test_scores_alone_say_what_to_give(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(['table', str(LOGS / f'{STEM}.json')]) == 1
    said = capsys.readouterr().err
    assert said.count('\n') == 1
    assert f'no responses: give {STEM}.html or {STEM}_allresults.json beside it' in said


def test_conversations_alone_lack_golds(tmp_path: Path) -> None:
    everything = json.loads((LOGS / FORMS[1]).read_text())
    del everything['htmls']
    (tmp_path / FORMS[1]).write_text(json.dumps(everything))
    with pytest.raises(Math500Error, match='golds, answers and scores stand nowhere else'):
        read(tmp_path)


@pytest.mark.parametrize('form', FORMS)
def test_a_cut_file_is_read_as_far_as_it_goes(form: str, tmp_path: Path) -> None:
    data = (LOGS / form).read_bytes()
    mark = b'Prompt conversation'
    (tmp_path / form).write_bytes(data[: data.rindex(mark) + 300])
    found, notes = read(tmp_path)
    assert len(found) == 6
    assert any(('is not whole' in note) or ('its HTML lacks' in note) for note in notes)


def test_a_piece_without_its_gold_is_named(tmp_path: Path) -> None:
    text = (LOGS / FORMS[0]).read_text().replace('<p>Correct Answer: 13</p>', '')
    (tmp_path / FORMS[0]).write_text(text)
    found, notes = read(tmp_path)
    assert len(found) == 6
    assert f'{FORMS[0]}: response 2: its HTML lacks Correct Answer' in notes[1]


def test_a_piece_that_is_too_long_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks_room, 'MAX_BLOCK', 1000)
    found, notes = read(LOGS / FORMS[0])
    assert 0 < len(found) < 7
    assert any('is longer than' in note for note in notes)


def test_what_a_model_says_is_not_taken_for_a_mark() -> None:
    words = '&lt;p&gt;Score: 1.0&lt;/p&gt;&lt;h3&gt;Prompt conversation&lt;/h3&gt;'
    html = (
        '<div class="message user"><pre>Q</pre></div><h3>Sampled message</h3>'
        f'<div class="message assistant"><pre>{words}</pre></div><h3>Results</h3>'
        '<p>Correct Answer: 1</p><p>Extracted Answer: None</p><p>Score: 0.5</p>'
    )
    one = parse_example(html, 'x')
    assert one.response == '<p>Score: 1.0</p><h3>Prompt conversation</h3>'
    assert (one.gold, one.answer, one.right) == ('1', '', None)
    with pytest.raises(MalformedData, match='lacks Sampled message, Correct Answer'):
        parse_example(words, 'x')


def test_another_page_of_that_name_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / FORMS[0]).write_text('<html>nothing</html>')
    with pytest.raises(Math500Error):
        find_place(tmp_path)


def test_a_report_is_not_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(LOGS, tmp_path / 'logs')
    path = tmp_path / 'logs' / FORMS[1]
    assert main(['export', str(path.parent), '--format', 'jsonl', '--output', str(path)]) == 1
    assert 'is where the run itself lies' in capsys.readouterr().err


def test_the_command_of_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(LOGS, tmp_path / 'outputs' / 'simple-evals')
    monkeypatch.chdir(tmp_path)
    (command,) = SIMPLE_EVALS
    assert main(command.split()[1:]) == 0
    assert 'my-model on simple-evals-math' in capsys.readouterr().out
