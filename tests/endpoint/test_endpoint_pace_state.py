"""The state behind the pace: old, damaged, out of time, or not to be written."""

from __future__ import annotations

import asyncio
import getpass
import json
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from endpoint_runs import ask, pace, settings, state_of
from examples import examples
from faulty_api import FaultyAPI, right_text
from hypothesis import given
from hypothesis import strategies as st

from opencompass_math500.endpoint import pace as pace_module
from opencompass_math500.endpoint.pace import Pace
from opencompass_math500.errors import ConfigError


@pytest.mark.parametrize('rates', [{}, {'requests_per_minute': 6000}], ids=['none', 'rate'])
def test_an_old_hold_is_bounded_by_patience(rates: dict[str, Any], tmp_path: Path) -> None:
    pace(tmp_path, longest_hold=1e9).hold(1e8)
    waits: list[float] = []
    with pytest.raises(TimeoutError):
        asyncio.run(pace(tmp_path, longest_hold=30, **rates).admit(1, refuse(waits)))
    assert waits == [pytest.approx(30)]


def test_a_clock_set_back_takes_its_times_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = pace(tmp_path, requests_per_minute=60, tokens_per_minute=600)
    waits: list[float] = []
    asyncio.run(limit.admit(10))
    limit.hold(5)
    real = time.time
    monkeypatch.setattr(time, 'time', lambda: real() - 7 * 24 * 3600)
    with pytest.raises(TimeoutError):
        asyncio.run(limit.admit(10, refuse(waits)))
    assert len(waits) == 1
    assert 4 < waits[0] <= 5


def refuse(waits: list[float]) -> Callable[[float], Awaitable[None]]:
    """Waits for nothing: notes the time and gives up."""

    async def pause(seconds: float) -> None:
        waits.append(seconds)
        raise TimeoutError

    return pause


@given(damage=st.one_of(st.binary(max_size=600), st.text(max_size=200).map(str.encode)))
@examples(40)
def test_a_damaged_state_begins_anew(
    damage: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp('damage')
    limit = pace(folder, requests_per_minute=6e6)
    state_of(folder).write_bytes(damage)
    assert asyncio.run(limit.admit(7)) == 7
    assert json.loads(state_of(folder).read_text()).keys() == {'request', 'token', 'seen'}


@pytest.mark.parametrize(
    'text',
    [
        '{"hold": NaN, "request": Infinity, "token": -Infinity, "seen": 1e999}',
        '{"hold": "x"}',
        '{"hold": null}',
        '{"hold": [1]}',
        '[]',
        '7',
        '{"mean_tokens": 1e308, "hold": 1',
    ],
)
def test_a_state_of_another_shape_begins_anew(text: str, tmp_path: Path) -> None:
    limit = pace(tmp_path, requests_per_minute=6e6)
    state_of(tmp_path).write_text(text)
    assert asyncio.run(limit.admit(7)) == 7


def test_another_key_has_a_pace_of_its_own(tmp_path: Path) -> None:
    Pace('a', concurrency=1, folder=tmp_path).hold(1000)
    waits: list[float] = []
    asyncio.run(Pace('b', concurrency=1, folder=tmp_path).admit(1, refuse(waits)))
    assert waits == []
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / 'file').touch()
    with pytest.raises(ConfigError, match='set TMPDIR to a local folder') as caught:
        pace(tmp_path / 'file')
    assert str(tmp_path / 'file') in str(caught.value)
    assert '\n' not in str(caught.value)


@pytest.mark.skipif(not hasattr(os, 'geteuid') or os.geteuid() == 0, reason='root may write all')
def test_a_folder_without_rights_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ConfigError, match='set TMPDIR'):
        pace(tmp_path)


@pytest.mark.parametrize('error', [KeyError('uid'), OSError('no such user'), ImportError('pwd')])
def test_a_user_without_a_name_has_a_folder(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nameless() -> str:
        raise error

    monkeypatch.setattr(getpass, 'getuser', nameless)
    monkeypatch.setattr(pace_module.tempfile, 'gettempdir', lambda: str(tmp_path))
    Pace('a', concurrency=1)
    (folder,) = tmp_path.iterdir()
    assert folder.name == f'math500-{os.getuid()}'
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_full_disk_costs_no_reply(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int, data: bytes) -> int:
        raise OSError(28, 'No space left on device')

    with FaultyAPI() as api, monkeypatch.context() as patched:
        patched.setattr(pace_module.os, 'write', full)
        run = ask(settings(api.url, tmp_path, tokens_per_minute=1e9), range(3))
    assert [run.replies[i].text for i in range(3)] == [right_text(f'q{i}') for i in range(3)]
