"""A run as another grader sees it, from what ``math500 regrade`` has left beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from opencompass_math500.graders import Grader, Report, load_report, report_path
from opencompass_math500.grading import Outcome
from opencompass_math500.published import PublishedScore
from opencompass_math500.response import Response
from opencompass_math500.runs.run import Run

__all__ = ['grader_of', 'items_under', 'report_of']

_BY_NAME: Final[Mapping[str, Grader]] = {
    'OpenCompass MATHEvaluator v1': 'opencompass_v1',
    'OpenCompass MATHEvaluator v2': 'opencompass_v2',
}
# lighteval and NeMo-Skills call it with settings of their own.
_LIBRARY: Final = '(math-verify)'


def report_of(work_dir: Path, run: Run) -> Report | None:
    """Return the report of graders on a run; None without one, or where it is of other responses.

    Raises:
        MalformedData: the file is damaged.
    """
    try:
        report = load_report(report_path(work_dir, run.model, run.dataset))
    except FileNotFoundError:
        return None
    ours = next((score for score in report.scores if score.grader == 'math500'), None)
    right = sum(item.is_correct for item in run.items)
    # Results that were graded or asked again since then are not what it speaks of.
    fits = ours is not None and (ours.share.right, ours.share.total) == (right, len(run.items))
    return report if fits else None


def grader_of(row: PublishedScore, report: Report | None) -> tuple[Grader, str] | None:
    """Return the grader of a report that graded a published score, and its name as a setting."""
    if report is None or row.grader is None:
        return None
    grader = _BY_NAME.get(row.grader)
    name = row.grader
    if grader is None and row.grader.endswith(_LIBRARY):
        grader, name = 'math_verify', 'math-verify'
    return (grader, name) if grader in {s.grader for s in report.scores} and grader else None


def items_under(run: Run, report: Report, grader: Grader) -> list[Response]:
    """Return the items of a run with the verdicts of another grader.

    Only the responses on which graders differ are in a report: on the rest they agree.
    """
    said = {(each.name, each.sample): each.words[grader].is_correct for each in report.items}
    items = []
    for item in run.items:
        is_right = said.get((item.unique_id, item.sample), item.is_correct)
        if is_right != item.is_correct:
            item = _graded_as(item, 'correct' if is_right else 'incorrect')
        items.append(item)
    return items


def _graded_as(item: Response, outcome: Outcome) -> Response:
    assert item.verdict is not None  # what a run is made of is graded
    return replace(item, verdict=replace(item.verdict, outcome=outcome))
