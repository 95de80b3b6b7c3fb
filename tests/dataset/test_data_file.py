"""Files that hold problems, and files that do not."""

from __future__ import annotations

import json
import pickle
import re
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from problem_rows import Row, row, save

from opencompass_math500.dataset import load_problems
from opencompass_math500.errors import (
    DataError,
    MalformedData,
    SelectionError,
    SourceUnavailable,
)

LINE_1 = json.dumps(row(1))
BAD_FILES: dict[str, tuple[list[Row] | str | bytes, str]] = {
    'empty': ('', 'holds no rows'),
    'blank lines': ('\n \n', 'holds no rows'),
    'empty list': ('[]', 'holds no rows'),
    'not json': ('hello\nworld\n', r':1: not JSON'),
    'second line broken': (LINE_1 + '\n{"problem": "cut', r'set\.jsonl:2: not JSON'),
    'first line broken': ('{"problem": }\n' + LINE_1, r'set\.jsonl:1: not JSON'),
    'cut in the middle': ('[\n' + LINE_1 + ',\n{"problem":', r'set\.jsonl:3: not JSON'),
    'not utf-8': (LINE_1.encode() + b'\n"\xff"\n', r'set\.jsonl:2: not UTF-8'),
    'utf-16': (LINE_1.encode('utf-16'), r'set\.jsonl:1: not UTF-8'),
    'deeply nested': ('[' * 100_000, 'not usable JSON'),
    'a number': ('5', r':1: expected an object, found a number'),
    'list of texts': ('["a", "b"]', r'row 1: expected an object, found text'),
    'object of texts': ('{"0": "a"}', r"row '0': expected an object, found text"),
    'one number repeated': (f'{{"0": {LINE_1}, "0": {LINE_1}}}', "key '0' occurs twice"),
    'duplicate ids': ([row(1), row(2), row(1)], r"row 3 repeats the unique_id 'mine/1' of row 1"),
    'no answer': (
        [row(1), {k: v for k, v in row(2).items() if k != 'answer'}],
        r'set\.jsonl:2: field answer missing',
    ),
    'no fields': ('{}\n{}', r':1: fields problem, solution, .*unique_id missing'),
    'null answer': ([row(answer=None)], r':1: field answer is null, not text'),
    'number as answer': ([row(answer=5)], r':1: field answer is a number, not text'),
    'list as problem': ([row(problem=['a'])], r':1: field problem is a list, not text'),
    'empty answer': ([row(answer=' ')], r':1: field answer is empty'),
    'empty id': ([row(unique_id='')], r':1: field unique_id is empty'),
    'half a surrogate': ([row(problem='\ud800')], r':1: field problem holds half a surrogate'),
    'level 6': ([row(level=6)], r':1: field level is 6'),
    'level true': ([row(level=True)], r':1: field level is True'),
    'level unknown': ([row(level='Level ?')], r":1: field level is 'Level \?'"),
    'level 1.0': ([row(level=1.0)], r':1: field level is 1\.0'),
}


@pytest.mark.parametrize('case', BAD_FILES)
def test_a_malformed_file_is_named_with_line_and_field(case: str, tmp_path: Path) -> None:
    content, message = BAD_FILES[case]
    path = save(content, tmp_path / 'set.jsonl')
    with pytest.raises(MalformedData, match=message) as caught:
        load_problems(path, custom=True)
    assert str(path) in caught.value.what
    assert caught.value.remedy
    assert '\n' not in str(caught.value)


BAD_SOURCES = {
    'missing file': ('nowhere/math500.jsonl', r"no file 'nowhere/math500\.jsonl'"),
    'folder': ('.', 'is a folder'),
    'null byte': ('a\0.jsonl', 'cannot read'),
    'file as folder': (__file__ + '/x.jsonl', 'cannot read'),
    'misspelt': ('modelscop', r"unknown source 'modelscop', did you mean 'modelscope'\?"),
    'empty': ('', 'is a folder|unknown source'),
}


@pytest.mark.parametrize('case', BAD_SOURCES)
def test_an_unusable_source_says_what_to_do(case: str) -> None:
    source, message = BAD_SOURCES[case]
    with pytest.raises(SourceUnavailable, match=message) as caught:
        load_problems(source)
    assert re.search(r'\.jsonl', caught.value.remedy)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / 'huge.jsonl'
    with path.open('wb') as file:
        file.truncate(65 << 20)  # sparse: takes no room on the disk
    with pytest.raises(SourceUnavailable, match='larger than 64 MiB'):
        load_problems(path)


def test_a_revision_for_anything_but_the_hub_is_refused() -> None:
    with pytest.raises(SelectionError, match="revision 'main' does not apply to source 'sample'"):
        load_problems('sample', revision='main')


def test_errors_survive_a_process_border(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        load_problems(save('5', tmp_path / 'set.jsonl'))
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (type(copy), str(copy)) == (type(caught.value), str(caught.value))


@examples(60)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_set_or_a_data_error(tmp_path_factory: Any, content: bytes) -> None:
    path = tmp_path_factory.mktemp('bytes') / 'any.jsonl'
    path.write_bytes(content)
    with pytest.raises(DataError):
        load_problems(path)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@examples(60)
@given(field=st.sampled_from(list(row())), value=JSON_VALUES)
def test_any_value_of_a_field_is_kept_as_it_is_or_refused(
    tmp_path_factory: Any, field: str, value: object
) -> None:
    path = tmp_path_factory.mktemp('value') / 'any.jsonl'
    path.write_text(json.dumps({**row(), field: value}), encoding='utf-8')
    try:
        found = load_problems(path, custom=True)
    except MalformedData as error:
        assert f'field {field}' in str(error)
    else:
        assert len(found) == 1
        kept = getattr(found[0], field)
        assert kept == value or (field == 'level' and str(kept) in str(value))


def test_a_line_separator_within_a_text_does_not_end_the_row(tmp_path: Path) -> None:
    rows = [row(1, problem='one\u2028two\x85three'), row(2)]
    path = save(
        '\n'.join(json.dumps(each, ensure_ascii=False) for each in rows), tmp_path / 'set.jsonl'
    )
    assert load_problems(path, custom=True)[0].problem == 'one\u2028two\x85three'
