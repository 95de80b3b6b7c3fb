"""No gold accepts the gold of another problem that says something else."""

from __future__ import annotations

from itertools import permutations
from typing import Any, Final

import pytest

from opencompass_math500 import judge

SAME: Final = (
    {'5', 'x=5'}, {'1,-2', '-2,1'}, {'-2,1', '(-2,1)'}, {'\\frac{1}{4}', '\\frac14'},
    {'10,\\!080', '10080'}, {'2 \\sqrt{5}', '2\\sqrt{5}'},
    # A unit, a degree sign or a base on one side only says nothing more.
    {'40_9', '40'}, {'90^\\circ', '90'}, {'120^\\circ', '120'}, {'36^\\circ', '36'},
    {'\\$36', '36'}, {'30^\\circ', '30'}, {'15\\mbox{ cm}^2', '15'},
)  # fmt: skip
"""What is the same answer to a fair reader, each pair looked at."""


@pytest.mark.slow
def test_no_gold_accepts_another(math500_rows: list[dict[str, Any]]) -> None:
    golds = list(dict.fromkeys(row['answer'] for row in math500_rows))
    assert len(golds) > 300
    accepted = [
        (gold, answer)
        for gold, answer in permutations(golds, 2)
        if judge(answer=answer, gold=gold).is_correct
    ]
    assert [pair for pair in accepted if set(pair) not in SAME] == []
