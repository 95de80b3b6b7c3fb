"""The pace that tasks share: rates, concurrency, holds."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from endpoint_runs import ask, pace, settings, state_of
from faulty_api import FaultyAPI

from opencompass_math500.endpoint.pace import Pace

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


def admitted(limit: Pace, tokens: list[int]) -> list[float]:
    """Times at which requests of these lengths were let through, all asked for at once."""

    async def one(expected: int) -> float:
        await limit.admit(expected)
        return time.monotonic()

    async def every() -> list[float]:
        return sorted(await asyncio.gather(*map(one, tokens)))

    return asyncio.run(every())


def test_requests_per_minute_holds_in_every_window(tmp_path: Path) -> None:
    began = time.monotonic()
    times = admitted(pace(tmp_path, requests_per_minute=1200), [1] * 12)
    assert all(when - began >= 0.05 * nth - 0.005 for nth, when in enumerate(times))
    assert times[-1] - began < 5


def test_the_endpoint_sees_no_more_than_the_rate(tmp_path: Path) -> None:
    with FaultyAPI() as api:
        began = time.monotonic()
        run = ask(settings(api.url, tmp_path, requests_per_minute=1200), range(10))
    times = sorted(when for _, when in api.arrivals)
    assert len(run.replies) == 10
    assert all(when - began >= 0.05 * nth - 0.005 for nth, when in enumerate(times))


def test_tokens_per_minute_go_by_what_replies_took(tmp_path: Path) -> None:
    limit = pace(tmp_path, tokens_per_minute=60_000)  # one each millisecond
    began = time.monotonic()
    assert asyncio.run(limit.admit(100)) == 100
    limit.settle(100, 300)  # 200 more than reserved
    assert asyncio.run(limit.admit(100)) == 300  # the mean that is known now
    assert 0.3 - 0.005 <= time.monotonic() - began < 5
    limit.settle(300, 200)
    assert json.loads(state_of(tmp_path).read_text())['mean_tokens'] == pytest.approx(290)


def test_a_shorter_reply_gives_its_tokens_back(tmp_path: Path) -> None:
    limit = pace(tmp_path, tokens_per_minute=60_000)
    limit.settle(asyncio.run(limit.admit(60_000)), 10)
    began = time.monotonic()
    asyncio.run(limit.admit(10))
    assert time.monotonic() - began < 5


def test_one_reply_without_a_count_leaves_the_guess(tmp_path: Path) -> None:
    with FaultyAPI(lambda item, nth: 'no-usage') as api:
        run = ask(settings(api.url, tmp_path, tokens_per_minute=60_000), range(3))
    assert len(run.replies) == 3
    assert 'mean_tokens' not in json.loads(state_of(tmp_path).read_text())


WORKER = """
import asyncio, sys, time
from pathlib import Path
from opencompass_math500.endpoint.pace import Pace

limit = Pace('endpoint model key', concurrency=3, requests_per_minute=3000,
             tokens_per_minute=600_000, folder=Path(sys.argv[1]))

async def one():
    async with limit.slot():
        print(time.time(), 'asked', flush=True)
        reserved = await limit.admit(200)
        print(time.time(), 'sent', flush=True)
        await asyncio.sleep(0.05)
        print(time.time(), 'over', flush=True)
    limit.settle(reserved, 200)

async def every():
    await asyncio.gather(*(one() for _ in range(8)))

asyncio.run(every())
"""

HOLDER = """
import asyncio, sys
from pathlib import Path
from opencompass_math500.endpoint.pace import Pace

limit = Pace('endpoint model key', concurrency=2, folder=Path(sys.argv[1]))

async def hold():
    async with limit.slot(), limit.slot():
        print('held', flush=True)
        await asyncio.sleep(60)

asyncio.run(hold())
"""


def program(text: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, '-c', text, str(folder)],
        env={**os.environ, 'PYTHONPATH': str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_two_processes_share_rates_and_concurrency(tmp_path: Path) -> None:
    workers = [program(WORKER, tmp_path) for _ in range(2)]
    events = []
    for worker in workers:
        printed, _ = worker.communicate(timeout=120)
        assert worker.returncode == 0
        lines = [line.split() for line in printed.splitlines()]
        events += [(float(when), what) for when, what in lines]
    sent = sorted(when for when, what in events if what == 'sent')
    assert len(sent) == 16
    # 200 tokens at 600,000 a minute and one request at 3,000 a minute: 0.02 s each. Counted
    # from before the first was let through, for that may be noted late.
    began = min(when for when, what in events if what == 'asked')
    assert sent[-1] - began >= 15 * 0.02 - 0.01
    in_flight = peak = 0
    for _, what in sorted(events):
        in_flight += {'asked': 0, 'sent': 1, 'over': -1}[what]
        peak = max(peak, in_flight)
    assert peak <= 3


def test_a_killed_process_frees_its_slots(tmp_path: Path) -> None:
    holder = program(HOLDER, tmp_path)
    assert holder.stdout is not None
    assert holder.stdout.readline() == 'held\n'
    mine = pace(tmp_path, concurrency=2)
    assert not asyncio.run(slot_within(mine, 0.2))
    holder.kill()
    holder.communicate()
    assert asyncio.run(slot_within(mine, 5))


async def slot_within(limit: Pace, seconds: float) -> bool:
    async def take() -> None:
        async with limit.slot():
            pass

    try:
        await asyncio.wait_for(take(), seconds)
    except asyncio.TimeoutError:
        return False
    return True


def test_a_process_with_all_slots_lets_another_have_its_turn(tmp_path: Path) -> None:
    greedy, other = pace(tmp_path, concurrency=1), pace(tmp_path, concurrency=1)
    order: list[str] = []

    async def work(limit: Pace, name: str, times: int) -> None:
        for _ in range(times):
            async with limit.slot():
                order.append(name)
                await asyncio.sleep(0.01)

    async def both() -> None:
        await asyncio.gather(work(greedy, 'greedy', 30), work(other, 'other', 1))

    asyncio.run(both())
    assert order.index('other') < 25


def test_a_hold_holds_all_and_does_not_bunch_them(tmp_path: Path) -> None:
    first, second = pace(tmp_path, requests_per_minute=300), pace(tmp_path)

    async def run() -> list[float]:
        async def one() -> float:
            await first.admit(1)
            return time.monotonic()

        tasks = [asyncio.create_task(one()) for _ in range(4)]
        await asyncio.sleep(0)  # one step of each, however long it takes
        assert [task.done() for task in tasks] == [True, False, False, False]  # on its way
        second.hold(0.4)  # another process
        return sorted(await asyncio.gather(*tasks))

    began = time.monotonic()
    times = asyncio.run(run())
    for nth, when in enumerate(times[1:]):
        assert when - began >= 0.4 + 0.2 * nth - 0.005


def test_a_hold_without_rates_holds_too(tmp_path: Path) -> None:
    began = time.monotonic()
    pace(tmp_path).hold(0.3)
    asyncio.run(pace(tmp_path).admit(1))
    assert 0.3 - 0.005 <= time.monotonic() - began < 5
