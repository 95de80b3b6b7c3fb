"""Symbolic verdicts on a quiet machine, on a busy one, and under a CPU quota: all the same.

``python symbolic_load.py [ITEMS [PERCENT]]`` grades so many items (200) alone, then beside
twelve busy processes, then with so many percent of one core (5), and exits 1 if a verdict
differs. The quota is a control group's where one may be made; else the processes are stopped
and continued by turns.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

__all__ = ['busy', 'quota', 'symbolic_rows', 'verdicts']

_ROOT = Path(__file__).resolve().parents[2]
_GROUPS = Path('/sys/fs/cgroup')
_PERIOD = 0.1
_GRADE = """
import json, sys
from opencompass_math500 import grade_many
rows, workers = json.load(sys.stdin)
found = [(v.outcome, v.rule, v.reason) for v in grade_many(rows, workers=workers)]
json.dump(found, sys.stdout)
"""


def symbolic_rows(count: int) -> list[dict[str, str]]:
    """Answers that only sympy decides, right and wrong by turns, and some beyond it."""
    forms = [
        (r'\int_0^{\infty} x^N e^{-x} \, dx', 'N!', 'N!+1'),
        (r'\sum_{k=1}^{\infty} \frac{N}{k^2}', r'\frac{N\pi^2}{6}', 'N'),
        (r'\lim_{x \to 0} \frac{\sin(Nx)}{x}', 'N', 'N+1'),
        (r'\int_{-\infty}^{\infty} e^{-Nx^2} \, dx', r'\sqrt{\frac{\pi}{N}}', '1'),
        (r'\lim_{m \to \infty} \left(1+\frac{N}{m}\right)^m', 'e^{N}', 'e'),
        (r'\sum_{k=1}^{\infty} \frac{1}{k!+Nk}', '1', '2'),
    ]
    rows = []
    for number in range(count):
        answer, right, wrong = forms[number % len(forms)]
        n = str(2 + number // len(forms))
        gold = wrong if number // 3 % 2 else right
        response = f'So \\boxed{{{answer.replace("N", n)}}}.'
        rows.append({'response': response, 'gold': gold.replace('N', n)})
    return rows


def verdicts(
    rows: list[dict[str, str]], workers: int, prefix: tuple[str, ...] = ()
) -> list[list[Any]]:
    """Outcome, rule and reason of every row, from a fresh process."""
    done = subprocess.run(
        [*prefix, sys.executable, '-c', _GRADE], input=json.dumps([rows, workers]), text=True,
        stdout=subprocess.PIPE, check=True, env={**os.environ, 'PYTHONPATH': str(_ROOT)},
    )  # fmt: skip
    found: list[list[Any]] = json.loads(done.stdout)
    return found


@contextmanager
def busy(count: int) -> Iterator[None]:
    """So many processes that only compute, for as long as the block lasts."""
    code = 'import os, sys\nparent = os.getppid()\nwhile os.getppid() == parent: pass'
    processes = [subprocess.Popen([sys.executable, '-c', code]) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()


@contextmanager
def quota(percent: int) -> Iterator[tuple[str, ...]]:
    """What to put before a command, that it and all it starts get so much of one core."""
    group = _group(percent)
    if group is None:
        over = threading.Event()
        thread = threading.Thread(target=_by_turns, args=(os.getpid(), percent, over))
        thread.start()
        try:
            yield ()
        finally:
            over.set()
            thread.join()
        return
    try:
        yield ('sh', '-c', f'echo $$ > {group}/cgroup.procs && exec "$@"', 'sh')
    finally:
        for _ in range(100):  # its last processes are just ending
            with suppress(OSError):
                group.rmdir()
                break
            time.sleep(0.1)


def _group(percent: int) -> Path | None:
    share = str(1000 * percent)
    for parent, settings in (
        (_GROUPS, {'cpu.max': f'{share} 100000'}),
        (_GROUPS / 'cpu', {'cpu.cfs_period_us': '100000', 'cpu.cfs_quota_us': share}),
    ):
        group = parent / f'symbolic-load-{os.getpid()}'
        try:
            group.mkdir()
        except OSError:
            continue
        try:
            for name, value in settings.items():
                with (group / name).open('r+') as stream:  # one that the system has made
                    stream.write(value)
            return group
        except OSError:
            group.rmdir()
    return None


def _by_turns(root: int, percent: int, over: threading.Event) -> None:
    """Stop and continue all that descends from ``root``."""
    while not over.is_set():
        stopped = _descendants(root)
        for pid in stopped:
            with suppress(OSError):
                os.kill(pid, signal.SIGSTOP)
        over.wait(_PERIOD * (100 - percent) / 100)
        for pid in stopped:
            with suppress(OSError):
                os.kill(pid, signal.SIGCONT)
        time.sleep(_PERIOD * percent / 100)


def _descendants(root: int) -> list[int]:
    parents: dict[int, int] = {}
    for stat in Path('/proc').glob('[0-9]*/stat'):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(')')[2].split()[1])
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found[1:]


def main() -> int:
    """Compare the three, and print how long each took."""
    count, percent = (*map(int, sys.argv[1:3]), *(200, 5)[len(sys.argv) - 1 :])
    rows = symbolic_rows(count)
    started = time.monotonic()
    quiet = verdicts(rows, 1)
    print(f'{count} items, quiet: {time.monotonic() - started:.0f} s')
    differing = 0
    for name, guard in (('twelve busy processes', busy(12)), (f'{percent} %', quota(percent))):
        started = time.monotonic()
        with guard as prefix:
            found = verdicts(rows, 2, prefix or ())
        print(f'{count} items, {name}: {time.monotonic() - started:.0f} s')
        for row, before, after in zip(rows, quiet, found, strict=True):
            if before != after:
                differing += 1
                print(row, before, after, sep='\n  ')
    print(f'{differing} verdicts differ')
    return 1 if differing else 0


if __name__ == '__main__':
    sys.exit(main())
