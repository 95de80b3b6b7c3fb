"""From texts to a verdict: :func:`judge` for an answer, :func:`grade` for a response."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import replace
from typing import Final

from opencompass_math500.endings import meaning_of
from opencompass_math500.grading.bound import operators_in
from opencompass_math500.grading.decision import Decision
from opencompass_math500.grading.equality.equivalence import same
from opencompass_math500.grading.equality.parameters import is_given
from opencompass_math500.grading.equality.sentences import same_text
from opencompass_math500.grading.faults import shielded
from opencompass_math500.grading.limits import MAX_OPERATORS
from opencompass_math500.grading.parsing.latex import Reading, parse
from opencompass_math500.grading.policy import REASON_OF, RULE_OF, Dispute, Policy, as_policy
from opencompass_math500.grading.problem.asked import second_look
from opencompass_math500.grading.problem.asked_forms import form_disputes
from opencompass_math500.grading.problem.false_chains import is_false_chain
from opencompass_math500.grading.problem.form import (
    approximates,
    asks_for_percent,
    copies,
    is_unevaluated,
    restates,
)
from opencompass_math500.grading.problem.left_sides import is_left_unsolved
from opencompass_math500.grading.problem.orders import in_order_of
from opencompass_math500.grading.values import Text
from opencompass_math500.grading.verdict import Outcome, Verdict
from opencompass_math500.grading.work import OVERWORKED, within_bounds

__all__ = ['grade', 'judge']

_NOT_DECIDED: Final = (
    'fallback.timeout', 'fallback.stalled', 'fallback.crashed', 'fallback.unavailable',
    'fallback.undecided', 'expressions.size', OVERWORKED.rule,
)  # fmt: skip
_INTEGER: Final = re.compile(r'-?[0-9]{1,400}')


def judge(
    *, answer: str, gold: str, problem: str | None = None, policy: Policy | None = None
) -> Verdict:
    """Decide whether ``answer`` is the same final answer as ``gold``.

    Args:
        answer: the final answer as text, LaTeX or plain, as a model wrote it.
        gold: the reference answer.
        problem: the problem's text. With it, an answer that merely copies the
            expression to be simplified is told apart, and so is a percent sign that
            the problem asks for.
        policy: how the forms about which experts differ are decided; by default as
            ``docs/en/grading.md`` says.

    Returns:
        A verdict; never raises for any pair of strings. Bounded in time: rigorous
        arithmetic first, then symbolic work in a process with five seconds of CPU time.
    """
    policy = as_policy(policy)
    return shielded(
        lambda: _judged(answer, gold, problem, policy),
        answer=answer, gold=gold, texts=(answer, gold, problem or ''),
    )  # fmt: skip


def _judged(answer: str, gold: str, problem: str | None, policy: Policy) -> Verdict:
    if not answer.strip():
        return Verdict('no_answer', answer, gold, 'the answer is empty', 'judge.empty')
    if _INTEGER.fullmatch(answer) and _INTEGER.fullmatch(gold):
        equal = int(answer) == int(gold)
        reason = f'{answer[:60]} {"=" if equal else "is not"} {gold[:60]}'
        return Verdict(_outcome(equal), answer, gold, reason, 'judge.integers')
    if answer.strip() == gold.strip():
        return Verdict('correct', answer, gold, 'written the same', 'judge.identical')
    gold_reading, written = parse(gold), parse(answer)
    answer_reading = in_order_of(written, gold_reading, problem)
    if not (gold_reading.values and answer_reading.values):
        return _unread(answer, gold, gold_reading, answer_reading, problem, policy)
    decision = within_bounds(lambda: _compare(gold_reading, answer_reading, policy), OVERWORKED)
    if not decision.equal:
        decision = _second(gold_reading, answer_reading, problem, policy) or decision
    if answer_reading is not written and decision.equal is not None:
        decision = replace(decision, rule='lists.labels')
    if decision.equal is None:
        decision = _symbolic(gold_reading, answer_reading, decision)
    if decision.equal is None:
        return Verdict(_undecided(decision), answer, gold, decision.reason, decision.rule)
    if decision.equal:
        decision = _settled(decision, gold_reading, answer_reading, answer, problem, policy)
    elif within_bounds(
        lambda: approximates(gold_reading.values[0], answer_reading.values[0]), False
    ):
        decision = Decision(False, 'policy.approximation', 'approximation: a rounded decimal')
    return Verdict(_outcome(bool(decision.equal)), answer, gold, decision.reason, decision.rule)


def _second(gold: Reading, answer: Reading, problem: str | None, policy: Policy) -> Decision | None:
    """What the problem says about two answers that are not equal as they stand."""
    return within_bounds(
        lambda: second_look(gold, answer, problem, lambda a, b: _compare(a, b, policy)), None
    )


def _outcome(equal: bool) -> Outcome:
    return 'correct' if equal else 'incorrect'


def _undecided(decision: Decision) -> Outcome:
    """A clock, a worker that cannot run, a number too large: not the model's mistake."""
    return 'timeout' if decision.rule in _NOT_DECIDED else 'incorrect'


def _compare(gold: Reading, answer: Reading, policy: Policy) -> Decision:
    """Compare every reading of both; words by their text, everything else by value.

    Of several readings one that is equal for everyone counts, then one that the policy
    accepts, then one that it rejects.
    """
    first: Decision | None = None
    disputed: list[Decision] = []
    for gold_value in gold.values:
        for answer_value in answer.values:
            if isinstance(gold_value, Text) or isinstance(answer_value, Text):
                decision = same_text(gold.text, answer.text, gold_value, answer_value)
            else:
                decision = same(gold_value, answer_value)
            if decision.is_plain:
                return decision
            if decision.equal:
                disputed.append(decision)
            first = first or decision
    accepted = (one for one in disputed if policy.deciding(one.disputed)[1])
    found = next(accepted, disputed[0] if disputed else first)
    assert found is not None
    return found


def _unread(
    answer: str,
    gold: str,
    gold_reading: Reading,
    answer_reading: Reading,
    problem: str | None,
    policy: Policy,
) -> Verdict:
    """One side is outside of the grammar: nothing can be computed with it."""
    if problem and policy.restated == 'reject' and copies(answer_reading.text, problem):
        # Undecided, a copy is no more an answer than one that is proved equal.
        decision = _ruled(Decision(True, '', ''), {'restated'}, policy)
        return Verdict('incorrect', answer, gold, decision.reason, decision.rule)
    if not gold_reading.values:
        return Verdict('unparsed_gold', answer, gold, gold_reading.problem, 'judge.gold')
    return Verdict('unparsed_answer', answer, gold, answer_reading.problem, 'judge.answer')


def _symbolic(gold: Reading, answer: Reading, undecided: Decision) -> Decision:
    """Ask the fallback, except about numbers that sympy would try to write out."""
    if undecided.rule != 'expressions.unsupported':
        return undecided
    operators = sum(operators_in(side.values[0]) for side in (gold, answer))
    if operators > MAX_OPERATORS:
        return Decision(None, 'expressions.size', f'more than {MAX_OPERATORS} sums and integrals')
    from opencompass_math500.grading.symbolic import fallback

    found = fallback.compare_values(gold.values[0], answer.values[0])
    if found is None:
        return undecided
    if operators and found.equal is None and found.rule == 'fallback.symbolic':
        # What sympy does not carry out is not the model's mistake.
        return Decision(None, 'fallback.undecided', found.reason)
    return found


def _settled(
    decision: Decision,
    gold: Reading,
    answer: Reading,
    written: str,
    problem: str | None,
    policy: Policy,
) -> Decision:
    """What equality of value alone does not settle: the one place that asks the policy."""
    disputed = set(decision.disputed)
    if 'renamed_parameter' in disputed and problem and is_given(
        gold.values[0], answer.values[0], problem
    ):
        return Decision(False, 'parameters.given', 'another letter for one of the problem')
    if not problem or asks_for_percent(problem):
        disputed.discard('unasked_percent')
    if problem and restates(answer, gold, problem):
        disputed.add('restated')
    if within_bounds(lambda: is_left_unsolved(gold, answer, problem), False):
        disputed.add('unsolved')
    if within_bounds(lambda: is_false_chain(answer, written), False):
        disputed.add('false_chain')
    if problem and decision.rule != 'equivalence.identical':
        disputed.update(form_disputes(gold.values[0], answer.values[0], problem))
    if decision.rule != 'equivalence.identical' and any(
        is_unevaluated(one, other) for one in gold.values for other in answer.values
    ):
        disputed.add('unevaluated')
    return _ruled(decision, disputed, policy) if disputed else decision


def _ruled(decision: Decision, disputed: Set[Dispute], policy: Policy) -> Decision:
    """A disputed decision as the policy decides it, under the rule of the dispute."""
    name, accepted = policy.deciding(disputed)
    reason = REASON_OF[name]
    if accepted:
        reason = decision.reason if reason in decision.reason else f'{decision.reason}; {reason}'
    return Decision(accepted, RULE_OF[name], reason, frozenset(disputed))


def grade(
    *,
    response: str,
    gold: str,
    problem: str | None = None,
    finish_reason: str | None = None,
    policy: Policy | None = None,
) -> Verdict:
    """Extract the final answer of ``response`` and judge it.

    Args:
        response: the model's full reply.
        gold: the reference answer.
        problem: the problem's text, as for :func:`judge`.
        finish_reason: as the endpoint or engine reported it, in any vendor's words (see
            :func:`~opencompass_math500.endings.meaning_of`), or ``failed_request`` where
            there was no reply at all. A filtered reply, or one that the server broke off,
            is judged if it had committed to an answer before.
        policy: how disputed forms are decided, as for :func:`judge`; and whether the answer
            of an unclosed thought counts.
    """
    policy = as_policy(policy)
    return shielded(
        lambda: _graded(response, gold, problem, finish_reason, policy),
        answer=None, gold=gold, texts=(response, gold, problem or '', finish_reason or ''),
    )  # fmt: skip


def _graded(
    response: str, gold: str, problem: str | None, finish_reason: str | None, policy: Policy
) -> Verdict:
    ended = meaning_of(finish_reason)
    if finish_reason == 'failed_request' or (ended == 'failed' and not response.strip()):
        return Verdict('failed_request', None, gold, 'the request failed', 'grade.request')
    from opencompass_math500.grading.extraction.extract import extract

    found = extract(response, finish_reason=finish_reason, problem=problem, policy=policy)
    was_filtered = ended == 'filter'
    if found.answer is None:
        outcome: Outcome = found.outcome or 'no_answer'
        rule, reason = 'grade.extraction', found.reason
        if was_filtered:
            outcome, rule = 'content_filter', 'grade.filter'
            reason = 'the endpoint filtered the reply'
            if response.strip():
                reason += ' before it named an answer'
        return Verdict(outcome, None, gold, reason, rule, found.rule, found.was_cut)
    verdict = judge(answer=found.answer, gold=gold, problem=problem, policy=policy)
    reason = verdict.reason
    if was_filtered:
        reason += '; the endpoint filtered what followed'
    if found.rule == RULE_OF['unclosed_thought']:
        reason += '; the thinking was never closed'
    return Verdict(
        verdict.outcome, found.answer, gold, reason, verdict.rule, found.rule, found.was_cut
    )
