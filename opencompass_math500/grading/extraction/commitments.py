"""What a text commits to: the strongest kind of commitment that stands in it.

A box; a tag, JSON, ####; a phrase that names the answer; else what only the ending
shows: a closing sentence or formula, a bare value. Of one kind the last counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from opencompass_math500.grading.extraction.boxes import answer_of, boxes_in, without_blank_boxes
from opencompass_math500.grading.extraction.corrections import without_lure
from opencompass_math500.grading.extraction.endings import (
    bare_answer,
    ending_of,
    is_unfinished,
    owns_mistake,
    takes_back,
)
from opencompass_math500.grading.extraction.fences import last_block, without_code
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

__all__ = ['MAX_READ', 'Found', 'commitment', 'commits']

MAX_READ = 20_000
"""Characters from the end that are read for anything but a box; boxes are found in any length."""

MAX_AFTER_PHRASE = 600
"""Characters that may follow a phrase before it is asked whether the text still stands by it."""

Found = tuple[str, str, str]  # answer, rule, reason


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
    return _explicit(text, problem, was_cut=was_cut) or _implicit(text, problem, was_cut=was_cut)


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
        found = found or _implicit(text, problem, was_cut=False)
        value = None if found is None else found[0]
    if value is None:
        return None
    return counted(value), 'extract.tag', 'the content of the last answer tag'


def _explicit(text: str, problem: str | None, *, was_cut: bool) -> Found | None:
    """A commitment that a box, a mark or a phrase makes plain."""
    prose = without_code(text)
    boxes = boxes_in(prose)
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


def _implicit(text: str, problem: str | None, *, was_cut: bool) -> Found | None:
    """A commitment that only the ending shows."""
    # What no reply with a box needs.
    from opencompass_math500.grading.extraction.closing import closing_formula
    from opencompass_math500.grading.extraction.conclusions import (
        concluding_sentence,
        opening_sentence,
    )

    stripped = text[-MAX_READ:].strip()
    bare = bare_answer(stripped)
    if bare is not None and not was_cut:
        return bare, 'extract.bare', 'the response, or its last line, is only an answer'
    if stripped.endswith('```'):  # program code or its output, which nobody commented
        bare = None if was_cut else _in_last_block(stripped)
        return None if bare is None else (bare, 'extract.bare', 'the last block is only an answer')
    ending = without_lure(ending_of(without_code(stripped)))
    if bare is None and not was_cut and not stripped.endswith(ending):
        bare = bare_answer(ending)  # "12", above "This is the final answer."
        if bare is not None and '\n' in ending and '=' not in bare:
            return bare, 'extract.bare', 'the last line before the courtesies is only an answer'
    answer = concluding_sentence(ending, problem, was_cut=was_cut)
    if answer is not None and not _is_one_case(answer, ending, problem):
        answer = _FOR_ALL.sub('', answer) if ' for ' in answer else answer
        return answer, 'extract.conclusion', 'the closing sentence states it'
    answer = closing_formula(ending, problem)
    if answer is not None and not was_cut:
        return answer, 'extract.display', 'the formula with which the response ends'
    answer = opening_sentence(stripped)
    if answer is not None:
        return answer, 'extract.opening', 'the sentence with which a short reply opens'
    return None


# "f(x) = -1 for 1 < x < 2": one case of a function.
_FUNCTION = re.compile(r'[A-Za-z]\s*\(\s*[A-Za-z]\s*\)\s*=')
_WHERE = re.compile(
    r'(?:\b(?:for|when|if|on|whenever)\b|,)(?P<where>[^=]*?(?:[<>≤≥]'
    r'|(?:∈|\\in(?![a-z]))(?!\s*(?:\\mathbb|R\b|ℝ))|\\(?:le|ge|lt|gt|leq|geq)(?![a-z])).*)$',
    re.DOTALL,
)


# "f(x) = x^2 for all x" holds where a function always does.
_FOR_ALL = re.compile(
    r'(?<=\S),?\s+for (?:all(?: (?:real|numbers|values of|complex|integers))*(?:\s+[a-z])?'
    r'|(?:all )?[a-z]\s?(?:\\in|∈)\s?(?:\\mathbb\s?\{?R\}?|ℝ))$'
)


def _is_one_case(answer: str, ending: str, problem: str | None) -> bool:
    """Tell whether a conclusion holds only where it says, and the problem does not ask for that."""
    if '=' not in answer or _FUNCTION.match(answer) is None:
        return False
    said = ending[max(ending.rfind(answer.partition('=')[0]), 0) :]
    case = _WHERE.search(said[:MAX_AFTER_PHRASE])
    if case is None:
        return False
    where = _packed(case['where'])
    return problem is None or where not in _packed(problem)


def _packed(text: str) -> str:
    return re.sub(r'[\s${}.]|\\text', '', text)


_RESULT = re.compile(r'\b(?:result|value|total)\b[^.\n]{0,40}:$|\b(?:is|are|equals)$')


def _in_last_block(text: str) -> str | None:
    """The value of a block in which the text ends, if it is the whole text or is announced."""
    block = last_block(text)
    if block is None:
        return None
    above, _, line = block.rpartition('\n')
    return bare_answer(line if not above or _RESULT.search(above) else block)


def commits(text: str) -> bool:
    if tagged_parts(text[-MAX_READ:]) or boxes_in(text) or _explicit(text, None, was_cut=False):
        return True
    from opencompass_math500.grading.extraction.conclusions import concluding_sentence

    tail = text[-MAX_READ:].strip()
    return bare_answer(tail) is not None or concluding_sentence(ending_of(tail)) is not None
