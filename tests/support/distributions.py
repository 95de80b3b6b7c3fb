"""Distributions built from a copy of the checkout, and commands far from it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

__all__ = ['LEFT_OUT', 'ROOT', 'built', 'done', 'run']

ROOT: Final = Path(__file__).resolve().parents[2]
LEFT_OUT: Final = shutil.ignore_patterns(
    '.*', 'build', 'dist', 'outputs', '*.egg-info', '__pycache__'
)


def run(*command: object, cwd: Path, light: bool = False) -> subprocess.CompletedProcess[str]:
    """Run a command; PYTHONPATH might name the checkout, in place of the wheel."""
    kept = {k: v for k, v in os.environ.items() if k not in ('PYTHONPATH', 'MATH500_LIGHT')}
    return subprocess.run(
        [str(part) for part in command], cwd=cwd, text=True, capture_output=True, check=False,
        env={**kept, **({'MATH500_LIGHT': '1'} if light else {})},
    )  # fmt: skip


def done(*command: object, cwd: Path, light: bool = False) -> str:
    """Run a command that must succeed; its standard output."""
    ended = run(*command, cwd=cwd, light=light)
    assert ended.returncode == 0, f'{command}\n{ended.stdout[-3000:]}\n{ended.stderr[-3000:]}'
    return ended.stdout


def built(folder: Path, *, light: bool = False) -> Path:
    """Build source archive and wheel, and return their folder, ``folder / 'dist'``.

    From a copy, so that neither leaves a trace in the other; by way of the source archive, as a
    release is: what the archive lacks (MANIFEST.in) the wheel then lacks too.
    """
    source, dist = folder / 'source', folder / 'dist'
    shutil.copytree(ROOT, source, ignore=LEFT_OUT)
    done(sys.executable, '-m', 'build', '--no-isolation', '--outdir', dist, source,
         cwd=folder, light=light)  # fmt: skip
    return dist
