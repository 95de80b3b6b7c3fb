"""A user's machine that loads from the hub, each load in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ['CHILD', 'ROOT', 'Machine']

ROOT = Path(__file__).resolve().parents[2]
CHILD = """
import json, sys
from opencompass_math500.dataset import load_problems
from opencompass_math500.errors import Math500Error
try:
    found = load_problems('hub', **json.loads(sys.argv[1]))
except Math500Error as error:
    print(json.dumps({'error': type(error).__name__, 'text': str(error), 'remedy': error.remedy}))
else:
    print(json.dumps({name: getattr(found, name) for name in
        ('name', 'slug', 'location', 'checksum', 'source', 'is_math500')} | {'size': len(found)}))
"""


@dataclass(frozen=True)
class Machine:
    """A user's machine: its HF_HOME and the folder that commands are run in."""

    home: Path
    folder: Path

    def python(self, code: str, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Runs code in a fresh interpreter with only these HF settings."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(('HF_', 'TRANSFORMERS_', 'HUGGING'))
            and 'proxy' not in name.lower()
        }
        path = os.pathsep.join(filter(None, [str(ROOT), inherited.get('PYTHONPATH', '')]))
        return subprocess.run(
            [sys.executable, '-c', code, *args],
            env={**inherited, 'HF_HOME': str(self.home), 'PYTHONPATH': path, **env},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def load(self, endpoint: str, *, arguments: dict[str, Any] | None = None, **env: str) -> Any:
        """What ``load_problems('hub', ...)`` gives: the set's facts, or the error's."""
        done = self.python(CHILD, json.dumps(arguments or {}), HF_ENDPOINT=endpoint, **env)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])
