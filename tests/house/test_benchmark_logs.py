"""The benchmark of long logs still runs, on short ones."""

from __future__ import annotations

import pytest
import read_logs


@pytest.mark.slow
def test_every_way_of_reading_finds_all_replies(capsys: pytest.CaptureFixture[str]) -> None:
    assert read_logs.main(['--replies', '20']) == 0
    rows = [line.split(' | ') for line in capsys.readouterr().out.splitlines()[2:]]
    assert [(row[0], row[1], row[2]) for row in rows] == [
        ('| evalscope', '20', 'here'),
        ('| evalscope', '20', 'json'),
        ('| lighteval', '20', 'here'),
        ('| lighteval', '20', 'datasets'),
        ('| lighteval', '20', 'pandas'),
    ]
