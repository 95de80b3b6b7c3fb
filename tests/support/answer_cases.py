"""The cases of tests/cases, and what the grader says to each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from opencompass_math500.grading import Verdict, as_policy, grade, judge
from opencompass_math500.grading.symbolic import fallback

__all__ = ['ANSWERS', 'ENDINGS', 'RESPONSES', 'ending_verdict', 'verdict_on']

Case = dict[str, Any]
_FOLDER = Path(__file__).resolve().parents[1] / 'cases'


def _read(name: str) -> list[Case]:
    lines = (_FOLDER / f'{name}.jsonl').read_text(encoding='utf-8').splitlines()
    return [json.loads(line) for line in lines]


_WORKERS = {
    'none': fallback.Worker('opencompass_math500.no_such_room'),
    'crashing': fallback.Worker(str(Path(__file__).with_name('crashing_sympy.py'))),
}

ANSWERS = _read('answers')
"""Pairs of gold and answer; some under a ``policy``, a ``clock`` of CPU seconds, a ``backstop`` of
wall-clock seconds, a ``fault``, or with another ``worker``."""

RESPONSES = _read('responses')
"""Responses with the answer that they commit to and the rule that finds it."""

ENDINGS = _read('endings')
"""Responses with the reason why they ended."""


def verdict_on(case: Case) -> Verdict:
    """The verdict on a case of ``answers.jsonl``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fallback, 'CLOCK_SECONDS', case.get('clock', fallback.CLOCK_SECONDS))
        patch.setattr(fallback, 'BACKSTOP_SECONDS', case.get('backstop', fallback.BACKSTOP_SECONDS))
        if 'worker' in case:
            patch.setattr(fallback, 'worker', _WORKERS[case['worker']])
        if 'fault' in case:
            patch.setattr('opencompass_math500.grading.judging.same', _faulty)
        return judge(
            answer=case['answer'],
            gold=case['gold'],
            problem=case.get('problem'),
            policy=as_policy(case.get('policy')),
        )


def _faulty(*_: object) -> None:
    raise ZeroDivisionError


def ending_verdict(case: Case) -> Verdict:
    """The verdict on a case of ``endings.jsonl``, or on one of ``responses.jsonl`` with a gold."""
    return grade(
        response=case['response'],
        gold=case['gold'],
        finish_reason=case.get('finish_reason'),
        policy=as_policy(case.get('policy')),
    )
