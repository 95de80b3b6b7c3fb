"""What a text commits to: the strongest kind of commitment that stands in it.

A box; a tag, JSON, ####; a phrase that names the answer; else what only the ending
shows: a closing sentence or formula, a bare value. Of one kind the last counts.
"""

from __future__ import annotations

from collections.abc import Callable

from opencompass_math500.grading.extraction.boxes import (
    affirmed,
    answer_of,
    boxes_in,
    without_blank_boxes,
)
from opencompass_math500.grading.extraction.endings import (
    bare_answer,
    ending_of,
    is_unfinished,
    owns_mistake,
    takes_back,
)
from opencompass_math500.grading.extraction.fences import without_code
from opencompass_math500.grading.extraction.implicit import (
    MAX_AFTER_PHRASE,
    MAX_READ,
    Found,
    implicit,
)
from opencompass_math500.grading.extraction.labelled import labelled_last_line, named_answer
from opencompass_math500.grading.extraction.markup import (
    hash_answer,
    json_answer,
)
from opencompass_math500.grading.extraction.phrases import phrase_answer
from opencompass_math500.grading.extraction.snippets import has_value
from opencompass_math500.grading.extraction.tagged import (
    boxed_statement,
    computed,
    counted,
    mended,
    stated,
    whole_list,
)
from opencompass_math500.grading.extraction.tags import Tagged, tagged_parts, without_tags

__all__ = ['commitment', 'commits']


def commitment(text: str, problem: str | None, *, was_cut: bool) -> Found | None:
    """Return the strongest commitment of a final part, the explicit kinds before the implicit."""
    end = text[-MAX_READ:]
    for part in reversed(tagged_parts(end)[-2:]):
        if (not part.is_closed and was_cut) or _is_gone_back_on(part, end[part.end :]):
            break  # "<answer> 12" may have been going to be 125
        inside = _tagged(part, problem)
        if inside is not None:
            return inside
        if part.is_closed:
            break
    text = text[:-MAX_READ] + without_tags(text[-MAX_READ:])
    return _explicit(text, problem, was_cut=was_cut) or implicit(text, problem, was_cut=was_cut)


def _is_gone_back_on(part: Tagged, rest: str) -> bool:
    """Tell whether a text goes on for long after an answer tag, then breaks off without another.

    Where the tag was well closed, it must take something back, too.
    """
    if len(rest) <= MAX_AFTER_PHRASE or not is_unfinished(rest):
        return False
    return not part.is_clean or takes_back(rest)


def _tagged(part: Tagged, problem: str | None) -> Found | None:
    """Return what an answer tag commits to: a box, a value,
    or the value that its sentence states.
    """
    text = mended(part.text)
    if not part.is_closed:  # what follows the first line may be anything
        line = bare_answer(mended(text.partition('\n')[0]))
        if line is not None:
            return line, 'extract.tag', 'the content of the last answer tag'
    found = _explicit(text, problem, was_cut=False)
    if found is not None and found[1] == 'extract.box':
        return found
    value = whole_list(text) or computed(text) or bare_answer(text) or stated(text, problem)
    if value is None:
        found = found or implicit(text, problem, was_cut=False)
        value = None if found is None else found[0]
    if value is None:
        return None
    return counted(value), 'extract.tag', 'the content of the last answer tag'


def _explicit(text: str, problem: str | None, *, was_cut: bool) -> Found | None:
    """A commitment that a box, a mark or a phrase makes plain."""
    prose = without_code(text)
    boxes = affirmed(boxes_in(prose), prose)
    if boxes:
        after = prose[boxes[-1].end :].lstrip(' $.})]\\\n*')
        is_read = 0 < len(after) <= MAX_READ
        mended = phrase_answer(after) if is_read and takes_back(after) else None
        if mended is not None and not was_cut and _is_mended(after, *mended):
            return mended[0], 'extract.mended', 'the answer named after the last box was taken back'
        together = boxed_statement(answer_of(boxes, prose), problem)
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
    listed = None
    if not was_cut and prose[-400:].count('=') > 1:
        from opencompass_math500.grading.extraction.assignments import (
            listed_assignments,  # seldom needed
        )

        listed = listed_assignments(prose, problem)
    if listed is not None:
        return listed, 'extract.phrase', 'the values listed below the last label'
    phrase = named_answer(prose, problem)
    if phrase is None or _is_passed_over(prose, *phrase):
        return None
    if was_cut and prose.endswith(phrase[0]):
        return None  # "The answer is 12" may have been going to be 125
    return phrase[0], 'extract.phrase', 'the last value called the answer'


def _is_mended(after: str, value: str, at: int) -> bool:
    """Tell whether the text after a box takes it back,
    then names another answer and stands by that.
    """
    if not has_value(value) or not takes_back(after[:at]) or takes_back(after[at:]):
        return False
    return not is_unfinished(after)


def _is_passed_over(text: str, value: str, at: int) -> bool:
    """Tell whether the text goes on for long after a phrase as if it had not been said.

    True of mere words ("the answer is Evelyn"), which far from the end are remarks, and
    of a value that is taken back by a text which then breaks off.
    """
    if len(text) - at <= MAX_AFTER_PHRASE:
        return is_unfinished(text) and owns_mistake(text[at:])
    return not has_value(value) or (is_unfinished(text) and takes_back(text[at:]))


def commits(text: str) -> bool:
    """Tell whether a text, cut where another question begins, commits to an answer."""
    if tagged_parts(text[-MAX_READ:]) or boxes_in(text) or _explicit(text, None, was_cut=False):
        return True
    from opencompass_math500.grading.extraction.conclusions import concluding_sentence

    tail = text[-MAX_READ:].strip()
    return bare_answer(tail) is not None or concluding_sentence(ending_of(tail)) is not None
