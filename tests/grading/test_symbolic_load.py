"""Symbolic verdicts do not depend on the load of the machine."""

from __future__ import annotations

import pytest
from symbolic_load import busy, quota, symbolic_rows, verdicts

pytestmark = pytest.mark.slow

ROWS = symbolic_rows(30)


def test_a_busy_machine_and_a_quota_change_no_verdict() -> None:
    quiet = verdicts(ROWS, 1)
    assert {outcome for outcome, _, _ in quiet} == {'correct', 'incorrect', 'timeout'}
    with busy(12):
        assert verdicts(ROWS, 2) == quiet
    with quota(10) as prefix:
        assert verdicts(ROWS, 2, prefix) == quiet
