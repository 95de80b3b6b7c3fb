"""Checks and names of problem sets."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import pickle
import re
import sys
import types
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import problem_rows
import pytest
from problem_rows import Row, row

from opencompass_math500.dataset import SUBJECTS, load_problems
from opencompass_math500.dataset.index import math500_index
from opencompass_math500.errors import ChecksumMismatch, SourceUnavailable

Save = Callable[..., Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Writes rows or text to a file in a fresh folder and gives its path."""

    def write(content: list[Row] | str | bytes, name: str = 'set.jsonl') -> Path:
        return problem_rows.save(content, tmp_path / name)

    return write


# The real set -------------------------------------------------------------------------


def test_the_real_file_is_math500(math500_file: Path) -> None:
    found = load_problems(math500_file)
    assert (found.name, found.is_math500, len(found), found.total) == ('MATH-500', True, 500, 500)
    assert (found.source, found.location, found.subset) == ('file', str(math500_file), '')
    assert found.slug == f'math500-file-{found.checksum[:8]}'
    assert Counter(problem.subject for problem in found).keys() == set(SUBJECTS)


def test_every_field_arrives_unchanged(math500_file: Path, math500_rows: list[Row]) -> None:
    assert [dataclasses.asdict(problem) for problem in load_problems(math500_file)] == math500_rows


@pytest.mark.parametrize('shape', ['numbered object', 'list', 'jsonl named json', 'bom', 'crlf'])
def test_every_shape_of_file_is_the_same_set(
    shape: str, math500_file: Path, math500_rows: list[Row], save: Save
) -> None:
    text = math500_file.read_text(encoding='utf-8')
    made: dict[str, str | bytes] = {
        'numbered object': json.dumps({str(n): row for n, row in enumerate(math500_rows)}),
        'list': json.dumps(math500_rows, indent=1),
        'jsonl named json': text,
        'bom': b'\xef\xbb\xbf' + text.encode(),
        'crlf': text.replace('\n', '\r\n'),
    }
    assert load_problems(save(made[shape], 'test_prm800k_500.json')) == dataclasses.replace(
        load_problems(math500_file), location=str(save(made[shape], 'test_prm800k_500.json'))
    )


def test_levels_in_words_are_the_same_set(math500_rows: list[Row], save: Save) -> None:
    worded = [{**each, 'level': f'Level {each["level"]}'} for each in math500_rows]
    assert load_problems(save(worded)).is_math500


def test_a_shuffled_file_comes_in_the_hubs_order(
    math500_rows: list[Row], math500_file: Path, save: Save
) -> None:
    # OpenCompass resumes by position: one abbr must mean one order.
    shuffled = sorted(math500_rows, key=lambda each: each['problem'])
    assert load_problems(save(shuffled)).problems == load_problems(math500_file).problems


CHANGES: dict[str, tuple[Callable[[list[Row]], list[Row]], str]] = {
    '499 rows': (lambda rows: rows[1:], r'499 rows; 1 missing \(test/precalculus/807\.json\)'),
    'another gold': (
        lambda rows: [{**rows[0], 'answer': '0'}, *rows[1:]],
        r'1 with another gold \(test/precalculus/807\.json\)',
    ),
    'another text': (
        lambda rows: [{**rows[0], 'problem': rows[0]['problem'] + ' Hint: 3.'}, *rows[1:]],
        r'1 with another problem text \(test/precalculus/807\.json\)',
    ),
    'another level': (
        lambda rows: [{**rows[0], 'level': 5}, *rows[1:]],
        r'1 with another level \(test/precalculus/807\.json\)',
    ),
    'another subject': (
        lambda rows: [{**rows[1], 'subject': 'Algebra'}, rows[0], *rows[2:]],
        r'1 with another subject \(test/intermediate_algebra/1994\.json\)',
    ),
    'one more': (lambda rows: [*rows, row()], r'501 rows; 1 extra \(mine/1\)'),
    'another set': (lambda rows: [row()], r'500 missing \(.*, \.\.\.\); 1 extra \(mine/1\)'),
    'many changed': (
        lambda rows: [{**each, 'answer': '1' + each['answer']} for each in rows],
        r'500 with another gold \((test/\S+, ){3}\.\.\.\)',
    ),
}


@pytest.mark.parametrize('change', CHANGES)
def test_what_is_not_math500_is_refused_and_the_rows_named(
    change: str, math500_rows: list[Row], save: Save
) -> None:
    make, message = CHANGES[change]
    path = save(make(math500_rows))
    with pytest.raises(ChecksumMismatch, match=message) as caught:
        load_problems(path)
    assert str(path) in str(caught.value)
    assert '\n' not in str(caught.value)


@pytest.mark.parametrize('change', CHANGES)
def test_custom_lets_it_in_under_another_name(
    change: str, math500_rows: list[Row], math500_file: Path, save: Save
) -> None:
    make, _ = CHANGES[change]
    rows = make(math500_rows)
    found = load_problems(save(rows), custom=True)
    assert found.name.startswith(f'custom set ({len(rows)} problem')
    assert 'MATH-500' not in found.name
    assert not found.is_math500
    assert found.slug == f'custom-file-{found.checksum[:8]}'
    assert found.checksum != load_problems(math500_file).checksum


def test_custom_does_not_rename_the_real_set(math500_file: Path) -> None:
    assert load_problems(math500_file, custom=True) == load_problems(math500_file)


def test_the_index_is_made_from_the_real_set(math500_rows: list[Row]) -> None:
    assert list(math500_index()) == [each['unique_id'] for each in math500_rows]
    assert [each.level for each in math500_index().values()] == [e['level'] for e in math500_rows]


def test_no_package_file_holds_text_of_math500(math500_rows: list[Row]) -> None:
    package = Path(__file__).resolve().parents[2] / 'opencompass_math500'
    texts = [path.read_text('utf-8') for path in package.rglob('*') if path.suffix in _TEXTS]
    assert len(texts) > 5
    long = [each['problem'][:60] for each in math500_rows if len(each['problem']) > 60]
    assert [start for start in long if any(start in text for text in texts)] == []


_TEXTS = {'.py', '.tsv', '.json', '.jsonl', '.txt', '.md'}


# ModelScope ---------------------------------------------------------------------------


def test_modelscope_missing_says_what_to_install() -> None:
    if importlib.util.find_spec('modelscope'):
        pytest.skip('modelscope is installed here')
    with pytest.raises(SourceUnavailable, match='needs the package modelscope') as caught:
        load_problems('modelscope')
    assert caught.value.remedy.startswith("pip install 'modelscope[datasets]")


def test_modelscope_is_asked_for_its_test_split_and_checked(
    math500_rows: list[Row], math500_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A stand-in: the real package does not belong to the test environment.
    asked: list[tuple[str, str]] = []
    rows = list(math500_rows)

    class MsDataset:
        @staticmethod
        def load(name: str, *, split: str) -> list[Row]:
            asked.append((name, split))
            if not rows:
                raise RuntimeError('no\nroute to host')
            return rows

    for name in ('modelscope', 'modelscope.msdatasets'):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setattr(sys.modules['modelscope.msdatasets'], 'MsDataset', MsDataset, raising=False)

    found = load_problems('modelscope')
    assert asked == [('AI-ModelScope/MATH-500', 'test')]
    assert found.problems == load_problems(math500_file).problems
    assert (found.name, found.source) == ('MATH-500', 'modelscope')
    assert found.slug == f'math500-modelscope-{found.checksum[:8]}'

    rows[3] = {**rows[3], 'answer': '8'}
    with pytest.raises(ChecksumMismatch, match='1 with another gold'):
        load_problems('modelscope')
    rows.clear()
    with pytest.raises(SourceUnavailable, match='RuntimeError: no route to host'):
        load_problems('modelscope')


# Names and checksums ------------------------------------------------------------------


@pytest.mark.parametrize(
    'change',
    [{'answer': '9'}, {'problem': 'What?'}, {'unique_id': 'x'}, {'level': 2}],
    ids=lambda change: next(iter(change)),
)
def test_other_data_have_another_slug(change: Row, save: Save) -> None:
    one = load_problems(save([row(1), row(2)]), custom=True)
    other = load_problems(save([row(1), row(2, **change)]), custom=True)
    assert one.slug != other.slug


def test_another_order_of_a_custom_set_has_another_slug(save: Save) -> None:
    one = load_problems(save([row(1), row(2)]), custom=True)
    other = load_problems(save([row(2), row(1)]), custom=True)
    assert one.slug != other.slug


def test_every_slug_of_odd_subjects_is_a_plain_file_name(save: Save) -> None:
    rows = [row(1, subject='../Теория/чисел'), row(2, subject='A' * 300), row(3, subject='b c\n')]
    path = save(rows)
    for each in rows:
        found = load_problems(path, subjects=[each['subject']], custom=True)
        assert re.fullmatch('[a-z0-9_-]{1,80}', found.slug)


def test_a_set_is_an_immutable_sequence() -> None:
    found = load_problems('sample')
    assert found[0] is found.problems[0]
    assert found[-1:] == found.problems[-1:]
    assert list(found) == list(found.problems)
    assert found[3] in found
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.source = 'hub'  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(found)) == found
