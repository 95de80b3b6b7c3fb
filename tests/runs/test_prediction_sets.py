"""Which files are meant: folders, split files, names that only look like parts."""

from __future__ import annotations

from pathlib import Path

import pytest
from work_dirs import save_json

from opencompass_math500.errors import Math500Error
from opencompass_math500.runs.files import find_sets
from opencompass_math500.runs.prediction import read_set


def named(tmp_path: Path, *names: str) -> list[tuple[str, int]]:
    """What is found: names below the folder and numbers of parts."""
    sets = find_sets([str(tmp_path / name) for name in names], note=lambda text: None)
    return [(Path(s.name).relative_to(tmp_path).as_posix(), len(s.parts)) for s in sets]


def touch(tmp_path: Path, *names: str) -> None:
    for name in names:
        save_json(tmp_path / name, {'0': {'prediction': name, 'gold': '7'}})


def test_parts_are_one_set_in_order(tmp_path: Path) -> None:
    touch(tmp_path, *(f'a_{n}.json' for n in range(11)), 'b.json')
    assert named(tmp_path, '') == [('a.json', 11), ('b.json', 1)]
    # As a shell sorts them: _10 before _2.
    assert named(tmp_path, *sorted(f'a_{n}.json' for n in range(11))) == [('a.json', 11)]
    assert named(tmp_path, 'a.json') == [('a.json', 11)]
    (found,) = find_sets([str(tmp_path / 'a.json')], note=lambda text: None)
    assert [(p.row, p.response) for p in read_set(found)] == [(n, f'a_{n}.json') for n in range(11)]


def test_names_with_numbers_that_are_no_parts(tmp_path: Path) -> None:
    touch(tmp_path, 'run_1.json', 'run_2.json', 'c_7.json')
    assert named(tmp_path, 'run_2.json', 'run_1.json') == [('run_2.json', 1), ('run_1.json', 1)]
    assert named(tmp_path, 'c_7.json') == [('c_7.json', 1)]


@pytest.mark.parametrize('name', ['', 'a.json'], ids=['folder', 'whole'])
def test_a_missing_part_is_an_error(name: str, tmp_path: Path) -> None:
    touch(tmp_path, 'a_0.json', 'a_2.json')
    with pytest.raises(Math500Error, match=r'a_1\.json, a part of .*a\.json, is missing'):
        named(tmp_path, name)


def test_of_a_run_the_predictions_are_taken(tmp_path: Path) -> None:
    touch(
        tmp_path,
        'predictions/m/a_0.json',
        'predictions/m/a_1.json',
        'predictions/n/a.json',
        'predictions/n/.progress_a.json',
        'predictions/n/timer/time.jsonl',
        'results/m/a.json',
    )
    touch(tmp_path, 'predictions/n/tmp_b.jsonl')  # fmt: skip
    notes: list[str] = []
    sets = find_sets([str(tmp_path)], note=notes.append)
    assert [(Path(s.name).parent.name, len(s.parts)) for s in sets] == [('m', 2), ('n', 1)]
    (note,) = notes
    assert 'tmp_b.jsonl is left out: an unfinished inference' in note
