"""Runs of the real OpenCompass, each in a process and a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opencompass_math500.dataset import load_problems
from opencompass_math500.locations import config_dir

__all__ = ['Finished', 'Workplace', 'details', 'predictions', 'sample_slug']

# What a developer's shell may hold and a test must not depend on.
_FOREIGN = ('HF_', 'HUGGING', 'TRANSFORMERS_', 'OPENAI_', 'MATH500_DATA', 'MATH500_API',
            'MATH500_JUDGE', 'OC_')  # fmt: skip
_LONGEST = 600  # seconds; a hanging run must end the test, not the day
HOST = (str(Path(sysconfig.get_path('scripts'), 'opencompass')),)
OURS = (sys.executable, '-m', 'opencompass_math500')


@dataclass(frozen=True, slots=True)
class Finished:
    """A run that has ended."""

    status: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Everything it said."""
        return self.out + self.err

    def said(self, beginning: str = 'math500: ') -> list[str]:
        """Its lines on stderr that begin so."""
        return [line for line in self.err.splitlines() if line.startswith(beginning)]


@dataclass(frozen=True, slots=True)
class Workplace:
    """A folder with a copy of the shipped configs, where a user would work."""

    folder: Path

    @classmethod
    def at(cls, folder: Path) -> Workplace:
        """Make one."""
        ignored = shutil.ignore_patterns('__pycache__')
        shutil.copytree(config_dir(), folder / 'configs', ignore=ignored)
        return cls(folder)

    @property
    def configs(self) -> Path:
        """The copy of the configs."""
        return self.folder / 'configs'

    @property
    def run_dir(self) -> Path:
        """The folder of the only run so far under ``outputs/``."""
        (found,) = (self.folder / 'outputs').glob('[0-9]*')
        return found

    def config(self, text: str, name: str = 'eval_test.py') -> str:
        """Write a config beside the shipped ones; what to give to ``opencompass``."""
        path = self.configs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding='utf-8')
        return str(path.relative_to(self.folder))

    def opencompass(self, *arguments: str, **env: str) -> Finished:
        """``opencompass ...``, to its end."""
        return self._finish(HOST + arguments, env)

    def math500(self, *arguments: str, **env: str) -> Finished:
        """``math500 ...``, to its end."""
        return self._finish(OURS + arguments, env)

    def start(self, *arguments: str, log: Path, **env: str) -> subprocess.Popen[str]:
        """``opencompass ...``, left running; it writes to ``log``."""
        with log.open('w', encoding='utf-8') as stream:
            return subprocess.Popen(
                HOST + arguments,
                cwd=self.folder,
                env=self.environment(env),
                stdout=stream,
                stderr=subprocess.STDOUT,
                text=True,
            )

    def _finish(self, command: tuple[str, ...], env: dict[str, str]) -> Finished:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment(env),
            capture_output=True,
            text=True,
            timeout=_LONGEST,
            check=False,
        )
        return Finished(done.returncode, done.stdout, done.stderr)

    def environment(self, env: dict[str, str]) -> dict[str, str]:
        """What a process that works here finds set, and ``env``."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(_FOREIGN) and 'proxy' not in name.lower()
        }
        # A relative entry would point into this folder's nothing.
        entries = [p for p in kept.get('PYTHONPATH', '').split(os.pathsep) if p]
        return {
            **kept,
            'PYTHONPATH': os.pathsep.join(str(Path(entry).resolve()) for entry in entries),
            'HF_HOME': str(self.folder / 'hf'),
            'COLUMNS': '160',
            **env,
        }


def sample_slug(ids: list[str]) -> str:
    """What the abbr of these sample problems begins with."""
    return load_problems('sample', ids=ids).slug


def predictions(run_dir: Path, model: str, dataset: str) -> list[dict[str, Any]]:
    """The rows of a prediction file, in order."""
    path = run_dir / 'predictions' / model / f'{dataset}.json'
    rows = json.loads(path.read_text(encoding='utf-8'))
    return [rows[str(number)] for number in range(len(rows))]


def details(run_dir: Path, model: str, dataset: str) -> list[dict[str, Any]]:
    """The details of a result file: one sample a problem, so the first of each field's list."""
    path = run_dir / 'results' / model / f'{dataset}.json'
    rows = json.loads(path.read_text(encoding='utf-8'))['details']
    return [{field: values[0] for field, values in row.items()} for row in rows]
