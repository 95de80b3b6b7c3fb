"""Sample logs of other tasks, of other versions and damaged ones, read as records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from record_runs import read
from sample_log_rows import DATE, results, row, save_log

from opencompass_math500.cli import main
from opencompass_math500.errors import ConfigError, MalformedData, SourceUnavailable
from opencompass_math500.report import write_report
from opencompass_math500.runs.fingerprint import fingerprint_of
from opencompass_math500.runs.graded import graded_runs
from opencompass_math500.runs.places import find_place

CASES = Path(__file__).parents[1] / 'cases'


def cases(name: str) -> list[Any]:
    lines = (CASES / name).read_text(encoding='utf-8').splitlines()
    return [pytest.param(line, id=json.loads(line)['id']) for line in lines]


@pytest.mark.parametrize('line', cases('sample_logs.jsonl'))
def test_a_row_is_read_as_it_is_meant(line: str, tmp_path: Path) -> None:
    case = json.loads(line)
    # The very text of the row: numbers are kept as they are written.
    text = line.partition('"row": ')[2].rpartition(', "expect": ')[0]
    records, notes = read(save_log(tmp_path, [text]))
    expect = case['expect']
    prompt = expect.pop('prompt', None)
    for record in records:
        found = {'verdict': record.outcome}
        assert {n: found.get(n) or getattr(record, n) for n in expect} == expect
        assert prompt is None or [[turn.role, turn.text] for turn in record.prompt] == prompt
    assert records
    assert case['note'] in '\n'.join(notes)
    assert bool(notes) == bool(case['note'])


@pytest.mark.parametrize('line', cases('sample_logs_damaged.jsonl'))
def test_a_row_that_is_no_response_is_named_and_the_rest_read(line: str, tmp_path: Path) -> None:
    case = json.loads(line)
    path = save_log(tmp_path, [row(0), case['line'], row(2)])
    records, notes = read(path)
    assert [record.unique_id for record in records] == ['mine/0', 'mine/2']
    assert [note for note in notes if f'{path.name}:2: ' in note and case['what'] in note]
    assert f'{path.name} holds 2 responses that can be read, its results are about 3' in notes

    with pytest.raises(MalformedData, match='no sample log of a task on MATH') as error:
        read(save_log(tmp_path / 'alone', [case['line']]))
    assert case['what'] in str(error.value)


def test_damage_beyond_the_third_row_is_counted(tmp_path: Path) -> None:
    path = save_log(tmp_path, [row(0), *['{'] * 5, row(6), json.dumps(row(7))[:40]])
    records, notes = read(path)
    assert len(records) == 2
    assert sum('the row is left out' in note for note in notes) == 3
    assert f'{path.name}: 3 more rows like these are left out' in notes


def test_filters_and_repeated_rows_are_one_response(tmp_path: Path) -> None:
    rows = [row(0), row(0, filter='flexible'), row(1), row(1, filter='flexible'), row(1)]
    records, notes = read(save_log(tmp_path, rows))
    assert [record.position for record in records] == [0, 1]
    assert any('2 rows of other filters hold the same responses' in note for note in notes)
    assert any(':5: doc_id 1 a second time; the row is left out' in note for note in notes)


def test_problems_are_in_the_order_of_the_data(tmp_path: Path) -> None:
    """Several processes write one after the other what each of them has asked."""
    save_log(tmp_path / 'm', [row(0), row(2), row(1), row(3)])
    lines = tmp_path / 'all.jsonl'
    assert main(['export', str(tmp_path), '--all', '--output', str(lines)]) == 0
    found = [json.loads(line) for line in lines.read_text().splitlines()]
    assert [one['unique_id'] for one in found] == ['mine/0', 'mine/1', 'mine/2', 'mine/3']
    assert found[1]['place'] == f'm/samples_hendrycks_math500_{DATE}.jsonl:3'


def test_a_problem_of_math500_is_known_by_its_text(
    tmp_path: Path, math500_rows: list[dict[str, Any]]
) -> None:
    """A task may drop the ids, and normalise the golds: by the text it is MATH-500's."""
    real = next(r for r in math500_rows if r['subject'] == 'Counting & Probability')
    doc = {'problem': real['problem'], 'solution': real['solution'], 'answer': 'normalised away'}
    (record,), _ = read(save_log(tmp_path, [row(0, doc=doc)]))
    for name in ('unique_id', 'subject', 'level'):
        assert getattr(record, name) == real[name]
    assert record.gold == real['answer']
    (run,) = graded_runs(tmp_path, lambda text: None)
    assert fingerprint_of(run).benchmark == 'MATH-500 subset'


def test_settings_that_lm_eval_does_not_say_are_unknown(tmp_path: Path) -> None:
    save_log(tmp_path, [row(0), row(1)])
    (run,) = graded_runs(tmp_path, lambda text: None)
    mine = fingerprint_of(run)
    assert (run.model, run.dataset, mine.model) == ('tiny', 'hendrycks_math500', 'org/tiny')
    assert (mine.prompt, mine.prompt_name) == ('Problem: {problem}\nAnswer:', 'lm-eval-hendrycks')
    assert (mine.shots, mine.temperature, mine.batch_size) == (0, 0.0, 8)
    assert mine.versions == {
        'lm_eval': '0.4.13', 'transformers': '4.57.6', 'torch': '2.13.0+cpu',
    }  # fmt: skip
    assert mine.engine == 'hf'
    assert mine.max_tokens is None  # 256, but that is the engine's default and not recorded
    assert (mine.checksum, mine.revision) == (None, None)


@pytest.mark.parametrize(
    ('changes', 'expected'),
    [
        ({'doc_to_text': 'def doc_to_text(doc):\n    return doc["problem"]'}, None),
        ({'description': 'You are a mathematician.'}, None),
        ({'doc_to_text': '{{problem}} {% if hint %}{{hint}}{% endif %}'}, None),
        ({'doc_to_text': '{{ problem }}\n'}, '{problem}\n'),
    ],
)
def test_the_prompt_of_another_task(
    changes: dict[str, Any], expected: str | None, tmp_path: Path
) -> None:
    save_log(tmp_path, [row(0)], said=results(count=1, task_config=changes))
    (run,) = graded_runs(tmp_path, lambda text: None)
    assert fingerprint_of(run).prompt == expected


def test_no_key_and_no_address_comes_into_the_record(tmp_path: Path) -> None:
    arguments = {
        'model': 'm', 'base_url': 'http://user:sk-1@host/v1', 'api_key': 'sk-2',
        'auth_token': 'sk-3', 'token': 'sk-4', 'header': {'Authorization': 'sk-5'},
        'eos_string': '</s>', 'peft': 'org/lora', 'load_in_4bit': True,
    }  # fmt: skip
    said = results(count=1, config={'model': 'local-completions', 'model_args': arguments})
    save_log(tmp_path, [row(0)], said=said)
    (run,) = graded_runs(tmp_path, lambda text: None)
    assert 'sk-' not in str(run.settings)
    model = json.loads(run.settings.engine_settings or '')
    assert (model['eos_string'], model['peft_path'], model['load_in_4bit']) == (
        '</s>', 'org/lora', True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ('name', 'label'),
    [
        ('Qwen/Qwen2.5-7B', 'Qwen2.5-7B'),
        ('/models/mine/', 'mine'),
        ('C:\\models\\mine', 'mine'),
        (f'/c/models--Qwen--Qwen3/snapshots/{"a" * 40}', 'Qwen3'),
        ('gpt', 'gpt'),
    ],
)
def test_the_model_is_called_by_its_own_name(name: str, label: str, tmp_path: Path) -> None:
    save_log(tmp_path, [row(0)], said=results(count=1, model_name=name))
    (run,) = graded_runs(tmp_path, lambda text: None)
    assert run.model == label


def test_models_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for folder in ('a__tiny', 'b__tiny'):
        save_log(tmp_path / folder, [row(0)], said=results(count=1, model_name=folder[0] + '/tiny'))
    assert [run.model for run in graded_runs(tmp_path, lambda text: None)] == [
        'a__tiny', 'b__tiny',
    ]  # fmt: skip


@pytest.mark.parametrize('said', ['', '{"configs"', '[]', '{"configs": 3}', '{}'])
def test_without_results_the_settings_are_unknown(said: str, tmp_path: Path) -> None:
    path = save_log(tmp_path, [row(0)], said=said or '')
    records, notes = read(path)
    assert [record.outcome for record in records] == ['correct']
    assert any('unknown' in note for note in notes)
    (run,) = graded_runs(path, lambda text: None)
    assert not run.settings.recorded
    assert run.why_not_comparable == 'its settings were not recorded'


def test_other_benchmarks_of_a_run_are_left_out(tmp_path: Path) -> None:
    save_log(tmp_path / 'm', [row(0)])
    grade_school = {'question': 'How many?', 'answer': 'Two.\n#### 2'}
    save_log(tmp_path / 'm', [row(0, doc=grade_school, target='Two.\n#### 2')], 'gsm8k')
    records, notes = read(tmp_path)
    assert [record.dataset for record in records] == ['hendrycks_math500']
    assert any(f'samples_gsm8k_{DATE}.jsonl is left out: ' in note for note in notes)


def scores_alone(folder: Path) -> Path:
    save_log(folder / 'm', []).unlink()
    return folder


def both(folder: Path) -> Path:
    save_log(folder / 'm', [row(0)])
    (folder / '20260101_000000' / 'predictions').mkdir(parents=True)
    return folder


@pytest.mark.parametrize(
    ('make', 'kind', 'message'),
    [
        (scores_alone, MalformedData, 'no responses: run lm_eval again with --log_samples'),
        (both, MalformedData, 'holds runs of OpenCompass and of lm-evaluation-harness'),
        (lambda folder: folder, MalformedData, r'neither predictions/ nor results/ nor .*samples_'),
        (lambda folder: folder / 'no', SourceUnavailable, 'no folder'),
    ],
)
def test_a_folder_without_logs_is_refused(
    make: Any, kind: type[Exception], message: str, tmp_path: Path
) -> None:
    with pytest.raises(kind, match=message):
        find_place(make(tmp_path))


def test_the_files_of_lm_eval_are_not_overwritten(tmp_path: Path) -> None:
    path = save_log(tmp_path / 'm', [row(0)])
    before = {each: each.read_bytes() for each in (tmp_path / 'm').iterdir()}
    for work_dir in (tmp_path, tmp_path / 'm', path):
        for output in before:
            with pytest.raises(ConfigError, match='is where the run itself lies'):
                find_place(work_dir).refuse_output(output)
            with pytest.raises(ConfigError):
                write_report([work_dir], output, note=lambda text: None)
    find_place(tmp_path).refuse_output(tmp_path / 'm' / 'wrong.jsonl')
    assert {each: each.read_bytes() for each in (tmp_path / 'm').iterdir()} == before


@pytest.mark.parametrize('level', ['folder', 'model', 'log'])
def test_the_report_lies_beside_the_logs(level: str, tmp_path: Path) -> None:
    path = save_log(tmp_path / 'm', [row(0), row(1, 'No idea.')])
    place = {'folder': tmp_path, 'model': tmp_path / 'm', 'log': path}[level]
    written = write_report([place], note=lambda text: None)
    folder = tmp_path if level == 'folder' else tmp_path / 'm'
    assert written.path == folder / 'math500_report.html'
    (sheet,) = written.sheet.runs
    assert (sheet.name, sheet.responses, sheet.graded_now) == ('tiny on hendrycks_math500', 2, 2)
    assert sheet.score is not None and sheet.score.accuracy == 50.0
    assert sheet.other is not None and sheet.other.percent == 0.0  # what the task itself says
    assert 'token cap unknown' in sheet.settings
    again = write_report([place], note=lambda text: None)
    assert again.path.read_bytes() == written.path.read_bytes()


@pytest.mark.parametrize('what', ['folder', 'log'])
def test_grade_names_the_commands_that_read_logs(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = save_log(tmp_path, [row(0)])
    assert main(['grade', str(path if what == 'log' else tmp_path)]) == 1
    said = capsys.readouterr().err
    assert 'of lm-evaluation-harness' in said
    assert 'math500 table, export, report, compare and regrade read it' in said
