"""``math500 report`` as a fixture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from opencompass_math500.cli import main

__all__ = ['Said', 'reported']

Said = Callable[..., tuple[int, str, str]]


@pytest.fixture
def reported(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Said:
    """``math500 report`` in an empty folder: exit status, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main(['report', *map(str, arguments)])
        return status, *capsys.readouterr()

    return command
