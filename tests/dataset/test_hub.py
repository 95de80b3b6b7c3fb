"""The hub source, against a real server on the loopback and the real ``datasets``.

Each load runs in a process of its own, because the libraries read HF_HOME,
HF_ENDPOINT and HF_HUB_OFFLINE when they are imported.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hub_machine import CHILD, Machine
from loopback_hub import COMMIT, REPO, LoopbackHub

from opencompass_math500.dataset import HUB_REPO, PINNED, load_problems
from opencompass_math500.errors import SourceUnavailable

OTHER_COMMIT = '0' * 40
OWN_SETTINGS = ('HF_', 'TRANSFORMERS_', 'HUGGING')
REMEDY = (
    'check the network, set HF_ENDPOINT to a mirror, use source modelscope, '
    'or download test.jsonl and set MATH500_DATA to its path'
)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    folder = tmp_path / 'project'
    folder.mkdir()
    return Machine(tmp_path / 'hf', folder)


@pytest.fixture(scope='session')
def data(math500_file: Path) -> bytes:
    return math500_file.read_bytes()


@pytest.fixture
def hub(data: bytes) -> Iterator[LoopbackHub]:
    with LoopbackHub(data) as server:
        yield server


def assert_unavailable(found: Any, cause: str, remedy: str = REMEDY) -> None:
    """The error is a SourceUnavailable of one line with this cause and remedy."""
    assert found.get('error') == 'SourceUnavailable', found
    assert cause in found['text']
    assert found['remedy'] == remedy
    assert '\n' not in found['text']
    assert len(found['text']) < 500


# Loading ------------------------------------------------------------------------------


@pytest.mark.slow
def test_it_loads_math500_at_the_pinned_revision(
    hub: LoopbackHub, machine: Machine, math500_file: Path
) -> None:
    found = machine.load(hub.url)
    real = load_problems(math500_file)
    assert found == {
        'name': 'MATH-500',
        'slug': f'math500-hub-{real.checksum[:8]}',
        'location': f'{REPO}@{PINNED}',
        'checksum': real.checksum,
        'source': 'hub',
        'is_math500': True,
        'size': 500,
    }
    revisions = {path.split(PINNED)[0] for _, path in hub.requests if PINNED in path}
    assert hub.count(PINNED) == len(hub.requests) > 0, 'a request did not name the revision'
    assert f'/datasets/{REPO}/resolve/' in revisions


@pytest.mark.slow
def test_a_second_load_takes_the_file_from_the_cache(hub: LoopbackHub, machine: Machine) -> None:
    first = machine.load(hub.url)
    downloads = [each for each in hub.requests if each[0] == 'GET' and 'test.jsonl' in each[1]]
    assert len(downloads) == 1
    hub.requests.clear()
    assert machine.load(hub.url) == first
    assert hub.count('test.jsonl') == 0


@pytest.mark.slow
def test_another_revision_may_be_asked_for(data: bytes, machine: Machine) -> None:
    with LoopbackHub(data, commit=OTHER_COMMIT) as other:
        found = machine.load(other.url, arguments={'revision': 'main'})
    # The location names the commit, not the branch, which may move.
    assert (found['name'], found['location']) == ('MATH-500', f'{REPO}@{OTHER_COMMIT}')


@pytest.mark.slow
def test_filters_apply(hub: LoopbackHub, machine: Machine) -> None:
    found = machine.load(hub.url, arguments={'levels': [5]})
    assert found['name'] == 'MATH-500 subset (level 5, 134 of 500)'


# Offline and failing ------------------------------------------------------------------


@pytest.mark.slow
def test_offline_after_a_first_load(hub: LoopbackHub, machine: Machine) -> None:
    first = machine.load(hub.url)
    hub.requests.clear()
    assert machine.load(hub.url, HF_HUB_OFFLINE='1') == first
    assert hub.requests == []


@pytest.mark.slow
def test_offline_without_a_copy_says_what_to_do(hub: LoopbackHub, machine: Machine) -> None:
    found = machine.load(hub.url, HF_HUB_OFFLINE='1')
    assert_unavailable(
        found,
        'is not in the local cache and HF_HUB_OFFLINE is set',
        'load it once with a network and HF_HUB_OFFLINE unset, '
        'or download test.jsonl and set MATH500_DATA to its path',
    )
    assert hub.requests == []


@pytest.mark.slow
def test_offline_never_passes_one_revision_off_as_another(
    hub: LoopbackHub, machine: Machine
) -> None:
    machine.load(hub.url)
    found = machine.load(hub.url, HF_HUB_OFFLINE='1', arguments={'revision': OTHER_COMMIT})
    assert_unavailable(
        found,
        f'holds {REPO} at {COMMIT}, not at {OTHER_COMMIT}',
        'unset HF_HUB_OFFLINE, or leave the revision out',
    )


@pytest.mark.slow
@pytest.mark.parametrize('failure', ['refused', 'server_error', 'mute'])
def test_a_dead_hub_costs_one_short_wait(
    failure: str, hub: LoopbackHub, machine: Machine, data: bytes
) -> None:
    machine.load(hub.url)
    hub.requests.clear()
    url = hub.url
    if failure == 'refused':
        with LoopbackHub(data) as gone:
            url = gone.url
    else:
        hub.failure = failure  # type: ignore[assignment]

    started = time.monotonic()
    cached = machine.load(url)
    assert cached['location'] == f'{REPO}@{COMMIT} (local cache)'
    assert cached['is_math500']

    shutil.rmtree(machine.home)
    causes = {'refused': 'ConnectionError', 'server_error': '500', 'mute': 'Timeout'}
    found = machine.load(url)
    assert_unavailable(found, causes[failure])
    assert url in found['text']
    assert time.monotonic() - started < 50
    assert len(hub.requests) == (0 if failure == 'refused' else 2)


@pytest.mark.slow
def test_a_truncated_download_is_no_data_and_leaves_none(
    hub: LoopbackHub, machine: Machine
) -> None:
    hub.failure = 'truncated'
    assert_unavailable(machine.load(hub.url), 'IncompleteRead')
    hub.failure = 'none'
    assert machine.load(hub.url)['is_math500']


@pytest.mark.slow
def test_an_unknown_revision_is_not_replaced_by_a_cached_one(
    hub: LoopbackHub, machine: Machine
) -> None:
    machine.load(hub.url)
    found = machine.load(hub.url, arguments={'revision': OTHER_COMMIT})
    assert_unavailable(
        found, 'Revision Not Found', 'leave the revision out, or name a commit that this hub has'
    )


@pytest.mark.slow
def test_an_unusable_cache_folder(hub: LoopbackHub, machine: Machine) -> None:
    # A folder below a file: cannot be made even by root, who may write anywhere.
    machine.home.write_text('')
    broken = Machine(machine.home / 'cache', machine.folder)
    assert_unavailable(
        broken.load(hub.url),
        'NotADirectoryError',
        f'set HF_HOME to a folder that can be written to (it is {broken.home})',
    )


@pytest.mark.slow
def test_an_endpoint_set_too_late_is_not_ignored(machine: Machine) -> None:
    code = "import os, datasets; os.environ['HF_ENDPOINT'] = 'http://127.0.0.1:9'\n" + CHILD
    done = machine.python(code, '{}')
    assert_unavailable(
        json.loads(done.stdout),
        'HF_ENDPOINT is http://127.0.0.1:9, but was set after',
        'set it before Python starts',
    )


# Other data ---------------------------------------------------------------------------


@pytest.mark.slow
def test_a_changed_gold_on_a_mirror_is_named_and_can_be_got_rid_of(
    hub: LoopbackHub, machine: Machine, math500_rows: list[dict[str, Any]]
) -> None:
    rows = [dict(each) for each in math500_rows]
    rows[7]['answer'] = '91^\\circ'
    good, hub.data = hub.data, '\n'.join(json.dumps(each) for each in rows).encode()
    found = machine.load(hub.url)
    assert found['error'] == 'ChecksumMismatch'
    assert f'1 with another gold ({rows[7]["unique_id"]})' in found['text']

    # The cache is keyed by commit, so the bad copy stays until the remedy is followed.
    hub.data = good
    assert machine.load(hub.url)['error'] == 'ChecksumMismatch'
    folders = found['remedy'].removeprefix('delete ').partition(', then')[0].split(' and ')
    for folder in folders:
        assert Path(folder).is_relative_to(machine.home)
        shutil.rmtree(folder)
    assert machine.load(hub.url)['is_math500']


@pytest.mark.slow
def test_a_row_that_is_no_problem_is_named(hub: LoopbackHub, machine: Machine) -> None:
    lines = hub.data.splitlines()
    broken = json.loads(lines[2])
    broken['answer'] = ''
    hub.data = b'\n'.join([*lines[:2], json.dumps(broken).encode(), *lines[3:]])
    found = machine.load(hub.url)
    assert found['error'] == 'MalformedData'
    assert f'{REPO}@{COMMIT}: row 3: field answer is empty' in found['text']


@pytest.mark.slow
def test_a_train_split_is_never_the_test_split(data: bytes, machine: Machine) -> None:
    with LoopbackHub(data, filename='train.jsonl', split='train') as other:
        assert_unavailable(machine.load(other.url), 'Unknown split "test"')


def test_a_folder_named_like_the_repository_is_not_the_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / HUB_REPO).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceUnavailable, match='would be loaded instead of the hub'):
        load_problems('hub')
