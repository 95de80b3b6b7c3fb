"""A prediction file with failed rows is opened again: at any crash nothing answered is lost."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from endpoint_partition import CONFIG, DATA, MODEL, partition
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from mmengine.config import Config
from work_dirs import detail, prediction, replied, save_json, save_predictions, save_results

from opencompass_math500.compass.journal import Journal
from opencompass_math500.compass.launch import _require_predictions as require_predictions
from opencompass_math500.compass.reopening import failed_rows, must_reopen, reopen
from opencompass_math500.errors import IncompleteRunError, MalformedData

ROWS = [replied(n, 'failed_request' if n in (1, 4) else 'stop') for n in range(6)]
KEPT = {n: row for n, row in enumerate(ROWS) if n not in (1, 4)}


def folder(work_dir: Path) -> Path:
    return work_dir / 'predictions' / MODEL


def journal(work_dir: Path) -> dict[int, dict[str, Any]]:
    return Journal(folder(work_dir) / f'{DATA}.json').restore()


def left(work_dir: Path) -> list[str]:
    """Every file of predictions and results."""
    places = [work_dir / 'predictions', work_dir / 'results']
    return sorted(path.name for place in places for path in place.rglob('*') if path.is_file())


def save(work_dir: Path, sizes: tuple[int, ...] = (), rows: list[dict[str, Any]] = ROWS) -> None:
    """The rows in one file, or in parts of these sizes; and the results made of them."""
    if not sizes:
        save_predictions(work_dir, rows, DATA, MODEL)
    first = 0
    for part, size in enumerate(sizes):
        save_predictions(work_dir, rows[first : first + size], f'{DATA}_{part}', MODEL)
        first += size
    save_results(work_dir, [detail()], MODEL, DATA, record=None)


@pytest.mark.parametrize('sizes', [(), (6,), (2, 2, 2), (5, 1)], ids=str)
def test_the_answered_rows_become_the_journal(sizes: tuple[int, ...], tmp_path: Path) -> None:
    save(tmp_path, sizes)
    assert failed_rows(tmp_path, MODEL, DATA) == (2, 6)
    assert reopen(tmp_path, MODEL, DATA) == (2, 6)
    assert journal(tmp_path) == KEPT
    assert left(tmp_path) == [f'tmp_{DATA}.jsonl']
    assert not must_reopen(tmp_path, MODEL, DATA)


class Crash(BaseException):
    """Nothing catches it, as nothing catches a kill."""


@pytest.mark.parametrize('sizes', [(), (2, 2, 2), (1, 5)], ids=str)
@pytest.mark.parametrize('survived', range(6))
def test_after_a_crash_at_any_step_the_next_call_ends_the_same(
    survived: int, sizes: tuple[int, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path, sizes)
    steps = 0

    def counted(real: Any) -> Any:
        def step(*args: Any, **kwargs: Any) -> Any:
            nonlocal steps
            if steps == survived:
                raise Crash
            steps += 1
            return real(*args, **kwargs)

        return step

    with monkeypatch.context() as patch:
        patch.setattr(Path, 'replace', counted(Path.replace))
        patch.setattr(Path, 'unlink', counted(Path.unlink))
        try:
            reopen(tmp_path, MODEL, DATA)
        except Crash:
            # Results never outlive what they were made of.
            assert not (tmp_path / 'results' / MODEL / f'{DATA}.json').exists() or any(
                path.suffix == '.json' for path in folder(tmp_path).iterdir()
            )
    if must_reopen(tmp_path, MODEL, DATA):
        reopen(tmp_path, MODEL, DATA)
    assert journal(tmp_path) == KEPT
    assert [name for name in left(tmp_path) if not name.startswith('.')] == [f'tmp_{DATA}.jsonl']


@examples(40)
@given(st.lists(st.booleans(), max_size=8))
def test_every_row_is_kept_or_open(failed: list[bool]) -> None:
    import tempfile

    rows = [replied(n, 'failed_request' if bad else 'stop') for n, bad in enumerate(failed)]
    with tempfile.TemporaryDirectory() as name:
        save(Path(name), rows=rows)
        assert must_reopen(Path(name), MODEL, DATA) == any(failed)
        if any(failed):
            assert reopen(Path(name), MODEL, DATA) == (sum(failed), len(failed))
            assert journal(Path(name)) == {n: row for n, row in enumerate(rows) if not failed[n]}


def test_the_parts_of_a_split_run_are_joined_even_without_a_failure(tmp_path: Path) -> None:
    """A run that is not split would ask for every row again."""
    good = [replied(n) for n in range(4)]
    save(tmp_path, (3, 1), good)
    assert reopen(tmp_path, MODEL, DATA) == (0, 4)
    assert journal(tmp_path) == dict(enumerate(good))


@pytest.mark.parametrize(
    'rows',
    [[{'prediction': 'x'}, {'prediction': 'y'}], [replied(0), replied(0)]],
    ids=["OpenCompass's own rows", 'two replies a problem'],
)
def test_parts_that_say_not_which_row_is_which_are_left_alone(
    rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    save(tmp_path, (1, 1), rows)
    assert not must_reopen(tmp_path, MODEL, DATA)


def test_a_damaged_file_is_named_and_left(tmp_path: Path) -> None:
    path = save_json(folder(tmp_path) / f'{DATA}.json', '{"0": {')
    for call in (must_reopen, reopen):
        with pytest.raises(MalformedData, match='is damaged') as caught:
            call(tmp_path, MODEL, DATA)
        assert str(path) in caught.value.what
    assert path.exists()


def test_a_full_disk_leaves_the_predictions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path)
    before = left(tmp_path)

    def full(self: Path, target: Any) -> Path:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, 'replace', full)
    with pytest.raises(OSError, match='No space left'):
        reopen(tmp_path, MODEL, DATA)
    monkeypatch.undo()
    assert left(tmp_path) == before
    assert json.loads((folder(tmp_path) / f'{DATA}.json').read_text())['1'] == ROWS[1]


# Through the partitioner --------------------------------------------------------------


def test_a_rerun_makes_a_task_for_what_failed_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    partition(tmp_path, 'inference')
    save(tmp_path)
    assert len(partition(tmp_path, 'inference')) == 1
    assert journal(tmp_path) == KEPT
    assert (
        f'math500: {MODEL} on {DATA}: 2 of 6 requests had failed and are asked again; '
        '4 replies are kept\n' in capsys.readouterr().err
    )


def test_grading_alone_and_a_dry_run_leave_the_predictions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    partition(tmp_path, 'inference')
    save(tmp_path)
    before = left(tmp_path)
    partition(tmp_path, 'grading')
    monkeypatch.setattr('sys.argv', ['opencompass', 'eval.py', '-r', '--dry-run'])
    partition(tmp_path, 'inference')
    assert left(tmp_path) == before


def test_changed_settings_are_refused_before_anything_is_opened(tmp_path: Path) -> None:
    partition(tmp_path, 'inference')
    save(tmp_path)
    before = left(tmp_path)
    with pytest.raises(SystemExit, match=r'model\.sampling\.temperature: then 0, now 1'):
        partition(tmp_path, 'inference', sampling={'temperature': 1})
    assert left(tmp_path) == before


def test_another_grader_is_no_hindrance_where_the_results_go_anyway(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for stage in ('inference', 'grading'):
        partition(tmp_path, stage)
    save(tmp_path)
    name = 'opencompass_math500.compass.run_record.grader_version'
    monkeypatch.setattr(name, lambda: 'ffffffffffff')
    assert len(partition(tmp_path, 'inference')) == 1
    assert len(partition(tmp_path, 'grading')) == 1


def test_files_of_another_inferencer_are_not_looked_into(tmp_path: Path) -> None:
    other = 'opencompass.openicl.icl_inferencer.GenInferencer'
    partition(tmp_path, 'inference', other)
    save_json(folder(tmp_path) / f'{DATA}.json', '["a shape of its own"]')
    assert partition(tmp_path, 'inference', other) == []


def test_rows_of_local_models_are_never_opened(tmp_path: Path) -> None:
    save_predictions(tmp_path, [prediction(n, finish_reason=None) for n in range(3)], DATA, MODEL)
    assert not must_reopen(tmp_path, MODEL, DATA)


def test_inference_alone_ends_with_an_error_over_failed_requests(tmp_path: Path) -> None:
    save(tmp_path)
    config = Config({**json.loads(json.dumps(CONFIG)), 'work_dir': str(tmp_path)})
    with pytest.raises(IncompleteRunError) as caught:
        require_predictions(config)
    assert f'requests failed: 2 of 6 of {MODEL} on {DATA}' in caught.value.what
    assert '-r' in caught.value.remedy
    save(tmp_path, rows=[replied(n) for n in range(6)])
    require_predictions(config)
