"""The grader's fingerprint: every file of the rules, none of the process pool."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import opencompass_math500
from opencompass_math500.grading.rules import RULES_FILE
from opencompass_math500.grading.version import grader_version, sources_version

PACKAGE = Path(opencompass_math500.__file__).parent


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in ('grading', 'data'):
        shutil.copytree(PACKAGE / folder, tmp_path / folder)
    return tmp_path


def version_of(package: Path) -> str:
    return sources_version(package / 'grading', package / 'data')


def test_a_copy_elsewhere_is_the_same_grader(copy: Path) -> None:
    assert version_of(copy) == grader_version()
    assert len(grader_version()) == 12
    int(grader_version(), 16)


@pytest.mark.parametrize('name', ['new.py', 'equality/new.py', 'equality/new/deep.py'])
def test_a_new_file_is_another_grader(copy: Path, name: str) -> None:
    path = copy / 'grading' / name
    path.parent.mkdir(exist_ok=True)
    path.write_text('')
    assert version_of(copy) != grader_version()


def test_every_file_of_the_rules_counts(copy: Path) -> None:
    files = [
        path
        for path in (copy / 'grading').rglob('*.py')
        if path.name not in ('batch.py', '__init__.py')
    ]
    assert len(files) > 50
    unseen = []
    for path in files:
        kept = path.read_bytes()
        path.write_bytes(kept + b'# another rule')
        if version_of(copy) == grader_version():
            unseen.append(path)
        path.write_bytes(kept)
    assert unseen == []
    assert version_of(copy) == grader_version()


def test_a_file_in_another_folder_is_another_grader(copy: Path) -> None:
    """Two folders may hold files of one name."""
    (copy / 'grading/equality/sets.py').rename(copy / 'grading/parsing/sets.py')
    assert version_of(copy) != grader_version()


@pytest.mark.parametrize('name', ['grading/batch.py', f'data/{RULES_FILE}', 'grading/notes.txt'])
def test_what_is_no_rule_does_not_count(copy: Path, name: str) -> None:
    with (copy / name).open('a') as file:
        file.write('# how many at once, or in other words')
    assert version_of(copy) == grader_version()


@pytest.mark.parametrize('name', ['units.tsv', 'answer_phrases.tsv', 'thought_markers.tsv'])
def test_the_data_of_the_rules_count(copy: Path, name: str) -> None:
    with (copy / 'data' / name).open('a') as file:
        file.write('\n# another word')
    assert version_of(copy) != grader_version()
