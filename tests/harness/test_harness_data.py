"""The data of the lm-eval tasks: the hub, a file, the sample, subsets, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from harness_runs import answered, boxed, loaded, samples_of, task_manager
from hub_machine import Machine
from loopback_hub import COMMIT, REPO, LoopbackHub
from problem_rows import row, save

from opencompass_math500.dataset import load_problems
from opencompass_math500.errors import (
    ChecksumMismatch,
    ConfigError,
    Math500Error,
    SelectionError,
    SourceUnavailable,
)
from opencompass_math500.harness.data import COLUMNS
from opencompass_math500.harness.task_settings import Settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    (tmp_path / 'project').mkdir()
    return Machine(tmp_path / 'hf', tmp_path / 'project')


def ids_of(task: Any) -> list[str]:
    return list(task.eval_docs['unique_id'])


# Where they come from ------------------------------------------------------------------


def test_the_sample() -> None:
    problems = load_problems('sample')
    task = loaded()
    assert ids_of(task) == [problem.unique_id for problem in problems]
    for doc, problem in zip(task.eval_docs, problems, strict=True):
        assert doc == {name: getattr(problem, name) for name in COLUMNS}
    metadata = task.dump_config()['metadata']
    assert metadata['math500_set'] == problems.slug
    assert metadata['math500_name'] == 'sample'
    assert metadata['math500_checksum'] == problems.checksum


def test_a_file_is_the_real_set_in_its_order(math500_file: Path, math500_rows: Any) -> None:
    task = loaded(data=str(math500_file))
    assert ids_of(task) == [each['unique_id'] for each in math500_rows]
    assert task.dump_config()['metadata']['math500_name'] == 'MATH-500'


def test_the_environment_names_the_data_as_for_the_configs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, math500_file: Path
) -> None:
    monkeypatch.setenv('MATH500_DATA', str(math500_file))
    assert len(loaded(data=None).eval_docs) == 500
    assert len(loaded(data='sample').eval_docs) == 35  # the metadata go before


CHILD = """
import json, sys
sys.path.insert(0, sys.argv[1])
from harness_runs import answered, boxed, samples_of, task_manager
results, requests = answered(boxed(), limit=2, manager=task_manager(data='hub'))
print(json.dumps({
    'metadata': results['configs']['math500']['metadata'],
    'total': results['n-samples']['math500']['original'],
    'ids': [row['doc']['unique_id'] for row in samples_of(results)],
    'asked': len(requests),
}))
"""


def through_the_hub(machine: Machine, hub: LoopbackHub) -> Any:
    done = machine.python(CHILD, str(ROOT / 'tests' / 'support'), HF_ENDPOINT=hub.url)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
def test_the_hub(machine: Machine, math500_file: Path, math500_rows: Any) -> None:
    """In a process of its own: the libraries read HF_ENDPOINT when they are imported."""
    with LoopbackHub(math500_file.read_bytes()) as hub:
        first = through_the_hub(machine, hub)
        assert hub.count(rf'/datasets/{REPO}/resolve/{COMMIT}/test\.jsonl') > 0
        fetched = hub.count('/resolve/.*jsonl')
        assert through_the_hub(machine, hub) == first  # the second time out of the cache
        assert hub.count('/resolve/.*jsonl') == fetched
    assert first['ids'] == [each['unique_id'] for each in math500_rows[:2]]
    assert (first['total'], first['asked']) == (500, 2)
    assert first['metadata']['math500_set'] == 'math500-hub-c6e0e802'
    assert first['metadata']['math500_dataset'] == 'math500-hub-c6e0e802_0shot-cot'


@pytest.mark.slow
def test_a_hub_that_is_down_is_said_before_any_request(machine: Machine) -> None:
    with LoopbackHub(b'', failure='server_error') as hub:
        done = machine.python(CHILD, str(ROOT / 'tests' / 'support'), HF_ENDPOINT=hub.url)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert 'SourceUnavailable' in last
    assert 'set HF_ENDPOINT to a mirror' in last


# Subsets -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ('given', 'size', 'name'),
    [
        ({'levels': 5}, 5, 'level 5'),
        ({'levels': [4, 5]}, 12, 'level'),
        ({'subjects': 'Geometry'}, 5, 'Geometry'),
        ({'ids': ['sample/geometry/1.json', 'sample/algebra/1.json']}, 2, 'ids'),
        ({'ids': 'sample/algebra/1.json'}, 1, 'id'),
    ],
    ids=['level', 'levels', 'subject', 'ids', 'id'],
)
def test_subsets_are_those_of_load_problems(given: Any, size: int, name: str) -> None:
    filters = {key: value if isinstance(value, list) else [value] for key, value in given.items()}
    problems = load_problems('sample', **filters)
    task = loaded(**given)
    assert ids_of(task) == [problem.unique_id for problem in problems]
    metadata = task.dump_config()['metadata']
    assert metadata['math500_set'] == problems.slug != load_problems('sample').slug
    assert metadata['math500_name'] == problems.name


def test_limit_and_samples_leave_the_set_as_it_is() -> None:
    """They are lm-eval's own, and stand in its results."""
    results, requests = answered(boxed(), limit=None, samples={'math500': [30, 3]})
    expected = [load_problems('sample')[number].unique_id for number in (3, 30)]
    assert [each['doc']['unique_id'] for each in samples_of(results)] == expected
    assert [each['doc_id'] for each in samples_of(results)] == [3, 30]
    assert results['n-samples']['math500'] == {'original': 35, 'effective': 2}
    assert len(requests) == 2


def test_a_set_of_ones_own(tmp_path: Path) -> None:
    """Subjects and levels that MATH does not have included; no metric goes missing."""
    rows = [row(1, subject='Knot Theory', level=4), row(2, subject='Algebra & More', level=2)]
    path = save(rows, tmp_path / 'mine.jsonl')
    with pytest.raises(ChecksumMismatch, match='set custom=True'):
        loaded(data=str(path))
    manager = task_manager(data=str(path), custom=True)
    results, _ = answered(boxed('2'), manager=manager)
    found = results['results']['math500']
    assert found['accuracy,none'] == 0.5
    assert found['subject_knot_theory,none'] == found['level_4,none'] == 1.0
    assert found['subject_algebra_and_more,none'] == found['level_2,none'] == 0.0
    assert 'subject_geometry,none' not in found
    assert results['configs']['math500']['metadata']['math500_name'].startswith('custom set')


# What is refused -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ('given', 'kind', 'text'),
    [
        ({'data': '/nowhere/test.jsonl'}, SourceUnavailable, '/nowhere/test.jsonl'),
        ({'data': 'huggingface'}, SourceUnavailable, "unknown source 'huggingface'"),
        ({'subjects': ['Knots']}, SelectionError, 'Knots'),
        ({'levels': [9]}, SelectionError, '9'),
        ({'ids': ['sample/none.json']}, SelectionError, 'sample/none.json'),
        ({'dat': 'x'}, ConfigError, 'math500_dat is no setting .*: did you mean math500_data'),
        ({'temperature': 1}, ConfigError, 'give math500_data, math500_custom'),
        ({'custom': 'yes'}, ConfigError, "math500_custom='yes' is neither: give true or false"),
        ({'n': 0}, ConfigError, 'math500_n=0 is no number of replies'),
        ({'n': True}, ConfigError, 'math500_n=True is no number'),
        ({'n': 'four'}, ConfigError, 'give 1 or more'),
        ({'ids': []}, ConfigError, r'math500_ids=\[\] cannot be read'),
        ({'levels': ['5']}, ConfigError, r"math500_levels=\['5'\] cannot be read"),
        ({'levels': True}, ConfigError, 'cannot be read'),
    ],
)
def test_what_cannot_work_is_said_when_the_task_is_loaded(
    given: Any, kind: type[Math500Error], text: str
) -> None:
    with pytest.raises(kind, match=text) as error:
        loaded(**given)
    assert '\n' not in str(error.value)


def test_the_models_arguments_are_let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """lm-eval merges them with the metadata; none of them is one of ours."""
    monkeypatch.delenv('MATH500_DATA', raising=False)
    given = {'model': 'm', 'data_parallel_size': 4, 'ids': 3, 'version': 1.0}
    assert Settings.of(given) == Settings()
