r"""From the text of a response to its final answer, or to the reason why there is none.

A pipeline in four stages, each a room of its own::

    repair         mangled control characters, invisible characters     repair.py
    final part     outside the thinking, before an invented question    thinking.py, continuation.py
    commitments    box; tag, JSON, ####; a phrase that names the        boxes.py; markup.py;
                   answer; else what only the ending shows: a closing   phrases.py; conclusions.py,
                   sentence or formula, a bare value                    closing.py, endings.py
    choice         the strongest kind that is there; of one kind the last; boxes side by side
                   together

snippets.py tells an answer from prose, lexicon.py holds the words of all languages.
Every stage is linear in the length of the response, nothing raises, and prose is
never returned as an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from opencompass_math500.endings import Meaning, meaning_of
from opencompass_math500.grading.boxes import answer_of, boxes_in, has_open_box, without_blank_boxes
from opencompass_math500.grading.closing import closing_formula
from opencompass_math500.grading.conclusions import concluding_sentence, opening_sentence
from opencompass_math500.grading.continuation import own_answer
from opencompass_math500.grading.elements import without_html
from opencompass_math500.grading.endings import (
    bare_answer,
    ending_of,
    is_unfinished,
    owns_mistake,
    takes_back,
)
from opencompass_math500.grading.labelled import labelled_last_line, named_answer
from opencompass_math500.grading.markup import (
    hash_answer,
    json_answer,
    tagged_part,
    without_code,
    without_tags,
)
from opencompass_math500.grading.phrases import phrase_answer
from opencompass_math500.grading.repair import repair
from opencompass_math500.grading.snippets import has_value
from opencompass_math500.grading.thinking import ends_in_thought, final_part

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
    """The final answer of a response, or None where it commits to none.

    >>> extract_answer('Thus the sum is $\\\\boxed{\\\\frac{1}{2}}$.')
    '\\\\frac{1}{2}'
    """
    return extract(response).answer


def extract(
    response: str, *, finish_reason: str | None = None, problem: str | None = None
) -> Extraction:
    """The final answer of a response, with the rule that found it.

    Args:
        response: the model's text as received, thinking included.
        finish_reason: the server's, where known, in any vendor's words; those that mean
            the token cap, a filter or a fault of the server mark a cut response.
        problem: the question's text, where known. It only helps to tell a last step
            (``d = 75`` where no d is asked for) from an answer.
    """
    ended = meaning_of(finish_reason)
    was_cut = ended in _CUT_BY
    text = without_html(repair(_read(response)))
    if not text.strip():
        outcome: NoAnswer = 'truncated' if was_cut else 'empty_response'
        return Extraction(None, outcome, 'extract.empty', was_cut, 'the response is empty')
    part = final_part(text)
    was_cut = was_cut or part.unclosed
    own = own_answer(part.text, _commits)
    found = _commitment(own, problem, was_cut=was_cut)
    if found is not None:
        answer, rule, reason = found
        return Extraction(answer, None, rule, was_cut, reason)
    if part.unclosed:
        reason = 'the thinking was never closed, so there is no final part'
        return Extraction(None, 'truncated', 'extract.thinking', True, reason)
    if has_open_box(own):
        return Extraction(None, 'truncated', 'extract.open_box', was_cut, 'cut inside its box')
    if was_cut:
        reason = f'cut by {_CUT_BY[ended]} before any answer'
        return Extraction(None, 'truncated', 'extract.cut', True, reason)
    return Extraction(None, 'no_answer', 'extract.none', False, 'commits to no answer')


MAX_RESPONSE = 200_000
"""Characters from the end that are read at all: more than 32,000 tokens, which the longest caps of
published scores allow. A megabyte of mangled boxes took 270 ms."""

MAX_READ = 20_000
"""Characters from the end that are read for anything but a box; boxes are found in any length."""

MAX_AFTER_PHRASE = 600
"""Characters that may follow a phrase before it is asked whether the text still stands by it."""

Found = tuple[str, str, str]  # answer, rule, reason


def _read(response: str) -> str:
    """The end of a response, still inside the thought that was open where it is cut off."""
    if len(response) <= MAX_RESPONSE:
        return response
    head, end = response[:-MAX_RESPONSE], response[-MAX_RESPONSE:]
    return f'<think>{end}' if ends_in_thought(head) else end


def _commitment(text: str, problem: str | None, *, was_cut: bool) -> Found | None:
    """The strongest commitment of a final part, the explicit kinds before the implicit."""
    tagged = tagged_part(text[-MAX_READ:])
    if tagged is not None:
        inside = _explicit(tagged, problem, was_cut=False) or _implicit(
            tagged, problem, was_cut=False
        )
        if inside is not None:
            return (
                inside
                if inside[1] == 'extract.box'
                else (inside[0], 'extract.tag', 'the content of the last answer tag')
            )
    else:
        text = text[:-MAX_READ] + without_tags(text[-MAX_READ:])
    return _explicit(text, problem, was_cut=was_cut) or _implicit(text, problem, was_cut=was_cut)


def _explicit(text: str, problem: str | None, *, was_cut: bool) -> Found | None:
    """A commitment that a box, a mark or a phrase makes plain."""
    prose = without_code(text)
    boxes = boxes_in(prose)
    if boxes:
        after = prose[boxes[-1].end :].lstrip(' $.})]\\\n*')
        mended = phrase_answer(after) if len(after) <= MAX_READ and takes_back(after) else None
        if mended is not None and not was_cut and _is_mended(after, *mended):
            return mended[0], 'extract.mended', 'the answer named after the last box was taken back'
        together = answer_of(boxes, prose)
        labelled = None if was_cut else labelled_last_line(prose[boxes[-1].end :], together)
        if labelled is not None:
            return labelled, 'extract.labelled', 'the labelled last line, below the last box'
        return together, 'extract.box', 'the last box of the final part'
    text, prose = text[-MAX_READ:], without_blank_boxes(prose[-MAX_READ:])
    named: tuple[tuple[str, str, Callable[[str], str | None]], ...] = (
        ('extract.json', 'the "answer" key of a JSON object', json_answer),
        ('extract.hash', 'the value after ####', hash_answer),
    )
    for rule, reason, find in named:
        answer = find(text)
        if answer is not None:
            return answer, rule, reason
    phrase = named_answer(prose, problem)
    if phrase is None or _is_passed_over(prose, *phrase):
        return None
    if was_cut and prose.endswith(phrase[0]):
        return None  # "The answer is 12" may have been going to be 125
    return phrase[0], 'extract.phrase', 'the last value called the answer'


def _is_mended(after: str, value: str, at: int) -> bool:
    """Whether the text after a box takes it back, then names another answer and stands by that."""
    if not has_value(value) or not takes_back(after[:at]) or takes_back(after[at:]):
        return False
    return not is_unfinished(after)


def _is_passed_over(text: str, value: str, at: int) -> bool:
    """Whether the text goes on for long after a phrase as if it had not been said.

    True of mere words ("the answer is Evelyn"), which far from the end are remarks, and
    of a value that is taken back by a text which then breaks off.
    """
    if len(text) - at <= MAX_AFTER_PHRASE:
        return is_unfinished(text) and owns_mistake(text[at:])
    return not has_value(value) or (is_unfinished(text) and takes_back(text[at:]))


def _implicit(text: str, problem: str | None, *, was_cut: bool) -> Found | None:
    """A commitment that only the ending shows."""
    stripped = text[-MAX_READ:].strip()
    bare = bare_answer(stripped)
    if bare is not None and not was_cut:
        return bare, 'extract.bare', 'the response, or its last line, is only an answer'
    if stripped.endswith('```'):
        return None  # program code or its output, which nobody commented
    ending = ending_of(without_code(stripped))
    if bare is None and not was_cut and not stripped.endswith(ending):
        bare = bare_answer(ending)  # "12", above "This is the final answer."
        if bare is not None and '\n' in ending and '=' not in bare:
            return bare, 'extract.bare', 'the last line before the courtesies is only an answer'
    answer = concluding_sentence(ending, problem, was_cut=was_cut)
    if answer is not None:
        return answer, 'extract.conclusion', 'the closing sentence states it'
    answer = closing_formula(ending, problem)
    if answer is not None and not was_cut:
        return answer, 'extract.display', 'the formula with which the response ends'
    answer = opening_sentence(stripped)
    if answer is not None:
        return answer, 'extract.opening', 'the sentence with which a short reply opens'
    return None


def _commits(text: str) -> bool:
    if boxes_in(text) or _explicit(text, None, was_cut=False) is not None:
        return True
    tail = text[-MAX_READ:].strip()
    return bare_answer(tail) is not None or concluding_sentence(ending_of(tail)) is not None
