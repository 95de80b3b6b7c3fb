"""A fault of the grader: one verdict that names it, and nothing that hides an interrupt."""

from __future__ import annotations

from typing import Any

import pytest

from opencompass_math500.errors import ConfigError
from opencompass_math500.grading import grade, judge

JUDGE = 'opencompass_math500.grading.judging'


def raising(error: BaseException) -> Any:
    def fails(*_: object, **__: object) -> None:
        raise error

    return fails


def test_a_fault_is_a_verdict_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f'{JUDGE}.same', raising(IndexError('out of range')))
    verdict = judge(answer='x + 1', gold='x + 2')
    assert (verdict.outcome, verdict.rule) == ('timeout', 'judge.error')
    assert verdict.reason.startswith('the grader failed: IndexError in test_faults.py, line ')
    found = grade(response='So \\boxed{x + 1}', gold='x + 2')
    assert (found.answer, found.rule) == ('x + 1', 'judge.error')


def test_a_fault_of_the_extraction_is_a_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    extract = 'opencompass_math500.grading.extraction.extract.extract'
    monkeypatch.setattr(extract, raising(KeyError('x')))
    verdict = grade(response='So \\boxed{x + 1}', gold='x + 2')
    assert (verdict.outcome, verdict.answer, verdict.rule) == ('timeout', None, 'judge.error')


@pytest.mark.parametrize('error', [KeyboardInterrupt(), SystemExit(2), GeneratorExit()])
def test_an_interrupt_passes(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f'{JUDGE}.same', raising(error))
    with pytest.raises(type(error)):
        judge(answer='x + 1', gold='x + 2')
    with pytest.raises(type(error)):
        grade(response='So \\boxed{x + 1}', gold='x + 2')


def test_what_is_no_text_is_the_callers_fault() -> None:
    nothing: Any = None
    with pytest.raises(AttributeError):
        judge(answer=nothing, gold='5')
    with pytest.raises((AttributeError, TypeError)):
        judge(answer='x+1', gold='1+x', problem=5)  # type: ignore[arg-type]
    with pytest.raises(ConfigError):
        judge(answer='5', gold='5', policy='lenient')  # type: ignore[arg-type]


@pytest.mark.parametrize('reason', ['', 'stop', 'LENGTH', 'no such word', '\x00', '\ud800', '長さ'])
@pytest.mark.parametrize('problem', [None, '', '$', '\\[', '$x^{$ \x00 \ud800 Factor $\\frac{$'])
@pytest.mark.parametrize('response', ['', '$', '\\boxed{', '\\boxed{(x+1)(x+2)}', '\ud800'])
def test_any_ending_and_problem_get_a_verdict(
    response: str, problem: str | None, reason: str
) -> None:
    for gold in ('(x+2)(x+1)', '', '\x00'):
        verdict = grade(response=response, gold=gold, problem=problem, finish_reason=reason)
        assert verdict.rule != 'judge.error', verdict
