"""Logs of inspect-ai that are cut, damaged or strange: named, and the rest is read."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from opencompass_math500.errors import ConfigError, MalformedData, Math500Error
from opencompass_math500.response import Response
from opencompass_math500.runs import find_place, read_responses
from opencompass_math500.runs.inspect import archive as archive_room
from opencompass_math500.runs.inspect.archive import Archive

LOGS = Path(__file__).resolve().parents[1] / 'logs' / 'inspect'
WHOLE = (LOGS / 'greedy.eval').read_bytes()


def read(path: Path) -> tuple[list[Response], list[str]]:
    notes: list[str] = []
    return list(read_responses(path, note=notes.append)), notes


def saved(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def members(name: str) -> dict[str, bytes]:
    with Archive(LOGS / name) as archive:
        return {one: archive.read(one) for one in archive.names}


def packed(path: Path, contents: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, 'w', method) as new:
        for name, data in contents.items():
            new.writestr(name, data)
    return path


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[str, Callable[[dict[str, Any]], object]], Path]:
    """A log with one member changed, as it would be read from JSON and written again."""

    def make(name: str, change: Callable[[dict[str, Any]], object]) -> Path:
        contents = members('greedy.eval')
        fields = json.loads(contents[name])
        change(fields)
        contents[name] = json.dumps(fields).encode()
        return packed(tmp_path / 'changed.eval', contents)

    return make


SAMPLE = 'samples/sample/algebra/1.json_epoch_1.json'


@pytest.mark.parametrize('method', [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_other_ways_of_packing(tmp_path: Path, method: int) -> None:
    found, _ = read(packed(tmp_path / 'a.eval', members('greedy.eval'), method))
    assert [one.outcome for one in found] == [one.outcome for one in read(LOGS / 'greedy.eval')[0]]


def test_a_log_that_is_cut_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    """Without its directory and header: the settings are those that it began with."""
    found, notes = read(saved(tmp_path / 'cut.eval', WHOLE[:15_000]))
    assert 2 < len(found) < 8
    assert {one.key for one in found} < {one.key for one in read(LOGS / 'greedy.eval')[0]}
    assert 'cut.eval is cut off: the samples before the cut are read' in notes
    assert 'cut.eval is of a run with the status started' in notes
    assert f'cut.eval holds {len(found)} responses that can be read, the run was to have 8' in notes
    (run,) = find_place(tmp_path / 'cut.eval').runs()
    assert (run.settings.max_tokens, run.settings.decoding.temperature) == (512, 0.0)


@pytest.mark.parametrize('size', range(0, len(WHOLE), 997))
def test_wherever_a_log_is_cut(tmp_path: Path, size: int) -> None:
    path = saved(tmp_path / 'cut.eval', WHOLE[:size])
    try:
        found, notes = read(path)
    except MalformedData as error:
        assert size < 1600 and 'cut.eval' in error.what  # within the first member
        return
    assert notes and len(found) <= 8


@pytest.mark.parametrize('place', range(40, len(WHOLE), 487))
def test_wherever_a_byte_is_wrong(tmp_path: Path, place: int) -> None:
    data = bytearray(WHOLE)
    data[place] ^= 0xFF
    path = saved(tmp_path / 'wrong.eval', bytes(data))
    try:
        found, notes = read(path)
    except Math500Error as error:
        assert 'wrong.eval' in error.what
        return
    good = {one.key: (one.response, one.gold) for one in read(LOGS / 'greedy.eval')[0]}
    assert all(good[one.key] == (one.response, one.gold) for one in found)
    assert len(found) == 8 or any('left out' in text or 'read' in text for text in notes)


def test_a_member_that_is_damaged_is_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as listed:
        place = listed.getinfo(SAMPLE).header_offset + 200
    data = bytearray(WHOLE)
    data[place : place + 40] = bytes(40)
    found, notes = read(saved(tmp_path / 'a.eval', bytes(data)))
    assert len(found) == 7 and 'sample/algebra/1.json' not in {one.unique_id for one in found}
    assert any(SAMPLE in text and 'damaged' in text for text in notes)


def test_without_a_header_the_start_tells(tmp_path: Path) -> None:
    contents = members('greedy.eval')
    del contents['header.json']
    (run,) = find_place(packed(tmp_path / 'a.eval', contents)).runs()
    assert (run.model, run.dataset, run.settings.max_tokens) == ('canned', 'sample_math', 512)
    del contents['_journal/start.json']
    with pytest.raises(MalformedData, match=r'no header\.json'):
        find_place(packed(tmp_path / 'b.eval', contents)).runs()


def test_a_damaged_log_in_a_folder_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    saved(tmp_path / 'a.eval', b'no log')
    saved(tmp_path / 'b.eval', WHOLE)
    notes: list[str] = []
    (run,) = find_place(tmp_path).runs(note=notes.append)
    assert run.files.path.name == 'b.eval'
    assert any('a.eval is no ZIP file' in text and 'left out' in text for text in notes)


def test_a_sample_in_chunks_is_named(tmp_path: Path) -> None:
    contents = members('greedy.eval')
    contents[SAMPLE.removesuffix('.json') + '/sample.json'] = contents.pop(SAMPLE)
    found, notes = read(packed(tmp_path / 'a.eval', contents))
    assert len(found) == 7
    assert 'a.eval: 1 samples are kept in chunks, which is not read here' in notes


@pytest.mark.parametrize('left', ['"epoch": 1', '"target"', '"stop_reason"'])
def test_a_json_log_that_is_cut(tmp_path: Path, left: str) -> None:
    text = (LOGS / 'greedy.json').read_text(encoding='utf-8')
    path = tmp_path / 'cut.json'
    path.write_text(text[: text.rindex(left) + 4], encoding='utf-8')
    found, notes = read(path)
    assert len(found) < 3
    assert any(text.startswith('cut.json') and 'what can be read is read' in text for text in notes)


@pytest.mark.parametrize('samples', ['null', '[]'])
def test_a_json_log_without_samples(tmp_path: Path, samples: str) -> None:
    fields = json.loads((LOGS / 'greedy.json').read_text(encoding='utf-8'))
    fields['samples'] = json.loads(samples)
    path = tmp_path / 'a.json'
    path.write_text(json.dumps(fields), encoding='utf-8')
    found, notes = read(path)
    assert found == []
    assert 'a.json holds 0 responses that can be read, the run was to have 3' in notes


def test_another_json_is_no_log(tmp_path: Path) -> None:
    path = tmp_path / 'a.json'
    path.write_text('{"version": 2, "eval": {}}', encoding='utf-8')
    with pytest.raises(Math500Error):
        read(path)


@pytest.mark.parametrize(
    ('change', 'said'),
    [
        (lambda one: one.update(target=[]), 'no target'),
        (lambda one: one.update(target='  '), 'no target'),
        (lambda one: one.update(choices=['a', 'b']), 'a choice of answers'),
        (lambda one: one.update(id='sample/algebra/2.json'), 'a second time'),
    ],
    ids=['no target', 'blank target', 'choices', 'twice'],
)
def test_a_sample_that_is_no_problem_is_named(
    changed: Any, change: Callable[[dict[str, Any]], object], said: str
) -> None:
    found, notes = read(changed(SAMPLE, change))
    assert len(found) == 7
    assert [text for text in notes if said in text and 'it is left out' in text]


@pytest.mark.parametrize(
    ('value', 'right'),
    [
        ('C', True), ('I', False), ('N', False), ('P', None), (1, True), (1.0, True), (0, False),
        (0.5, None), (True, True), (float('nan'), None), ('yes', True), ({'a': 1}, None),
        ([1], None), ('x' * 99, None), (10**400, None),
    ],
    ids=lambda value: str(value)[:12],
)  # fmt: skip
def test_values_of_scores(changed: Any, value: Any, right: bool | None) -> None:
    def change(sample: dict[str, Any]) -> None:
        sample['scores'] = {'mine': {'value': value, 'answer': 'five'}}

    found, _ = read(changed(SAMPLE, change))
    assert (found[0].other_verdict, found[0].other_answer) == (right, 'five')


@pytest.mark.parametrize(
    ('kind', 'finish', 'outcome'),
    [
        ('token', 'length', 'truncated'),
        ('context', 'length', 'truncated'),
        ('message', 'length', 'truncated'),
        ('turn', 'length', 'truncated'),
        ('cost', 'length', 'truncated'),
        ('time', 'failed_request', 'failed_request'),
        ('working', 'failed_request', 'failed_request'),
        ('operator', 'failed_request', 'failed_request'),
        ('custom', 'failed_request', 'failed_request'),
    ],
)
def test_every_limit_has_its_meaning(changed: Any, kind: str, finish: str, outcome: str) -> None:
    def change(sample: dict[str, Any]) -> None:
        sample['limit'] = {'type': kind, 'limit': 5.0}
        sample['output'] = {'model': 'canned', 'choices': [], 'completion': ''}

    found, _ = read(changed(SAMPLE, change))
    assert (found[0].finish_reason, found[0].outcome) == (finish, outcome)


def test_a_reply_that_was_whole_before_the_limit_is_judged(changed: Any) -> None:
    found, _ = read(changed(SAMPLE, lambda one: one.update(limit={'type': 'message', 'limit': 2})))
    assert (found[0].finish_reason, found[0].outcome) == ('stop', 'correct')


def test_long_texts_that_older_logs_keep_apart_are_put_back(changed: Any) -> None:
    def change(sample: dict[str, Any]) -> None:
        sample['attachments'] = {'0' * 32: r'It is $\boxed{5}$.'}
        sample['output']['completion'] = f'attachment://{"0" * 32}'
        sample['input'] = f'attachment://{"1" * 32}'

    found, _ = read(changed(SAMPLE, change))
    assert found[0].response == r'It is $\boxed{5}$.'
    assert found[0].problem == f'attachment://{"1" * 32}'  # which is not there


def test_encrypted_reasoning_is_not_shown(changed: Any) -> None:
    def change(sample: dict[str, Any]) -> None:
        thought = {
            'type': 'reasoning',
            'reasoning': 'gAAAA',
            'redacted': True,
            'summary': 'Adding.',
        }
        text = {'type': 'text', 'text': r'It is $\boxed{5}$.'}
        sample['output']['choices'][0]['message']['content'] = [thought, text]

    assert read(changed(SAMPLE, change))[0][0].reasoning == 'Adding.'


def test_strange_types_are_no_crash(changed: Any) -> None:
    def change(sample: dict[str, Any]) -> None:
        sample.update(
            messages='no', metadata=[1], epoch='x', limit=[], error=7, attachments=None,
            model_usage=[], scores={'math': 3},
        )  # fmt: skip
        sample['output'] = {'choices': [{'message': {'content': [1, {'type': 'text'}]}}]}

    found, _ = read(changed(SAMPLE, change))
    assert (found[0].response, found[0].prompt, found[0].sample) == ('', (), 0)


@pytest.mark.parametrize('name', ['eval', 'plan', 'results'])
def test_a_strange_header_is_no_crash(changed: Any, name: str) -> None:
    path = changed('header.json', lambda header: header.update({name: [1]}))
    if name == 'eval':
        with pytest.raises(MalformedData, match='names no model and task'):
            read(path)
    else:
        assert len(read(path)[0]) == 8


def test_a_member_that_is_too_large_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_room, 'MAX_MEMBER_BYTES', 9000)
    found, notes = read(saved(tmp_path / 'a.eval', WHOLE))
    assert 0 < len(found) < 8
    assert any('is larger than' in text for text in notes)


def test_a_member_says_less_than_it_unpacks_to(tmp_path: Path) -> None:
    """The directory is what a hostile file would lie in: no more is unpacked than it says."""
    data = bytearray(WHOLE)
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as listed:
        size = listed.getinfo(SAMPLE).file_size.to_bytes(4, 'little')
    while (at := data.find(size)) >= 0:
        data[at : at + 4] = (10).to_bytes(4, 'little')
    found, notes = read(saved(tmp_path / 'a.eval', bytes(data)))
    assert len(found) == 7 and any(SAMPLE in text and 'damaged' in text for text in notes)


def test_without_pyarrow_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, 'pyarrow', None)
    with (
        Archive(LOGS / 'greedy.eval') as archive,
        pytest.raises(ConfigError, match=r'pip install "opencompass-math500\[logs\]"'),
    ):
        archive.read('header.json')
