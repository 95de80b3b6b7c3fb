"""``math500 report``: what it writes, where, what it says; and how it names runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from record_runs import whole
from report_command import Said
from report_pages import page_at, page_of
from work_dirs import (
    DATASET,
    MODEL,
    prediction,
    save_json,
    save_predictions,
)

# The command ------------------------------------------------------------------------------


def test_the_command_writes_beside_the_summaries_and_says_where(
    reported: Said, tmp_path: Path
) -> None:
    run = whole(tmp_path / 'run', 'correct', 'incorrect')
    status, out, err = reported('run')
    path = Path('run/summary/math500_report.html')
    size = path.stat().st_size
    assert (status, out, err) == (0, f'{path} ({size / 1e6:.1f} MB)\n', '')
    page = page_at(run / 'summary' / 'math500_report.html')
    assert 'math500 report run' in page.text
    assert len(page.items) == 2


def test_the_page_says_how_to_make_it_again(reported: Said, tmp_path: Path) -> None:
    whole(tmp_path / 'a run', 'correct')
    assert reported('a run', '--output', 'x y.html', '--model', MODEL, '--dataset', DATASET)[0] == 0
    page = page_at(tmp_path / 'x y.html')
    again = f"math500 report 'a run' --output 'x y.html' --model {MODEL} --dataset {DATASET}"
    assert again in page.text
    before = (tmp_path / 'x y.html').read_bytes()
    assert reported('a run', '--output', 'x y.html', '--model', MODEL, '--dataset', DATASET)[0] == 0
    assert (tmp_path / 'x y.html').read_bytes() == before


@pytest.mark.parametrize(
    ('arguments', 'words'),
    [
        (['none'], "no folder 'none'"),
        (['run', 'none'], "no folder 'none'"),
        (['empty'], 'holds neither predictions/ nor results/'),
        (['run', '--model', 'x'], "no work directory holds a model 'x': give one of tiny"),
        (['run', '--dataset', 'x'], "no work directory holds a dataset 'x'"),
        (['run', '--output', 'file/x.html'], 'cannot write file/x.html'),
        (['run', '--output', '/proc/none/x.html'], 'cannot write /proc/none/x.html'),
        (['run', '--output', '/dev/full'], 'No space left on device'),
        (['run', '--output', 'empty'], 'is a folder'),
        (['run', '--output', '-'], 'give --output FILE'),
        (['run', '--output', 'run/results/x.html'], 'is where the run itself lies'),
        (['other', 'run', '--output', 'run/predictions/tiny/x'], 'is where the run itself lies'),
        (['run', '--data', 'none.jsonl'], 'none.jsonl'),
        (['unread'], 'nothing can be read in unread: give a run with results or finished'),
    ],
    ids=lambda value: ' '.join(value) if isinstance(value, list) else '',
)
def test_what_cannot_be_done_is_one_line(
    arguments: list[str], words: str, reported: Said, tmp_path: Path
) -> None:
    whole(tmp_path / 'run', 'correct')
    whole(tmp_path / 'other', 'correct')
    (tmp_path / 'empty').mkdir()
    save_json(tmp_path / 'file', 'x')
    (tmp_path / 'unread' / 'predictions' / 'm').mkdir(parents=True)
    before = sorted(tmp_path.rglob('*'))
    status, out, err = reported(*arguments)
    assert (status, out) == (1, '') and words in err and err.count('\n') == 1
    assert sorted(tmp_path.rglob('*')) == before  # no half of a page, no file in the making


def test_a_page_that_cannot_be_replaced_stays(
    reported: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole(tmp_path / 'run', 'correct')
    assert reported('run')[0] == 0
    path = tmp_path / 'run' / 'summary' / 'math500_report.html'
    before = path.read_bytes()

    def fails(*arguments: Any, **options: Any) -> Any:
        yield b'<!doctype'
        raise OSError(28, 'No space left on device')

    monkeypatch.setattr('opencompass_math500.report.writing.page', fails)
    status, _, err = reported('run')
    assert status == 1 and 'No space left on device' in err
    assert path.read_bytes() == before and len(list(path.parent.iterdir())) == 1


@pytest.mark.slow
def test_the_same_runs_make_the_same_bytes(tmp_path: Path) -> None:
    """In any process: no clock, no random order of sets, no memory address."""
    for model in ('b', 'a'):
        save_predictions(tmp_path / 'run', [prediction(n) for n in (0, 1, 2) * 2], model=model)
    code = (
        'import sys; from opencompass_math500.cli import main; '
        "sys.exit(main(['report', 'run', '--output', '/dev/stdout']))"
    )
    pages = []
    for seed in ('1', '2'):
        environment = {**os.environ, 'PYTHONHASHSEED': seed}
        done = subprocess.run(
            [sys.executable, '-c', code], cwd=tmp_path, env=environment, check=True,
            capture_output=True,
        )  # fmt: skip
        pages.append(done.stdout)
    assert pages[0] == pages[1] and b'</html>' in pages[0]


def test_models_and_datasets_are_chosen(tmp_path: Path, reported: Said) -> None:
    for model in ('a', 'b'):
        for dataset in ('x', 'y'):
            save_predictions(tmp_path / 'one', [prediction(0)], model=model, name=dataset)
    save_predictions(tmp_path / 'two', [prediction(0)], model='c', name='x')
    status, _, err = reported('one', 'two', '--model', 'b', '--model', 'c', '--dataset', 'x')
    assert status == 0 and err == ''
    page = page_at(tmp_path / 'one' / 'summary' / 'math500_report.html')
    assert [run['name'] for run in page.index['runs']] == ['b on x', 'c on x']
    status, _, err = reported('one', 'two', '--model', 'a')
    assert status == 0 and 'two holds nothing of what is asked for' in err


def test_a_choice_reads_the_same_notes(tmp_path: Path, reported: Said) -> None:
    save_predictions(tmp_path / 'run', [prediction(0)])
    save_json(tmp_path / 'run' / 'predictions' / 'stray.json', '{}')
    assert 'stray.json is left out' in reported('run')[2]
    assert 'stray.json is left out' in reported('run', '--model', MODEL)[2]


# Names ------------------------------------------------------------------------------------


def names_of(*folders: Path) -> list[str]:
    _, written = page_of(*folders, output=folders[0].parent / 'x.html')
    return [run.name for run in written.sheet.runs]


def test_runs_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    name = f'{MODEL} on {DATASET}'
    folders = [tmp_path / path for path in ('a/1', 'a/2', 'b/1', 'b/c')]
    for folder in folders:
        whole(folder, 'correct')
    assert names_of(folders[0], folders[0]) == [name]  # one folder, given twice
    assert names_of(*folders[:2]) == [f'{name} [1]', f'{name} [2]']
    assert names_of(*folders[:3]) == [f'{name} [a/1]', f'{name} [2]', f'{name} [b/1]']
    save_predictions(folders[3], [prediction(0)], model='other')
    assert names_of(folders[0], folders[3])[1:] == [f'other on {DATASET}', f'{name} [c]']


def test_the_order_is_of_the_folders_as_given(tmp_path: Path) -> None:
    for name, model in (('b', 'x'), ('a', 'y')):
        save_predictions(tmp_path / name, [prediction(0)], model=model)
    _, written = page_of(tmp_path / 'b', tmp_path / 'a')
    assert [(run.number, run.mark, run.model) for run in written.sheet.runs] == [
        (0, 'A', 'x'),
        (1, 'B', 'y'),
    ]
