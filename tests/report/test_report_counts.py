"""Heat maps and lengths: every response is counted once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marked import marked

from opencompass_math500.grading import OUTCOMES
from opencompass_math500.report.heat import heat_of
from opencompass_math500.report.lengths import edges_of, lengths_of
from opencompass_math500.report.reading import ReadRun
from opencompass_math500.response import Response

KINDS = st.sampled_from(OUTCOMES)


def item(**changes: object) -> Response:
    return marked(**{'subject': 'Algebra', 'level': 1, **changes})  # type: ignore[arg-type]


ITEMS = st.lists(
    st.builds(
        item,
        outcome=KINDS,
        was_cut=st.booleans(),
        finish_reason=st.sampled_from(['stop', 'length', 'content_filter', None]),
        tokens=st.integers(0, 40_000),
        subject=st.sampled_from(['', 'Algebra', 'Geometry']),
        level=st.integers(0, 5),
    ),
    min_size=1,
    max_size=30,
)


@given(ITEMS, ITEMS)
def test_every_length_is_in_one_bin(first: list[Response], second: list[Response]) -> None:
    runs = [
        ReadRun(Path('x'), 'm', 'd', items=items, characters=[0] * len(items))
        for items in (first, second)
    ]
    edges = edges_of(runs)
    for run in runs:
        lengths = lengths_of(run, edges)
        measured = sorted(i.tokens or 0 for i in run.items if i.outcome != 'failed_request')
        if lengths is None:
            assert not measured
            continue
        assert sum(one.count for one in lengths.bins) == lengths.measured == len(measured)
        for one in lengths.bins:
            assert one.count == sum(one.low <= length <= one.high for length in measured)
            parts = (one.correct_height, one.wrong_height, one.cut_height)
            assert sum(parts) == pytest.approx(100 * one.count / lengths.tallest)
        assert [one.high + 1 for one in lengths.bins[:-1]] == [one.low for one in lengths.bins[1:]]
        assert len(lengths.bins) <= 20 and measured[0] <= lengths.median <= lengths.high
        assert lengths.cut_wrong <= lengths.cut
    assert len({tuple(one) for one in edges.values()}) <= 1


@given(ITEMS)
def test_cells_add_up(items: list[Response]) -> None:
    heat = heat_of(items)
    if heat is None:
        assert all(not one.subject and not one.level for one in items)
        return
    total = heat.total.total
    assert (total.total, total.right) == (len(items), sum(one.is_correct for one in items))
    for column, level in enumerate(heat.levels):
        cells = [row.cells[column] for row in heat.rows]
        assert sum(cell.total for cell in cells if cell) == heat.total.cells[column].total  # type: ignore[union-attr]
        assert {cell.level for cell in cells if cell} <= {level}
    for row in heat.rows:
        assert sum(cell.right for cell in row.cells if cell) == row.total.right
        assert all(0 <= cell.step <= 10 for cell in row.cells if cell)
