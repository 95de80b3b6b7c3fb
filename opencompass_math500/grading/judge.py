"""From texts to a verdict: :func:`judge` for an answer, :func:`grade` for a response."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from importlib.resources import files
from typing import Final

from opencompass_math500.grading.decision import Decision
from opencompass_math500.grading.equivalence import same
from opencompass_math500.grading.latex import Reading, parse
from opencompass_math500.grading.policy import (
    approximates,
    asks_for_percent,
    copies,
    is_unevaluated,
    restates,
)
from opencompass_math500.grading.sentences import same_text
from opencompass_math500.grading.values import Text
from opencompass_math500.grading.verdict import Outcome, Verdict
from opencompass_math500.grading.words import DATA_FILES

__all__ = ['grade', 'grader_version', 'judge']

_EXTRACTION_DATA: Final = ('answer_phrases.tsv',)
_RESTATED: Final = Decision(
    False, 'policy.restated', 'restated: the expression that the problem gives'
)
_INTEGER: Final = re.compile(r'-?[0-9]{1,400}')


def judge(*, answer: str, gold: str, problem: str | None = None) -> Verdict:
    """Decide whether ``answer`` is the same final answer as ``gold``.

    Args:
        answer: the final answer as text, LaTeX or plain, as a model wrote it.
        gold: the reference answer.
        problem: the problem's text. With it, an answer that merely copies the
            expression to be simplified is told apart, and so is a percent sign that
            the problem asks for.

    Returns:
        A verdict; never raises for any pair of strings. Bounded in time: rigorous
        arithmetic first, then symbolic work in a worker with a clock of two seconds.
    """
    if not answer.strip():
        return Verdict('no_answer', answer, gold, 'the answer is empty', 'judge.empty')
    if _INTEGER.fullmatch(answer) and _INTEGER.fullmatch(gold):
        equal = int(answer) == int(gold)
        reason = f'{answer[:60]} {"=" if equal else "is not"} {gold[:60]}'
        return Verdict(_outcome(equal), answer, gold, reason, 'judge.integers')
    if answer.strip() == gold.strip():
        return Verdict('correct', answer, gold, 'written the same', 'judge.identical')
    gold_reading, answer_reading = parse(gold), parse(answer)
    if not (gold_reading.values and answer_reading.values):
        return _unread(answer, gold, gold_reading, answer_reading, problem)
    decision = _compare(gold_reading, answer_reading)
    if decision.equal is None:
        decision = _symbolic(gold_reading, answer_reading, decision)
    if decision.equal is None:
        return Verdict(_undecided(decision), answer, gold, decision.reason, decision.rule)
    decision = _policy(decision, gold_reading, answer_reading, problem)
    return Verdict(_outcome(bool(decision.equal)), answer, gold, decision.reason, decision.rule)


def _outcome(equal: bool) -> Outcome:
    return 'correct' if equal else 'incorrect'


def _undecided(decision: Decision) -> Outcome:
    """Only a clock, or a number too large to write out, is not the model's mistake."""
    return 'timeout' if decision.rule in ('fallback.timeout', 'expressions.size') else 'incorrect'


def _compare(gold: Reading, answer: Reading) -> Decision:
    """Compare every reading of both; words by their text, everything else by value."""
    first: Decision | None = None
    for gold_value in gold.values:
        for answer_value in answer.values:
            if isinstance(gold_value, Text) or isinstance(answer_value, Text):
                decision = same_text(gold.text, answer.text, gold_value, answer_value)
            else:
                decision = same(gold_value, answer_value)
            if decision.equal:
                return decision
            first = first or decision
    assert first is not None
    return first


def _unread(
    answer: str, gold: str, gold_reading: Reading, answer_reading: Reading, problem: str | None
) -> Verdict:
    """One side is outside of the grammar: integrals and sums go to the fallback."""
    from opencompass_math500.grading import fallback

    decision: Decision | None = None
    if gold_reading.text and answer_reading.text:
        if problem and copies(answer_reading.text, problem):
            return Verdict('incorrect', answer, gold, _RESTATED.reason, _RESTATED.rule)
        decision = fallback.compare_latex(gold_reading.text, answer_reading.text)
    if decision is not None and decision.equal is not None:
        return Verdict(_outcome(decision.equal), answer, gold, decision.reason, decision.rule)
    if decision is not None and decision.rule == 'fallback.timeout':
        return Verdict('timeout', answer, gold, decision.reason, decision.rule)
    if not gold_reading.values:
        return Verdict('unparsed_gold', answer, gold, gold_reading.problem, 'judge.gold')
    return Verdict('unparsed_answer', answer, gold, answer_reading.problem, 'judge.answer')


def _symbolic(gold: Reading, answer: Reading, undecided: Decision) -> Decision:
    """Ask the fallback, except about numbers that sympy would try to write out."""
    if undecided.rule != 'expressions.unsupported':
        return undecided
    from opencompass_math500.grading import fallback

    found = fallback.compare_values(gold.values[0], answer.values[0])
    return found if found is not None else undecided


def _policy(decision: Decision, gold: Reading, answer: Reading, problem: str | None) -> Decision:
    """What equality of value alone does not settle."""
    if decision.equal:
        if decision.rule == 'units.percent_sign' and problem and not asks_for_percent(problem):
            return Decision(False, 'policy.percent', 'a percent sign that nobody asked for')
        if problem and restates(answer, gold, problem):
            return _RESTATED
        if is_unevaluated(gold.values[0], answer.values[0]):
            return Decision(True, decision.rule, f'{decision.reason}; unevaluated')
        return decision
    if approximates(gold.values[0], answer.values[0]):
        return Decision(False, 'policy.approximation', 'approximation: a rounded decimal')
    return decision


def grade(
    *, response: str, gold: str, problem: str | None = None, finish_reason: str | None = None
) -> Verdict:
    """Extract the final answer of ``response`` and judge it.

    Args:
        response: the model's full reply.
        gold: the reference answer.
        problem: the problem's text, as for :func:`judge`.
        finish_reason: as the endpoint reported it: ``stop``, ``length``,
            ``content_filter``, or ``failed_request`` where there was no reply at all.
    """
    if finish_reason == 'failed_request':
        return Verdict('failed_request', None, gold, 'the request failed', 'grade.request')
    if finish_reason == 'content_filter' and not response.strip():
        return Verdict(
            'content_filter', None, gold, 'the endpoint filtered the reply', 'grade.filter'
        )
    from opencompass_math500.grading.extract import extract

    found = extract(response, finish_reason=finish_reason, problem=problem)
    if found.answer is None:
        return Verdict(
            found.outcome or 'no_answer', None, gold, found.reason, 'grade.extraction',
            found.rule, found.was_cut,
        )  # fmt: skip
    verdict = judge(answer=found.answer, gold=gold, problem=problem)
    return Verdict(
        verdict.outcome, found.answer, gold, verdict.reason, verdict.rule, found.rule, found.was_cut
    )


@lru_cache(maxsize=1)
def grader_version() -> str:
    """A short fingerprint of the grading sources and their data.

    It changes whenever a rule does, so that results of two graders are never mixed.
    """
    digest = hashlib.sha256()
    root = files('opencompass_math500')
    sources = [entry for entry in (root / 'grading').iterdir() if entry.name.endswith('.py')]
    for entry in (
        *sorted(sources, key=lambda e: e.name),
        *(root / 'data' / name for name in (*DATA_FILES, *_EXTRACTION_DATA)),
    ):
        digest.update(entry.name.encode())
        digest.update(entry.read_bytes())
    return digest.hexdigest()[:12]
