"""How published scores are shown: in a table, for one model, as JSON."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from opencompass_math500.cli import main
from opencompass_math500.errors import SelectionError
from opencompass_math500.published import (
    QuotedFigure,
    load_published,
    load_quoted,
    published_for,
)
from opencompass_math500.published.score_table import print_published, published_json

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / 'opencompass_math500' / 'data'
LINES = (DATA / 'published_scores.jsonl').read_text(encoding='utf-8').split('\n')[:-1]


def printed(query: str | None, width: int = 80, benchmark: Any = None) -> str:
    out = io.StringIO()
    print_published(query, benchmark, Console(file=out, width=width))
    return out.getvalue()


def cells(shown: str, *titles: str) -> list[tuple[str, ...]]:
    """The columns of these titles, folded cells put together, without spaces."""
    lines = shown.splitlines()
    top = next(number for number, line in enumerate(lines) if 'score %' in line)
    heading = lines[top]
    columns = []
    for title in titles:
        # Text columns begin under their title, numbers end under it.
        begin = heading.index(title)
        later = re.search(r'  \S', heading[begin + len(title) :])
        end = begin + len(title) + later.start() if later else len(heading)
        columns.append((begin, end if title != 'model' else heading.index('MATH-')))
    found: list[list[str]] = []
    for line in lines[top + 2 :]:
        if not line.strip():
            break
        if line[heading.index('score %') :][:7].strip():
            found.append([''] * len(titles))
        for number, (begin, end) in enumerate(columns):
            found[-1][number] += line[begin:end].replace(' ', '')
    return [tuple(row) for row in found]


@pytest.mark.parametrize('width', [80, 100, 120, 200])
def test_the_table_shows_every_score_and_fits(width: int) -> None:
    shown = printed(None, width)
    assert max(map(len, shown.splitlines())) <= width
    rows = [
        (
            row.model.replace(' ', ''),
            {'MATH-500': '500', 'MATH-5000': '5000', 'unclear': '?'}[row.benchmark],
            'none' if row.score is None else str(row.score),
            '?' if row.shots is None else str(row.shots),
            row.reported_by.replace(' ', ''),
        )
        for row in load_published()
    ]
    assert cells(shown, 'model', 'MATH-', 'score %', 'shots', 'reported by') == rows
    assert f'Scores: {len(LINES)} (' in shown


@pytest.mark.parametrize('width', [60, 80, 160])
def test_one_model_fits_and_shows_unknown_settings(width: int) -> None:
    shown = printed('Qwen2.5-72B-Instruct', width)
    assert max(map(len, shown.splitlines())) <= width
    assert not [line for line in shown.splitlines() if line.endswith(' ')]
    flat = ' '.join(shown.split())
    for row in published_for('Qwen2.5-72B-Instruct')[0]:
        assert f'{row.score} % on {row.benchmark}, reported by {row.reported_by}' in flat
        assert str(row.source) in flat
        assert row.notes is None or row.notes in flat
    assert 'temperature 0.7, top-p 0.8, top-k 20, token cap 32768, samples ?, grader ?' in flat
    assert 'Not the same model: Qwen2.5-Math-72B-Instruct' in flat


def test_an_empty_system_prompt_is_none_and_an_unknown_one_is_asked() -> None:
    assert 'system prompt none' in ' '.join(printed('s1-32B').split())
    assert 'system prompt ?' in ' '.join(printed('DeepSeek-R1').split())


def test_json_holds_every_field_and_null_for_unknown() -> None:
    everything = json.loads(published_json(None, None))
    assert everything['scores'] == [json.loads(line) for line in LINES]
    assert len(everything['quoted']) == len(load_quoted())
    one = json.loads(published_json('deepseek-ai/DeepSeek-R1', 'MATH-500'))
    assert {row['score'] for row in one['scores']} == {97.3}
    assert 'DeepSeek-R1-Zero' in one['near']
    assert one['scores'][0]['grader'] is None


@pytest.mark.parametrize('benchmark', ['MATH-500', 'MATH-5000', 'unclear'])
def test_one_benchmark(benchmark: Any) -> None:
    rows = json.loads(published_json(None, benchmark))['scores']
    assert rows == [r for r in map(json.loads, LINES) if r['benchmark'] == benchmark]
    assert rows


@pytest.mark.parametrize(
    ('query', 'benchmark', 'said'),
    [
        ('Qwen2.5-72B-Instruct-AWQ', None, 'the nearest are Qwen2.5-72B-Instruct'),
        ('no such model', None, 'math500 published lists all models'),
        ('', None, 'math500 published lists all models'),
        ('gpt-4o-2024-08-06', 'MATH-500', 'there are some on MATH-5000'),
        ('DeepSeek-R1-32B', 'MATH-500', 'leave --benchmark out'),
    ],
)
def test_nothing_found_is_said_with_the_nearest(
    query: str, benchmark: Any, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SelectionError):
        published_json(query, benchmark)
    arguments = ['published', '--model', query]
    assert main([*arguments, *(['--benchmark', benchmark] if benchmark else [])]) == 1
    out, err = capsys.readouterr()
    assert out == ''
    assert err.startswith('math500: no published score of ') and err.count('\n') == 1
    assert said in err


def test_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(['published', '--model', 'QwQ-32B-Preview', '--json']) == 0
    out, err = capsys.readouterr()
    assert {row['model'] for row in json.loads(out)['scores']} == {'QwQ-32B-Preview'}
    assert err == ''
    assert main(['published', '--model', 'o1']) == 0
    assert 'Often quoted: OpenAI o1 94.8.' in capsys.readouterr().out


def test_a_reader_may_leave() -> None:
    done = subprocess.run(
        ['bash', '-c', f'{sys.executable} -m opencompass_math500 published | head -1'],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, '')


@pytest.mark.parametrize('quoted', load_quoted(), ids=lambda quoted: quoted.quoted_model)
def test_a_quoted_figure_is_corrected(quoted: QuotedFigure) -> None:
    shown = ' '.join(printed(quoted.quoted_model).split())
    assert str(quoted) in shown
    assert f'{quoted.quoted_model} {quoted.quoted_score}' in shown
    assert quoted.holds or f'That is {quoted.model} on {quoted.benchmark}' in shown
    assert quoted.instead_model is None or f'{quoted.instead_model} has' in shown


def test_the_released_o1_is_shown_and_not_the_other() -> None:
    shown = printed('o1')
    assert 'o1-2024-12-17: 96.4 % on MATH-500, reported by OpenAI' in shown
    assert 'OpenAI o1 94.8.' in shown
    assert ': 94.8 %' not in shown
