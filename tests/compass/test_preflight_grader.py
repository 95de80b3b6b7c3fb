"""The preflight looks at what the grader needs, too."""

from __future__ import annotations

import pytest
from preflight_config import GOOD

from opencompass_math500.compass.preflight import inspect_config
from opencompass_math500.grading.symbolic import fallback


def test_a_symbolic_process_that_lacks_something(monkeypatch: pytest.MonkeyPatch) -> None:
    assert inspect_config(GOOD) == []
    broken = fallback.Worker('opencompass_math500.no_such_room')
    monkeypatch.setattr(fallback, 'worker', broken)
    (finding,) = inspect_config(GOOD)
    assert finding.level == 'warning'
    assert 'no_such_room' in finding.what and 'timeout' in finding.what
