"""``math500 grade``: a verdict for every response, and the score."""

from __future__ import annotations

import json
import os
import re
import struct
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from doc_pages import Page, pairs
from documented_commands import GRADE
from work_dirs import prediction, save_predictions

from opencompass_math500 import grade
from opencompass_math500.cli import main
from opencompass_math500.graders import score_files as gradebook_room
from opencompass_math500.graders.score_files import Tally
from opencompass_math500.grading import OUTCOMES, Verdict
from opencompass_math500.runs.prediction import PredictionRow
from opencompass_math500.statistics.score import wilson_interval

ROOT = Path(__file__).resolve().parents[2]
Said = Callable[..., tuple[int, str, str]]
RUN_DIR = 'outputs/math500/20260101_120000'
FINGERPRINT = re.compile(r'(?<=^grader )[0-9a-f]{12}$', re.MULTILINE)
GRADING = next(n for n, (page, _) in enumerate(pairs()) if page.path.name == 'grading.md')

CASES: list[tuple[dict[str, Any], str]] = [
    ({'response': 'so \\boxed{0.5}', 'gold': '\\frac12', 'unique_id': 'half'}, 'correct'),
    ({'response': 'so \\boxed{3}', 'gold': '4'}, 'incorrect'),
    ({'response': 'I do not know.', 'gold': '4'}, 'no_answer'),
    ({'response': '', 'gold': '4'}, 'empty_response'),
    ({'response': None, 'gold': '4', 'finish_reason': 'failed_request'}, 'failed_request'),
    ({'response': '', 'gold': '4', 'finish_reason': 'content_filter'}, 'content_filter'),
    ({'response': 'First we', 'gold': '4', 'finish_reason': 'length'}, 'truncated'),
    ({'response': '\\boxed{\\text{\udc80 数}}', 'gold': '4'}, 'unparsed_answer'),
    ({'response': '\\boxed{10\\%}', 'gold': '10', 'problem': 'How many?'}, 'incorrect'),
]


@pytest.fixture
def said(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Said:
    """Run ``math500 grade`` in an empty folder; its exit status, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: object) -> tuple[int, str, str]:
        capsysbinary.readouterr()
        status = main(['grade', *map(str, arguments)])
        out, err = capsysbinary.readouterr()
        return status, out.decode(), err.decode()

    return command


def save_cases(path: Path) -> Path:
    path.write_text(''.join(json.dumps(row) + '\n' for row, _ in CASES))
    return path


@pytest.mark.parametrize('name', ['nowhere.json', 'nowhere/a_0.json', 'empty', 'a\0b'])
def test_nothing_there(name: str, said: Said, tmp_path: Path) -> None:
    (tmp_path / 'empty').mkdir()
    status, out, err = said(name)
    assert (status, out, err.count('\n')) == (1, '', 1)
    assert 'give a file of responses' in err


def test_a_verdict_for_every_row_and_the_score(said: Said, tmp_path: Path) -> None:
    save_cases(tmp_path / 'p.jsonl')
    status, out, err = said('p.jsonl')
    assert status == 0
    entries = [json.loads(line) for line in out.splitlines()]
    assert [e['outcome'] for e in entries] == [outcome for _, outcome in CASES]
    assert [e['row'] for e in entries] == list(range(1, len(CASES) + 1))
    for (row, _), e in zip(CASES, entries, strict=True):
        verdict = grade(**{k: v or '' for k, v in row.items() if k != 'unique_id'})
        assert {name: e[name] for name in Verdict.__dataclass_fields__} == {
            name: getattr(verdict, name) for name in Verdict.__dataclass_fields__
        }
        assert (e['is_correct'], e['unique_id']) == (verdict.is_correct, row.get('unique_id'))
        assert (e['file'], e['sample']) == ('p.jsonl', 0)
    low, high = wilson_interval(1, 9)
    assert err.splitlines()[:-1] == [
        'p.jsonl',
        'responses  9 to 9 problems',
        f'accuracy   11.11 %, 95 % interval {low:.1f} – {high:.1f}',
        'outcomes   1 correct, 2 incorrect, 1 no_answer, 1 unparsed_answer, 1 truncated, '
        '1 empty_response',
        'failed     1 content_filter, 1 failed_request',
        f'cut        {sum(e["was_cut"] for e in entries)}, unknown of 6',
    ]
    assert err.splitlines()[-1].startswith('grader ')


def test_the_summary_alone(said: Said, tmp_path: Path) -> None:
    save_cases(tmp_path / 'p.jsonl')
    _, _, score = said('p.jsonl')
    assert said('--summary', 'p.jsonl') == (0, score, '')


def test_the_real_solutions_are_right(
    said: Said, tmp_path: Path, math500_rows: list[dict[str, Any]]
) -> None:
    """MATH-500's own rows with a column added: ``answer`` is the gold."""
    rows = [{**row, 'prediction': row['solution']} for row in math500_rows]
    (tmp_path / 'p.jsonl').write_text(''.join(json.dumps(row) + '\n' for row in rows))
    status, out, err = said('p.jsonl')
    wrong = [e for e in map(json.loads, out.splitlines()) if not e['is_correct']]
    assert (status, wrong) == (0, [])
    assert 'responses  500 to 500 problems\naccuracy   100.00 %' in err


def test_a_policy_decides_and_is_named(said: Said, tmp_path: Path) -> None:
    row = {'response': '\\boxed{(-2,1)}', 'gold': '-2,1'}
    (tmp_path / 'p.jsonl').write_text(json.dumps(row))
    default = said('p.jsonl')
    changed = said('p.jsonl', '--policy', 'list_against_tuple=accept', '--workers', 2)
    assert [json.loads(out)['is_correct'] for _, out, _ in (default, changed)] == [False, True]
    assert changed[2].splitlines()[-1].endswith(' list_against_tuple=accept')
    status, _, err = said('p.jsonl', '--policy', 'nonsense=accept')
    assert (status, err.count('\n')) == (1, 1)


def test_an_output_file_is_whole_or_not_there(said: Said, tmp_path: Path) -> None:
    save_cases(tmp_path / 'p.jsonl')
    verdicts = said('p.jsonl')[1]
    assert said('p.jsonl', '--output', 'out/v.jsonl')[:2] == (0, '')
    assert (tmp_path / 'out' / 'v.jsonl').read_text() == verdicts
    with (tmp_path / 'p.jsonl').open('a') as stream:
        stream.write('{"response"')
    status, out, err = said('p.jsonl', '--output', 'out/v.jsonl')
    assert (status, out) == (1, '')
    assert f'p.jsonl:{len(CASES) + 1}: not JSON' in err
    assert (tmp_path / 'out' / 'v.jsonl').read_text() == verdicts
    assert [path.name for path in (tmp_path / 'out').iterdir()] == ['v.jsonl']


@pytest.mark.parametrize(
    ('output', 'fact'),
    [('p.jsonl', 'is one of the inputs'), ('folder', 'is a folder'), ('p.jsonl/v', 'failed (')],
)
def test_an_output_that_cannot_be(output: str, fact: str, said: Said, tmp_path: Path) -> None:
    before = save_cases(tmp_path / 'p.jsonl').read_text()
    (tmp_path / 'folder').mkdir()
    status, out, err = said('p.jsonl', '--output', output)
    assert (status, out, err.count('\n')) == (1, '', 1)
    assert fact in err
    assert (tmp_path / 'p.jsonl').read_text() == before


def test_several_sets_have_a_score_each(said: Said, tmp_path: Path) -> None:
    save_predictions(tmp_path, [prediction(0, prediction='\\boxed{7}')], 'a', 'm')
    save_predictions(tmp_path, [prediction(0), prediction(1)], 'a', 'n')
    status, out, err = said('.')
    assert status == 0
    files = [json.loads(line)['file'] for line in out.splitlines()]
    assert files == ['predictions/m/a.json', 'predictions/n/a.json', 'predictions/n/a.json']
    shares = [line.split()[1] for line in err.splitlines() if line.startswith('accuracy')]
    assert shares == ['100.00', '0.00']


def process(*arguments: str, cwd: Path, **kwargs: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, '-m', 'opencompass_math500', 'grade', *arguments],
        cwd=cwd, env={**os.environ, 'PYTHONPATH': str(ROOT)}, check=False, timeout=60, **kwargs,
    )  # fmt: skip


def test_standard_input_and_workers(tmp_path: Path) -> None:
    data = save_cases(tmp_path / 'p.jsonl').read_bytes()
    done = process('-', '--workers', '2', cwd=tmp_path, input=data, capture_output=True)
    assert done.returncode == 0
    outcomes = [json.loads(line)['outcome'] for line in done.stdout.splitlines()]
    assert outcomes == [outcome for _, outcome in CASES]
    # Nothing but the score: no warning of a worker's.
    assert done.stderr.decode().startswith('standard input\nresponses  9 to 9')
    assert done.stderr.count(b'\n') == 7


def said_on(terminal: int) -> Iterator[bytes]:
    """All that was written on a terminal whose other end is closed."""
    while True:
        try:
            yield os.read(terminal, 1 << 16)
        except OSError:  # nothing is left
            return


def test_a_bar_on_a_terminal_alone(tmp_path: Path) -> None:
    pty, fcntl, termios = map(pytest.importorskip, ('pty', 'fcntl', 'termios'))
    save_cases(tmp_path / 'p.jsonl')
    terminal, end = pty.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))
    done = process('p.jsonl', cwd=tmp_path, stdout=subprocess.PIPE, stderr=end)
    os.close(end)
    shown = b''.join(said_on(terminal)).decode()
    os.close(terminal)
    assert done.returncode == 0
    assert 'p.jsonl:   0%|' in shown
    assert 'accuracy   11.11 %' in shown
    assert len(done.stdout.splitlines()) == len(CASES)


@pytest.mark.slow
@pytest.mark.parametrize('page', pairs()[GRADING], ids=str)
def test_the_documentation_shows_what_happens(page: Page, tmp_path: Path) -> None:
    shell = f'math500() {{ "{sys.executable}" -m opencompass_math500 "$@"; }}; '
    save_predictions(tmp_path / RUN_DIR, [prediction(0)])
    done = []
    for block in page.blocks:
        if block.language == 'text' and block.text.startswith('{"unique_id"'):
            (tmp_path / 'responses.jsonl').write_text(block.text, encoding='utf-8')
        for command in GRADE.intersection(block.commands):
            ended = subprocess.run(
                ['bash', '-c', shell + command], cwd=tmp_path, check=True, text=True,
                env={**os.environ, 'PYTHONPATH': str(ROOT)}, encoding='utf-8',
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )  # fmt: skip
            # The fingerprint is that of the day.
            outputs = [FINGERPRINT.sub('', text) for text in (ended.stdout, block.output or '')]
            assert outputs[0] == outputs[1] or block.output is None
            assert ended.stdout
            done.append(command)
    assert set(done) == GRADE


# Counts ----------------------------------------------------------------------------------


def tallied(rights: Iterable[tuple[int, bool]]) -> Tally:
    tally = Tally()
    for problem, right in rights:
        outcome = OUTCOMES[0] if right else OUTCOMES[1]
        tally.add(
            PredictionRow(0, 0, None, '', '', None, None, problem), Verdict(outcome, '', '', '')
        )
    return tally


def test_samples_of_a_problem_are_clustered() -> None:
    single = tallied((n, n % 2 == 0) for n in range(100))
    assert single.interval == wilson_interval(50, 100)
    repeated = tallied((n % 100, n % 2 == 0) for n in range(400))
    assert (repeated.responses, repeated.problems, repeated.accuracy) == (400, 100, 50)
    # The same answers four times over say no more than once.
    width = repeated.interval[1] - repeated.interval[0]
    assert width == pytest.approx(single.interval[1] - single.interval[0], rel=0.05)


def test_unequal_numbers_of_samples_by_hand() -> None:
    # Problems with 1 of 1 and 1 of 3: mean 1/2, residuals 1/2 and -1/2, so that the standard
    # error is sqrt((1/4 + 1/4) * 2) / 4 = 1/4.
    tally = tallied([(1, True), (2, True), (2, False), (2, False)])
    assert tally.accuracy == 50
    assert tally.interval == pytest.approx((50 - 25 * 1.959963984540054, 50 + 25 * 1.95996398454))


def test_problems_without_end_are_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gradebook_room, '_MAX_PROBLEMS', 10)
    tally = tallied((n, True) for n in range(50))
    assert tally.problems is None
    assert len(tally._asked) == 0
    assert tally.interval == wilson_interval(50, 50)
    assert 'over' in str(tally)
