"""The last safety net: a fault of the grader costs one row, never the run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from opencompass_math500.grading.verdict import Verdict

__all__ = ['shielded']


def shielded(
    verdict: Callable[[], Verdict], *, answer: str | None, gold: str, texts: tuple[object, ...]
) -> Verdict:
    """Return what ``verdict`` returns, or a verdict that names the fault it ended in.

    No text should bring one about (the fuzzer holds the grader to that), but one that does
    must not end the grading of all other rows. It is no mistake of the model's, so it counts
    as a timeout does. What is no fault of the grader's passes: an interrupt, the
    exception of a caller's own timeout, and a caller whose ``texts`` are none.
    """
    try:
        return verdict()
    except Exception as error:
        from opencompass_math500.workers import is_interruption  # seldom needed

        if is_interruption(error) or not all(isinstance(text, str) for text in texts):
            raise
        reason = f'the grader failed: {type(error).__name__}{_place(error)}'
    return Verdict('timeout', answer, gold, reason, 'judge.error')


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ''
    return f' in {Path(trace.tb_frame.f_code.co_filename).name}, line {trace.tb_lineno}'
