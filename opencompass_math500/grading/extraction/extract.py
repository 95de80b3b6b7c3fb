r"""From the text of a response to its final answer, or to the reason why there is none.

A pipeline in four stages::

    repair         mangled control characters, invisible characters     repair.py
    final part     outside the thinking, before an invented question    thinking.py, continuation.py
    commitments    box; tag, JSON, ####; a phrase that names the        commitments.py
                   answer; else what only the ending shows: a closing
                   sentence or formula, a bare value
    choice         the strongest kind that is there; of one kind the last; boxes side by side
                   together

snippets.py tells an answer from prose, lexicon.py holds the words of all languages.
Every stage is linear in the length of the response, nothing raises, and prose is
never returned as an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from opencompass_math500.endings import Meaning, meaning_of
from opencompass_math500.grading.extraction.boxes import has_open_box, with_lost_brace
from opencompass_math500.grading.extraction.commitments import commitment, commits
from opencompass_math500.grading.extraction.continuation import own_answer
from opencompass_math500.grading.extraction.implicit import IMPLICIT, asked_for
from opencompass_math500.grading.extraction.repair import hides_marks, repair
from opencompass_math500.grading.extraction.thinking import FinalPart, ends_in_thought, final_part
from opencompass_math500.grading.parsing.elements import without_html
from opencompass_math500.grading.policy import DEFAULT_POLICY, Policy

__all__ = ['Extraction', 'NoAnswer', 'extract', 'extract_answer']

NoAnswer = Literal['no_answer', 'truncated', 'empty_response']
"""Why a response has no answer; the part of ``Outcome`` that extraction decides."""

_CUT_BY: Final[Mapping[Meaning | None, str]] = {
    'length': 'the token cap',
    'filter': "the endpoint's filter",
    'failed': 'the server, which broke it off,',
}
"""What ends a response that did not end by itself."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a response commits to.

    Attributes:
        answer: the answer's text without box and formula delimiters, LaTeX kept; or None.
        outcome: None where there is an answer, else why there is none.
        rule: dotted name of the rule that decided, e.g. ``extract.box``.
        was_cut: the token cap, a filter, or the end of the text inside a thought, cut the
            response.
        reason: one line for people.
    """

    answer: str | None
    outcome: NoAnswer | None
    rule: str
    was_cut: bool
    reason: str


def extract_answer(response: str) -> str | None:
    """Return the final answer of a response, or None where it commits to none.

    >>> extract_answer('Thus the sum is $\\\\boxed{\\\\frac{1}{2}}$.')
    '\\\\frac{1}{2}'
    """
    return extract(response).answer


def extract(
    response: str,
    *,
    finish_reason: str | None = None,
    problem: str | None = None,
    policy: Policy = DEFAULT_POLICY,
) -> Extraction:
    """Return the final answer of a response, with the rule that found it.

    Args:
        response: the model's text as received, thinking included.
        finish_reason: the server's, where known, in any vendor's words; those that mean
            the token cap, a filter or a fault of the server mark a cut response.
        problem: the question's text, where known. It only helps to tell a last step
            (``d = 75`` where no d is asked for) from an answer, and a restated question
            from an invented one.
        policy: whether the answer in which an unclosed thought ends counts.
    """
    ended = meaning_of(finish_reason)
    was_cut = ended in _CUT_BY
    part = _final_part(_read(response))
    if part.unclosed is None and not part.text.strip():
        outcome: NoAnswer = 'truncated' if was_cut else 'empty_response'
        reason = 'nothing follows the thinking' if part.thought else 'the response is empty'
        return Extraction(None, outcome, 'extract.empty', was_cut, reason)
    is_open = part.unclosed is not None
    own = own_answer(part.text, commits, problem)
    if ended == 'stop' and 'box' in own.text[-MAX_LAST_BOX:]:
        own = replace(own, text=with_lost_brace(own.text))
    found = commitment(own.text, problem, was_cut=(was_cut or is_open) and not own.is_whole)
    if (found is None or found[1] in IMPLICIT) and not (was_cut or is_open):
        found = asked_for(found, own.text, problem, ended == 'stop' or own.is_whole)
    if found is not None:
        answer, rule, reason = found
        return Extraction(answer, None, rule, was_cut or is_open, reason)
    if len(response) > MAX_RESPONSE and not part.thought:
        far = _far_box(response)
        if far is not None:
            return Extraction(far, None, 'extract.box', was_cut, 'the last box, far from the end')
    if part.unclosed is not None:
        return _of_open_thought(part.unclosed, problem, ended, policy)
    if has_open_box(own.text):
        return Extraction(None, 'truncated', 'extract.open_box', was_cut, 'cut inside its box')
    if was_cut:
        reason = f'cut by {_CUT_BY[ended]} before any answer'
        return Extraction(None, 'truncated', 'extract.cut', True, reason)
    return Extraction(None, 'no_answer', 'extract.none', False, 'commits to no answer')


def _final_part(text: str) -> FinalPart:
    """Return what follows the thinking, repaired; the thought, which is long, only if it is read.

    A mark that damage hides is found in the repaired text alone.
    """
    if len(text) <= MAX_AT_ONCE or hides_marks(text):
        return final_part(_mended(text))
    part = final_part(text)
    unclosed = None if part.unclosed is None else _mended(part.unclosed)
    return FinalPart(_mended(part.text), part.thought, unclosed)


def _mended(text: str) -> str:
    return without_html(repair(text))


def _far_box(response: str) -> str | None:
    """The last box of a response whose end, as long as any is read, holds none."""
    at = response.rfind('boxed', 0, len(response) - MAX_RESPONSE)
    if at < 0 or ends_in_thought(response[:at]):
        return None
    start = max(0, at - MAX_RESPONSE // 2)
    near = repair(response[start : at + MAX_AFTER_BOX])
    found = commitment(own_answer(near, commits).text, None, was_cut=False)
    return found[0] if found is not None and found[1] == 'extract.box' else None


def _of_open_thought(
    thought: str, problem: str | None, ended: Meaning | None, policy: Policy
) -> Extraction:
    """Return what a thought that was never closed answers;
    flagged as cut where no engine denies it.
    """
    from opencompass_math500.grading.extraction.unclosed import last_words  # seldom needed

    has_stopped = ended == 'stop'
    end = None if ended in _CUT_BY else last_words(thought, has_stopped=has_stopped)
    found = None if end is None else commitment(end, problem, was_cut=False)
    if found is None:
        reason = 'the thinking was never closed, so there is no final part'
        return Extraction(None, 'truncated', 'extract.thinking', True, reason)
    rule, reason = 'extract.open_thought', 'the thinking was never closed, and ends in an answer'
    if policy.unclosed_thought == 'reject':
        return Extraction(None, 'truncated', rule, True, reason)
    return Extraction(found[0], None, rule, not has_stopped, reason)


MAX_AT_ONCE = 8_000  # characters of a response that is repaired whole, thoughts and all

MAX_LAST_BOX = 120  # characters from the end in which a box without its brace stands

MAX_AFTER_BOX = 2_000  # characters that are read beyond a box far from the end

MAX_RESPONSE = 200_000
"""Characters from the end that are read at all: more than 32,000 tokens, which the longest caps of
published scores allow. A megabyte of mangled boxes took 270 ms."""


def _read(response: str) -> str:
    """The end of a response, still inside the thought that was open where it is cut off."""
    if len(response) <= MAX_RESPONSE:
        return response
    head, end = response[:-MAX_RESPONSE], response[-MAX_RESPONSE:]
    return f'<think>{end}' if ends_in_thought(head) else end
