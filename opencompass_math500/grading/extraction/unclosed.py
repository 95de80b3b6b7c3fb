"""What a thought that was never closed answers, if the text ends in an answer.

Some models open ``<think>``, answer inside, and stop: 4,068 of 4,543 complete replies of
one set. Where the engine says that the model ended by itself, its last words count.
Where it says nothing the text may have been cut, and only a form in which nobody breaks
off counts: a box, an answer tag, or a labelled final answer, with nothing but a closing
sentence behind it. A box in mid-thought is a draft, here as everywhere.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from opencompass_math500.grading.extraction.boxes import boxes_in
from opencompass_math500.grading.extraction.endings import (
    announcements,
    bare_answer,
    is_unfinished,
    takes_back,
)
from opencompass_math500.grading.extraction.lexicon import lexicon
from opencompass_math500.grading.extraction.snippets import lowered
from opencompass_math500.grading.extraction.tags import ends_in_tag

__all__ = ['last_words']

MAX_LAST: Final = 1500  # characters of the end that can hold the answer and its label
MAX_AFTER: Final = 250  # characters of a closing sentence after it
MAX_SAID: Final = 3  # times that the last words may be said; more often is a loop
_LAST_WORDS: Final = 20  # characters
_RULED: Final = re.compile(r'(?:\n[-*_]{3,}[ \t]*|(?<!\s)\s+)$')  # a line drawn below it


# "Wait", "Hmm": the thought goes on.
@lru_cache(maxsize=1)
def _doubt() -> re.Pattern[str]:
    return re.compile(rf'{lexicon().pattern("doubt")}|\bhmm+\b|\?')


# "**Final Answer**", "✅ Answer:", "Answer: 168": a line of its own, or the head of one.
_LABEL: Final = re.compile(
    r'^[\s#*_>✅\[(-]{0,10}(?P<label>[^\n:：*=$\\.]{1,40}?)[*_\])]{0,3}\s{0,2}(?:[:：][*_]{0,3}|$)',
    re.MULTILINE,
)


def last_words(thought: str, *, has_stopped: bool) -> str | None:
    """Return the end of an unclosed thought that holds its answer; None where it only breaks off.

    Args:
        thought: what follows the mark that opens it.
        has_stopped: the engine says that the model ended by itself.
    """
    tail = _RULED.sub('', thought[-MAX_LAST:]).rstrip()
    if not tail or tail.count(tail[-_LAST_WORDS:]) > MAX_SAID:
        return None
    if ends_in_tag(tail):
        return tail
    boxes = boxes_in(tail)
    if boxes:
        return tail if _only_closes(tail, boxes[-1].end) else None
    labels = [at for at in _LABEL.finditer(tail) if _names_answer(at['label'])]
    if labels:
        end = labels[-1].end()
        is_last = bare_answer(tail[end:]) is not None or _only_closes(tail, end)
        is_last = is_last or _COUNTED.fullmatch(tail, end) is not None
        return tail[labels[-1].start() :] if is_last else None
    if not has_stopped or is_unfinished(tail):
        return None
    paragraph = tail[tail.rfind('\n\n') + 1 :]
    return None if _goes_on(paragraph[-MAX_AFTER:]) else paragraph


_UNIT: Final = re.compile(r'^[\s}]{0,8}\\(?:text|mathrm|mbox)\s?\{[^{}\n]{1,30}\}')


# "DVD 7": what is counted stands first, as in Swahili.
_COUNTED: Final = re.compile(r'[\s*_]*[^\W\d_]{2,20} \d[\d.,]*[\s*_]*')


def _names_answer(label: str) -> bool:
    low = lowered(label).strip()
    nouns = lexicon().words('noun')
    return low in nouns or any(low.endswith(f' {noun}') for noun in nouns)


def _only_closes(tail: str, end: int) -> bool:
    """Tell whether nothing but the formula's end, or a sentence that is complete,
    follows an answer.
    """
    rest = _UNIT.sub('', tail[end:]).strip(' \t\r\n$*.。})]\\-—')
    if not rest:
        return True
    if len(rest) > MAX_AFTER or _goes_on(rest):
        return False
    return not is_unfinished(tail.rstrip(' -\n'))


def _goes_on(text: str) -> bool:
    low = lowered(text)
    plan = announcements()[1]
    return takes_back(text) or _doubt().search(low) is not None or plan.search(low) is not None
