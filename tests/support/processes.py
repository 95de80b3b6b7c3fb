"""Processes of tests: whether they run, and other interpreters."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path

__all__ = ['all_ended', 'children', 'interpreter', 'is_running']


def is_running(pid: int) -> bool:
    """Whether a process runs; one that only waits to be reaped does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f'/proc/{pid}/stat')
    try:
        return stat.read_text().rpartition(')')[2].split()[0] not in 'ZX'
    except OSError:
        return not stat.parent.parent.exists()


def children(pid: int) -> list[int]:
    """The processes that a process has started, by /proc; theirs included."""
    found = []
    for stat in Path('/proc').glob('[0-9]*/stat'):
        try:
            parent = int(stat.read_text().rpartition(')')[2].split()[1])
        except OSError:  # it has ended meanwhile
            continue
        if parent == pid:
            found += [int(stat.parent.name), *children(int(stat.parent.name))]
    return found


def all_ended(pids: Iterable[int]) -> bool:
    """Wait for the end of processes; only where they never end does the time matter."""
    deadline = time.monotonic() + 120
    waiting = set(pids)
    while waiting and time.monotonic() < deadline:
        waiting = {pid for pid in waiting if is_running(pid)}
        time.sleep(0.02)
    return not waiting


@cache
def interpreter(version: str) -> str | None:
    """A Python of this version, None where there is none."""
    root = Path(os.environ.get('PYENV_ROOT', Path.home() / '.pyenv')) / 'versions'
    candidates = [shutil.which(f'python{version}'), *map(str, root.glob(f'{version}.*/bin/python'))]
    for path in filter(None, candidates):
        code = 'import sys; print("%d.%d" % sys.version_info[:2])'
        done = subprocess.run([path, '-c', code], capture_output=True, text=True, check=False)
        if done.stdout.strip() == version:
            return path
    return None
